"""Rests: when an account gets one, how long, how it ends, and that every process sees the same."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from gateways import accounts, circuit
from gateways.base import Accepted, NotSent, Refused, Scope, Unknown
from gateways.models import Circuit, GatewayAccount
from smsmerkezi.core import clock
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
OK, LOST = Accepted("1"), Unknown("timeout")
CLOSED = NotSent("connection refused", scope=Scope.ROAD)
LOCKED_OUT = NotSent("credentials", retry_after=timedelta(minutes=1), scope=Scope.ACCOUNT)
ENOUGH = [LOST] * circuit.FAILURES


@pytest.fixture(autouse=True)
def account():
    accounts.forget()
    circuit.forget()
    yield factories.gateway("a")
    accounts.forget()
    circuit.forget()


def hear(*outcomes, slug="a"):
    circuit.heard(slug, outcomes)


def rest():
    """Whole seconds of the rest, as a process sees it that has read nothing yet."""
    circuit.forget()
    return round(circuit.state("a").rests_for)


def pass_time(seconds):
    passed = timedelta(seconds=seconds)
    Circuit.objects.update(open_until=F("open_until") - passed, asks_after=F("asks_after") - passed)
    circuit.forget()


def row():
    return Circuit.objects.get()


# When.


def test_an_account_that_answers_has_no_row_and_costs_no_query(django_assert_num_queries):
    circuit.state("a")
    with django_assert_num_queries(0):
        hear(OK, Refused("blocked"), NotSent("busy"))
        assert circuit.state("a") == circuit.FINE
    assert not Circuit.objects.exists()


@pytest.mark.parametrize("scope", [Scope.ROAD, Scope.ACCOUNT])
def test_a_road_or_an_account_that_takes_nothing_rests_at_once(scope):
    hear(NotSent("closed", scope=scope))
    assert rest() == circuit.FIRST_REST.total_seconds()
    assert (row().reason, row().needs_staff) == ("closed", scope is Scope.ACCOUNT)
    assert abs(row().since - clock.now()) < timedelta(seconds=5)


@pytest.mark.parametrize("scope", [Scope.SUBMISSION, Scope.RECIPIENT])
def test_what_is_one_messages_trouble_closes_nothing(scope):
    hear(*[NotSent("busy", scope=scope)] * 20)
    assert rest() == 0


def test_answers_lost_in_a_row_are_counted_over_batches():
    for _ in range(circuit.FAILURES - 1):
        hear(LOST)
        assert rest() == 0
    hear(LOST)
    assert rest() == 5
    assert (row().reason, row().needs_staff) == ("answers lost", False)


@pytest.mark.parametrize("answer", [OK, Refused("blocked")])
def test_an_answer_ends_the_count_whether_it_comes_in_the_same_batch_or_the_next(answer):
    hear(*[LOST] * 4)
    hear(answer)
    assert row().failures == 0
    hear(*[LOST] * 4, answer, *[LOST] * 4)
    assert row().failures == 4
    assert rest() == 0


def test_now_and_then_a_lost_answer_among_many_closes_nothing():
    for _ in range(3 * circuit.FAILURES):
        hear(LOST)
        hear(OK)
    assert rest() == 0


def test_a_submission_that_is_not_sent_neither_ends_the_count_nor_adds_to_it():
    hear(*ENOUGH[1:])
    hear(NotSent("busy"))
    assert row().failures == circuit.FAILURES - 1
    hear(LOST)
    assert rest() == 5


def test_what_came_after_the_last_answer_counts():
    hear(CLOSED, OK)
    assert rest() == 0
    hear(OK, CLOSED)
    assert rest() == 5


# How long.


def rests(outcomes, times):
    found = []
    for _ in range(times):
        hear(*outcomes)
        found.append(rest())
        pass_time(found[-1])
    return found


def test_each_rest_is_twice_as_long_up_to_the_scopes_longest():
    assert rests([CLOSED], 6) == [5, 10, 20, 40, 60, 60]
    assert row().trips == 6


def test_an_account_may_rest_a_quarter_of_an_hour():
    assert rests([LOCKED_OUT], 6) == [60, 120, 240, 480, 900, 900]


def test_one_lost_answer_on_trial_is_enough_for_the_next_rest():
    assert rests(ENOUGH, 1) == [5]
    assert rests([LOST], 2) == [10, 20]


def test_a_gateway_gets_the_rest_that_it_asks_for():
    assert rests([NotSent("throttled", retry_after=timedelta(minutes=10), scope=Scope.ROAD)], 2) == [600, 600]


def test_after_very_many_rests_it_is_still_the_longest():
    hear(CLOSED)
    Circuit.objects.update(trips=30_000)
    pass_time(5)
    assert rests([CLOSED], 1) == [60]


def test_what_was_under_way_when_the_rest_began_makes_it_no_further_one():
    """Sixteen exchanges at a port that is closed come back in several batches: that is one outage."""
    for _ in range(8):
        hear(CLOSED)
    assert (row().trips, rest()) == (1, 5)
    hear(*ENOUGH)
    assert (row().trips, rest()) == (1, 5)


def test_a_longer_wait_that_is_heard_while_it_rests_is_kept_and_a_shorter_one_does_not_shorten_it():
    hear(CLOSED)
    hear(NotSent("throttled", retry_after=timedelta(seconds=90), scope=Scope.ROAD))
    assert rest() == 90
    hear(CLOSED)
    assert rest() == 90


def test_what_staff_must_mend_is_not_hidden_by_what_comes_after_it():
    hear(LOCKED_OUT)
    hear(CLOSED)
    hear(*ENOUGH)
    assert (row().reason, row().needs_staff) == ("credentials", True)
    pass_time(60)
    hear(CLOSED)
    assert (row().reason, row().needs_staff) == ("connection refused", False)


# How it ends.


def test_a_rest_ends_by_itself_and_one_exchange_is_tried():
    hear(CLOSED)
    assert circuit.state("a") != circuit.FINE
    pass_time(6)
    assert (circuit.state("a").rests_for, circuit.state("a").probing) == (0, True)


@pytest.mark.parametrize("answer", [OK, Refused("blocked")])
def test_one_answer_on_trial_heals(answer):
    rests([CLOSED], 3)
    hear(answer)
    circuit.forget()
    assert circuit.state("a") == circuit.FINE
    healed = row()
    assert (healed.trips, healed.failures, healed.open_until, healed.since) == (0, 0, None, None)
    assert (healed.reason, healed.needs_staff) == ("", False)


def test_after_healing_the_next_rest_is_a_first_one():
    rests([CLOSED], 4)
    hear(OK, CLOSED)
    assert (row().trips, rest()) == (1, 5)


def test_an_answer_to_something_older_does_not_end_a_rest():
    hear(NotSent("throttled", retry_after=timedelta(seconds=60), scope=Scope.ROAD))
    hear(OK)
    assert rest() == 60


def test_staff_end_a_rest_at_once(account):
    hear(LOCKED_OUT)
    assert circuit.close(account.pk) is True
    assert circuit.state("a") == circuit.FINE
    assert circuit.close(account.pk) is False


# Questions.


def test_questions_are_put_off_and_nothing_else_is(account):
    circuit.put_off("a", timedelta(seconds=30))
    state = circuit.state("a")
    assert (round(state.asks_in), state.rests_for, state.well) == (30, 0, True)
    pass_time(31)
    assert circuit.state("a") == circuit.FINE


def test_a_shorter_wait_does_not_shorten_a_longer_one():
    for seconds in (60, 5):
        circuit.put_off("a", timedelta(seconds=seconds))
    assert round(circuit.state("a").asks_in) == 60


def test_answers_to_sends_do_not_write_while_only_questions_wait(django_assert_num_queries):
    circuit.put_off("a", timedelta(seconds=30))
    circuit.state("a")
    with django_assert_num_queries(0):
        hear(OK)


# Who sees it.


def test_another_process_sees_it_within_a_second(monkeypatch):
    assert circuit.state("a") == circuit.FINE
    hear_elsewhere = threading.Thread(target=lambda: (_elsewhere(CLOSED), connection.close()))
    hear_elsewhere.start()
    hear_elsewhere.join()
    assert circuit.state("a") == circuit.FINE, "read less than a second ago"
    monkeypatch.setattr(circuit, "MAX_AGE", 0.0)
    assert round(circuit.state("a").rests_for) == 5


def _elsewhere(*outcomes):
    """As another process: what this one has read stays as it is."""
    kept = circuit._kept
    hear(*outcomes)
    circuit._kept = kept


def test_processes_that_lose_answers_at_once_lose_no_count():
    """Fails without the row's lock: both would read 0 and write 2."""
    barrier = threading.Barrier(2)

    def work():
        barrier.wait(10)
        for _ in range(2):
            hear(LOST)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert row().failures == 4


