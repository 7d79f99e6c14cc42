"""Reading the sums of a firm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet, Sum

from messaging.reports.models import COUNTERS, STATUSES, DailyNetwork, DailyReason, DailyStat
from messaging.sms import words
from messaging.sms.models import Recipient
from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError
from tenants.models import Tenant

USUAL = 30  # days
LONGEST = 366
EARLIEST = date(2000, 1, 1)
ENDS = ("delivered", "undelivered", "failed", "expired", "cancelled")


class BadRange(DomainError):
    code = "invalid-range"
    field = "date_from"


@dataclass(frozen=True, slots=True)
class Range:
    """Both days included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def before(self) -> "Range":
        """As many days, just before."""
        length = self.last - self.first
        return Range(self.first - length - timedelta(days=1), self.first - timedelta(days=1))


def between(first: date | None, last: date | None) -> Range:
    """Thirty days until today where nothing is said. Raises BadRange."""
    last = last or clock.today()
    if min(last, first or last) < EARLIEST:
        raise BadRange("Tarih çok eski.")
    first = first or last - timedelta(days=USUAL)
    if first > last:
        raise BadRange("Başlangıç bitişten sonra olamaz.")
    if (last - first).days >= LONGEST:
        raise BadRange(f"En çok {LONGEST} gün istenebilir.")
    return Range(first, last)


def of(firm: Tenant, asked: Range, **narrow: str) -> QuerySet[DailyStat]:
    chosen = {name: value for name, value in narrow.items() if value}
    return DailyStat.objects.of(firm).filter(day__range=(asked.first, asked.last), **chosen)


def totals(rows: QuerySet[DailyStat]) -> dict[str, int]:
    """Of every counter, and `messages`."""
    found = rows.aggregate(**{name: Sum(name) for name in ("messages", *COUNTERS)})
    return {name: value or 0 for name, value in found.items()}


def by(rows: QuerySet[DailyStat], name: str) -> list[dict[str, Any]]:
    """The counters for each value of `name`, most recipients first."""
    found = rows.values(name).annotate(
        **{f"n_{counter}": Sum(counter) for counter in ("messages", *COUNTERS)}
    )
    plain = [{key.removeprefix("n_"): value for key, value in row.items()} for row in found]
    return sorted(plain, key=lambda row: (-row["recipients"], str(row[name])))


def daily(rows: QuerySet[DailyStat], days: Sequence[date]) -> list[dict[str, Any]]:
    """One for each day, also where there was nothing."""
    known = {row["day"]: row for row in by(rows, "day")}
    nothing = dict.fromkeys(("messages", *COUNTERS), 0)
    return [known.get(day) or {"day": day, **nothing} for day in days]


def pending(row: dict[str, Any]) -> int:
    """Recipients whose end is not known yet."""
    return int(row["recipients"] - sum(row[name] for name in ENDS))


def networks(firm: Tenant, asked: Range) -> list[tuple[int, int, int]]:
    """(network, recipients, delivered), most recipients first."""
    rows = DailyNetwork.objects.of(firm).filter(day__range=(asked.first, asked.last))
    found = rows.values("network").annotate(n=Sum("recipients"), d=Sum("delivered"))
    return sorted(((row["network"], row["n"], row["d"]) for row in found), key=lambda each: -each[1])


def reasons(firm: Tenant, asked: Range) -> list[tuple[str, str, int]]:
    """(status, error code, recipients) of whom messages did not reach, most first."""
    rows = DailyReason.objects.of(firm).filter(day__range=(asked.first, asked.last))
    found = rows.values("state", "code").annotate(n=Sum("recipients"))
    told = [(words.RECIPIENT[Recipient.State(row["state"])], row["code"], row["n"]) for row in found]
    return sorted(told, key=lambda each: (-each[2], each[:2]))


def states(firm: Tenant, first: date | None, last: date | None) -> dict[str, int]:
    """Messages by state on these days, either of them open, and `total`."""
    rows = DailyStat.objects.of(firm)
    if first:
        rows = rows.filter(day__gte=first)
    if last:
        rows = rows.filter(day__lte=last)
    found = rows.aggregate(total=Sum("messages"), **{name: Sum(f"m_{name}") for name in STATUSES})
    return {name: value or 0 for name, value in found.items()}
