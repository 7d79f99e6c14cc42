"""A tenant's credit, in SMS parts, and the entries that made it. Written by `billing.ledger` alone."""

from django.db import models
from django.db.models import F, Q

from tenants.scoping import TenantQuerySet


class Account(models.Model):
    """`balance` is what the tenant owns, `reserved` what accepted messages hold of it. Both are sums of the entries."""

    tenant = models.OneToOneField(
        "tenants.Tenant", models.PROTECT, primary_key=True, related_name="account", verbose_name="firma"
    )
    balance = models.BigIntegerField("bakiye", default=0)
    reserved = models.BigIntegerField("ayrılan", default=0)

    class Meta:
        verbose_name = "kredi hesabı"
        verbose_name_plural = "kredi hesapları"
        constraints = [
            models.CheckConstraint(condition=Q(reserved__gte=0), name="account_reserved_not_negative"),
            models.CheckConstraint(
                condition=Q(balance__gte=F("reserved")), name="account_reserved_within_balance"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant}: {self.available}"

    @property
    def available(self) -> int:
        return self.balance - self.reserved


class LedgerEntry(models.Model):
    """One movement. Never changed and never deleted: a trigger refuses both. Each `op_key` posts once."""

    class Reason(models.TextChoices):
        TOPUP = "topup", "Yükleme"
        SEND = "send", "Gönderim"
        RESERVE = "reserve", "Ayırma"
        RELEASE = "release", "Çözme"
        REFUND = "refund", "İade"
        ADJUSTMENT = "adjustment", "Düzeltme"
        EXPIRY = "expiry", "Süre sonu"

    tenant = models.ForeignKey(
        "tenants.Tenant",
        models.PROTECT,
        related_name="ledger_entries",
        db_index=False,
        db_constraint=False,  # the account row, locked for each entry, has the constraint
        verbose_name="firma",
    )
    op_key = models.CharField("işlem anahtarı", max_length=80, unique=True)
    reason = models.CharField("tür", max_length=16, choices=Reason)
    delta = models.BigIntegerField("miktar")
    reserved_delta = models.BigIntegerField("ayrılan miktar")
    balance_after = models.BigIntegerField("sonraki bakiye")
    reserved_after = models.BigIntegerField("sonraki ayrılan")
    note = models.CharField("açıklama", max_length=200, blank=True, default="")
    created_at = models.DateTimeField("zaman")

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "kredi hareketi"
        verbose_name_plural = "kredi hareketleri"
        indexes = [models.Index("tenant", "id", name="ledger_of_tenant")]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason="topup", delta__gt=0, reserved_delta=0)
                | Q(reason="reserve", delta=0, reserved_delta__gt=0)
                | Q(reason="send", delta__lt=0, reserved_delta=F("delta"))
                | Q(reason="release", delta=0, reserved_delta__lt=0)
                | Q(reason="refund", delta__gt=0, reserved_delta=0)
                | (Q(reason="adjustment", reserved_delta=0) & ~Q(delta=0))
                | Q(reason="expiry", delta__lt=0, reserved_delta=0),
                name="ledger_reason_moves_its_way",
            ),
            models.CheckConstraint(
                condition=Q(reserved_after__gte=0, balance_after__gte=F("reserved_after")),
                name="ledger_never_below_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} {self.delta:+d} ({self.op_key})"
