"""Figures of accounts by the minute: added up, written together, read as shares and delays."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.db.models import F
from django.db.models.functions import Now

from gateways import health
from gateways.base import Accepted, NotSent, Refused, Unknown
from gateways.models import Minute

OUTCOMES = [Accepted("1"), Accepted("2"), Refused("x"), NotSent("x"), Unknown("x")]


@pytest.fixture
def tally(db):
    return health.Tally()


def told(tally, gateway="yol", *, seconds=0.3):
    for outcome in OUTCOMES:
        tally.exchanged(gateway, outcome, seconds)
    tally.reported(gateway, delivered=12, undelivered=2, slow=3)
    tally.write(now=True)


def test_outcomes_and_ends_are_counted_by_account(tally):
    told(tally)
    told(tally, "öteki")
    figures = health.recent(5)
    assert figures.keys() == {"yol", "öteki"}
    found = figures["yol"]
    assert (found.accepted, found.refused, found.not_sent, found.unknown) == (2, 1, 1, 1)
    assert (found.delivered, found.undelivered, found.slow) == (12, 2, 3)
    assert (found.exchanges, found.success, found.slowness) == (5, 0.6, 0.25)


def test_a_minute_that_is_there_grows(tally):
    told(tally)
    told(tally)
    assert Minute.objects.count() in {1, 2}  # the minute may have turned
    assert health.recent(5)["yol"].accepted == 4
    assert sum(health.recent(5)["yol"].latencies) == 10


@pytest.mark.django_db(transaction=True)
def test_two_processes_write_the_same_minute():
    def work():
        told(health.Tally())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert health.recent(5)["yol"].accepted == 8


def test_delays_are_read_as_the_bound_of_their_class(tally):
    for _ in range(95):
        tally.exchanged("yol", OUTCOMES[0], 0.04)
    for _ in range(5):
        tally.exchanged("yol", OUTCOMES[0], 3.0)
    tally.exchanged("yol", OUTCOMES[3], 0)  # never went over the wire
    tally.write(now=True)
    found = health.recent(5)["yol"]
    assert (found.within(0.5), found.within(0.95), found.within(0.96)) == (0.05, 0.05, 3.2)


def test_beyond_the_last_class_is_still_a_class(tally):
    tally.exchanged("yol", OUTCOMES[0], 60)
    tally.write(now=True)
    assert health.recent(5)["yol"].within(0.95) == 25.6


def test_nothing_seen_says_nothing():
    nothing = health.Figures()
    assert (nothing.success, nothing.slowness, nothing.within(0.95)) == (None, None, None)
    assert health.Figures(delivered=9, slow=9).slowness is None


def test_it_is_written_once_a_second_at_most(tally, django_assert_num_queries):
    tally.exchanged("yol", OUTCOMES[0], 0.1)
    with django_assert_num_queries(0):
        tally.write()
    assert not Minute.objects.exists()
    tally._written -= health.PERIOD + 1
    tally.write()
    assert Minute.objects.count() == 1
    tally.write(now=True)
    assert health.recent(5)["yol"].accepted == 1


def test_a_database_that_is_away_costs_a_statistic_and_nothing_else(tally, monkeypatch, caplog):
    def away(*_):
        raise DatabaseError("away")

    tally.exchanged("yol", OUTCOMES[0], 0.1)
    monkeypatch.setattr(health.database, "rows", away)
    tally.write(now=True)
    assert "health.unwritten" in caplog.text


def test_a_line_has_a_figure_for_every_minute(tally):
    told(tally)
    Minute.objects.update(minute=F("minute") - timedelta(minutes=3))
    told(tally)
    line = health.lines(10)["yol"]
    assert len(line) == 10
    assert (sum(line), line[-1] + line[-2]) == (10, 5)


def test_old_minutes_are_forgotten(tally):
    told(tally)
    assert health.prune() == 0
    Minute.objects.update(minute=Now() - timedelta(days=health.KEPT_DAYS, minutes=1))
    assert health.prune() == 1
    assert not Minute.objects.exists()
