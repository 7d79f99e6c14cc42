"""Delivery reports pushed to an address (`PUT /push`, or an order's own), in batches, a little after they become true.

Each vendor words them as it does (`Dialect.pushes`).
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from gateways.simulator.dialect import Dialect, Owed, Word, World
from gateways.simulator.fate import TWICE, fate_of

TICK = 0.1  # seconds
BATCH = 5000
PATIENCE = 10  # seconds for an answer


class Target(NamedTuple):
    url: str = ""
    header: str = ""


class Push:
    def __init__(self, world: World, dialects: Mapping[str, Dialect]) -> None:
        self._world = world
        self._dialects = dialects
        self._targets: dict[str, Target] = {}
        self.sent = self.failed = 0
        self._due: defaultdict[int, list[tuple[int, int, Target]]] = defaultdict(list)

    def url(self, vendor: str = "") -> str:
        return self._targets.get(vendor, Target()).url

    def configure(self, url: str, header: str, vendor: str = "") -> None:
        self._targets[vendor] = Target(url, header)

    def expect(self, n: int, url: str = "") -> None:
        """From now on this entry's reports are owed."""
        target = Target(url) if url.startswith("http://") else self._target(n)
        if not target.url:
            return
        accepted = self._world.book.accepted_at(n)
        for msisdn in self._world.book.msisdns(n):
            fate = fate_of(msisdn)
            if fate is not None:
                owed = [(n, msisdn, target)] * (2 if msisdn % 10000 == TWICE else 1)
                self._due[int((accepted + fate.after) / TICK) + 1].extend(owed)

    def _target(self, n: int) -> Target:
        return self._targets.get(self._world.book.vendor(n)) or self._targets.get("", Target())

    async def run(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            now = int(time.time() / TICK)
            for bucket in sorted(due for due in self._due if due <= now):
                for dialect, target, body in self._bodies(self._due.pop(bucket)):
                    await self._deliver(dialect, target, body)

    def _bodies(self, due: list[tuple[int, int, Target]]) -> Iterator[tuple[Dialect, Target, bytes]]:
        by_reader: defaultdict[tuple[str, Target], list[Owed]] = defaultdict(list)
        for n, msisdn, target in due:
            by_reader[self._world.book.vendor(n), target].append(self._owed(n, msisdn))
        for (vendor, target), owed in by_reader.items():
            dialect = self._dialects[vendor]
            for start in range(0, len(owed), BATCH):
                for body in dialect.pushes(owed[start : start + BATCH]):
                    yield dialect, target, body

    def _owed(self, n: int, msisdn: int) -> Owed:
        fate, book = fate_of(msisdn), self._world.book
        assert fate is not None
        word = Word(msisdn, fate.status, fate.code, book.accepted_at(n) + fate.after)
        return Owed(n, self._dialects[book.vendor(n)].name(n), book.ref(n), word)

    async def _deliver(self, dialect: Dialect, target: Target, body: bytes) -> None:
        """As often as the vendor tries, though it may wait minutes in between."""
        for attempt in range(dialect.push_attempts):
            try:
                async with asyncio.timeout(PATIENCE):  # wait_for may swallow the order to stop
                    status = await post(target.url, target.header, body)
            except (OSError, ValueError, TimeoutError):
                status = 0
            if dialect.push_taken(status):
                self.sent += 1
                return
            await asyncio.sleep(TICK * attempt)
        self.failed += 1


async def post(url: str, header: str, body: bytes) -> int:
    """The answer's status. Raises OSError or ValueError."""
    target = urlsplit(url)
    reader, writer = await asyncio.open_connection(target.hostname, target.port or 80)
    more = f"{header}\r\n" if header else ""
    query = f"?{target.query}" if target.query else ""
    head = (
        f"POST {target.path or '/'}{query} HTTP/1.1\r\nHost: {target.netloc}\r\nConnection: close\r\n{more}"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    try:
        writer.write(head.encode() + body)
        await writer.drain()
        line = await reader.readline()
    finally:
        writer.close()
    words = line.split()
    return int(words[1]) if len(words) > 1 else 0
