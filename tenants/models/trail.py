"""The audit trail and the chain that seals it."""

from django.db import models
from django.db.models import Q

from tenants.models.firms import Tenant
from tenants.scoping import TenantQuerySet


class AuditEntry(models.Model):
    """Who did what to which object, from where. Append-only: a trigger refuses changes.

    `changes` is `{field: [before, after]}`, masked where a value is not for everybody's eyes. `acting` says that a super_admin
    did it for the firm.
    """

    tenant = models.ForeignKey(
        Tenant,
        models.PROTECT,
        null=True,
        related_name="audit_entries",
        db_index=False,
        db_constraint=False,  # a check would lock the firm's row at each entry; firms are closed, never deleted
        verbose_name="firma",
    )
    user_id = models.BigIntegerField("kullanıcı", null=True)
    token_id = models.BigIntegerField("anahtar", null=True)
    action = models.CharField("eylem", max_length=64)
    entity_type = models.CharField("tür", max_length=64, blank=True, default="")
    entity_id = models.BigIntegerField("kimlik", null=True)
    changes = models.JSONField("değişiklik", default=dict, db_default={})
    acting = models.BooleanField("firma adına", default=False, db_default=False)
    meta = models.JSONField("ayrıntı", default=dict)
    ip = models.GenericIPAddressField("adres", null=True)
    user_agent = models.CharField("istemci", max_length=255, blank=True, default="")
    created_at = models.DateTimeField("zaman", auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "denetim kaydı"
        verbose_name_plural = "denetim kayıtları"
        indexes = [
            models.Index("tenant", "id", name="audit_of_tenant"),
            # Sends are nearly all of a busy firm's trail. Looking for anything else steps over them, and they pay nothing.
            models.Index("tenant", "id", name="audit_but_sends", condition=~Q(action="sms.send")),
        ]


class AuditLink(models.Model):
    """An entry's place in its chain: `hash` covers the entry and the link before.

    A trigger writes it as the entry's transaction commits.
    `chain` is the firm's id, 0 for the platform's own.
    """

    entry = models.OneToOneField(
        AuditEntry, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="link"
    )
    chain = models.BigIntegerField()
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint("chain", "seq", name="audit_link_seq")]


class AuditHead(models.Model):
    """The end of a chain, locked by whoever appends."""

    chain = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
