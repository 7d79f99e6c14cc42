"""The story of one message, as steps in the order in which they happened. No words: a door tells it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from messaging.sms import reading
from messaging.sms.models import Message, Submission

ONE_BY_ONE = 5  # recipients, and submissions, up to this number have a line each
ENDS = ("delivered", "undelivered", "expired", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Step:
    """`kind` is accepted, scheduled, handed_over, doubt, refused, or a recipient's end. `at` is empty for a running sum."""

    kind: str
    at: datetime | None
    values: dict[str, Any] = field(default_factory=dict)


def steps(message: Message, submissions: Sequence[Submission], lines: Sequence[reading.Line]) -> list[Step]:
    """`lines` are the message's first recipients, at least ONE_BY_ONE + 1 of them where there are as many."""
    told = [
        Step("accepted", message.created_at, {"recipients": message.recipients, "skipped": message.skipped})
    ]
    if message.scheduled_at:
        told.append(Step("scheduled", message.scheduled_at))
    told += _roads(submissions)
    told += _each_end(lines) if len(lines) <= ONE_BY_ONE else _sums(message)
    return sorted(told, key=lambda step: (step.at is None, step.at or message.created_at))


def _roads(submissions: Sequence[Submission]) -> list[Step]:
    handed = [each for each in submissions if each.handed_over_at]
    doubted = [each for each in submissions if each.state == Submission.State.UNKNOWN]
    shown = handed if len(handed) <= ONE_BY_ONE else handed[-1:]
    steps = [
        Step(
            "handed_over",
            each.handed_over_at,
            {
                "gateway": each.gateway,
                "provider_id": each.provider_id,
                "recipients": each.recipient_count
                if shown is handed
                else sum(one.recipient_count for one in handed),
            },
        )
        for each in shown
    ]
    return steps + [Step("doubt", each.last_tx_at, {"gateway": each.gateway}) for each in doubted[:1]]


def _each_end(lines: Sequence[reading.Line]) -> list[Step]:
    return [
        Step(
            line.status,
            line.finished_at,
            {
                "msisdn": line.msisdn,
                "code": line.error_code,
                "took": line.finished_at - line.sent_at if line.sent_at else None,
            },
        )
        for line in lines
        if line.finished_at
    ]


def _sums(message: Message) -> list[Step]:
    sums = ((name, getattr(message, name)) for name in ENDS)
    return [Step(name, message.finished_at, {"recipients": count}) for name, count in sums if count]
