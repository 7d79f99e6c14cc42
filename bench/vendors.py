"""(c) and (d) again with each vendor's own requests, at an operator that takes 200 ms to answer; and whom a campaign delays.

The limit of dispatch is the same parcels handed to the same client by as many threads, without a database; that of reports
is the same questions to the same client, their answers thrown away.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from bench import figures, orders
from bench.dispatch import drained
from bench.figures import Figure, percentile
from bench.world import World
from gateways import accounts, circuit, registry
from gateways.base import Accepted, Gateway, Operation, Outbound, Parcel, Question
from gateways.http import HttpClient
from gateways.models import GatewayAccount
from gateways.segments import Encoding
from messaging.sms import delivery, dispatch, sending
from messaging.sms.models import Message, Submission
from smsmerkezi import database
from tenants.actors import Actor
from tenants.models import Tenant, User

LATENCY = 200  # milliseconds before each answer of the operator
SUBMISSIONS = 64  # full batches; single sends at vendors that take one recipient a request
GOALS = {True: 0.65, False: 0.75}  # by whether a batch holds hundreds (stack §4 c)
CREDENTIALS = dict.fromkeys(("token", "username", "password", "api_token", "key", "hash", "apikey"), "bench")
REPORTED = 4  # submissions whose reports are read: page by page, at 200 ms each, more would take minutes
UNLIMITED = {"rate": 10**6, "report_rate": 10**6}  # what is measured is us, not their limits
FIRMS = 100_000  # recipients of the campaign that the others must overtake
NEIGHBOURS, CODES = 10, 25
SECONDS = "SELECT extract(epoch FROM sent_at - created_at)::float8 FROM sms_message WHERE id = ANY(%(ids)s)"


def run(
    world: World,
    *,
    rounds: int = 3,
    submissions: int = SUBMISSIONS,
    firms: int = FIRMS,
    vendors: Sequence[str] = (),
) -> list[Figure]:
    """`vendors` empty: all that there are."""
    found: list[Figure] = []
    with slow(world.simulator_url):
        for vendor in vendors or sorted(set(registry.VENDORS) - {"mock"}):
            found += of_vendor(world.simulator_url, vendor, rounds, submissions)
        found += fairness(world.simulator_url, firms)
    return found


@contextmanager
def slow(url: str) -> Iterator[None]:
    wire = HttpClient(url)
    wire.exchange("bench", "PUT", "/faults", json={"latency_ms": LATENCY, "report_rate": 10**9})
    try:
        yield
    finally:
        wire.exchange("bench", "PUT", "/faults", json={})


def of_vendor(url: str, vendor: str, rounds: int, submissions: int) -> list[Figure]:
    gateway = account(url, vendor)
    able = gateway.capabilities
    size = min(able.max_batch, 500)
    # One that allows ten questions a minute measures its own patience, not our speed.
    quick = able.reports.pulled and (
        Operation.REPORT not in able.rates or able.rates[Operation.REPORT].count > 1000
    )
    pairs, told = [], []
    for _ in range(rounds):
        pairs.append(handed_over(gateway, vendor, submissions, size))
        told += [reported(gateway, vendor)] if quick else []
    title = f"{vendor}, {size} a request, {LATENCY} ms"
    return [
        figures.against(f"dispatch at {title}, against its client alone", "messages/s", GOALS[size >= 100], pairs),
        *([figures.against(f"reports of {title}, against its client alone", "reports/s", 0.5, told)] if told else []),
    ]  # fmt: skip


def account(url: str, vendor: str) -> Gateway:
    slug = f"bench-{vendor}"
    GatewayAccount.objects.update_or_create(
        slug=slug,
        defaults={
            "vendor": vendor, "title": vendor, "base_url": url, "credentials": CREDENTIALS,
            "options": {**UNLIMITED, "quiet": 1, "report_path": "/api/message/report"},
        },
    )  # fmt: skip
    accounts.forget()
    return registry.get(slug)


def handed_over(gateway: Gateway, vendor: str, submissions: int, size: int) -> tuple[float, float]:
    """Messages a second: ours from claim to commit, and those of the bare client."""
    sent = submissions * size
    drained()
    _forget()
    accept(f"bench-{vendor}", submissions, size)
    began = time.perf_counter()
    handled = drained()
    ours = sent / (time.perf_counter() - began)
    if handled != submissions:
        raise RuntimeError(f"{vendor}: {handled} submissions were handed over instead of {submissions}")
    parcels = [parcel(size) for _ in range(submissions)]
    began = time.perf_counter()
    with ThreadPoolExecutor(settings.SEND_THREADS) as pool:
        if not all(isinstance(answer, Accepted) for answer in pool.map(gateway.submit, parcels)):
            raise RuntimeError(f"{vendor}: the bare client was refused")
    return ours, sent / (time.perf_counter() - began)


def accept(slug: str, submissions: int, size: int) -> list[int]:
    """So many messages of one full submission each for this account."""
    user = User.objects.select_related("tenant").get(email=orders.ADMIN)
    return [accepted(Actor(user.tenant, user), slug, size) for _ in range(submissions)]


def accepted(by: Actor, slug: str, size: int, **fields: Any) -> int:
    order = sending.Order(body=orders.TEXT, recipients=orders.numbers(size), gateway=slug, **fields)
    return sending.send_sms(by=by, order=order).id


def parcel(size: int) -> Parcel:
    to = [Outbound(int(number[1:])) for number in orders.numbers(size)]
    return Parcel(uuid4().hex, orders.SENDER, orders.TEXT, Encoding.GSM7, to)


def reported(gateway: Gateway, vendor: str) -> tuple[float, float]:
    """Reports a second of what was handed over last; the operator knows all of them after some seconds."""
    slug = f"bench-{vendor}"
    _forget(besides=REPORTED)
    time.sleep(4)
    ours = timed(lambda: _pulled(slug))
    asked = [
        Question(row.client_ref.hex, row.provider_id, row.last_tx_at or datetime.now(UTC), datetime.now(UTC))
        for row in Submission.objects.filter(gateway=slug, state=3, open_count=0).order_by("-pk")[:REPORTED]
    ]  # fmt: skip
    batch = gateway.capabilities.report_batch
    return ours, timed(
        lambda: sum(
            len(gateway.fetch_reports(asked[start : start + batch])) for start in range(0, len(asked), batch)
        )
    )


def _pulled(slug: str) -> int:
    """Until nothing is open, as the worker's looks would."""
    ended, give_up = 0, time.monotonic() + 120
    while Submission.objects.filter(gateway=slug, state=3, open_count__gt=0).exists():
        Submission.objects.filter(gateway=slug, state=3, open_count__gt=0).update(next_check_at=Now())
        circuit.forget()
        ended += delivery.pull()
        if time.monotonic() > give_up:
            raise RuntimeError(f"{slug}: reports are missing after two minutes")
    return ended


