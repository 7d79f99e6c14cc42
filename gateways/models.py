"""Accounts at operators: which vendor, where, with what credentials, and whether we use it now."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from gateways.fields import CredentialsField

ADDRESS = RegexValidator(
    r"^https?://[^\s/?#@]+(/[^\s?#]*)?$", "Adres https://sunucu/yol biçiminde olmalıdır."
)


class GatewayAccount(models.Model):
    """A road to the operators. `slug` is what tenants and messages name; `vendor` is whose API it speaks.

    `options` are the vendor module's: `timeout`, `connect_timeout`, `quiet` (seconds), `ca_file`, and its
    own.

    Accounts of one `pool` are equal roads: new messages are shared out among them by `weight`, and what one certainly
    did not take goes to another, the lowest `priority` first. An `owner` is an id to us; this package knows no firms.
    """

    class State(models.TextChoices):
        OPERATIONAL = "operational", "Çalışıyor"
        DEGRADED = "degraded", "Sorunlu"
        DOWN = "down", "Kesik"
        DISABLED = "disabled", "Kapalı"

    slug = models.SlugField("kısa ad", max_length=40, unique=True)
    vendor = models.SlugField("sağlayıcı", max_length=40)
    title = models.CharField("ad", max_length=80)
    base_url = models.CharField("adres", max_length=255, validators=[ADDRESS])
    credentials = CredentialsField("kimlik bilgileri", editable=False)
    options = models.JSONField("seçenekler", default=dict, blank=True)
    state = models.CharField("durum", max_length=12, choices=State, default=State.OPERATIONAL)
    is_default = models.BooleanField("varsayılan", default=False)
    owner = models.BigIntegerField(
        "sahibi", null=True, blank=True
    )  # a firm's own account; null: the platform's
    pool = models.SlugField("havuz", max_length=40, blank=True, default="")
    weight = models.PositiveSmallIntegerField("pay", default=100)
    priority = models.PositiveSmallIntegerField("öncelik", default=100)
    created_at = models.DateTimeField("eklendi", auto_now_add=True)
    updated_at = models.DateTimeField("değişti", auto_now=True)

    class Meta:
        verbose_name = "sağlayıcı hesabı"
        verbose_name_plural = "sağlayıcı hesapları"
        ordering: ClassVar = ["slug"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="gateway_one_default"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["operational", "degraded", "down", "disabled"]),
                name="gateway_state_known",
            ),
            models.CheckConstraint(condition=~Q(slug="") & ~Q(vendor=""), name="gateway_named"),
            models.CheckConstraint(
                condition=Q(owner=None) | Q(is_default=False, pool=""),
                name="gateway_of_a_firm_is_nobody_elses",
            ),
            models.CheckConstraint(condition=Q(weight__lte=1000), name="gateway_weight"),
        ]

    def __str__(self) -> str:
        return self.title or self.slug

    def __repr__(self) -> str:
        return f"<GatewayAccount: {self.slug}>"


class Circuit(models.Model):
    """Whether an account is spoken to now: all workers see the same (`gateways.circuit`)."""

    account = models.OneToOneField(
        GatewayAccount, models.CASCADE, primary_key=True, related_name="circuit", verbose_name="hesap"
    )
    failures = models.IntegerField("arka arkaya hata", default=0)
    trips = models.IntegerField("arka arkaya açılma", default=0)
    open_until = models.DateTimeField("şu ana dek beklenir", null=True)
    asks_after = models.DateTimeField("şu andan önce sorulmaz", null=True)
    reason = models.CharField("neden", max_length=120, blank=True, default="")
    needs_staff = models.BooleanField("müdahale gerekir", default=False)
    since = models.DateTimeField("başladığı an", null=True)

    class Meta:
        verbose_name = "hat durumu"
        verbose_name_plural = "hat durumları"

    def __str__(self) -> str:
        return self.reason or "—"


class Minute(models.Model):
    """What one account did in one minute; `latencies` counts exchanges by `gateways.health.BOUNDS`."""

    pk = models.CompositePrimaryKey("gateway", "minute")
    gateway = models.CharField(max_length=40)
    minute = models.DateTimeField()
    accepted = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    not_sent = models.IntegerField(default=0)
    unknown = models.IntegerField(default=0)
    delivered = models.IntegerField(default=0)
    undelivered = models.IntegerField(default=0)
    slow = models.IntegerField(default=0)
    latencies = ArrayField(models.IntegerField(), default=list)

    class Meta:
        indexes: ClassVar = [models.Index("minute", name="gateway_minute_age")]
