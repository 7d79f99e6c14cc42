"""Campaigns in the words of /v1, and what may be asked of their list."""

from typing import Any

from django.db.models import Q, QuerySet

from messaging.campaigns import standing
from messaging.campaigns.models import Campaign
from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError
from tenants.models import Tenant

STATUSES = ("queued", "processing", "completed", "partial", "cancelled", "failed")
OPEN = Q(closed_at=None)
UNTOUCHED = Q(message__sent=0, message__dropped=0, cancelled_at=None)
CONDITIONS = {"all": Q(), "queued": OPEN & UNTOUCHED, "processing": OPEN & ~UNTOUCHED}


class BadStatus(DomainError):
    code = "invalid-filter"
    field = "status"

    def __init__(self) -> None:
        super().__init__(f"status {', '.join(STATUSES)} ya da all olmalıdır.")


def of(firm: Tenant, *, status: str) -> QuerySet[Campaign]:
    """Those that were launched, with their messages. Raises BadStatus."""
    sent = Campaign.objects.of(firm).filter(stage=Campaign.Stage.LAUNCHED).select_related("message")
    if status in CONDITIONS:
        return sent.filter(CONDITIONS[status])
    if status in Campaign.Outcome.values:
        return sent.filter(outcome=status)
    raise BadStatus


def row(campaign: Campaign) -> dict[str, Any]:
    stands = standing.of(campaign)
    return {
        "id": campaign.pk,
        "name": campaign.name,
        "status": stands.status,
        "total_recipients": stands.recipients,
        "sent_count": stands.sent,
        "failed_count": stands.failed,
        "progress_percent": stands.percent,
    }


def detail(campaign: Campaign) -> dict[str, Any]:
    message = campaign.message
    assert message is not None
    return {
        **row(campaign),
        "body": message.body,
        "originator": message.originator,
        "source_type": "file" if campaign.source == Campaign.Source.FILE else "manual",
        "parts_count": message.parts,
        "skipped_count": message.skipped,
        "created_at": clock.iso_utc(campaign.created_at),
        "started_at": _moment(message.sent_at),
        "finished_at": _moment(campaign.closed_at),
        "cancelled_at": _moment(campaign.cancelled_at),
        "skipped_reasons": campaign.reasons,
        "commercial": message.commercial,
        "scheduled_at": _moment(message.scheduled_at),
        "paused_at": _moment(message.paused_at if not campaign.cancelled_at else None),
    }


def progress(campaign: Campaign) -> dict[str, Any]:
    stands = standing.of(campaign)
    return {
        "status": stands.status,
        "sent_count": stands.sent,
        "failed_count": stands.failed,
        "total_recipients": stands.recipients,
        "progress_percent": stands.percent,
        "is_active": stands.is_active,
        "is_final": not stands.is_active,
    }


def _moment(at: Any) -> str | None:
    return clock.iso_utc(at) if at else None
