"""Time: UTC inside, Europe/Istanbul for people, and the contract's way to write and read both (A1)."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from smsmerkezi.core.errors import DomainError

ISTANBUL = ZoneInfo("Europe/Istanbul")


class InvalidDatetime(DomainError):
    code = "invalid-datetime"


class InvalidDay(DomainError):
    code = "invalid-date"


class Bounds(NamedTuple):
    """From `start`, up to but without `end`; both UTC."""

    start: datetime
    end: datetime


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The day on the calendar in Istanbul."""
    return istanbul_day(now())


def istanbul_day(moment: datetime) -> date:
    return _aware(moment).astimezone(ISTANBUL).date()


def istanbul_day_bounds(first: date, last: date | None = None) -> Bounds:
    """The moments of one Istanbul day, or of all from `first` to `last`. Raises InvalidDay if crossed."""
    last = first if last is None else last
    if last < first:
        raise InvalidDay("Başlangıç tarihi bitiş tarihinden sonra olamaz.")
    try:
        return Bounds(_midnight(first), _midnight(last + timedelta(days=1)))
    except OverflowError:
        raise InvalidDay("Tarih desteklenen aralığın dışında.") from None


def iso_utc(moment: datetime) -> str:
    """`2026-05-07T10:23:45+00:00`: whole seconds, cut and not rounded."""
    return _aware(moment).astimezone(UTC).isoformat(timespec="seconds")


def iso_istanbul(moment: datetime) -> str:
    """`2026-05-07T13:23:45+03:00`"""
    return _aware(moment).astimezone(ISTANBUL).isoformat(timespec="seconds")


_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
).fullmatch
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


def parse_datetime_input(raw: object, *, field: str | None = None) -> datetime:
    """An ISO-8601 date and time as UTC; without an offset it is Istanbul time. Raises InvalidDatetime."""
    if isinstance(raw, str) and _DATETIME(raw):
        try:
            moment = datetime.fromisoformat(raw)
            return (moment if moment.tzinfo else moment.replace(tzinfo=ISTANBUL)).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise InvalidDatetime(
        "Tarih ve saat ISO-8601 biçiminde olmalıdır: 2026-12-31T20:00:00+03:00.", field=field
    )


def parse_day(raw: object, *, field: str | None = None) -> date:
    """A day written Y-m-d. Raises InvalidDay."""
    if isinstance(raw, str) and _DAY(raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            pass
    raise InvalidDay("Tarih YYYY-AA-GG biçiminde olmalıdır: 2026-12-31.", field=field)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, ISTANBUL).astimezone(UTC)


def _aware(moment: datetime) -> datetime:
    """A time without a zone is a mistake of ours, not of a caller outside."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment
