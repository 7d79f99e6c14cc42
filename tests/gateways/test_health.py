"""How accounts are doing: added up in each process, written by the minute, read as shares, bounds and lines."""

import os
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.conf import settings as live
from django.db import connection
from django.db.models import F

from gateways import health
from gateways.base import Accepted, NotSent, Refused, Unknown
from gateways.health import Figures
from gateways.models import Minute

pytestmark = pytest.mark.django_db(transaction=True)
OK, NO, LATER, LOST = Accepted("1"), Refused("x"), NotSent("x"), Unknown("x")


@pytest.fixture
def tally():
    return health.Tally()


def spread(*classes):
    """Latencies by their classes' numbers."""
    found = [0] * (len(health.BOUNDS) + 1)
    for each in classes:
        found[each] += 1
    return tuple(found)


def age(minutes):
    Minute.objects.update(minute=F("minute") - timedelta(minutes=minutes))


def test_what_was_seen_is_written_once(tally):
    for outcome, seconds in [(OK, 0.03), (OK, 0.3), (NO, 0.05), (LATER, 20), (LOST, 10), (LATER, 0)]:
        tally.exchanged("a", outcome, seconds)
    tally.reported("a", delivered=5, undelivered=2, slow=1)
    tally.write(now=True)
    tally.write(now=True)
    assert health.recent(10) == {"a": Figures(2, 1, 2, 1, 5, 2, 1, spread(0, 0, 3, 8, 9))}


def test_each_account_has_figures_of_its_own(tally):
    tally.exchanged("a", OK, 0.1)
    tally.exchanged("b", LOST, 0.1)
    tally.write(now=True)
    assert {slug: (each.accepted, each.unknown) for slug, each in health.recent(1).items()} == {
        "a": (1, 0),
        "b": (0, 1),
    }


def test_it_is_written_about_once_a_second(tally, monkeypatch):
    tally.exchanged("a", OK, 0.1)
    tally.write()
    assert not Minute.objects.exists()
    monkeypatch.setattr(health, "PERIOD", 0.0)
    tally.write()
    assert Minute.objects.get().accepted == 1


def test_what_nobody_saw_is_not_written(tally, django_assert_num_queries):
    with django_assert_num_queries(0):
        tally.write(now=True)
    assert health.recent(10) == health.lines() == {}


def test_two_processes_add_to_the_same_minute():
    code = (
        "import django; django.setup()\n"
        "from gateways import health; from gateways.base import Accepted\n"
        "for slug in ('b', 'a'):\n"
        "    for _ in range(50): health.tally.exchanged(slug, Accepted('1'), 0.1); health.tally.write(now=True)"
    )
    base, _, _name = os.environ["DATABASE_URL"].rpartition("/")
    environment = {**os.environ, "DATABASE_URL": f"{base}/{live.DATABASES['default']['NAME']}"}
    others = [subprocess.Popen([sys.executable, "-c", code], env=environment) for _ in range(2)]
    assert [other.wait(60) for other in others] == [0, 0]
    figures = health.recent(10)
    assert {slug: (each.accepted, sum(each.latencies)) for slug, each in figures.items()} == {
        "a": (100, 100),
        "b": (100, 100),
    }


def test_threads_of_one_process_lose_nothing(tally):
    def work():
        for _ in range(200):
            tally.exchanged("a", OK, 0.1)
            tally.reported("a", delivered=1, undelivered=1, slow=1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    tally.write(now=True)
    [figures] = health.recent(10).values()
    assert (figures.accepted, figures.delivered, figures.undelivered, figures.slow) == (1600,) * 4


def test_a_statistic_that_cannot_be_written_disturbs_nobody(tally, caplog):
    tally.exchanged("a" * 50, OK, 0.1)  # longer than any account's name
    tally.write(now=True)
    assert [record.message for record in caplog.records] == ["health.unwritten"]
    tally.exchanged("a", OK, 0.1)
    tally.write(now=True)
    assert list(health.recent(10)) == ["a"]


# Read.


def test_only_the_last_minutes_count(tally):
    tally.exchanged("a", OK, 0.1)
    tally.write(now=True)
    age(11)
    assert health.recent(10) == {}
    assert health.recent(12)["a"].accepted == 1


def test_latencies_of_several_minutes_are_added_up(tally):
    for minutes in (1, 1):
        tally.exchanged("a", OK, 0.03)
        tally.exchanged("a", OK, 3)
        tally.write(now=True)
        age(minutes)
    assert health.recent(10)["a"].latencies == spread(0, 0, 6, 6)


def test_a_refused_message_is_no_failure_of_the_account():
    assert Figures(accepted=6, refused=2, not_sent=1, unknown=1).success == 0.8
    assert Figures().success is None


@pytest.mark.parametrize(("delivered", "slow", "expected"), [(9, 9, None), (10, 0, 0.0), (40, 10, 0.25)])
def test_slowness_is_told_when_enough_has_come(delivered, slow, expected):
    assert Figures(delivered=delivered, slow=slow).slowness == expected


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 0.05), (0.51, 0.2), (0.75, 0.2), (0.76, 25.6), (1.0, 25.6)]
)
def test_a_share_of_the_answers_came_within_a_bound(share, expected):
    assert Figures(latencies=spread(0, 0, 2, 9)).within(share) == expected


def test_without_answers_there_is_no_bound():
    assert Figures(latencies=spread()).within(0.5) is None


@pytest.mark.parametrize(("seconds", "bound"), [(0.05, 0.05), (0.051, 0.1), (12.8, 12.8), (13, 25.6)])
def test_an_answer_belongs_to_the_class_that_ends_with_it(tally, seconds, bound):
    tally.exchanged("a", OK, seconds)
    tally.write(now=True)
    assert health.recent(1)["a"].within(1.0) == bound


def test_a_line_has_a_point_for_each_minute(tally):
    for outcome in (OK, NO, LATER, LOST):
        tally.exchanged("a", outcome, 0.1)
    tally.write(now=True)
    age(2)
    tally.exchanged("a", OK, 0.1)
    tally.reported("b", delivered=1, undelivered=0, slow=0)
    tally.write(now=True)
    assert health.lines(4) == {"a": [0, 4, 0, 1], "b": [0, 0, 0, 0]}
    assert [len(line) for line in health.lines().values()] == [60, 60]


def test_old_minutes_are_forgotten(tally):
    for _ in range(2):
        tally.exchanged("a", OK, 0.1)
        tally.write(now=True)
        age(health.KEPT_DAYS * 1440 - 1)
    tally.exchanged("a", OK, 0.1)
    tally.write(now=True)
    assert health.prune() == 1
    assert health.prune() == 0
    assert Minute.objects.count() == 2


def test_a_minute_that_nothing_was_written_for_has_no_latencies():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO gateways_minute (gateway, minute, accepted, refused, not_sent, unknown, delivered, undelivered,"
            " slow, latencies) VALUES ('a', date_trunc('minute', now()), 0, 0, 0, 0, 0, 0, 0, '{}')"
        )
    assert health.recent(1)["a"].within(0.5) is None
