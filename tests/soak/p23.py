"""P23 clock errors do no harm: nobody who works here knows the time, only the database does.

One SMS worker is an hour ahead, one an hour behind, one is stepped from one to the other every two seconds, and so is the
clock process; the operator swallows answers, so that leases and quiet periods are judged as well. Half of the messages are
cancelled around the moment at which they fall due, as in P10.
"""

from pathlib import Path
from typing import Any

from tests.soak import crew, firms, house, judge, p10
from tests.soak.bars import Bars

MESSAGES = 2_000
HOUR = 3600
STEP = 2.0  # seconds
SHIFTED = Path(__file__).parent / "shifted"
PATIENCE = 45  # seconds after the last is due: the operator swallows answers
BARS = Bars(
    zero=("cancelled_but_sent", "early", *judge.MUST_BE_ZERO),
    most={"late_p95": 10.0},
    least={"cancelled": 1, "too_late": 1},
)


def run(place: house.House, *, messages: int, seed: int) -> dict[str, Any]:
    firms.road(place)
    firm = firms.firm(credits=messages * 2)
    place.operator.faults(seed=seed, **house.FAULTS)
    with crew.at_work(place) as people:
        _hired(people)
        figures = p10.raced(place, firm.actor, messages, seed, patience=PATIENCE)
        figures["wrong_clocks"] = len(people.at_work)
        return figures


def _hired(people: crew.Crew) -> None:
    ahead, behind, stepping = shift(HOUR), shift(-HOUR), shift(HOUR, STEP)
    people.start("sms-ahead", crew.worker("sms"), **ahead)
    people.start("sms-behind", crew.worker("sms"), **behind)
    people.start("sms-stepping", crew.worker("sms"), **stepping)
    people.start("reports", crew.worker("dlr", "default"), **behind)
    people.start("clock", crew.CLOCK, **stepping)
    crew.await_workers(people.place, 4)


def shift(seconds: float, step: float = 0) -> dict[str, str]:
    """What a process is told, so that its clock is so far ahead, and steps from one side to the other."""
    return {"PYTHONPATH": str(SHIFTED), "CLOCK_SHIFT": str(seconds), "CLOCK_STEP": str(step)}
