"""Firms."""

import uuid

from django.db import models
from django.db.models import Q


class Tenant(models.Model):
    """A firm. `gateway` is the slug of its road, empty for the platform's default."""

    class State(models.TextChoices):
        ACTIVE = "active", "Etkin"
        SUSPENDED = "suspended", "Askıda"

    name = models.CharField("firma", max_length=150)
    slug = models.SlugField("kısa ad", max_length=160, unique=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField("durum", max_length=16, choices=State, default=State.ACTIVE)
    gateway = models.CharField("sağlayıcı", max_length=40, blank=True, default="")
    dlr_enabled = models.BooleanField("iletim raporları sorulur", default=True)
    default_originator = models.CharField("varsayılan başlık", max_length=11, blank=True, default="")
    webhook_url = models.CharField("webhook adresi", max_length=500, blank=True, default="")
    two_factor_required = models.BooleanField("herkes için iki adımlı doğrulama", default=False)
    created_at = models.DateTimeField("oluşturulma", auto_now_add=True)

    class Meta:
        verbose_name = "firma"
        verbose_name_plural = "firmalar"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["active", "suspended"]), name="tenant_state_known"),
            models.CheckConstraint(
                condition=Q(webhook_url="") | Q(webhook_url__startswith="https://"),
                name="tenant_webhook_is_https",
            ),
        ]

    def __str__(self) -> str:
        return self.name
