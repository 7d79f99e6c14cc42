"""P13 a big campaign delays neither an OTP nor another firm.

Firm A sends the same campaign twice: alone, and while firm B sends a few usual messages and firm C one-time passwords,
by the same road. What A loses of its speed is reported: it is the price of the others' turns.
"""

import threading
import time
from collections.abc import Sequence
from typing import Any

from smsmerkezi.embedded import processes
from tests.soak import clients, firms, house, judge, passwords
from tests.soak.bars import Bars
from tests.soak.clients import Customers, Promise, Wanted

MESSAGES = 100_000  # recipients of the campaign
REQUEST = 1_000  # recipients
USUAL = 10  # messages of firm B
PER_PASSWORD = 1_000  # recipients of the campaign to one password of firm C
SOONER = 2.5  # so much faster than the campaign alone the others come, so that it outlasts them: warm, it is faster itself
SLOW = 1_000  # ms until the operator answers: the road is what everybody waits for
PATIENT = {"SEND_TIMEOUT": "5", "SEND_LEASE": "20"}
PATIENCE = 60  # seconds until the operator has a campaign, and until its reports are in
PAGE = 50  # entries of the book that are read at once; each may name a thousand numbers
BARS = Bars(
    zero=(*judge.MUST_BE_ZERO, "refused", "unanswered"),
    most={"otp_p95": 2.0, "usual_p95": 5.0},
    least={"otp": 10, "usual": USUAL, "during": 0.7},
)


def run(place: house.House, *, messages: int, seed: int) -> dict[str, Any]:
    place.environment |= PATIENT
    firms.road(place, timeout=float(PATIENT["SEND_TIMEOUT"]))
    place.operator.faults(seed=seed, latency_ms=SLOW)
    big, small, bank = (firms.firm(credits=messages * 12) for _ in range(3))
    place.start_family()
    alone, beside = (
        Customers([place.url], big.token, campaign(messages, seed, nth), per_second=1_000) for nth in range(2)
    )
    span = sent(alone)
    count = max(10, messages // PER_PASSWORD)
    usual = Customers([place.url], small.token, clients.wishes(USUAL, seed), USUAL * SOONER / span)
    rare = passwords.Passwords(bank.actor, span / SOONER / count)
    sent(beside, others=[*usual.start(), rare.start(count)])
    place.well()
    processes.wait_until(lambda: judge.under_way() == 0, seconds=PATIENCE, step=0.2)
    everybody = (alone, beside, usual)
    return {
        "refused": [each for customers in everybody for each in customers.refused][:3],
        "unanswered": sum(len(customers.wanted) - len(customers.kept) for customers in everybody),
        **judged(alone.kept, beside.kept, usual.kept, rare.kept, place.book(page=PAGE)),
    }


def campaign(recipients: int, seed: int, nth: int) -> list[Wanted]:
    """Requests of 1,000 numbers, none of which has a fate of its own or occurs in another campaign."""
    first = 905_400_000_000 + nth * 10_000_000
    numbers = [first + 10_000 * (n // 9_000) + 1_000 + n % 9_000 for n in range(recipients)]
    return [
        Wanted(f"campaign-{seed}-{nth}-{start}", clients.TEXTS[0], numbers[start : start + REQUEST])
        for start in range(0, recipients, REQUEST)
    ]


def sent(customers: Customers, *, others: Sequence[threading.Thread] = ()) -> float:
    """Seconds until everything of it, and of the others, was accepted and handed over."""
    begun = time.monotonic()
    for thread in [*customers.start(), *others]:
        thread.join(PATIENCE)
    processes.wait_until(lambda: judge.unsettled(["mock"]) == 0, seconds=PATIENCE)
    return time.monotonic() - begun


def judged(
    alone: list[Promise], beside: list[Promise], usual: list[Promise], rare: list[Promise], book: judge.Book
) -> dict[str, Any]:
    """Waits and speeds, all of them by the operator's clock; `during` is the share of the others that met the campaign."""
    before, _ = speed(alone, book)
    after, last = speed(beside, book)
    met = sum(promise.at < last for promise in usual + rare)
    return {
        "otp": len(rare),
        "otp_p95": judge.p95(judge.waits(rare, book)),
        "usual": len(usual),
        "usual_p95": judge.p95(judge.waits(usual, book)),
        "during": round(met / max(1, len(usual + rare)), 2),
        "alone_per_second": round(before),
        "beside_per_second": round(after),
        "lost_speed": round(1 - after / before, 3) if before else 1.0,
        **judge.verdict([*alone, *beside, *usual, *rare], book),
    }


def speed(promises: list[Promise], book: judge.Book) -> tuple[float, float]:
    """Messages a second of these at the operator, from the first to the last of them; and the last's moment."""
    ours = {number for promise in promises for number in promise.numbers}
    taken = [(row["at"], len(row["msisdns"])) for row in book if ours & set(row["msisdns"])]
    if len(taken) < 2:
        return 0.0, 0.0
    moments = [at for at, _ in taken]
    return sum(count for _, count in taken) / (max(moments) - min(moments)), max(moments)
