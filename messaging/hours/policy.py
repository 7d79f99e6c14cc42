"""The next time at which a commercial message may go, and until when.

No Turkish statute sets hours for SMS; what operators and the field keep to is nine in the morning until nine at night
(design: reference/compliance, 4). So the windows are a table that staff change, and these its first rows.
"""

import time as monotonic
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from messaging.hours.models import Holiday, Window
from smsmerkezi.core import clock

AHEAD = 60  # days that are looked at; a policy that opens on none of them is refused
KEPT = 5.0  # seconds for which a process believes what it has read


class Opening(NamedTuple):
    """From `opens`, up to but without `closes`; both UTC."""

    opens: datetime
    closes: datetime


class NeverOpen(Exception):
    """No day within AHEAD has a window. `change` keeps it from being so."""


@dataclass(frozen=True, slots=True)
class Policy:
    """`windows` by Window.Day; a day without one is closed."""

    windows: Mapping[int, tuple[time, time]]
    holidays: frozenset[date]

    def next_open(self, at: datetime) -> Opening:
        """`at` itself where that is open, else the beginning of the next window. Raises NeverOpen."""
        first = clock.istanbul_day(at)
        for day in (first + timedelta(days=n) for n in range(AHEAD)):
            window = self.windows.get(Window.Day.HOLIDAY if day in self.holidays else day.weekday())
            if window is None:
                continue
            opens, closes = (_at(day, moment) for moment in window)
            if at < closes:
                return Opening(max(at, opens), closes)
        raise NeverOpen


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, clock.ISTANBUL).astimezone(UTC)


def read() -> Policy:
    windows = {row.day: (row.opens, row.closes) for row in Window.objects.exclude(opens=None)}
    since = clock.today() - timedelta(days=1)
    days = frozenset(Holiday.objects.filter(day__gte=since).values_list("day", flat=True))
    return Policy(windows, days)  # type: ignore[arg-type]  # a window that opens closes, too


_known: tuple[float, Policy] | None = None


def current() -> Policy:
    """As it was within the last seconds: accepting a message must not ask two tables."""
    now = monotonic.monotonic()
    if _known is None or now > _known[0]:
        return believe(read(), until=now + KEPT)
    return _known[1]


def believe(rules: Policy, *, until: float = float("inf")) -> Policy:
    """Take these for the policy, until the monotonic clock says `until`."""
    global _known  # noqa: PLW0603 - one for the process
    _known = (until, rules)
    return rules


def forget() -> None:
    """Read it again at the next question."""
    global _known  # noqa: PLW0603
    _known = None


def fit(at: datetime) -> Opening:
    """When a commercial message that is due `at` this moment may go, and until when."""
    return current().next_open(at)


def held_until(at: datetime | None, *, commercial: bool) -> datetime | None:
    """When a message goes that is due `at` this moment, or now; None where its hours do not hold it."""
    if not commercial:
        return None
    asked = at or clock.now()
    opens = fit(asked).opens
    return opens if opens > asked else None
