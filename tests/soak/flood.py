"""More requests than can be accepted, at a fixed rate, whatever becomes of those before: nobody waits for an answer to ask."""

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.soak.clients import UNANSWERED, Promise

CONNECTIONS = 600  # that are open at most; fewer than the web keeps, so that only the gate refuses
PATIENCE = 15.0  # seconds for an answer
TICK = 0.01  # seconds between two handfuls of requests
MANNERLY = {429, 503}  # may be answered to who comes at a bad time, together with Retry-After
RUDE = -2  # one of them without Retry-After
_runs = itertools.count(1)


class Answer(NamedTuple):
    status: int
    headers: str
    body: bytes


Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass
class Flood:
    """One firm's requests. `answers` counts statuses, and what came instead; `waits` are those of the 202s."""

    url: str
    token: str
    numbers: Iterator[int]
    kept: list[Promise] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    held_back: int = 0  # requests that found no connection free
    idle: list[Wire] = field(default_factory=list)
    busy: set[asyncio.Task[None]] = field(default_factory=set)
    run: int = field(default_factory=lambda: next(_runs))

    async def pour(self, *, per_second: float, seconds: float) -> None:
        """So many a second, then wait for the last answer."""
        begun, asked = time.monotonic(), 0
        while (passed := time.monotonic() - begun) < seconds:
            for _ in range(int(passed * per_second) - asked):
                asked += 1
                self._ask_aside()
            await asyncio.sleep(TICK)
        await self._end()

    async def press(self, *, at_once: int, seconds: float) -> float:
        """So many at the same time, each followed by another; how many a second were accepted."""
        begun = time.monotonic()

        async def again() -> None:
            while time.monotonic() - begun < seconds:
                await self._ask()

        await asyncio.gather(*(again() for _ in range(at_once)))
        await self._end()
        return self.answers[202] / (time.monotonic() - begun)

    async def _end(self) -> None:
        if self.busy:
            await asyncio.wait(self.busy)
        for _, writer in self.idle:
            writer.close()
        self.idle.clear()

    def _ask_aside(self) -> None:
        if len(self.busy) >= CONNECTIONS:
            self.held_back += 1
            return
        task = asyncio.create_task(self._ask())
        self.busy.add(task)
        task.add_done_callback(self.busy.discard)

    async def _ask(self) -> None:
        number, begun = next(self.numbers), time.monotonic()
        try:
            answer = await asyncio.wait_for(self._exchange(number), PATIENCE)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            self.answers[UNANSWERED] += 1
            return
        rude = answer.status in MANNERLY and "\r\nretry-after:" not in answer.headers
        self.answers[RUDE if rude else answer.status] += 1
        if answer.status == 202:
            self.waits.append(time.monotonic() - begun)
            told = json.loads(answer.body)["data"]
            self.kept.append(Promise(told["id"], told["parts"], [number], time.time()))

    async def _exchange(self, number: int) -> Answer:
        wire = self.idle.pop() if self.idle else await self._connected()
        reader, writer = wire
        try:
            writer.write(self._request(number))
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            body = await reader.readexactly(int(head.partition("\r\ncontent-length:")[2].split("\r\n")[0]))
        except BaseException:
            writer.close()
            raise
        self.idle.append(wire)
        return Answer(int(head.split(" ", 2)[1]), head, body)

    async def _connected(self) -> Wire:
        place = urlsplit(self.url)
        return await asyncio.open_connection(place.hostname, place.port)

    def _request(self, number: int) -> bytes:
        body = json.dumps({"body": "Merhaba", "recipients": [f"+{number}"]})
        lines = (
            "POST /v1/sms/send HTTP/1.1",
            f"Host: {urlsplit(self.url).netloc}",
            f"Authorization: Bearer {self.token}",
            f"Idempotency-Key: flood-{self.run}-{number}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
        )
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
