"""Who was asked to join a firm."""

from typing import Self

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Lower, Now

from tenants.models.firms import Tenant
from tenants.models.people import User
from tenants.scoping import TenantQuerySet


class InvitationRows(TenantQuerySet["Invitation"]):
    def with_status(self) -> Self:
        """`status` of each, by the database's clock. What was over before a later invitation took its place stays over."""
        states = Invitation.State
        return self.annotate(
            status=Case(
                When(accepted_at__isnull=False, then=Value(states.ACCEPTED)),
                When(cancelled_at__lt=F("expires_at"), then=Value(states.CANCELLED)),
                When(expires_at__lte=Now(), then=Value(states.EXPIRED)),
                default=Value(states.PENDING),
                output_field=models.CharField(),
            )
        )


class Invitation(models.Model):
    """Pending until it is accepted, cancelled or over. The mailed secret is kept as its SHA-256 only."""

    class State(models.TextChoices):
        """What `with_status` says; no column."""

        PENDING = "pending", "Bekliyor"
        ACCEPTED = "accepted", "Kabul edildi"
        CANCELLED = "cancelled", "İptal edildi"
        EXPIRED = "expired", "Süresi doldu"

    status: str
    tenant = models.ForeignKey(Tenant, models.PROTECT, related_name="invitations")
    email = models.EmailField("e-posta")
    role = models.CharField("rol", max_length=16, choices=User.Role)
    secret_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True)
    accepted_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    expires_at = models.DateTimeField("geçerlilik sonu")
    accepted_at = models.DateTimeField("kabul", null=True)
    cancelled_at = models.DateTimeField("iptal", null=True)
    sent_at = models.DateTimeField("son gönderilme", auto_now_add=True)
    created_at = models.DateTimeField("oluşturulma", auto_now_add=True)

    objects = InvitationRows.as_manager()

    class Meta:
        verbose_name = "davet"
        verbose_name_plural = "davetler"
        constraints = [
            models.UniqueConstraint(
                "tenant",
                Lower("email"),
                name="invitation_pending_once",
                condition=Q(accepted_at=None, cancelled_at=None),
            ),
            models.CheckConstraint(
                condition=Q(role__in=["viewer", "operator", "admin"]), name="invitation_role_known"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(cancelled_at=None), name="invitation_one_end"
            ),
        ]
