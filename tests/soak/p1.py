"""P1 nothing lost, P2 nothing twice, P3 charged exactly: the whole platform while everything around it fails."""

import os
import time
from typing import Any

import django
from django.core.management import call_command
from django.db import connection

from smsmerkezi.embedded import processes
from tests.soak import clients, house

KILL_EVERY = 2.0  # seconds
DRAIN = 90  # seconds after the last 202 until everything must be over


def run(*, messages: int, seed: int) -> dict[str, Any]:
    """The figures of one run."""
    begun = time.monotonic()
    with house.built(seed) as place:
        os.environ.update(place.environment)
        django.setup()
        try:
            figures = _lived_through(place, messages, seed)
        finally:
            connection.close()
    return {
        "name": "p1",
        "messages": messages,
        "seed": seed,
        **figures,
        "seconds": round(time.monotonic() - begun),
    }


def _lived_through(place: house.House, messages: int, seed: int) -> dict[str, Any]:
    from tests.soak import judge

    token = _prepared(place, credits=messages * 30)
    place.operator.faults(seed=seed, **house.FAULTS)
    place.start_family(KILL_EVERY)
    span = 10 if messages <= 1000 else messages / 80
    customers = clients.Customers(place.url, token, clients.wishes(messages, seed), messages / span)
    threads = customers.start()
    _disturbed(place, time.monotonic(), span)
    for thread in threads:
        thread.join(5 * span + 60)
    answered = time.monotonic()
    place.let_live()
    processes.wait_until(lambda: _over(judge), seconds=DRAIN, step=0.5)
    return {
        "acknowledged": len(customers.kept),
        "refused": len(customers.refused) + messages - len(customers.kept),
        "answers": customers.refused[:3],
        "tries": customers.tries,
        "kills": place.kills,
        "drained_in": round(time.monotonic() - answered, 1),
        **judge.verdict(customers.kept, place.book()),
    }


def _prepared(place: house.House, *, credits: int) -> str:
    """A schema, a firm with credit, a road to the operator; the firm's token."""
    from tests import factories

    call_command("migrate", interactive=False, verbosity=0)
    factories.gateway("mock", url=place.operator.url, default=True, quiet=2, timeout=0.5)
    firm = factories.tenant(credits=credits)
    token = factories.token(factories.user(firm))
    connection.close()
    return token


def _disturbed(place: house.House, begun: float, span: float) -> None:
    """Redis is emptied twice, PostgreSQL crashes once."""
    for share, blow in ((0.3, place.empty_redis), (0.5, place.crash_database), (0.7, place.empty_redis)):
        time.sleep(max(0.0, begun + share * span - time.monotonic()))
        blow()


def _over(judge: Any) -> bool:
    return judge.under_way() == 0
