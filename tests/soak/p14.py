"""P14 fail-over never doubles: two equal roads, of which the first refuses connections, hangs, fails and is slow, in turn.

What it certainly did not take goes by the other; what is in doubt stays until the first operator, asked after its quiet
period, says that nothing arrived. Each operator has a book of its own: no number, and no reference, may stand in both.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from gateways import circuit
from gateways.models import GatewayAccount
from messaging.sms.models import Attempt
from smsmerkezi.embedded import processes
from tests.soak import clients, firms, house, judge, timing
from tests.soak.bars import Bars
from tests.soak.house import LIMITS, House

MESSAGES = 3_000
RATE = 45  # messages a second
SHORTEST = 12.0  # seconds
FIRST, SECOND = "mock", "mock-2"
POOL = "esit"
LAGS = {"ingest_lag_ms": 300, "visibility_lag_ms": 300}
ILL = 0.6  # share of a phase; then the first road is well again
DRAIN = 40  # seconds after the last 202
BARS = Bars(
    zero=(*judge.MUST_BE_ZERO, "in_both_books", "moved_in_doubt", "refused", "unanswered"),
    least={"moved": 10, "doubted": 1, "by_first": 1, "by_second": 1},
)


class Try(NamedTuple):
    """One attempt by one road."""

    gateway: str
    outcome: str
    at: datetime

    @property
    def in_doubt(self) -> bool:
        """It may have arrived; an attempt without an outcome is one whose worker did not come back."""
        return self.outcome not in {"Accepted", "Refused", "NotSent"}


def troubles(phase: float) -> dict[str, dict[str, Any]]:
    """What is wrong with the first road, by phase; `phase` is seconds."""
    return {
        "refuses": {"refuse_seconds": phase * ILL},
        "hangs": {"send": {"hang": 1.0}},
        "fails": {"send": {"error": 0.5, "error_before": 0.5}},
        "slow": {"latency_ms": 1_000},  # twice what we wait for
    }


def run(place: House, *, messages: int, seed: int) -> dict[str, Any]:
    other = place.another_operator()
    firms.road(place, FIRST)
    firms.road(place, SECOND, url=other.url)
    GatewayAccount.objects.update(pool=POOL)
    firm = firms.firm(credits=messages * 30)
    other.faults(seed=seed, **LAGS)
    place.start_family()
    span = max(SHORTEST, messages / RATE)
    wishes = clients.wishes(
        messages, seed, gateways=(FIRST, "")
    )  # half of them name it, the others take their chance
    customers = clients.Customers([place.url], firm.token, wishes, messages / span)
    threads = customers.start()
    shares = _ail(place, span)
    for thread in threads:
        thread.join(span + 30)
    place.well()
    processes.wait_until(lambda: judge.under_way() == 0, seconds=DRAIN, step=0.2)
    first, second = place.book(), house.book_of(other)
    return {
        "refused": customers.refused[:3],
        "unanswered": messages - len(customers.kept),
        "first_road_took": shares,
        "moved": _moved(wishes, second),
        **judged(first, second),
        **judge.verdict(customers.kept, [*first, *second]),
    }


def _ail(place: House, span: float) -> dict[str, int]:
    """One trouble after the other; how many acceptances the first operator's book got in each phase."""
    begun, took = time.time(), {}
    phases = troubles(span / 4)
    for nth, (name, trouble) in enumerate(phases.items()):
        before = len(place.book())
        _mended_by_staff()
        place.operator.faults(seed=place.seed, **LAGS, **trouble)
        timing.sleep_until(begun + (nth + ILL) * span / len(phases) + 0.2)
        place.operator.faults(seed=place.seed, **LAGS)
        timing.sleep_until(begun + (nth + 1) * span / len(phases))
        took[name] = len(place.book()) - before
    return took


def _mended_by_staff() -> None:
    """The road does not rest any more, so that each trouble meets messages."""
    circuit.close(GatewayAccount.objects.get(slug=FIRST).pk)


def _moved(wishes: Sequence[clients.Wanted], second: judge.Book) -> int:
    """Numbers of requests that named the first road and went by the other."""
    taken = judge.taken(second)
    return sum(number in taken for wish in wishes if wish.gateway for number in wish.numbers)


def judged(first: judge.Book, second: judge.Book) -> dict[str, Any]:
    rows = Attempt.objects.order_by("submission_id", "fence")
    tries: defaultdict[int, list[Try]] = defaultdict(list)
    for submission, *told in rows.values_list("submission_id", "gateway", "outcome", "started_at"):
        tries[submission].append(Try(*told))
    return {
        "by_first": len(first),
        "by_second": len(second),
        "in_both_books": len(judge.taken(first).keys() & judge.taken(second).keys())
        + len({row["ref"] for row in first} & {row["ref"] for row in second}),
        "doubted": sum(any(each.in_doubt for each in one) for one in tries.values()),
        **moves(tries.values()),
    }


def moves(tries: Iterable[Sequence[Try]]) -> dict[str, int]:
    """`tried_by_both` were tried by one road and then by another: `proven_absent` ones when the first said, asked after its
    quiet period, that it had no such reference; `moved_in_doubt` ones too early for that."""
    steps = [step for one in tries for step in pairwise(one) if step[0].gateway != step[1].gateway]
    doubtful = [after.at - before.at for before, after in steps if before.in_doubt]
    quiet = timedelta(seconds=float(LIMITS["SEND_QUIET"]))
    return {
        "tried_by_both": len(steps),
        "proven_absent": sum(waited > quiet for waited in doubtful),
        "moved_in_doubt": sum(waited <= quiet for waited in doubtful),
    }
