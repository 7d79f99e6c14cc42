"""Workers stopped for longer than lease and quiet together (send-protocol §3.4, "What remains").

At random moments nothing is doubled: fences, leases and look-ups see to it. Stopped exactly between the last look at the
clock and the first byte, a class B gateway gets its message twice: the known limit, shown here on purpose (window.py).
"""

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from smsmerkezi.embedded import processes
from tests.soak import clients, crew, firms, house, judge, window
from tests.soak.bars import Bars

MESSAGES = 1_600
RATE = 20  # messages a second
PER_FREEZE = 14  # messages
SHORT = {"SEND_TIMEOUT": "0.3", "SEND_MARGIN": "0.2", "SEND_LEASE": "1"}
QUIET = 0.7  # seconds; the operator's lags together are 0.2
LAGS = {"ingest_lag_ms": 100, "visibility_lag_ms": 100, "latency_ms": 50}
BEYOND = float(SHORT["SEND_LEASE"]) + QUIET  # seconds
AWAKE = 0.2, 1.4  # seconds between two freezes of one worker, at least and at most
WORKERS = ("sms-1", "sms-2", "sms-3", "sms-4")
PROVING, MUTE = ("mock-a", "mock-b"), ("mock-c", "mock-d")
KNOWN_LIMIT = {"mock-a": 1, "mock-b": 2, "mock-c": 1, "mock-d": 1}
BARS = Bars(zero=(*judge.MUST_BE_ZERO, "unanswered", "unlike_the_known_limit"), least={"freezes": 10})


@dataclass
class Frost:
    """Freezes the workers, each by itself, until there were so many freezes."""

    people: crew.Crew
    dice: random.Random
    tickets: Iterator[int]
    freezes: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def bite(self) -> None:
        threads = [threading.Thread(target=self._bite, args=(name,)) for name in WORKERS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _bite(self, name: str) -> None:
        while self._ticket():
            time.sleep(self.dice.uniform(*AWAKE))
            self.people.freeze(name)
            time.sleep(BEYOND + 0.3)
            self.people.thaw(name)

    def _ticket(self) -> bool:
        with self.lock:
            taken = next(self.tickets, None) is not None
            self.freezes += taken
            return taken


def run(place: house.House, *, messages: int, seed: int) -> dict[str, Any]:
    place.environment |= SHORT
    for slug in KNOWN_LIMIT:
        firms.road(place, slug, letter=slug[-1].upper(), quiet=QUIET, timeout=0.3)
    firm = firms.firm(credits=messages * 30)
    wishes = clients.wishes(messages, seed, gateways=PROVING)
    customers = clients.Customers([place.url], firm.token, wishes, RATE)
    tickets = iter(range(max(10, messages // PER_FREEZE)))
    with crew.at_work(place) as people:
        frost = Frost(people, random.Random(seed), tickets)
        _hired(people, place.port)
        held = window.frozen_in(
            people, firm.actor, list(KNOWN_LIMIT), proving=len(PROVING), seconds=BEYOND + 1
        )
        place.operator.faults(seed=seed, **LAGS)
        threads = customers.start()
        frost.bite()
        for thread in threads:
            thread.join(60)
        processes.wait_until(lambda: judge.under_way() == 0, seconds=30, step=0.2)
    unanswered = messages - len(customers.kept)
    return {
        "freezes": frost.freezes,
        "unanswered": unanswered,
        **_verdict(customers.kept, held, place.book()),
    }


def _hired(people: crew.Crew, port: int) -> None:
    people.start("web", crew.web(port))
    people.start("clock", crew.CLOCK)
    people.start("dlr", crew.worker("dlr", "webhooks", "default"))
    for name in WORKERS:
        people.start(name, crew.worker("sms", "bulk"))
    crew.await_web(port)


def _verdict(promises: list[clients.Promise], held: window.Window, book: judge.Book) -> dict[str, Any]:
    """What was frozen on purpose is judged by itself, and charged like everything else."""
    others = [row for row in book if not held.numbers & set(row["msisdns"])]
    copies = held.copies(book)
    return {
        "in_the_window": copies,
        "unlike_the_known_limit": copies != KNOWN_LIMIT,
        **judge.verdict([*promises, *held.promises.values()], book),
        "twice": judge.twice(others),
        "refs_twice": judge.refs_twice(others),
    }
