"""Keeping the sums: the days that may still change are summed anew, from the counters that each message carries.

Nothing is added where messages are accepted, claimed or reported: those statements stay as they are.
"""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, Case, Count, F, Sum, When
from django.db.models.functions import TruncDate

from messaging.reports.models import COUNTERS, STATUSES, DailyStat
from messaging.sms import words
from messaging.sms.models import Message
from smsmerkezi.core import clock

OPEN = 4  # days: a message has ended three days after its time
DEEP = 40  # days that are summed once a day: what was in doubt for long, what staff decided
GROUP = ("tenant_id", "day", "originator", "gateway", "source")
SHARE = 20  # a look may take a twentieth of the time

HELD_OR_TAKEN = F("recipients") - F("dropped")
CREDITS = Case(
    When(cost=None, then=F("parts") * HELD_OR_TAKEN),
    default=F("cost") * HELD_OR_TAKEN / F("recipients"),
    output_field=BigIntegerField(),
)


def refresh() -> int:
    """The open days, and those on which something was accepted whose time has only come now; how many sums."""
    today = clock.today()
    first = today - timedelta(days=OPEN - 1)
    written = sum_days(first, today)
    start = clock.istanbul_day_bounds(first).start
    for day in _scheduled_before(start):
        written += sum_days(day, day)
    return written


def deepen() -> int:
    """Further back, once a day."""
    today = clock.today()
    return sum_days(today - timedelta(days=DEEP), today)


@transaction.atomic
def sum_days(first: date, last: date) -> int:
    """Sum these days anew. Whoever reads sees the old sums or the new ones."""
    rows = [DailyStat(**row) for row in _sums(*clock.istanbul_day_bounds(first, last))]
    DailyStat.objects.filter(day__range=(first, last)).delete()
    DailyStat.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def _sums(start: datetime, end: datetime) -> Any:
    found = Message.objects.filter(created_at__gte=start, created_at__lt=end).order_by()
    states = {f"m_{name}": Count("pk", filter=words.STATUSES[name]) for name in STATUSES}
    counters = {name: Sum(name) for name in COUNTERS if name not in {"credits", "parts"}}
    return (
        found.annotate(day=TruncDate("created_at", tzinfo=clock.ISTANBUL))
        .values(*GROUP)
        .annotate(messages=Count("pk"), **states)
        .annotate(credits=Sum(CREDITS), parts=Sum(F("parts") * F("recipients")))
        .annotate(**counters)
    )


def _scheduled_before(start: datetime) -> list[date]:
    """Days before `start` on which messages were accepted whose time has come since."""
    late = Message.objects.filter(scheduled_at__gte=start, created_at__lt=start).order_by()
    days = late.annotate(day=TruncDate("created_at", tzinfo=clock.ISTANBUL)).values_list("day", flat=True)
    return sorted(set(days))


class Paced:
    """A chore that rests SHARE times as long as it took."""

    def __init__(self, work: Callable[[], int]) -> None:
        self.work, self._not_before = work, 0.0

    def __call__(self) -> int:
        begun = time.monotonic()
        if begun < self._not_before:
            return 0
        done = self.work()
        self._not_before = time.monotonic() + SHARE * (time.monotonic() - begun)
        return done
