"""What the clock does to messages: reap lapsed leases, end what is over, ring for what is due."""

import time
from collections.abc import Callable

from messaging.hours import policy
from messaging.sms import bell, dispatch, points
from messaging.sms.models import Recipient, Submission
from messaging.sms.store import record, sweep
from smsmerkezi import database
from smsmerkezi.core import clock

KEY_DAYS = 7  # idempotency keys are kept that long
ATTEMPT_DAYS = 90
TURN = 5.0  # seconds that one sweep may take; the rest waits for the next
PARTITIONS_AHEAD = 2


def reap() -> int:
    """Submissions whose worker did not come back are in doubt from now on."""
    reaped = sweep.reap()
    points.reach("reap.committed")
    return reaped


@database.transactional
def expire_overdue() -> int:
    """End what could not be handed over within its validity, uncharged. How many recipients."""
    sweep.doubt_overdue()
    overdue = sweep.overdue()
    if not overdue:
        return 0
    return record.end(
        ids=[submission for submission, _ in overdue],
        fences=[fence for _, fence in overdue],
        codes=["expired"] * len(overdue),
        states=[Submission.State.READY],
        to=Submission.State.EXPIRED,
        recipients=Recipient.State.EXPIRED,
    )


def hold_over() -> int:
    """Commercial messages that did not leave before their hours ended go at the next opening. How many submissions."""
    opening = policy.fit(clock.now())
    return _until_short(1000, lambda: _twice(sweep.hold_over(opens=opening.opens, closes=opening.closes)))


def expire_unreported() -> int:
    """End what was handed over and never reported, charged. How many recipients."""
    return _until_short(sweep.UNREPORTED_AT_ONCE, _expire_unreported)


@database.transactional
def _expire_unreported() -> tuple[int, int]:
    return sweep.expire_unreported()


def ring_due() -> list[int]:
    """Ring for every lane with something to hand over; the lanes rung for."""
    lanes = [int(lane) for lane in Submission.Lane if dispatch.due(lane)]
    for lane in lanes:
        bell.ring(lane)
    return lanes


def make_partitions() -> int:
    """Keep empty partitions ahead of the ids."""
    return sweep.make_partitions(ahead=PARTITIONS_AHEAD)


def forget_keys() -> int:
    return _until_short(sweep.FORGET_AT_ONCE, lambda: _twice(sweep.forget_keys(days=KEY_DAYS)))


def forget_attempts() -> int:
    """Attempts tell why a message took so long, and prove nothing any more when their submissions have long ended."""
    return _until_short(sweep.FORGET_AT_ONCE, lambda: _twice(sweep.forget_attempts(days=ATTEMPT_DAYS)))


def _twice(count: int) -> tuple[int, int]:
    return count, count


def _until_short(full: int, step: Callable[[], tuple[int, int]]) -> int:
    """Repeat `step`, which says (rows it took, what it did), until it finds less than a full batch, for TURN at most."""
    done, until = 0, time.monotonic() + TURN
    while time.monotonic() < until:
        taken, did = step()
        done += did
        if taken < full:
            break
    return done
