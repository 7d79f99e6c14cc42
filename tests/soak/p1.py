"""P1 nothing lost, P2 nothing twice, P3 charged exactly: the whole platform while everything around it fails."""

import time
from typing import Any

from smsmerkezi.embedded import processes
from tests.soak import clients, firms, house, judge, timing
from tests.soak.bars import Bars

MESSAGES = 10_000
KILL_EVERY = 2.0  # seconds
DRAIN = 90  # seconds after the last 202 until everything must be over
BARS = Bars(zero=(*judge.MUST_BE_ZERO, "refused", "unanswered"))


def run(place: house.House, *, messages: int, seed: int) -> dict[str, Any]:
    firms.road(place)
    firm = firms.firm(credits=messages * 30)
    place.operator.faults(seed=seed, **house.FAULTS)
    place.start_family(KILL_EVERY)
    span = 10 if messages <= 1000 else messages / 80
    customers = clients.Customers([place.url], firm.token, clients.wishes(messages, seed), messages / span)
    threads = customers.start()
    blows = ((0.3, place.empty_redis), (0.5, place.crash_database), (0.7, place.empty_redis))
    timing.in_turn(time.time(), span, blows)
    for thread in threads:
        thread.join(5 * span + 60)
    answered = time.monotonic()
    place.let_live()
    processes.wait_until(lambda: judge.under_way() == 0, seconds=DRAIN, step=0.5)
    return {
        "acknowledged": len(customers.kept),
        "unanswered": messages - len(customers.kept),
        "refused": customers.refused[:3],
        "tries": customers.answers.total(),
        "kills": place.kills,
        "drained_in": round(time.monotonic() - answered, 1),
        **judge.verdict(customers.kept, place.book()),
    }
