"""What people are told: in the panel's bell, and by mail."""

from django.db import models
from django.db.models import Q

from smsmerkezi.core.ids import uuid7
from tenants.models.firms import Tenant
from tenants.models.people import User
from tenants.scoping import TenantQuerySet


class Notification(models.Model):
    """One sentence to one person. Its id is a UUIDv7, so ids sort by time (contract #51)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="+", null=True, db_index=False)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=150)
    body = models.CharField(max_length=500, blank=True, default="")
    data = models.JSONField(default=dict)
    read_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_of_user"),
            models.Index(fields=["user"], name="notification_unread", condition=Q(read_at=None)),
        ]


class NotificationChoice(models.Model):
    """Whether a person wants a kind in the bell and by mail. No row: the kind's own default."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notification_choices")
    kind = models.CharField(max_length=40)
    panel = models.BooleanField(default=True)
    email = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint("user", "kind", name="notification_choice_once")]


class OutgoingMail(models.Model):
    """A mail to be sent: the row is the queue.

    What it says is encrypted, because it may hold a secret link, and blanked when it is out.
    """

    class State(models.TextChoices):
        READY = "ready", "Sırada"
        SENT = "sent", "Gönderildi"
        FAILED = "failed", "Gönderilemedi"

    to = models.EmailField()
    template = models.CharField(max_length=40)
    language = models.CharField(max_length=2, default="tr")
    context = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.READY)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="mail_due", condition=Q(state="ready"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["ready", "sent", "failed"]), name="mail_state_known"
            )
        ]
