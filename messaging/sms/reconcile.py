"""What is unknown: ask the gateway, or wait. Never guess.

A submission in doubt is sent again only when its gateway drops repeats itself (class A), or says with authority that it
has no such reference, asked after the quiet period (class B). Classes C and D wait for evidence until there is no hope.
"""

import logging
import time
from collections import defaultdict

from django.db import transaction

from gateways import registry
from gateways.base import (
    Absent,
    Accepted,
    CannotTell,
    Capabilities,
    Found,
    Gateway,
    GatewayDown,
    LookUp,
    Question,
    Reference,
)
from messaging.sms import bell, outcomes, points
from messaging.sms.models import Recipient, Submission
from messaging.sms.store import record, sweep

logger = logging.getLogger(__name__)

BATCH = 50
TURN = 20.0  # seconds; then reports have theirs
WASTE = 1.0  # seconds of a turn that one gateway may cost without answering
DOWN = CannotTell("gateway down")
AUTHORITIES = {Reference.UNIQUE, Reference.LOOKUP}  # whose "absent" is believed
SHORTEST, LONGEST = 0.5, 300.0  # seconds between two questions about the same submission
PATIENCE = 72 * 60  # minutes beyond the validity before a submission is given up (send-protocol §3.2)


def run() -> int:
    """Ask about every submission whose question is due. How many were asked about.

    A gateway that lets us wait is left alone for the rest of the turn; the next questions to it are set. One that refuses
    at once costs nothing, and goes on being asked: each question put off unasked would double the wait for the next.
    """
    asked, wasted = 0, defaultdict[str, float](float)
    until = time.monotonic() + TURN
    while time.monotonic() < until and (
        batch := sweep.doubted(limit=BATCH, shortest=SHORTEST, longest=LONGEST, patience=PATIENCE)
    ):
        for submission in batch:
            began = time.monotonic()
            if wasted[submission.gateway] < WASTE and not reconcile(submission):
                wasted[submission.gateway] += time.monotonic() - began
        asked += len(batch)
    return asked


def reconcile(submission: sweep.Doubted) -> bool:
    """One question and what follows from its answer; False when the gateway did not answer."""
    try:
        gateway = registry.get(submission.gateway)
    except registry.UnknownGateway:  # the account was removed: its submissions wait like those of a mute one
        _conclude(submission, CannotTell("no such account"), None)
        return True
    able = gateway.capabilities
    if able.reference is Reference.UNIQUE and not submission.overdue:
        _resend(submission, doubted=True)
        return True
    points.reach("reconcile.before_question")
    answer = _ask(gateway, submission)
    points.reach("reconcile.answered")
    _conclude(submission, answer, able)
    points.reach("reconcile.committed")
    return answer != DOWN


def _conclude(submission: sweep.Doubted, answer: LookUp, able: Capabilities | None) -> None:
    if isinstance(answer, Found):
        outcomes.hand_over_found(submission.id, Accepted(answer.provider_id, answer.refused))
    elif isinstance(answer, Absent) and able is not None and able.reference in AUTHORITIES:
        _absent(submission, able.quiet.total_seconds())
    elif submission.hopeless:
        _give_up(submission)


def _ask(gateway: Gateway, submission: sweep.Doubted) -> LookUp:
    question = Question(
        submission.client_ref.hex, submission.provider_id, submission.attempted_at, sweep.numbers(submission)
    )
    try:
        return gateway.look_up(question)
    except GatewayDown as error:
        logger.warning(
            "reconcile.unanswered", extra={"ids": {"submission": submission.id, "reason": str(error)}}
        )
        return DOWN


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


def _give_up(submission: sweep.Doubted) -> None:
    """Released in the customer's favour and listed for the operator."""
    with transaction.atomic():
        record.end(
            ids=[submission.id],
            fences=[submission.fence],
            codes=["unresolved"],
            states=[Submission.State.UNKNOWN],
            to=Submission.State.UNRESOLVED,
            recipients=Recipient.State.FAILED,
        )
    logger.error("reconcile.unresolved", extra={"ids": {"submission": submission.id}})
