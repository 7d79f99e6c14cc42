"""(d) delivery reports into rows, counters and message states, against one bare UPDATE of as many rows."""

import time
from collections.abc import Callable

from bench import figures, orders
from bench.dispatch import drained
from bench.figures import Figure
from bench.world import World
from gateways.base import Report, Status
from messaging.sms import delivery
from messaging.sms.models import Submission
from smsmerkezi import database

GOAL = 0.5
BATCH = 1000  # recipients a submission
REPORTS = 10_000

BARE = """
UPDATE sms_recipient r SET state = w.state, finished_at = now()
FROM unnest(%(ids)s::bigint[], %(states)s::smallint[]) AS w(id, state) WHERE r.id = w.id
"""
HANDED_OVER = """
SELECT s.provider_id, r.id, r.msisdn FROM sms_submission s
JOIN sms_recipient r ON r.id BETWEEN s.first_recipient_id AND s.last_recipient_id
WHERE s.state = %(state)s AND s.open_count = s.recipient_count
"""


def run(_: World, *, rounds: int = figures.ROUNDS, reports: int = REPORTS) -> list[Figure]:
    """Reports a second, 10,000 at a time, of submissions of 1,000; and a tenth of that of single sends."""
    return [
        figures.against(
            f"{count:,} delivery reports, {size:,} a submission, against a bare UPDATE",
            "reports/s",
            goal,
            (one_round(count, size) for _ in range(rounds)),
        )
        for count, size, goal in ((reports, min(BATCH, reports), GOAL), (reports // 10, 1, None))
    ]


def one_round(reports: int, size: int) -> tuple[float, float]:
    told = [Report(Status.DELIVERED, msisdn, name) for name, _, msisdn in handed_over(reports, size)]
    ours = timed(reports, lambda: delivery.apply(gateway="mock", reports=told))
    rows = [row_id for _, row_id, _ in handed_over(reports, size)]
    bare = timed(reports, lambda: database.rows(BARE, {"ids": rows, "states": [3] * len(rows)}) or len(rows))
    return ours, bare


def handed_over(reports: int, size: int) -> list[tuple[str, int, int]]:
    """(name at the gateway, row, number) of recipients that wait for their reports."""
    forget()
    orders.accept(messages=reports // size, recipients=size)
    drained()
    return database.rows(HANDED_OVER, {"state": int(Submission.State.HANDED_OVER)})  # type: ignore[return-value]


def forget() -> None:
    """Take what earlier rounds handed over out of sight."""
    database.rows("UPDATE sms_submission SET open_count = 0 WHERE state = 3 AND open_count > 0", {})


def timed(reports: int, work: Callable[[], int]) -> float:
    began = time.perf_counter()
    ended = work()
    seconds = time.perf_counter() - began
    if ended != reports:
        raise RuntimeError(f"{ended} recipients came to their end instead of {reports}")
    return reports / seconds