def timed(work: Callable[[], int]) -> float:
    began = time.perf_counter()
    count = work()
    return count / (time.perf_counter() - began)


def _forget(*, besides: int = 0) -> None:
    """Take what was handed over out of sight, but for the last."""
    waiting = Submission.objects.filter(state=3, open_count__gt=0).order_by("-pk")
    kept = list(waiting.values_list("pk", flat=True)[:besides])
    waiting.exclude(pk__in=kept).update(open_count=0)


def fairness(url: str, recipients: int) -> list[Figure]:
    """One firm's campaign, and what others wait meanwhile at the same road: ordinary messages, and passwords."""
    account(url, "mock")
    big, small = Actor(*_somebody("ornek-firma")), Actor(*_somebody("oteki-firma"))
    for _ in range(recipients // 1000):
        accepted(big, "bench-mock", 1000)
    ordinary = [accepted(small, "bench-mock", 1) for _ in range(NEIGHBOURS)]
    codes = [accepted(small, "bench-mock", 1, kind=Message.Kind.OTP) for _ in range(CODES)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_drain, (Submission.Lane.OTP, Submission.Lane.SMS)))
    return [
        _waits("another firm's messages during a campaign: 95 of 100 within", ordinary, 5),
        _waits("one-time passwords during a campaign: 95 of 100 within", codes, 2),
    ]


def _drain(lane: Submission.Lane) -> int:
    try:
        return dispatch.drain(lane, linger=0)
    finally:
        connection.close()


def _somebody(slug: str) -> tuple[Tenant, User]:
    firm = Tenant.objects.get(slug=slug)
    return firm, User.objects.filter(tenant=firm, role=User.Role.ADMIN).earliest("pk")


def _waits(what: str, ids: list[int], goal: float) -> Figure:
    waits = [float(seconds) for (seconds,) in database.rows(SECONDS, {"ids": ids})]
    return Figure(what, percentile(waits, 0.95), "s", None, None, goal, at_most=True)
