"""A sender ID's way: pending -> approved | rejected; approved -> banned | rejected (revoked); both may be approved again.

Only what is approved is sent under: a message is accepted under an approved name, and what waits when the approval is taken
away ends unsent, its credit given back (messaging.sms.dispatch). A refused name is asked for again by a new application.
"""

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from messaging.files import vault
from messaging.senders import documents, permits, rules
from messaging.senders.documents import Document
from messaging.senders.models import SenderId
from smsmerkezi import database, scope
from smsmerkezi.core.changes import between
from smsmerkezi.core.errors import Conflict, DomainError, NotFound
from tenants import access, audit, notices, team
from tenants.actors import Actor
from tenants.models import Tenant, User

State = SenderId.State
MOVES = {
    State.PENDING: {State.APPROVED, State.REJECTED},
    State.APPROVED: {State.BANNED, State.REJECTED},
    State.BANNED: {State.APPROVED, State.REJECTED},
    State.REJECTED: {State.APPROVED},
}
TOLD = {  # kinds of notices to the firm
    State.APPROVED: "sender_approved",
    State.REJECTED: "sender_rejected",
    State.BANNED: "sender_banned",
}
ANY = frozenset(State)
REASON = (5, 500)  # characters (contract A9)


class LabelKnown(DomainError):
    code = "label-known"
    field = "label"

    def __init__(self) -> None:
        super().__init__("Bu başlık için bekleyen ya da onaylanmış bir başvurunuz zaten var.")


class BadReason(DomainError):
    code = "invalid-reason"
    field = "reason"

    def __init__(self) -> None:
        super().__init__("Ret nedeni 5 ile 500 karakter arasında olmalıdır.")


class AlreadyDecided(Conflict):
    def __init__(self, sender: SenderId) -> None:
        super().__init__(f"Başlık şu durumda: {sender.get_state_display()}.")


class OwnApplication(DomainError):
    """Whoever asked for a name is not the one to grant it."""

    code = "own-application"

    def __init__(self) -> None:
        super().__init__("Kendi yaptığınız başvuruyu onaylayamazsınız; başka bir inceleyen karar vermelidir.")


class InUse(DomainError):
    code = "sender-in-use"

    def __init__(self) -> None:
        super().__init__("Onaylanmış gönderici başlığı silinemez.")  # contract #76


class Unknown(NotFound):
    def __init__(self) -> None:
        super().__init__("Gonderici basligi bulunamadi.")  # contract #75


@transaction.atomic
def apply_for(
    *, by: Actor, label: str, document: Document | None = None, claim: permits.Claim = permits.UNSAID
) -> SenderId:
    """Ask for a name. The doors ask for a document; without one the platform itself enters a name, and nobody is told.

    Raises rules.BadLabel, LabelKnown, documents.Full.
    """
    rules.check(label)
    firm = Tenant.objects.select_for_update(no_key=True).get(pk=by.tenant.pk)  # one at a time: the quota
    sender = SenderId(tenant=firm, label=label, submitted_by=by.user, **claim._asdict())
    sender.document = documents.keep(firm, document) if document else None
    _insert(sender)
    audit.record(by=by, action="sender_id.created", entity=sender)
    if document:
        _tell_reviewers(sender)
    return sender


@transaction.atomic
def withdraw(*, by: Actor, sender_id: int) -> None:
    """Delete an application that was not approved, and its document. Raises Forbidden, Unknown, InUse."""
    access.require(by, "senders.apply")
    rows = SenderId.objects.of(by.tenant).select_for_update(no_key=True)
    sender = rows.filter(pk=sender_id).first()
    if sender is None:
        raise Unknown
    if sender.state in {State.APPROVED, State.BANNED}:
        raise InUse
    document = sender.document
    sender.delete()
    if document:
        vault.remove(document)
    audit.record(by=by, action="sender_id.deleted", entity_type="SenderId", entity_id=sender_id)


@transaction.atomic
def approve(*, by: Actor, sender_id: int, again: bool = False, only: Collection[State] = ANY) -> SenderId:
    """The firm may send under the name. `again`: an approved one stays as it is, without a word (contract #20).

    `only`: as what the caller saw it, so that nobody undoes what somebody else has decided meanwhile.
    Raises Forbidden, NotFound, Conflict, OwnApplication, LabelKnown.
    """
    sender = _taken(by, sender_id, only)
    if again and sender.state == State.APPROVED:
        return sender
    if by.user_id is not None and by.user_id == sender.submitted_by_id:
        raise OwnApplication
    return _decide(by, sender, State.APPROVED, "sender_id.approved")


@transaction.atomic
def reject(*, by: Actor, sender_id: int, reason: str, only: Collection[State] = ANY) -> SenderId:
    """Refuse, or revoke what was approved. `reason` is told to the firm; `only` as with `approve`.

    Raises Forbidden, NotFound, Conflict, BadReason.
    """
    reason = reason.strip()
    if not REASON[0] <= len(reason) <= REASON[1] or "\x00" in reason:
        raise BadReason
    return _decide(by, _taken(by, sender_id, only), State.REJECTED, "sender_id.rejected", reason)


@transaction.atomic
def ban(*, by: Actor, sender_id: int) -> SenderId:
    """Stop a name until somebody approves it again. Raises Forbidden, NotFound, Conflict."""
    return _decide(by, _taken(by, sender_id), State.BANNED, "sender_id.banned")


def approved_labels(tenant: Tenant) -> list[str]:
    """The names that the tenant may write under, in alphabetical order."""
    return list(
        SenderId.objects.of(tenant)
        .filter(state=State.APPROVED)
        .order_by("label")
        .values_list("label", flat=True)
    )


def _insert(sender: SenderId) -> None:
    try:
        with transaction.atomic():
            sender.save()
    except IntegrityError as error:
        raise _known(error) from error


def _known(error: IntegrityError) -> Exception:
    return LabelKnown() if database.constraint(error) == "sender_label_once" else error


def _tell_reviewers(sender: SenderId) -> None:
    """Platform staff are no firm's: the wall around ours does not show them."""
    with scope.of(None):
        facts = {"label": sender.label, "firm": sender.tenant.name}
        notices.notify(people=team.staff(), kind="sender_applied", data=facts)


def _taken(by: Actor, sender_id: int, only: Collection[State] = ANY) -> SenderId:
    """The row, locked: of two reviewers the second sees what the first decided."""
    access.require(by, "senders.decide")
    sender = SenderId.objects.select_for_update(no_key=True).filter(pk=sender_id).first()
    if sender is None:
        raise Unknown
    if sender.state not in only:
        raise AlreadyDecided(sender)
    return sender


def _decide(by: Actor, sender: SenderId, state: State, action: str, reason: str = "") -> SenderId:
    changes = between(sender, {"state": str(state)})
    _move(sender, state, by=by.person, reason=reason)
    audit.record(by=by, action=action, entity=sender, tenant=sender.tenant, changes=changes)
    facts = {"label": sender.label, "reason": reason}
    notices.notify(people=team.admins(sender.tenant), kind=TOLD[state], data=facts)
    return sender


def _move(sender: SenderId, state: State, *, by: User, reason: str) -> None:
    if state not in MOVES[State(sender.state)]:
        raise AlreadyDecided(sender)
    sender.state, sender.reject_reason, sender.decided_by = state, reason, by
    sender.decided_at = Now()  # the database's clock
    try:
        with transaction.atomic():
            sender.save(update_fields=["state", "reject_reason", "decided_by", "decided_at"])
    except IntegrityError as error:
        raise _known(error) from error
    sender.refresh_from_db(fields=["decided_at"])
