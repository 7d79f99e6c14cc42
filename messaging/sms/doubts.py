"""Submissions that no gateway can tell us about, decided by platform staff: sent, not sent, or to be sent again.

Each decision names its reason and stands in the trail. "Again" is the only place where somebody may get a message twice;
whoever chooses it is told so.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Q, QuerySet

from billing import ledger
from gateways import registry
from gateways.base import Accepted
from messaging.sms import bell, outcomes
from messaging.sms.models import Message, Recipient, Submission
from messaging.sms.store import doubt, record
from smsmerkezi import database
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Conflict, DomainError, NotFound
from tenants import access, audit, firms
from tenants.actors import Actor

State = Submission.State
GRACE = timedelta(minutes=10)  # what is younger is not listed


class BadReason(DomainError):
    code = "invalid-reason"
    field = "reason"


class NotInDoubt(Conflict):
    """Somebody, or its gateway, has settled it meanwhile."""

    def __init__(self) -> None:
        super().__init__("Bu paket artık belirsiz değil.")


class TooEarly(Conflict):
    """Its gateway may still be swallowing it."""

    def __init__(self) -> None:
        super().__init__("Bu paket henüz yeni; sağlayıcısı hâlâ bildirebilir.")


def listed() -> QuerySet[Submission]:
    """In doubt for a while, or given up: for staff to look through, the oldest first."""
    old = Q(state=State.UNKNOWN, last_tx_at__lt=clock.now() - GRACE)
    return Submission.objects.filter(old | Q(state=State.UNRESOLVED)).order_by("pk")


def ripe(submission: Submission) -> bool:
    """In doubt for so long that nothing of it can be under way: listed, and its account's quiet time is over."""
    able = registry.able(submission.gateway)
    quiet = able.quiet if able else timedelta(seconds=settings.SEND_QUIET)
    began = submission.last_tx_at or clock.now()
    return submission.state == State.UNKNOWN and began < clock.now() - max(GRACE, quiet)


@dataclass(frozen=True, slots=True)
class Stake:
    """What a decision is about."""

    recipients: int
    credits: int


def at_stake(submission_id: int) -> Stake:
    """Nothing, where its recipients have come to their ends otherwise."""
    return Stake(*doubt.at_stake(submission_id))


@database.transactional
def was_sent(*, by: Actor, submission_id: int, reason: str) -> int:
    """It reached the operator: charge it. How many recipients. Raises InsufficientCredit where its credit was given back."""
    submission = _opened(by, submission_id, "sms.doubt-sent", reason)
    return outcomes.hand_over_found(submission.pk, Accepted(submission.provider_id))


@database.transactional
def was_not_sent(*, by: Actor, submission_id: int, reason: str) -> int:
    """It did not: give the credit back and end it. How many recipients. Raises NotInDoubt where that was done before."""
    submission = _locked(by, submission_id, reason)
    if submission.state != State.UNKNOWN:
        raise NotInDoubt
    _noted(by, submission, "sms.doubt-not-sent", reason)
    return record.end(
        ids=[submission.pk],
        fences=[submission.fence],
        codes=["unresolved"],
        states=[State.UNKNOWN],
        to=State.UNRESOLVED,
        recipients=Recipient.State.FAILED,
    )


@database.transactional
def send_again(*, by: Actor, submission_id: int, reason: str) -> None:
    """Under a new reference, whatever became of the first. Raises InsufficientCredit where its credit was given back."""
    submission = _opened(by, submission_id, "sms.doubt-again", reason)
    doubt.again(submission.pk)
    transaction.on_commit(partial(bell.ring, submission.lane))


def _opened(by: Actor, submission_id: int, action: str, reason: str) -> Submission:
    """In doubt, with its credit held: what was given up is taken up again."""
    submission = _locked(by, submission_id, reason)
    _noted(by, submission, action, reason)
    if submission.state == State.UNRESOLVED:
        if not _reopened(submission.pk):
            raise NotInDoubt  # nobody of it is left: late reports have told of all
        Message.objects.filter(pk=submission.message_id).update(state=Message.State.SENDING)
    return submission


def _reopened(submission_id: int) -> int:
    try:
        return doubt.reopen(submission_id)
    except DatabaseError as error:
        raise ledger.refusal(error) or error from error


def _locked(by: Actor, submission_id: int, reason: str) -> Submission:
    access.require(by, "doubts.decide")
    if not 5 <= len(reason.strip()) <= 500:
        raise BadReason("Neden 5 ile 500 karakter arasında olmalıdır.")
    found = Submission.objects.select_for_update(no_key=True).filter(pk=submission_id).order_by("pk").first()
    if found is None:
        raise NotFound("Paket bulunamadı.")
    if found.state not in {State.UNKNOWN, State.UNRESOLVED}:
        raise NotInDoubt
    if found.state == State.UNKNOWN and not ripe(found):
        raise TooEarly
    return found


def _noted(by: Actor, submission: Submission, action: str, reason: str) -> None:
    audit.record(
        by=by,
        action=action,
        entity=submission,
        tenant=firms.find(submission.tenant_id),
        meta={"message": submission.message_id, "gateway": submission.gateway, "reason": reason.strip()},
    )
