"""How /v1 and the panel name the states of messages and recipients (contract, glossary §3 and §4)."""

from django.db.models import F, Q

from messaging.sms.models import Message, Recipient, Submission

State = Message.State

SIMPLE = {
    State.SCHEDULED: "queued",
    State.QUEUED: "queued",
    State.SENDING: "sending",
    State.SENT: "sent",
    State.REPORTING: "sent",
    State.CANCELLED: "cancelled",
    State.FAILED: "failed",
    State.REJECTED: "failed",
}
_all_expired = Q(expired=F("recipients"))
_completed = Q(state=State.COMPLETED)
# The reverse of `status_of`, as a filter. Contract D13: one set of words everywhere.
STATUSES: dict[str, Q] = {
    "queued": Q(state__in=[State.SCHEDULED, State.QUEUED]),
    "sending": Q(state=State.SENDING),
    "sent": Q(state__in=[State.SENT, State.REPORTING]),
    "delivered": _completed & Q(delivered__gt=0),
    "undelivered": _completed & Q(delivered=0) & ~_all_expired,
    "failed": Q(state__in=[State.FAILED, State.REJECTED]),
    "expired": _completed & _all_expired,
    "cancelled": Q(state=State.CANCELLED),
}
SELDOM = {"undelivered", "failed", "expired", "cancelled"}  # all of them in SeldomEnd
RECIPIENT = {
    Recipient.State.QUEUED: "queued",
    Recipient.State.SENDING: "sending",
    Recipient.State.SENT: "sent",
    Recipient.State.DELIVERED: "delivered",
    Recipient.State.UNDELIVERED: "undelivered",
    Recipient.State.EXPIRED: "expired",
    Recipient.State.REJECTED: "failed",
    Recipient.State.FAILED: "failed",
    Recipient.State.CANCELLED: "cancelled",
}
UNDER_WAY = {Submission.State.SUBMITTING, Submission.State.UNKNOWN}


def status_of(message: Message) -> str:
    """One of STATUSES."""
    if message.state != State.COMPLETED:
        return SIMPLE[State(message.state)]
    if message.delivered:
        return "delivered"
    return "expired" if message.expired == message.recipients else "undelivered"


def recipient_status(state: int, submission_state: int) -> str:
    """A queued recipient whose submission is under way is being sent."""
    if state == Recipient.State.QUEUED and submission_state in UNDER_WAY:
        return "sending"
    return RECIPIENT[Recipient.State(state)]


def recipient_error(code: str | None, state: int, submission_state: int) -> str | None:
    """`unknown` while we do not know whether it was sent (send-protocol §3.2), else the stored code."""
    if state == Recipient.State.QUEUED and submission_state == Submission.State.UNKNOWN:
        return "unknown"
    return code
