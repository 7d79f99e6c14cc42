"""Accounts at operators: which vendor, where, with what credentials, and whether we use it now."""

from typing import ClassVar

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
        ]

    def __str__(self) -> str:
        return self.title or self.slug

    def __repr__(self) -> str:
        return f"<GatewayAccount: {self.slug}>"
