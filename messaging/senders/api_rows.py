"""The contract's SenderId object."""

from typing import Any

from messaging.senders.listing import STATUSES
from messaging.senders.models import SenderId
from smsmerkezi.core import clock
from tenants.models import Tenant, User


def row(sender: SenderId) -> dict[str, Any]:
    """For the firm, which knows who it is."""
    return {**_before(sender), **_after(sender)}


def row_of_firm(sender: SenderId) -> dict[str, Any]:
    """For platform staff."""
    return {**_before(sender), "tenant": _named(sender.tenant), **_after(sender)}


def _before(sender: SenderId) -> dict[str, Any]:
    return {
        "id": sender.pk,
        "label": sender.label,
        "status": STATUSES[sender.State(sender.state)],
        "reject_reason": sender.reject_reason or None,
        "has_document": sender.document is not None,
        "document_name": sender.document.name if sender.document else None,
    }


def _after(sender: SenderId) -> dict[str, Any]:
    return {
        "submitted_by": _named(sender.submitted_by),
        "reviewed_by": _named(sender.decided_by),
        "reviewed_at": clock.iso_utc(sender.decided_at) if sender.decided_at else None,
        "created_at": clock.iso_utc(sender.created_at),
    }


def _named(one: Tenant | User | None) -> dict[str, Any] | None:
    return {"id": one.pk, "name": one.name} if one else None
