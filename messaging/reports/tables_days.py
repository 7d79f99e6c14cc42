"""A report by day, as a file."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging.reports import reading
from messaging.reports.table import Table
from smsmerkezi.core import clock
from tenants.models import Tenant

COUNTERS = ("messages", "recipients", "delivered", "undelivered", "expired", "failed", "cancelled", "credits")


def _days(firm: Tenant, asked: dict[str, str]) -> Iterator[list[Any]]:
    """Raises reading.BadRange."""
    first, last = (clock.parse_day(asked[name]) if asked.get(name) else None for name in ("first", "last"))
    days = reading.between(first, last)
    narrow = {name: asked.get(name, "") for name in ("originator", "source")}
    return iter([reading.daily(reading.of(firm, days, **narrow), days.days)])


def _day(row: dict[str, Any], _whole: bool) -> Sequence[object]:
    return [f"{row['day']:%d.%m.%Y}", *(row[name] for name in COUNTERS)]


DAYS = Table(
    _("Rapor"),
    "reports.read",
    [
        _("Gün"), _("Mesaj"), _("Alıcı"), _("Teslim edildi"), _("Teslim edilemedi"), _("Süresi doldu"), _("Reddedildi"),
        _("İptal"), _("Kredi"),
    ],
    _days,
    _day,
)  # fmt: skip
