"""(c) claim, hand over and record with every promise, against a bare loop that claims, posts and updates."""

import time
from collections.abc import Callable
from http.client import HTTPConnection
from urllib.parse import urlsplit
from uuid import uuid4

import orjson

from bench import figures, orders
from bench.figures import Figure
from bench.world import World
from messaging.sms import dispatch
from messaging.sms.models import Submission
from smsmerkezi import database

GOALS = {100: 0.75, 1000: 0.65}  # by recipients a submission
RECIPIENTS = 20_000  # a round and side
HEADERS = {"Authorization": "Bearer demo", "Content-Type": "application/json"}

CLAIM = """
UPDATE sms_submission SET state = 1, lease_until = now() + interval '1 hour'
WHERE id = (SELECT id FROM sms_submission WHERE state = 0 ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING first_recipient_id, last_recipient_id
"""
NUMBERS = "SELECT msisdn FROM sms_recipient WHERE id BETWEEN %(first)s AND %(last)s"
MARK = """
UPDATE sms_recipient SET state = 2, sent_at = now(), settled_at = now() WHERE id BETWEEN %(first)s AND %(last)s
"""


def run(world: World, *, rounds: int = figures.ROUNDS, recipients: int = RECIPIENTS) -> list[Figure]:
    """One line for each size of submission; recipients handed over in a second."""
    drained()  # what another bench has left
    return [
        figures.against(
            f"dispatch, {size} recipients a submission, against a bare claim-post-update loop",
            "recipients/s",
            goal,
            (one_round(world.simulator_url, size, recipients) for _ in range(rounds)),
        )
        for size, goal in GOALS.items()
    ]


def one_round(url: str, size: int, recipients: int) -> tuple[float, float]:
    return timed(recipients, size, drained), timed(recipients, size, lambda: bare_loop(url))


def timed(recipients: int, size: int, work: Callable[[], int]) -> float:
    """Recipients a second of `work`, which must hand over every submission there is."""
    orders.accept(messages=recipients // size, recipients=size)
    began = time.perf_counter()
    handled = work()
    seconds = time.perf_counter() - began
    if handled != recipients // size:
        raise RuntimeError(f"{handled} submissions were handed over instead of {recipients // size}")
    return recipients / seconds


def drained() -> int:
    return dispatch.drain(Submission.Lane.SMS, linger=0)


def bare_loop(url: str) -> int:
    """As little as a sender can do: no attempt, no outcome but success, no credit, no counters."""
    wire, count = HTTPConnection(urlsplit(url).netloc), 0
    while claimed := database.row(CLAIM, {}):
        span = {"first": claimed[0], "last": claimed[1]}
        numbers = [msisdn for (msisdn,) in database.rows(NUMBERS, span)]
        wire.request("POST", "/mock/b/send", orjson.dumps(letter(numbers)), HEADERS)
        wire.getresponse().read()
        database.rows(MARK, span)
        count += 1
    wire.close()
    return count


def letter(numbers: list[int]) -> dict[str, object]:
    """The same body that the product sends."""
    return {
        "ref": uuid4().hex,
        "from": orders.SENDER,
        "text": orders.TEXT,
        "to": numbers,
        "encoding": "gsm7",
        "validity": 1440,
        "otp": False,
    }
