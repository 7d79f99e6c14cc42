from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError

MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 1),
    max_value=datetime(2100, 1, 1),
    timezones=st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
DAYS = st.dates(min_value=date(1970, 1, 1), max_value=date(2100, 1, 1))


def test_now_is_utc_and_now():
    before = datetime.now(UTC)
    assert before <= clock.now() <= before + timedelta(seconds=5)
    assert clock.now().tzinfo is UTC


def test_moments_are_written_as_the_contract_writes_them():
    moment = datetime(2026, 5, 7, 10, 23, 45, 999_999, tzinfo=UTC)
    assert clock.iso_utc(moment) == "2026-05-07T10:23:45+00:00"
    assert clock.iso_istanbul(moment) == "2026-05-07T13:23:45+03:00"
    assert clock.iso_utc(moment.astimezone(clock.ISTANBUL)) == clock.iso_utc(moment)


@pytest.mark.parametrize("write", [clock.iso_utc, clock.iso_istanbul, clock.istanbul_day])
def test_a_moment_without_a_zone_is_never_guessed(write):
    with pytest.raises(ValueError, match="zone"):
        write(datetime(2026, 5, 7, 10, 23, 45))


@given(MOMENTS)
def test_what_is_written_reads_back_to_the_second(moment):
    for written in (clock.iso_utc(moment), clock.iso_istanbul(moment)):
        assert clock.parse_datetime_input(written) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    ("raw", "utc"),
    [
        ("2026-12-31T20:00:00+03:00", "2026-12-31T17:00:00+00:00"),
        ("2026-12-31T20:00:00+0300", "2026-12-31T17:00:00+00:00"),
        ("2026-12-31T20:00:00Z", "2026-12-31T20:00:00+00:00"),
        ("2026-12-31T20:00:00-05:30", "2027-01-01T01:30:00+00:00"),
        ("2026-12-31T20:00:00", "2026-12-31T17:00:00+00:00"),
        ("2026-12-31T20:00", "2026-12-31T17:00:00+00:00"),
        ("2026-12-31 20:00", "2026-12-31T17:00:00+00:00"),
        ("2026-12-31T20:00:00.5+00:00", "2026-12-31T20:00:00+00:00"),
        ("2026-12-31T20:00:00.123456Z", "2026-12-31T20:00:00+00:00"),
        ("2024-02-29T00:00Z", "2024-02-29T00:00:00+00:00"),
        ("2015-07-01T12:00", "2015-07-01T09:00:00+00:00"),
        ("2015-01-01T12:00", "2015-01-01T10:00:00+00:00"),
    ],
)
def test_a_moment_is_read_in_its_offset_or_else_as_istanbul_time(raw, utc):
    moment = clock.parse_datetime_input(raw)
    assert clock.iso_utc(moment) == utc
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "raw",
    [
        None,
        1_767_200_400,
        True,
        ["2026-12-31T20:00:00Z"],
        datetime(2026, 12, 31, tzinfo=UTC),
        "",
        "architecto",
        "2026-12-31",
        "20261231T200000Z",
        "2026-W53-4T20:00",
        "2026-12-31T20",
        "2026-12-31T24:00",
        "2026-12-31T23:59:60Z",
        "2026-13-01T00:00",
        "2026-02-29T00:00",
        "0000-01-01T00:00",
        "2026-12-31T20:00:00+25:00",
        "2026-12-31T20:00:00+03",
        "2026-12-31T20:00:00 +03:00",
        "2026-12-31T20:00:00 03:00",
        "2026-12-31T20:00:00.1234567",
        " 2026-12-31T20:00:00",
        "2026-12-31T20:00:00\n",
        "31.12.2026 20:00",
        "٢٠٢٦-12-31T20:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_a_malformed_moment_is_refused(raw):
    with pytest.raises(clock.InvalidDatetime) as refusal:
        clock.parse_datetime_input(raw, field="scheduled_at")
    assert isinstance(refusal.value, DomainError)
    assert (refusal.value.code, refusal.value.field) == ("invalid-datetime", "scheduled_at")


@given(DAYS)
def test_a_day_reads_back(day):
    assert clock.parse_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "raw",
    [
        None,
        20260507,
        "",
        "architecto",
        "2026-5-7",
        "2026-02-30",
        "20260507",
        "07.05.2026",
        "2026-W19-4",
        " 2026-05-07",
        "2026-05-07\n",
        "2026-05-07T00:00",
        "0000-01-01",
        "２０２６-05-07",
        ["2026-05-07"],
    ],
)
def test_a_malformed_day_is_refused(raw):
    with pytest.raises(clock.InvalidDay) as refusal:
        clock.parse_day(raw, field="date_from")
    assert (refusal.value.code, refusal.value.field) == ("invalid-date", "date_from")


def test_a_day_begins_at_midnight_in_istanbul():
    bounds = clock.istanbul_day_bounds(date(2026, 5, 7))
    assert bounds.start == datetime(2026, 5, 6, 21, tzinfo=UTC)
    assert bounds.end == datetime(2026, 5, 7, 21, tzinfo=UTC)
    assert bounds.start.tzinfo is bounds.end.tzinfo is UTC


def test_days_from_and_to_are_both_inside():
    bounds = clock.istanbul_day_bounds(date(2026, 5, 1), date(2026, 5, 11))
    assert bounds == (datetime(2026, 4, 30, 21, tzinfo=UTC), datetime(2026, 5, 11, 21, tzinfo=UTC))


def test_the_days_of_summer_time_had_23_and_25_hours():
    for day, hours in ((date(2015, 3, 29), 23), (date(2015, 11, 8), 25), (date(2026, 3, 29), 24)):
        bounds = clock.istanbul_day_bounds(day)
        assert bounds.end - bounds.start == timedelta(hours=hours)


@given(MOMENTS)
def test_a_moment_lies_within_its_istanbul_day_and_no_other(moment):
    day = clock.istanbul_day(moment)
    start, end = clock.istanbul_day_bounds(day)
    assert start <= moment < end
    assert clock.istanbul_day_bounds(day + timedelta(days=1)).start == end


@pytest.mark.parametrize(
    "days",
    [
        (date(2026, 5, 2), date(2026, 5, 1)),
        (date(9999, 12, 31),),
        (date(1, 1, 1),),
        (date(1, 1, 1), date.max),
    ],
)
def test_crossed_or_impossible_days_are_refused(days):
    with pytest.raises(clock.InvalidDay):
        clock.istanbul_day_bounds(*days)


def test_today_turns_at_midnight_in_istanbul(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 5, 6, 20, 59, 59, tzinfo=UTC))
    assert clock.today() == date(2026, 5, 6)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 5, 6, 21, tzinfo=UTC))
    assert clock.today() == date(2026, 5, 7)