def test_the_databases_clock_counts(monkeypatch):
    for asked in ((clock, "now"), (timezone, "now")):
        monkeypatch.setattr(*asked, lambda: pytest.fail("asked this machine's clock"))
    hear(CLOSED)
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM open_until - now()) FROM gateways_circuit")
        assert 4 < cursor.fetchone()[0] <= 5


# What may be written.


@pytest.mark.parametrize("reason", ["x" * 500, "yarım \ud800 harf", "sıfır \x00 bayt", "\x00"])
def test_any_reason_can_be_kept(reason):
    hear(NotSent(reason, scope=Scope.ROAD))
    assert row().reason == reason.replace("\x00", "").replace("\ud800", "")[: circuit.REASON]


def test_an_account_nobody_knows_is_nobodys_trouble():
    hear(CLOSED, slug="yok")
    circuit.put_off("yok", timedelta(seconds=5))
    assert not Circuit.objects.exists()


def test_an_account_that_was_removed_since_it_was_read_is_nobodys_trouble(account):
    assert accounts.get("a")
    GatewayAccount.objects.filter(pk=account.pk).delete()
    hear(CLOSED)
    circuit.put_off("a", timedelta(seconds=5))
    assert not Circuit.objects.exists()


def test_a_row_says_why_it_is_there(account):
    hear(CLOSED)
    assert (str(row()), str(Circuit())) == ("connection refused", "—")
