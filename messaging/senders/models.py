"""Sender IDs (başlık)."""

from django.db import models
from django.db.models import Q

from tenants.scoping import TenantQuerySet


class SenderId(models.Model):
    """A name under which a tenant may write once it is approved. Matched letter by letter (contract #2, D38)."""

    class State(models.TextChoices):
        PENDING = "pending", "İncelemede"
        APPROVED = "approved", "Onaylı"
        REJECTED = "rejected", "Reddedildi"
        BANNED = "banned", "Askıda"

    tenant = models.ForeignKey(
        "tenants.Tenant", models.PROTECT, related_name="sender_ids", db_index=False, verbose_name="firma"
    )
    label = models.CharField("başlık", max_length=11)
    state = models.CharField("durum", max_length=16, choices=State, default=State.PENDING)
    reject_reason = models.CharField("ret nedeni", max_length=500, blank=True, default="")
    decided_by = models.ForeignKey(
        "tenants.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="karar veren"
    )
    decided_at = models.DateTimeField("karar zamanı", null=True, blank=True)
    created_at = models.DateTimeField("başvuru", auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "başlık"
        verbose_name_plural = "başlıklar"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "label"], name="sender_label_once"),
            models.CheckConstraint(
                condition=Q(label__regex=r"^[A-Za-z0-9 .-]{1,11}$"), name="sender_label_letters"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "approved", "rejected", "banned"]),
                name="sender_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | ~Q(reject_reason=""), name="sender_rejected_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.label
