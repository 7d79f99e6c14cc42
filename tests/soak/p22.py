"""P22 a deploy does no harm: every process is told to end and started again, one after the other, under 50 messages a second.

Two webs, two SMS workers, two clocks, one worker of each other lane: what is restarted has somebody beside it, or may wait.
A web leaves the proxy before it is told to end, as deploy/README.md says.
"""

import threading
import time
from typing import Any

from messaging.sms.models import Attempt
from smsmerkezi.embedded import processes
from tests.soak import clients, crew, firms, house, judge, passwords
from tests.soak.bars import Bars

MESSAGES = 3_000
RATE = 50  # messages a second
LATE = 10.0  # seconds
EVERY = 0.5  # seconds between one-time passwords
SETTLED = 0.5  # seconds between two restarts, and for requests under way at a web that left the proxy
BARS = Bars(
    zero=(*judge.MUST_BE_ZERO, "unknown", "unanswered", "server_errors", "broken_off", "ended_badly", "late"),
    least={"restarts": 8},
)


def run(place: house.House, *, messages: int, seed: int) -> dict[str, Any]:
    firms.road(place)
    firm = firms.firm(credits=messages * 30)
    place.operator.faults(seed=seed, latency_ms=150)
    ports = [place.port, processes.free_port()]
    with crew.at_work(place) as people:
        _hired(people, ports)
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        customers = clients.Customers(urls, firm.token, clients.wishes(messages, seed), RATE)
        rare = passwords.Passwords(firm.actor, EVERY)
        threads, rare_thread = customers.start(), rare.start()
        ends = _rolled(people, customers, threads)
        rare.enough.set()
        rare_thread.join()
        processes.wait_until(lambda: judge.under_way() == 0, seconds=30, step=0.5)
    verdict = _verdict(customers.kept, rare.kept, place.book())
    return {"restarts": len(ends), **_told(customers, ends), **verdict}


def _hired(people: crew.Crew, ports: list[int]) -> None:
    for n, port in enumerate(ports, 1):
        people.start(f"web-{n}", crew.web(port))
        people.start(f"sms-{n}", crew.worker("sms", "bulk"))
        people.start(f"clock-{n}", crew.CLOCK)
    people.start("otp", crew.worker("otp"))
    people.start("dlr", crew.worker("dlr", "webhooks", "default"))
    for port in ports:
        crew.await_web(port)


def _rolled(
    people: crew.Crew, customers: clients.Customers, threads: list[threading.Thread]
) -> list[tuple[float, int]]:
    """Each in turn, again and again while customers send: seconds until it ended, and its exit status."""
    ends, webs = [], list(customers.urls)
    while any(thread.is_alive() for thread in threads):
        for name in list(people.at_work):
            customers.urls = [url for n, url in enumerate(webs, 1) if name != f"web-{n}"]
            time.sleep(SETTLED)
            old = people.at_work[name]
            seconds = people.restart(name)
            ends.append((seconds, old.returncode))
            for url in webs:
                crew.await_web(int(url.rpartition(":")[2]))
            customers.urls = webs
    return ends


def _told(customers: clients.Customers, ends: list[tuple[float, int]]) -> dict[str, Any]:
    answers = customers.answers
    return {
        "longest_end": round(max(seconds for seconds, _ in ends), 2),
        "ended_badly": sum(status != 0 for _, status in ends),
        "broken_off": answers[clients.UNANSWERED] + answers[clients.NOT_CONNECTED],
        "server_errors": sum(count for status, count in answers.items() if status >= 500),
        "unanswered": len(customers.wanted) - len(customers.kept),
    }


def _verdict(usual: list[clients.Promise], rare: list[clients.Promise], book: judge.Book) -> dict[str, Any]:
    waits, rare_waits = judge.waits(usual, book), judge.waits(rare, book)
    return {
        "unknown": Attempt.objects.exclude(outcome__in=("Accepted", "NotSent")).count(),
        "late": sum(seconds > LATE for seconds in waits + rare_waits),
        "p95": judge.p95(waits),
        "longest": round(max(waits), 2),
        "otp_longest": round(max(rare_waits), 2),  # their lane has one worker, and waits for its successor
        **judge.verdict(usual + rare, book),
    }
