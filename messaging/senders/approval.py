"""A sender ID's way: pending -> approved | rejected; approved -> banned -> approved; rejected -> pending (applied again)."""

import re

from django.db import transaction
from django.db.models.functions import Now

from messaging.senders.models import SenderId
from smsmerkezi.core.changes import between
from smsmerkezi.core.errors import Conflict, DomainError, NotFound
from tenants import access, audit, notices, team
from tenants.actors import Actor
from tenants.models import Tenant, User

State = SenderId.State
MOVES = {
    State.PENDING: {State.APPROVED, State.REJECTED},
    State.APPROVED: {State.BANNED},
    State.BANNED: {State.APPROVED},
    State.REJECTED: {State.PENDING},
}
TOLD = {State.APPROVED: "sender_approved", State.REJECTED: "sender_rejected"}  # kinds of notices to the firm
LABEL = re.compile(r"[A-Za-z0-9.-](?:[A-Za-z0-9 .-]{0,9}[A-Za-z0-9.-])?", re.ASCII)


class BadLabel(DomainError):
    code = "invalid-sender"


class BadReason(DomainError):
    code = "invalid-reason"


@transaction.atomic
def apply_for(*, by: Actor, label: str) -> SenderId:
    """Ask for a name: 1-11 of A-Z a-z 0-9 space . - (contract A9, D37)."""
    if not LABEL.fullmatch(label):
        raise BadLabel(
            "Başlık 1-11 karakter olmalı; harf, rakam, boşluk, nokta ve tire içerebilir.", field="label"
        )
    sender, created = SenderId.objects.of(by.tenant).get_or_create(
        label=label, defaults={"tenant": by.tenant}
    )
    if not created:
        _move(sender, State.PENDING, by=None)
    audit.record(by=by, action="sender_id.created", entity=sender)
    return sender


@transaction.atomic
def approve(*, by: Actor, sender_id: int) -> SenderId:
    return _decide(by, sender_id, State.APPROVED, "sender_id.approved")


@transaction.atomic
def reject(*, by: Actor, sender_id: int, reason: str) -> SenderId:
    """`reason` (5-500 characters, contract A9) is told to the tenant."""
    if not 5 <= len(reason.strip()) <= 500:
        raise BadReason("Ret nedeni 5 ile 500 karakter arasında olmalıdır.", field="reason")
    return _decide(by, sender_id, State.REJECTED, "sender_id.rejected", reason.strip())


@transaction.atomic
def ban(*, by: Actor, sender_id: int) -> SenderId:
    """Stop a name that was approved; queued messages under it still go."""
    return _decide(by, sender_id, State.BANNED, "sender_id.banned")


def approved_labels(tenant: Tenant) -> list[str]:
    """The names that the tenant may write under, in alphabetical order."""
    return list(
        SenderId.objects.of(tenant)
        .filter(state=State.APPROVED)
        .order_by("label")
        .values_list("label", flat=True)
    )


def _decide(by: Actor, sender_id: int, state: str, action: str, reason: str = "") -> SenderId:
    access.require(by, "senders.decide")
    sender = SenderId.objects.select_for_update(no_key=True).filter(pk=sender_id).first()
    if sender is None:
        raise NotFound("Başlık bulunamadı.")
    changes = between(sender, {"state": str(state)})
    _move(sender, state, by=by.person, reason=reason)
    audit.record(by=by, action=action, entity=sender, tenant=sender.tenant, changes=changes)
    if state in TOLD:
        facts = {"label": sender.label, "reason": reason}
        notices.notify(people=team.admins(sender.tenant), kind=TOLD[State(state)], data=facts)
    return sender


def _move(sender: SenderId, state: str, *, by: User | None, reason: str = "") -> None:
    if state not in MOVES[State(sender.state)]:
        raise Conflict(f"Başlık şu durumda: {sender.get_state_display()}.")
    sender.state, sender.reject_reason, sender.decided_by = state, reason, by
    sender.decided_at = Now() if by else None  # the database's clock
    sender.save(update_fields=["state", "reject_reason", "decided_by", "decided_at"])
    sender.refresh_from_db(fields=["decided_at"])
