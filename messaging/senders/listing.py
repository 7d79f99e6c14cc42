"""Reading applications: a firm's own, and the queue of everybody's."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from messaging.senders.approval import State, Unknown
from messaging.senders.models import SenderId
from tenants import access
from tenants.actors import Actor
from tenants.models import Tenant

MOST = 500  # of one firm: the contract's list has no pages
RELATED = ("tenant", "document", "submitted_by", "decided_by")
# The contract knows three words; a banned name is one that may not be used.
STATUSES = {
    State.PENDING: "pending",
    State.APPROVED: "approved",
    State.REJECTED: "rejected",
    State.BANNED: "rejected",
}


@dataclass(frozen=True, slots=True)
class Step:
    """`kind` is applied, waiting or a State; `at` is empty for what lasts."""

    kind: str
    at: datetime | None
    who: str = ""


def of(firm: Tenant) -> QuerySet[SenderId]:
    """A firm's applications, newest first."""
    return SenderId.objects.of(firm).select_related(*RELATED).order_by("-pk")


def find(*, by: Actor, sender_id: int) -> SenderId:
    """Raises Forbidden, Unknown."""
    access.require(by, "senders.read")
    found = of(by.tenant).filter(pk=sender_id).first()
    if found is None:
        raise Unknown
    return found


def everybodys(status: str = "all") -> QuerySet[SenderId]:
    """Of all firms, by the contract's word."""
    rows = SenderId.objects.select_related(*RELATED)
    states = [state for state, word in STATUSES.items() if word == status]
    return rows.filter(state__in=states) if states else rows


def waiting() -> QuerySet[SenderId]:
    """The queue, who has waited longest first."""
    return SenderId.objects.filter(state=State.PENDING).order_by("created_at", "pk")


def after(sender: SenderId) -> SenderId | None:
    """The next one in the queue."""
    later = Q(created_at__gt=sender.created_at) | Q(created_at=sender.created_at, pk__gt=sender.pk)
    return waiting().filter(later).first()


def before(sender: SenderId) -> SenderId | None:
    """The one that has waited a little longer."""
    earlier = Q(created_at__lt=sender.created_at) | Q(created_at=sender.created_at, pk__lt=sender.pk)
    return waiting().filter(earlier).order_by("-created_at", "-pk").first()


def steps(sender: SenderId) -> list[Step]:
    """The story of an application, in the order in which it happened."""
    applicant = sender.submitted_by.name if sender.submitted_by else ""
    told = [Step("applied", sender.created_at, applicant)]
    if sender.decided_at is None:
        return [*told, Step("waiting", None)]
    return [*told, Step(sender.state, sender.decided_at)]
