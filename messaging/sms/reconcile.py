"""What is unknown: ask the gateway, or wait. Never guess.

A submission in doubt is sent again only when its gateway drops repeats itself (class A), or says with authority that it
has no such reference, asked after the quiet period (class B). Classes C and D wait for evidence until there is no hope,
and so does what a restored copy cannot know the way of.
"""

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

from gateways import circuit, registry, routing
from gateways.base import (
    Absent,
    Accepted,
    CannotTell,
    Capabilities,
    Found,
    Gateway,
    LookUp,
    Question,
    Reference,
)
from messaging.sms import asking, bell, dispatch, outcomes, points, quarantine
from messaging.sms.models import Recipient, Submission
from messaging.sms.store import record, sweep
from smsmerkezi import database

logger = logging.getLogger(__name__)

BATCH = 64
ASKERS = 16  # questions at the same time
TURN = 20.0  # seconds; then reports have theirs
AUTHORITIES = {Reference.UNIQUE, Reference.LOOKUP}  # whose "absent" is believed
SHORTEST, LONGEST = 0.5, 300.0  # seconds between two questions about the same submission
PATIENCE = 72 * 60  # minutes beyond the validity before a submission is given up (send-protocol §3.2)


def run() -> int:
    """Ask about every submission whose question is due, several at the same time. How many were asked about."""
    quarantine.look()
    asked, until = 0, time.monotonic() + TURN
    with ThreadPoolExecutor(ASKERS, thread_name_prefix="reconcile") as pool:
        while (
            not dispatch.stopping.is_set()
            and time.monotonic() < until
            and (batch := sweep.doubted(limit=BATCH, shortest=SHORTEST, longest=LONGEST, patience=PATIENCE))
        ):
            for asked_about in [_begun(pool, submission) for submission in batch]:
                _ended(asked_about)
            asked += len(batch)
    return asked


class _Question(NamedTuple):
    """A submission that is being asked about; `answer` None when it is not, `able` None without a road.

    `repeat`: it needs no question, for its gateway drops what it has already.
    """

    submission: sweep.Doubted
    able: Capabilities | None
    answer: Future[asking.Reply[LookUp]] | None = None
    repeat: bool = False


def _begun(pool: ThreadPoolExecutor, submission: sweep.Doubted) -> _Question:
    slug = submission.gateway
    try:
        gateway = registry.get(slug)
    except registry.UNUSABLE:  # its submissions wait like those of a mute one
        return _Question(submission, None)
    able = gateway.capabilities
    if able.reference is Reference.UNIQUE and _repeatable(submission):
        return _Question(submission, able, repeat=True)
    if circuit.state(slug).asks_in:
        return _Question(submission, able)
    question = Question(
        submission.client_ref.hex,
        submission.provider_id,
        submission.attempted_at,
        submission.asked_at,
        sweep.numbers(submission),
    )
    return _Question(submission, able, pool.submit(asking.ask, partial(_look_up, gateway, question)))


def _repeatable(submission: sweep.Doubted) -> bool:
    """Whether it may go once more as it was; else its gateway is asked."""
    return not submission.overdue and _at_home(submission) and not sweep.opted_out(submission)


def _at_home(submission: sweep.Doubted) -> bool:
    """Whether it is at its gateway as it stands here, or nowhere.

    After a copy was made the original may have sent it by an equal road, or in pieces of which one kept the reference.
    """
    moved = submission.count > 1 or routing.has_equals(submission.gateway)
    return not (submission.quarantined and moved)


def _look_up(gateway: Gateway, question: Question) -> LookUp:
    points.reach("reconcile.before_question")
    answer = gateway.look_up(question)
    points.reach("reconcile.answered")
    return answer


def _ended(question: _Question) -> None:
    """What follows from an answer, or from there being none."""
    submission, able, answer, repeat = question
    if repeat:
        _resend(submission, doubted=True)
        return
    said = asking.heed(submission.gateway, answer.result()) if answer else None
    _conclude(submission, said or CannotTell("not asked"), able)
    points.reach("reconcile.committed")


def _conclude(submission: sweep.Doubted, answer: LookUp, able: Capabilities | None) -> None:
    if isinstance(answer, Found) and _all_of_it(submission, answer):
        outcomes.hand_over_found(submission.id, Accepted(answer.provider_id, answer.refused))
    elif isinstance(answer, Absent) and able and able.reference in AUTHORITIES and _at_home(submission):
        _absent(submission, able.quiet.total_seconds())
    elif submission.hopeless:
        _give_up(submission)


def _all_of_it(submission: sweep.Doubted, found: Found) -> bool:
    """Not a piece of what a copy still has in one."""
    whole = found.recipients is None or found.recipients + len(found.refused) == submission.count
    return whole or not submission.quarantined


def _absent(submission: sweep.Doubted, quiet: float) -> None:
    """Absent is believed only when it was asked after the quiet period: until then the gateway may still be swallowing."""
    if submission.age > quiet:
        _resend(submission, doubted=False)
    else:
        sweep.wait(submission=submission, seconds=quiet + SHORTEST)


def _resend(submission: sweep.Doubted, *, doubted: bool) -> None:
    lane = sweep.resend(submission=submission, doubted=doubted)
    if lane is not None:
        logger.info(
            "reconcile.resend", extra={"ids": {"submission": submission.id, "fence": submission.fence}}
        )
        bell.ring(lane)


@database.transactional
def _give_up(submission: sweep.Doubted) -> None:
    """Released in the customer's favour and listed for the operator."""
    record.end(
        ids=[submission.id],
        fences=[submission.fence],
        codes=["unresolved"],
        states=[Submission.State.UNKNOWN],
        to=Submission.State.UNRESOLVED,
        recipients=Recipient.State.FAILED,
    )
    logger.error("reconcile.unresolved", extra={"ids": {"submission": submission.id}})
