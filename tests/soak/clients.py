"""Customers' programs: each request is repeated with its key until it is answered 202."""

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

TEXTS = ("Merhaba", "Şifreniz değişti, ğüşıöç", "Kampanya " * 20)
SPECIAL = {5, 6, 7}  # last four digits with which the simulator hangs, is silent, or takes its time
CLIENTS = 4
PAUSE = 0.1  # seconds before a request is repeated


class Wanted(NamedTuple):
    key: str
    text: str
    numbers: list[int]


class Promise(NamedTuple):
    """A 202: what we were told, and to whom it goes."""

    id: int
    parts: int
    numbers: list[int]


@dataclass
class Customers:
    """All requests of one run and what became of them."""

    url: str
    token: str
    wanted: list[Wanted]
    per_second: float
    kept: list[Promise] = field(default_factory=list)
    refused: list[tuple[int, str]] = field(default_factory=list)
    tries: int = 0
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
            self.insist(wanted)

    def insist(self, wanted: Wanted) -> None:
        """Until 202. Any answer that is neither that nor "come again" is a failure of ours."""
        while True:
            status, body = self.post(wanted)
            with self.lock:
                self.tries += 1
                if status == 202:
                    told = body["data"]
                    self.kept.append(Promise(told["id"], told["parts"], wanted.numbers))
                    return
                if status not in {0, 409, 429, 503}:
                    self.refused.append((status, json.dumps(body, ensure_ascii=False)[:200]))
            time.sleep(PAUSE)

    def post(self, wanted: Wanted) -> tuple[int, dict]:
        """Status 0: no answer."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        body = json.dumps({"body": wanted.text, "recipients": [f"+{number}" for number in wanted.numbers]})
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": wanted.key,
        }
        try:
            connection.request("POST", "/v1/sms/send", body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            return 0, {}
        finally:
            connection.close()


def wishes(count: int, seed: int) -> list[Wanted]:
    """`count` requests; no number occurs twice, so that the operator's book needs no help from our tables."""
    dice = random.Random(seed)
    numbers = (905_300_000_000 + n for n in range(1, 10_000_000) if n % 10_000 not in SPECIAL)
    return [
        Wanted(
            f"soak-{seed}-{n}",
            dice.choice(TEXTS),
            [next(numbers) for _ in range(dice.choice((1, 1, 1, 1, 2, 3)))],
        )
        for n in range(count)
    ]
