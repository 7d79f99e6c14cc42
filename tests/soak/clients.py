"""Customers' programs: each request is repeated with its key until it is answered 202."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

TEXTS = ("Merhaba", "Şifreniz değişti, ğüşıöç", "Kampanya " * 20)
SPECIAL = {5, 6, 7}  # last four digits with which the simulator hangs, is silent, or takes its time
CLIENTS = 4
PAUSE = 0.1  # seconds before a request is repeated
NOT_CONNECTED, UNANSWERED = -1, 0  # beside HTTP's statuses
COME_AGAIN = {NOT_CONNECTED, UNANSWERED, 409, 429, 503}


class Wanted(NamedTuple):
    key: str
    text: str
    numbers: list[int]
    gateway: str = ""  # empty: the firm's


class Promise(NamedTuple):
    """A 202: what we were told, to whom it goes, and when (seconds of the epoch)."""

    id: int
    parts: int
    numbers: list[int]
    at: float = 0.0


@dataclass
class Customers:
    """All requests of one run and what became of them. They take turns at `urls`, as a proxy's at its upstreams."""

    urls: Sequence[str]
    token: str
    wanted: Sequence[Wanted]
    per_second: float
    kept: list[Promise] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=self.send_all, args=(n,), daemon=True) for n in range(CLIENTS)]
        for thread in threads:
            thread.start()
        return threads

    def send_all(self, nth: int) -> None:
        begun = time.monotonic()
        for done, wanted in enumerate(self.wanted[nth::CLIENTS]):
            time.sleep(max(0.0, begun + done * CLIENTS / self.per_second - time.monotonic()))
            self.insist(wanted, turn=nth + done)

    def insist(self, wanted: Wanted, *, turn: int = 0) -> None:
        """Until 202. Any answer that is neither that nor "come again" is a failure of ours."""
        while True:
            urls = self.urls
            status, body = self.post(wanted, urls[turn % len(urls)])
            turn += 1
            with self.lock:
                self.answers[status] += 1
                if status == 202:
                    told = body["data"]
                    self.kept.append(Promise(told["id"], told["parts"], wanted.numbers, time.time()))
                    return
                if status not in COME_AGAIN:
                    self.refused.append((status, json.dumps(body, ensure_ascii=False)[:200]))
            time.sleep(PAUSE)

    def post(self, wanted: Wanted, url: str) -> tuple[int, dict]:
        """The status, or what happened instead of one."""
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        try:
            connection.connect()
        except OSError:
            return NOT_CONNECTED, {}
        try:
            connection.request("POST", "/v1/sms/send", self.body(wanted), self.headers(wanted))
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return UNANSWERED, {}
        finally:
            connection.close()

    def body(self, wanted: Wanted) -> str:
        told = {"body": wanted.text, "recipients": [f"+{number}" for number in wanted.numbers]}
        return json.dumps(told | ({"gateway": wanted.gateway} if wanted.gateway else {}))

    def headers(self, wanted: Wanted) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": wanted.key,
        }


def wishes(count: int, seed: int, *, gateways: Sequence[str] = ("",)) -> list[Wanted]:
    """`count` requests; no number occurs twice, so that the operator's book needs no help from our tables."""
    dice = random.Random(seed)
    numbers = (905_300_000_000 + n for n in range(1, 10_000_000) if n % 10_000 not in SPECIAL)
    return [
        Wanted(
            f"soak-{seed}-{n}",
            dice.choice(TEXTS),
            [next(numbers) for _ in range(dice.choice((1, 1, 1, 1, 2, 3)))],
            gateways[n % len(gateways)],
        )
        for n in range(count)
    ]
