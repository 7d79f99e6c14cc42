"""What a vendor's dialect tells the simulator: how it reads an order and words an answer.

What is accepted, booked, delivered and broken is the same for all (`operator.py`).
"""

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import orjson

from gateways.simulator.book import Book, Order
from gateways.simulator.fate import TWICE, fate_of
from gateways.simulator.faults import Faults
from gateways.simulator.http import Request

MINUTE = 60.0


class Word(NamedTuple):
    """One line of a delivery report, in nobody's dialect."""

    msisdn: int
    status: str
    code: str
    at: float  # seconds of the epoch


class Owed(NamedTuple):
    """One line of a report that is pushed: an entry, its name, the order's reference, and what became of a number."""

    n: int
    name: str
    ref: str
    word: Word


class Incoming(NamedTuple):
    """An SMS that somebody sent to a vendor's customer (`POST /inbox`)."""

    vendor: str
    sender: int
    receiver: str
    text: str
    at: float  # seconds of the epoch


class World:
    """What all dialects share."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.faults = Faults()
        self.inbox: list[Incoming] = []

    def came_in(self, vendor: str) -> Iterator[tuple[int, Incoming]]:
        """With its number, from 1."""
        return ((n, each) for n, each in enumerate(self.inbox, 1) if each.vendor == vendor)

    def words(self, n: int, now: float, start: int = 0, stop: int | None = None) -> Iterator[Word]:
        """What is known at `now` of an entry's recipients; some are told twice."""
        accepted = self.book.accepted_at(n)
        for msisdn in self.book.msisdns(n)[start:stop]:
            fate = fate_of(msisdn)
            if fate is None or accepted + fate.after > now:
                continue
            word = Word(msisdn, fate.status, fate.code, accepted + fate.after)
            yield word
            if msisdn % 10000 == TWICE:
                yield word

    def slices(self, entries: Sequence[int], start: int, count: int) -> Iterator[tuple[int, int, int]]:
        """(entry, from, to): the recipients `start` .. `start + count` of these entries laid end to end."""
        for n in entries:
            size = self.book.recipients(n)
            if start < size and start + count > 0:
                yield n, max(start, 0), min(size, start + count)
            start -= size


Question = Callable[[Request], bytes]


class Dialect(ABC):
    vendor: str
    drops_repeats = False
    push_attempts = 10

    def __init__(self, world: World) -> None:
        self.world = world
        self.book = world.book
        self._asked: dict[str, deque[float]] = {}

    @property
    @abstractmethod
    def sends(self) -> Mapping[str, Callable[[Request], "Order | bytes"]]:
        """By path: the order in a request, or the refusal of it."""

    @property
    @abstractmethod
    def questions(self) -> Mapping[str, Question]:
        """By path: everything else."""

    @property
    def prefixes(self) -> Mapping[str, Question]:
        """By the beginning of a path, for questions that name their subject in its end."""
        return {}

    @abstractmethod
    def name(self, n: int) -> str:
        """An entry's id in the vendor's words."""

    @abstractmethod
    def accepted(self, order: Order, n: int) -> bytes: ...

    def repeated(self, order: Order, n: int) -> bytes:
        """What a vendor that drops repeats says to one: the first time's answer, where it does not say more."""
        return self.accepted(order, n)

    def pushes(self, owed: Sequence[Owed]) -> Iterator[bytes]:
        """The bodies of the requests in which these lines are told. A vendor without a known shape has the simulator's."""
        rows = [
            {"id": line.name, "ref": line.ref, "vendor": self.vendor, **line.word._asdict()} for line in owed
        ]
        yield orjson.dumps({"reports": rows})

    def push_taken(self, status: int) -> bool:
        """Whether this answer to a push is enough for the vendor."""
        return 200 <= status < 300

    def within_rate(self, account: str) -> bool:
        """Ten questions in any minute, unless `report_rate` says otherwise; for vendors that count them."""
        now, asked = time.monotonic(), self._asked.setdefault(account, deque())
        while asked and asked[0] <= now - MINUTE:
            asked.popleft()
        if len(asked) >= self.world.faults.report_rate:
            return False
        asked.append(now)
        return True

    @abstractmethod
    def misnamed(self, order: Order) -> bytes:
        """An acceptance that names nothing that exists."""

    @abstractmethod
    def throttled(self) -> bytes: ...

    @abstractmethod
    def error_body(self) -> bytes:
        """A refusal dressed as a success: HTTP 200."""
