"""P24 overload is refused, not swallowed: three times as many requests as can be accepted.

Each is accepted and handled to its end, or told to come again (429 or 503 with Retry-After). None waits long, and memory
stays what it is: the line before the web has an end (smsmerkezi/gate.py).
"""

import asyncio
import itertools
import threading
from dataclasses import dataclass, field
from typing import Any

from smsmerkezi.embedded import memory, processes
from tests.soak import firms, house, judge
from tests.soak.bars import Bars
from tests.soak.flood import CONNECTIONS, MANNERLY, Flood

MESSAGES = 60_000  # requests are made for so many thousandths of a second
TIMES = 3  # the capacity
MEASURED = 4.0  # seconds for which the capacity is measured, at most
AT_ONCE = 16  # requests that measure it
DRAIN = 60  # seconds until everything accepted is over
GROWTH = 100  # MB that web, workers and clock together may take more than when idle
BARS = Bars(
    zero=(*judge.MUST_BE_ZERO, "other_answers"),
    most={"p99": 3.0, "megabytes_more": GROWTH},
    least={"refused": 100, "accepted": 100, "times": 1.5},
)


@dataclass
class Scales:
    """Weighs a family of processes once a second."""

    root: int
    before: int = 0
    most: int = 0
    enough: threading.Event = field(default_factory=threading.Event)

    def start(self) -> threading.Thread:
        self.before = memory.total(self.root) // 1024
        thread = threading.Thread(target=self._weigh, daemon=True)
        thread.start()
        return thread

    def _weigh(self) -> None:
        while not self.enough.wait(1.0):
            self.most = max(self.most, memory.total(self.root) // 1024)


def run(place: house.House, *, messages: int, seed: int) -> dict[str, Any]:
    firms.road(place)
    firm = firms.firm(credits=10_000_000)
    place.start_family()
    assert place.family is not None
    numbers = (905_500_000_000 + n for n in itertools.count(1) if n % 10_000 > 9)
    first, seconds = Flood(place.url, firm.token, numbers), messages / 1_000
    capacity = asyncio.run(first.press(at_once=AT_ONCE, seconds=min(MEASURED, seconds)))
    scales, flood = Scales(place.family.pid), Flood(place.url, firm.token, numbers)
    weighing = scales.start()
    asyncio.run(flood.pour(per_second=TIMES * capacity, seconds=seconds))
    processes.wait_until(lambda: judge.under_way() == 0, seconds=DRAIN, step=0.5)
    scales.enough.set()
    weighing.join()
    return {
        "capacity": round(capacity),
        **_told(flood, capacity * seconds),
        "megabytes": scales.before,
        "megabytes_more": scales.most - scales.before,
        **judge.verdict(first.kept + flood.kept, place.book()),
    }


def _told(flood: Flood, could: float) -> dict[str, Any]:
    """`could` is how many could have been accepted had nobody else come; `times` is how many came instead."""
    answers = flood.answers
    refused = sum(answers[status] for status in MANNERLY)
    return {
        "requests": answers.total(),
        "times": round(answers.total() / could, 2),
        "accepted": answers[202],
        "refused": refused,
        "other_answers": {
            status: count for status, count in answers.items() if status not in {202, *MANNERLY}
        },
        "held_back": flood.held_back,
        "connections": CONNECTIONS,
        "p99": round(sorted(flood.waits)[int(len(flood.waits) * 0.99)], 3) if flood.waits else 0.0,
    }
