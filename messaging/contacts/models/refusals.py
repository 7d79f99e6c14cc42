"""Refusals besides a firm's own list: the platform's, those of people who were erased, and what happened when."""

from django.db import models
from django.db.models import Q

from messaging.contacts.models.optouts import OptOut
from tenants.scoping import TenantQuerySet


class PlatformOptOut(models.Model):
    """A number that nobody on the platform may write to: no firm's, read by every firm's sends, kept by staff."""

    msisdn = models.BigIntegerField("numara", unique=True)
    note = models.CharField("not", max_length=200, blank=True, default="")
    user_id = models.BigIntegerField("ekleyen", null=True, blank=True)
    created_at = models.DateTimeField("zaman", auto_now_add=True)

    class Meta:
        verbose_name = "genel ret kaydı"
        verbose_name_plural = "genel ret listesi"

    def __str__(self) -> str:
        return f"#{self.pk}"


class Pepper(models.Model):
    """The one key of every digest (`messaging.contacts.erased`), encrypted."""

    secret = models.TextField()


class ErasedOptOut(models.Model):
    """The refusal of somebody who was erased: known by a keyed digest when it comes again, and from nothing else."""

    tenant = models.ForeignKey("tenants.Tenant", models.CASCADE, related_name="+", db_index=False)
    digest = models.BinaryField()
    source = models.CharField(max_length=8, choices=OptOut.Source)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "digest"], name="erased_opt_out_once")]


class OptOutEvent(models.Model):
    """What a number said to a firm, and when: proof that outlives the list's rows. Nothing is ever changed in it, but that
    an erased person's number becomes its digest (migration 0031).
    """

    class Kind(models.TextChoices):
        REFUSED = "refused", "Ret"
        ALLOWED = "allowed", "Ret kaldırıldı"

    tenant = models.ForeignKey("tenants.Tenant", models.CASCADE, related_name="+", db_index=False)
    msisdn = models.BigIntegerField(null=True)
    digest = models.BinaryField(null=True)
    kind = models.CharField(max_length=8, choices=Kind)
    source = models.CharField(max_length=8, choices=OptOut.Source)
    reason = models.CharField(max_length=500, blank=True, default="")
    user_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("tenant", "msisdn", "id", name="opt_out_event_of_number")]
        constraints = [
            models.CheckConstraint(
                condition=Q(msisdn=None, digest__isnull=False) | Q(msisdn__isnull=False, digest=None),
                name="opt_out_event_of_somebody",
            )
        ]
