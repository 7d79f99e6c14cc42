"""Sums of messages by the day on which they were accepted, in Istanbul. Written by the rollups alone (docs/adr/0019)."""

from django.db import models

from tenants.scoping import TenantQuerySet

COUNTERS = (
    "recipients",
    "parts",
    "credits",
    "sent",
    "delivered",
    "undelivered",
    "expired",
    "failed",
    "cancelled",
)
# Of messages, by the contract's word for their state.
STATUSES = ("queued", "sending", "sent", "delivered", "undelivered", "failed", "expired", "cancelled")


def _count() -> models.BigIntegerField:  # type: ignore[type-arg]
    return models.BigIntegerField(default=0)


class DailyStat(models.Model):
    """Recipients and credits of a day's messages; `credits` are of those who were not given up. `m_…` count messages."""

    tenant = models.ForeignKey("tenants.Tenant", models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    originator = models.CharField(max_length=11)
    gateway = models.CharField(max_length=40)
    source = models.CharField(max_length=8)
    messages = _count()
    recipients, parts, credits = _count(), _count(), _count()
    sent, delivered, undelivered = _count(), _count(), _count()
    expired, failed, cancelled = _count(), _count(), _count()
    m_queued, m_sending, m_sent, m_delivered = _count(), _count(), _count(), _count()
    m_undelivered, m_failed, m_expired, m_cancelled = _count(), _count(), _count(), _count()

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "day", "originator", "gateway", "source"], name="daily_stat_once"
            )
        ]


class DailyReason(models.Model):
    """Recipients of a day whom a message did not reach, by the state that they ended in and the operator's code."""

    tenant = models.ForeignKey("tenants.Tenant", models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    state = models.SmallIntegerField()  # messaging.sms.models.Recipient.State
    code = models.TextField(blank=True, default="")
    recipients = _count()

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "day", "state", "code"], name="daily_reason_once")
        ]


class DailyNetwork(models.Model):
    """Recipients of a day by the operator that a report told (gateways.base.Network); -1 where none did."""

    tenant = models.ForeignKey("tenants.Tenant", models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    network = models.SmallIntegerField()
    recipients, delivered = _count(), _count()

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "day", "network"], name="daily_network_once")
        ]
