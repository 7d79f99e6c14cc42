"""Delivery reports pushed to an address (`PUT /push`), in batches, a little after they become true.

One JSON body for all vendors: {"reports": [{id, ref, vendor, msisdn, status, code, at}]}.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import orjson

from gateways.simulator.dialect import World
from gateways.simulator.fate import TWICE, fate_of

TICK = 0.1  # seconds
BATCH = 5000
ATTEMPTS = 10


class Push:
    def __init__(self, world: World, name: Callable[[int], str]) -> None:
        """`name` gives an entry's id in its own vendor's words."""
        self._world = world
        self._name = name
        self.url = self.header = ""
        self.sent = self.failed = 0
        self._due: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)

    def configure(self, url: str, header: str) -> None:
        self.url, self.header = url, header

    def expect(self, n: int) -> None:
        """From now on this entry's reports are owed."""
        if not self.url:
            return
        accepted = self._world.book.accepted_at(n)
        for msisdn in self._world.book.msisdns(n):
            fate = fate_of(msisdn)
            if fate is not None:
                owed = [(n, msisdn)] * (2 if msisdn % 10000 == TWICE else 1)
                self._due[int((accepted + fate.after) / TICK) + 1].extend(owed)

    async def run(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            now = int(time.time() / TICK)
            for bucket in sorted(due for due in self._due if due <= now):
                for batch in _batches(self._due.pop(bucket)):
                    await self._deliver(orjson.dumps({"reports": [self._row(n, to) for n, to in batch]}))

    def _row(self, n: int, msisdn: int) -> dict[str, Any]:
        fate = fate_of(msisdn)
        assert fate is not None
        return {
            "id": self._name(n),
            "ref": self._world.book.ref(n),
            "vendor": self._world.book.vendor(n),
            "msisdn": msisdn,
            "status": fate.status,
            "code": fate.code,
            "at": self._world.book.accepted_at(n) + fate.after,
        }

    async def _deliver(self, body: bytes) -> None:
        for attempt in range(ATTEMPTS):
            try:
                status = await asyncio.wait_for(post(self.url, self.header, body), timeout=10)
            except (OSError, ValueError, TimeoutError):
                status = 0
            if 200 <= status < 300:
                self.sent += 1
                return
            await asyncio.sleep(TICK * attempt)
        self.failed += 1


async def post(url: str, header: str, body: bytes) -> int:
    """The answer's status. Raises OSError or ValueError."""
    target = urlsplit(url)
    reader, writer = await asyncio.open_connection(target.hostname, target.port or 80)
    more = f"{header}\r\n" if header else ""
    head = (
        f"POST {target.path or '/'} HTTP/1.1\r\nHost: {target.netloc}\r\nConnection: close\r\n{more}"
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


def _batches(owed: list[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    for start in range(0, len(owed), BATCH):
        yield owed[start : start + BATCH]
