"""P7 after trouble everything ends: the faults of P1 on a gateway of each class, then none.

Gateways that can be asked (A, B) must know of every message within a minute. What only evidence can settle (C, D) stays
in doubt, shown as such, for as long as there is none: it is counted here, and must not change by itself.
"""

import time
from typing import Any

from messaging.sms.models import Attempt, Recipient, Submission
from smsmerkezi.embedded import processes
from tests.soak import clients, firms, house, judge, timing
from tests.soak.bars import Bars

MESSAGES = 4_000
RATE = 90  # messages a second
KILL_EVERY = 2.0
BAR = 60  # seconds without faults
WATCHED = 10.0  # seconds for which doubts are watched
PROVING, MUTE = ("mock-a", "mock-b"), ("mock-c", "mock-d")
SHARES = (*PROVING, *MUTE, *["mock-b"] * 4)  # most go where doubts must be asked about, one by one
State = Submission.State
BARS = Bars(
    zero=(
        "lost",
        "twice",
        "refs_twice",
        "unasked",
        "changed_silently",
        "resent_in_doubt",
        "broken",
        "refused",
    ),
    most={"settled_in": BAR},
    least={"unknown_c_d": 1},
)


def run(place: house.House, *, messages: int, seed: int) -> dict[str, Any]:
    for slug in (*PROVING, *MUTE):
        firms.road(place, slug, letter=slug[-1].upper())
    firm = firms.firm(credits=messages * 30)
    place.operator.faults(seed=seed, **house.FAULTS)
    place.start_family(KILL_EVERY)
    span = max(9.5, messages / RATE)
    wishes = clients.wishes(messages, seed, gateways=SHARES)
    customers = clients.Customers([place.url], firm.token, wishes, messages / span)
    threads = customers.start()
    timing.in_turn(time.time(), span, ((0.4, place.empty_redis), (0.6, place.crash_database)))
    for thread in threads:
        thread.join(span + 30)
    open_ones = judge.unsettled(PROVING)
    settled_in = _settled(place)
    doubts = set(Submission.objects.filter(state=State.UNKNOWN).values_list("pk", flat=True))
    time.sleep(min(WATCHED, span / 4))
    return {
        "kills": place.kills,
        "refused": customers.refused[:3],
        "open_when_faults_stop": open_ones,
        "settled_in": settled_in,
        **_verdict(customers.kept, wishes, place.book(), doubts),
    }


def _settled(place: house.House) -> float:
    """Seconds from the last fault until nothing on a proving gateway is ready, under way or in doubt."""
    begun = time.monotonic()
    place.well()
    place.let_live()
    processes.wait_until(lambda: judge.unsettled(PROVING) == 0, seconds=BAR + 1, step=0.1)
    return round(time.monotonic() - begun, 1)


def _verdict(
    promises: list[clients.Promise], wishes: list[clients.Wanted], book: judge.Book, doubts: set[int]
) -> dict[str, Any]:
    proving = {number for wish in wishes if wish.gateway in PROVING for number in wish.numbers}
    told = judge.verdict(promises, book)
    names = ("twice", "refs_twice", "unasked", "broken", "attempts_per_submission")
    return {
        **{name: told[name] for name in names},
        "lost": judge.lost((promise for promise in promises if proving & set(promise.numbers)), book),
        "unknown_c": _unknown("mock-c"),
        "unknown_d": _unknown("mock-d"),
        "unknown_c_d": _unknown(*MUTE),
        "changed_silently": changed_silently(doubts, book),
        "resent_in_doubt": resent_in_doubt(),
    }


def _unknown(*gateways: str) -> int:
    return Submission.objects.filter(state=State.UNKNOWN, gateway__in=gateways).count()


def changed_silently(doubts: set[int], book: judge.Book) -> int:
    """Doubts that ended without evidence: whose submission the operator does not have, or whose recipients have an end."""
    taken = {row["ref"] for row in book}
    gone = Submission.objects.filter(pk__in=doubts).exclude(state=State.UNKNOWN)
    without_evidence = sum(
        each.state != State.HANDED_OVER or each.client_ref.hex not in taken for each in gone
    )
    shown = sum(
        Recipient.objects.filter(id__range=(each.first_recipient_id, each.last_recipient_id))
        .exclude(state=Recipient.State.QUEUED)
        .count()
        for each in Submission.objects.filter(state=State.UNKNOWN)
    )
    return without_evidence + shown


def resent_in_doubt() -> int:
    """Submissions on a gateway that proves nothing which were tried again after an attempt that may have arrived."""
    mute = Submission.objects.filter(gateway__in=MUTE).values("pk")
    maybe = Attempt.objects.filter(submission_id__in=mute).exclude(outcome="NotSent")
    rows = list(maybe.values_list("submission_id", flat=True))
    return len(rows) - len(set(rows))
