"""The known limit, on purpose: a worker stopped between its last look at the clock and its first byte, on each class."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from messaging.sms import sending
from messaging.sms.models import Message
from smsmerkezi.embedded import processes
from tenants.actors import Actor
from tests import factories
from tests.soak import crew, judge
from tests.soak.clients import Promise

FREEZER = (crew.MANAGE[0], "-m", "tests.soak.freezer", "otp")


class Window(NamedTuple):
    """What was in the stopped worker's hands, by the road that it was for."""

    promises: Mapping[str, Promise]

    @property
    def numbers(self) -> set[int]:
        return {promise.numbers[0] for promise in self.promises.values()}

    def copies(self, book: judge.Book) -> dict[str, int]:
        """How often the operator took each."""
        taken = judge.taken(book)
        return {road: taken[promise.numbers[0]] for road, promise in self.promises.items()}


def frozen_in(
    people: crew.Crew, actor: Actor, roads: Sequence[str], *, proving: int, seconds: float
) -> Window:
    """One message a road, a worker that stops with all of them, another beside it; it goes on after `seconds`, and not
    before the first `proving` roads have been sent to again."""
    window = Window({road: _accepted(actor, road, n) for n, road in enumerate(roads)})
    people.start("freezer", FREEZER, FREEZE=str(len(roads)))
    assert processes.wait_until(lambda: _stopped(people.at_work["freezer"].pid), seconds=20)
    people.start("otp", crew.worker("otp"))
    time.sleep(seconds)
    assert processes.wait_until(lambda: judge.unsettled(roads[:proving]) == 0, seconds=20)
    people.thaw("freezer")
    assert processes.wait_until(lambda: judge.unsettled(roads) == 0, seconds=20)
    return window


def _accepted(actor: Actor, road: str, n: int) -> Promise:
    number = factories.number(10_000 + n)
    order = factories.order(number, kind=Message.Kind.OTP, gateway=road)
    accepted = sending.send_sms(by=actor, order=order)
    return Promise(accepted.id, accepted.parts, [int(number)])


def _stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"
