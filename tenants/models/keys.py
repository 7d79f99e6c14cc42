"""API tokens, and how often whoever knocks may knock."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tenants.models.firms import Tenant
from tenants.models.people import User


class ApiToken(models.Model):
    """`id|secret`; only the secret's SHA-256 is kept. `abilities` are contract A3's four words.

    `hint` is the secret's first and last letters, so that a person knows one key from another. A `session` token came from
    a log-in through the API. `acting_for` is the firm that a super_admin's token acts for until `acting_until` (D20).
    """

    class Kind(models.TextChoices):
        KEY = "key", "Anahtar"
        SESSION = "session", "Oturum"

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name="kullanıcı")
    name = models.CharField("ad", max_length=64)
    secret_hash = models.CharField(max_length=64, editable=False)
    abilities = ArrayField(models.CharField(max_length=32), verbose_name="yetkiler")
    kind = models.CharField("tür", max_length=8, choices=Kind, default=Kind.KEY)
    hint = models.CharField("anahtar", max_length=12, blank=True, default="", editable=False)
    allowed_ips = ArrayField(
        models.CharField(max_length=43), verbose_name="izinli adresler", default=list, blank=True
    )
    expires_at = models.DateTimeField("geçerlilik sonu", null=True, blank=True)
    last_used_ip = models.GenericIPAddressField("son adres", null=True, blank=True)
    acting_for = models.ForeignKey(
        Tenant, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="adına"
    )
    acting_since = models.DateTimeField(null=True, blank=True)
    acting_until = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField("son kullanım", null=True, blank=True)
    created_at = models.DateTimeField("oluşturulma", auto_now_add=True)

    class Meta:
        verbose_name = "API anahtarı"
        verbose_name_plural = "API anahtarları"
        constraints = [
            models.CheckConstraint(
                condition=Q(abilities__contained_by=["sms:send", "sms:read", "balance:read", "*"])
                & Q(abilities__len__gte=1),
                name="token_abilities_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.pk})"


class RateWindow(models.Model):
    """One counter per limited thing; unlogged, because a crash may forget it. See `tenants.limits`."""

    bucket = models.CharField(max_length=120, primary_key=True)
    hits = models.PositiveBigIntegerField()
    ends_at = models.DateTimeField()
