"""When a commercial message may go: always within a window, never earlier than asked, and no later than it must be."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from messaging.hours import keeping, policy
from messaging.hours.models import Holiday, Window
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Forbidden, NotFound
from tenants.models import AuditEntry
from tests import factories, switching

USUAL = policy.Policy(dict.fromkeys(range(8), (time(9), time(21))), frozenset())


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=clock.ISTANBUL)


def found(rules, text):
    opening = rules.next_open(at(text))
    return tuple(f"{moment.astimezone(clock.ISTANBUL):%Y-%m-%d %H:%M}" for moment in opening)


@pytest.mark.parametrize(
    ("asked", "opens", "closes"),
    [
        ("2026-11-26 10:00", "2026-11-26 10:00", "2026-11-26 21:00"),
        ("2026-11-26 08:59", "2026-11-26 09:00", "2026-11-26 21:00"),
        ("2026-11-26 20:59", "2026-11-26 20:59", "2026-11-26 21:00"),
        ("2026-11-26 21:00", "2026-11-27 09:00", "2026-11-27 21:00"),
        ("2026-11-27 00:30", "2026-11-27 09:00", "2026-11-27 21:00"),
    ],
)
def test_from_nine_to_nine(asked, opens, closes):
    assert found(USUAL, asked) == (opens, closes)


def test_a_closed_day_is_passed_over():
    rules = policy.Policy({0: (time(9), time(21)), 4: (time(9), time(18))}, frozenset())
    assert found(rules, "2026-11-27 18:30") == ("2026-11-30 09:00", "2026-11-30 21:00")


def test_a_holiday_has_hours_of_its_own():
    rules = policy.Policy({**USUAL.windows, 7: (time(12), time(14))}, frozenset({date(2027, 3, 9)}))
    assert found(rules, "2027-03-09 09:30") == ("2027-03-09 12:00", "2027-03-09 14:00")


def test_a_holiday_without_hours_is_closed():
    rules = policy.Policy({n: (time(9), time(21)) for n in range(7)}, frozenset({date(2027, 3, 9)}))
    assert found(rules, "2027-03-09 09:30") == ("2027-03-10 09:00", "2027-03-10 21:00")


def test_what_never_opens_is_said():
    with pytest.raises(policy.NeverOpen):
        policy.Policy({}, frozenset()).next_open(clock.now())


WINDOWS = st.tuples(st.integers(0, 20), st.integers(1, 3)).map(lambda pair: (time(pair[0]), time(sum(pair))))


@given(
    windows=st.dictionaries(st.integers(0, 7), WINDOWS, min_size=1).filter(lambda found: set(found) - {7}),
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1)).map(
        lambda naive: naive.replace(tzinfo=clock.ISTANBUL)
    ),
    holidays=st.frozensets(st.dates(date(2026, 1, 1), date(2030, 1, 1)), max_size=5),
    later=st.timedeltas(timedelta(0), timedelta(days=9)),
)
def test_is_always_within_a_window_and_in_order(windows, moment, holidays, later):
    rules = policy.Policy(windows, holidays)
    opens, closes = rules.next_open(moment)
    assert moment <= opens < closes
    local = opens.astimezone(clock.ISTANBUL)
    first, last = windows[7 if local.date() in holidays else local.weekday()]
    assert first <= local.time() < last
    assert rules.next_open(moment + later).opens >= opens
    assert rules.next_open(opens) == (opens, closes)


@pytest.mark.django_db
class TestKeeping:
    def test_begins_with_nine_to_nine_and_the_holidays(self):
        rules = policy.read()
        assert set(rules.windows.values()) == {(time(9), time(21))}
        assert Holiday.objects.get(day=date(2027, 3, 9)).name == "Ramazan Bayramı"
        assert Holiday.objects.filter(day__year=2028).count() == 14

    def test_is_believed_for_some_seconds(self):
        policy.forget()
        before = policy.current()
        Window.objects.update(opens=None, closes=None)
        assert policy.current() is before
        policy.believe(before, until=0)
        assert policy.current().windows == {}
        with pytest.raises(policy.NeverOpen):
            policy.fit(clock.now())

    def test_staff_change_a_day_and_it_holds_at_once(self, django_capture_on_commit_callbacks):
        policy.forget()
        policy.current()
        with django_capture_on_commit_callbacks(execute=True):
            keeping.change(by=switching.staff(), day=6, opens=None, closes=None)
        assert 6 not in policy.current().windows
        (entry,) = AuditEntry.objects.filter(action="hours.changed")
        assert entry.changes == {"opens": ["09:00:00", ""], "closes": ["21:00:00", ""]}

    @pytest.mark.parametrize(
        ("opens", "closes"), [(time(9), None), (None, time(9)), (time(9), time(9, 59)), (time(21), time(9))]
    )
    def test_a_window_is_an_hour_at_least(self, opens, closes):
        with pytest.raises(keeping.BadWindow):
            keeping.change(by=switching.staff(), day=0, opens=opens, closes=closes)

    def test_some_day_stays_open(self):
        for day in range(6):
            keeping.change(by=switching.staff(), day=day, opens=None, closes=None)
        keeping.change(by=switching.staff(), day=7, opens=None, closes=None)
        with pytest.raises(keeping.AllClosed):
            keeping.change(by=switching.staff(), day=6, opens=None, closes=None)

    def test_the_database_takes_no_window_that_ends_before_it_begins(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            Window.objects.filter(day=0).update(opens=time(9), closes=time(8))

    def test_holidays_come_and_go(self):
        by = switching.staff()
        made = keeping.add_holiday(by=by, day=date(2029, 2, 14), name=" Ramazan  Bayramı ")
        assert str(made) == "14.02.2029 Ramazan Bayramı"
        with pytest.raises(keeping.KnownDay):
            keeping.add_holiday(by=by, day=date(2029, 2, 14), name="x")
        keeping.remove_holiday(by=by, holiday_id=made.pk)
        with pytest.raises(NotFound):
            keeping.remove_holiday(by=by, holiday_id=made.pk)
        assert [e.action for e in AuditEntry.objects.order_by("pk")][-2:] == [
            "hours.holiday-added",
            "hours.holiday-removed",
        ]

    def test_is_for_staff_alone(self):
        by = factories.actor(factories.tenant())
        for verb, given_ in (
            (keeping.change, {"day": 0, "opens": None, "closes": None}),
            (keeping.add_holiday, {"day": date(2029, 2, 14), "name": "x"}),
            (keeping.remove_holiday, {"holiday_id": 1}),
        ):
            with pytest.raises(Forbidden):
                verb(by=by, **given_)
