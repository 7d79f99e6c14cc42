"""P4 Redis is disposable: killed for 30 s, started empty, and gone for the last third, while the operator swallows answers.

Nobody kills processes here (P1 does), so that what a message waits longer is what a lost bell costs. A busy lane hears
none anyway; what it costs is seen where messages are rare, so one-time passwords come a few seconds apart.
"""

import time
from collections.abc import Sequence
from typing import Any

from smsmerkezi.embedded import processes
from tests.soak import clients, firms, house, judge, passwords, timing
from tests.soak.bars import Bars

MESSAGES = 5_400
RATE = 60  # messages a second: what two busy cores keep up with, or it is the backlog that is measured, not the bell
SHORTEST = 9.0  # seconds
RARE = 1.4  # seconds between one-time passwords: longer than a drain lingers
# Shares of the span; of the full one, 90 s, the first absence is 30 s.
KILLED, BACK, GONE = 0.2, 0.54, 2 / 3
SWALLOWED = {
    "send": {"hang": 0.09, "reset": 0.08, "error": 0.08},
    "ingest_lag_ms": 300,
    "visibility_lag_ms": 300,
}
DRAIN = 30  # seconds after the last 202
BARS = Bars(
    zero=(*judge.MUST_BE_ZERO, "refused", "unanswered"),
    most={
        "extra_p95": 2.0,
        "rare_extra_p95": 2.0,
    },  # the workers' own look is a second apart, and finds what a bell would have told
)


def run(place: house.House, *, messages: int, seed: int) -> dict[str, Any]:
    firms.road(place)
    firm = firms.firm(credits=messages * 30)
    place.operator.faults(seed=seed, **SWALLOWED)
    place.start_family()
    span = max(SHORTEST, messages / RATE)
    customers = clients.Customers([place.url], firm.token, clients.wishes(messages, seed), messages / span)
    begun = time.time()
    threads = customers.start()
    rare = passwords.Passwords(firm.actor, RARE)
    threads.append(rare.start())
    blows = ((KILLED, place.lose_redis), (BACK, place.start_redis), (GONE, place.lose_redis))
    timing.in_turn(begun, span, blows)
    rare.enough.set()
    for thread in threads:
        thread.join(2 * span)
    processes.wait_until(lambda: judge.under_way() == 0, seconds=DRAIN, step=0.5)
    book, kept = place.book(), customers.kept + rare.kept
    return {
        "acknowledged": len(customers.kept),
        "unanswered": messages - len(customers.kept),
        "refused": customers.refused[:3],
        "away_seconds": round((BACK - KILLED) * span, 1),
        **_latency("", customers.kept, book, begun, span),
        **_latency("rare_", rare.kept, book, begun, span),
        **judge.verdict(kept, book),
    }


def _latency(
    name: str, promises: Sequence[clients.Promise], book: judge.Book, begun: float, span: float
) -> dict[str, float]:
    """Accepted to taken, with and without Redis, in seconds."""

    def away(promise: clients.Promise) -> bool:
        share = (promise.at - begun) / span
        return KILLED <= share < BACK or share >= GONE

    without = judge.p95(judge.waits(filter(away, promises), book))
    usual = judge.p95(judge.waits((each for each in promises if not away(each)), book))
    extra = round(without - usual, 3)
    return {f"{name}p95_with": usual, f"{name}p95_without": without, f"{name}extra_p95": extra}
