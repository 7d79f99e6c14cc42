"""P10 cancelled means not sent, scheduled means not early, and once: half of the rows are cancelled as they fall due."""

import random
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F

from messaging.sms import cancelling, sending
from messaging.sms.models import Submission
from smsmerkezi.embedded import processes
from tenants.actors import Actor
from tests import factories
from tests.soak import firms, house, judge, timing
from tests.soak.bars import Bars
from tests.soak.clients import Promise

MESSAGES = 2_000
LEAD = 61.0  # seconds; the door takes a minute at least
WINDOW = 10.0, 3.0  # seconds within which everything falls due, where it is waited for and where it is moved
THREADS = 8  # that cancel
SPREAD = 0.1  # seconds around the due moment at which most cancels come
WAITED = 1_000  # rows from which on the minute is waited for; fewer are moved
PER_SECOND = 200  # rows accepted
BARS = Bars(
    zero=("cancelled_but_sent", "early", *judge.MUST_BE_ZERO),
    most={"late_p95": 2.0},
    least={"cancelled": 1, "too_late": 1},
)


class Row(NamedTuple):
    """A message, when it is due, and when it is cancelled (None: never)."""

    promise: Promise
    due: float
    cancel_at: float | None


@dataclass
class Cancels:
    """Threads that race with the workers."""

    actor: Actor
    rows: list[Row]
    done: set[int] = field(default_factory=set)
    too_late: set[int] = field(default_factory=set)

    def start(self) -> list[threading.Thread]:
        ordered = sorted((row for row in self.rows if row.cancel_at), key=lambda row: row.cancel_at)
        threads = [threading.Thread(target=self._cancel, args=(ordered[n::THREADS],)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        return threads

    def _cancel(self, rows: list[Row]) -> None:
        for row in rows:
            timing.sleep_until(row.cancel_at)
            try:
                cancelling.cancel(by=self.actor, message_id=row.promise.id)
                self.done.add(row.promise.id)
            except cancelling.TooLate:
                self.too_late.add(row.promise.id)
        connection.close()


def run(place: house.House, *, messages: int, seed: int) -> dict[str, Any]:
    firms.road(place)
    firm = firms.firm(credits=messages * 2)
    place.start_family()
    return raced(place, firm.actor, messages, seed)


def raced(
    place: house.House, actor: Actor, messages: int, seed: int, *, patience: float = 20
) -> dict[str, Any]:
    """Between whoever works in the house and who cancels. `patience` is how many seconds the last may take."""
    rows = _scheduled(actor, messages, random.Random(seed))
    cancels = Cancels(actor, rows)
    for thread in cancels.start():
        thread.join()
    timing.sleep_until(max(row.due for row in rows))
    processes.wait_until(lambda: judge.under_way() == 0, seconds=patience, step=0.2)
    verdict = judged(rows, cancels.done, place.book())
    return {"cancelled": len(cancels.done), "too_late": len(cancels.too_late), **verdict}


def _scheduled(actor: Actor, count: int, dice: random.Random) -> list[Row]:
    """All accepted before the first is due; every second one is to be cancelled around its moment."""
    moved, window = (0.0, WINDOW[0]) if count >= WAITED else (LEAD - 1, WINDOW[1])
    first = time.time() + LEAD + count / PER_SECOND
    rows = []
    for n in range(count):
        due, number = first + dice.random() * window, factories.number(n)
        order = factories.order(number, scheduled_at=datetime.fromtimestamp(due, UTC))
        accepted = sending.send_sms(by=actor, order=order)
        promise = Promise(accepted.id, accepted.parts, [int(number)])
        cancel_at = due - moved + dice.gauss(0, SPREAD) if n % 2 else None
        rows.append(Row(promise, due - moved, cancel_at))
    if moved:
        Submission.objects.update(
            due_at=F("due_at") - timedelta(seconds=moved),
            expires_at=F("expires_at") - timedelta(seconds=moved),
        )
    return rows


def judged(rows: list[Row], cancelled: set[int], book: judge.Book) -> dict[str, Any]:
    """`cancelled` are the messages for which cancelling succeeded."""
    due = {row.promise.numbers[0]: row.due for row in rows}
    lateness = [taken["at"] - due[number] for taken in book for number in taken["msisdns"]]
    promises = [row.promise for row in rows]
    taken = judge.taken(book)
    return {
        "cancelled_but_sent": sum(each.numbers[0] in taken for each in promises if each.id in cancelled),
        "early": sum(seconds < 0 for seconds in lateness),
        "late_p95": judge.p95(lateness),
        **judge.verdict(promises, book),
    }
