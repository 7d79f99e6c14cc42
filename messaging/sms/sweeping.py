"""What the clock does to messages: reap lapsed leases, end what is over, ring for what is due."""

from django.db import transaction

from messaging.sms import bell, dispatch, points
from messaging.sms.models import Recipient, Submission
from messaging.sms.store import record, sweep

KEY_DAYS = 7  # idempotency keys are kept that long
PARTITIONS_AHEAD = 2


def reap() -> int:
    """Submissions whose worker did not come back are in doubt from now on."""
    reaped = sweep.reap()
    points.reach("reap.committed")
    return reaped


@transaction.atomic
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


@transaction.atomic
def expire_unreported() -> int:
    """End what was handed over and never reported, charged. How many recipients."""
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
    return sweep.forget_keys(days=KEY_DAYS)
