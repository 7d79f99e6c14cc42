"""When an account rests, for how long, and who is told."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now

from gateways import accounts, circuit, setup
from gateways.base import Accepted, NotSent, Refused, Scope, Unknown
from gateways.models import Circuit, GatewayAccount
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)  # within one, now() stands still

OK, NO, LOST = Accepted("1"), Refused("x"), Unknown("timeout")
BUSY = NotSent("throttled", retry_after=timedelta(seconds=20), scope=Scope.ROAD)
CREDENTIALS = NotSent("credentials", retry_after=timedelta(minutes=1), scope=Scope.ACCOUNT)


@pytest.fixture(autouse=True)
def road():
    circuit.forget()
    yield factories.gateway("yol")
    circuit.forget()
    accounts.forget()


def heard(*outcomes):
    circuit.heard("yol", outcomes)
    return circuit.state("yol")


def over():
    """The rest is over, by the database's clock."""
    Circuit.objects.update(open_until=Now() - timedelta(seconds=1))
    circuit.forget()
    return circuit.state("yol")


def test_a_well_account_costs_no_row(django_assert_num_queries):
    circuit.state("yol")
    with django_assert_num_queries(0):
        circuit.heard("yol", [OK, NO, OK])
    assert not Circuit.objects.exists()
    assert circuit.state("yol") == circuit.FINE


def test_it_rests_as_long_as_its_gateway_asks():
    state = heard(BUSY)
    assert 19 < state.rests_for <= 20
    assert Circuit.objects.get().reason == "throttled"


def test_each_rest_in_a_row_is_longer_up_to_a_minute():
    waits = []
    for _ in range(4):
        waits.append(round(heard(BUSY).rests_for))
        over()
    assert waits == [20, 40, 60, 60]


def test_a_wish_beyond_the_longest_rest_is_obeyed():
    hours = NotSent("daily limit", retry_after=timedelta(hours=3), scope=Scope.ROAD)
    assert round(heard(hours).rests_for) == 3 * 3600


def test_a_refused_account_needs_staff_and_rests_up_to_a_quarter_of_an_hour(caplog):
    waits = []
    for _ in range(6):
        waits.append(round(heard(CREDENTIALS).rests_for))
        over()
    assert waits == [60, 120, 240, 480, 900, 900]
    assert Circuit.objects.get().needs_staff
    assert [record.levelname for record in caplog.records] == ["ERROR"] * 6


def test_four_lost_answers_are_bad_luck_and_five_in_a_row_a_rest():
    assert heard(*[LOST] * 4).rests_for == 0
    assert 0 < heard(LOST).rests_for <= 5


def test_a_sane_answer_in_between_counts_lost_ones_anew():
    heard(*[LOST] * 4)
    assert heard(NO, *[LOST] * 4).rests_for == 0
    assert Circuit.objects.get().failures == 4


def test_after_the_rest_one_at_a_time_until_one_succeeds():
    heard(BUSY)
    assert over() == circuit.State(probing=True)
    assert heard(OK) == circuit.FINE
    row = Circuit.objects.get()
    assert (row.failures, row.trips, row.open_until, row.since, row.reason) == (0, 0, None, None, "")


def test_one_lost_answer_on_trial_is_a_rest_again():
    heard(BUSY)
    over()
    assert heard(LOST).rests_for > 0
    assert Circuit.objects.get().trips == 2


def test_a_failure_of_one_message_is_no_failure_of_the_road():
    assert heard(*[NotSent("one number, too often")] * 9) == circuit.FINE
    assert not Circuit.objects.exists()


def test_other_processes_heed_it_within_a_second(monkeypatch):
    assert circuit.state("yol") == circuit.FINE
    account = GatewayAccount.objects.get()
    Circuit.objects.create(account=account, since=Now(), trips=1, open_until=Now() + timedelta(seconds=30))
    assert circuit.state("yol") == circuit.FINE
    later = circuit.monotonic() + circuit.MAX_AGE + 0.1
    monkeypatch.setattr(circuit, "monotonic", lambda: later)
    assert circuit.state("yol").rests_for > 29


def test_questions_are_put_off_without_a_rest():
    circuit.put_off("yol", timedelta(seconds=40))
    state = circuit.state("yol")
    assert (state.rests_for, state.probing) == (0, False)
    assert 39 < state.asks_in <= 40
    Circuit.objects.update(asks_after=F("asks_after") - timedelta(seconds=41))
    circuit.forget()
    assert circuit.state("yol") == circuit.FINE


def test_words_of_an_account_that_was_removed_are_nobodys():
    circuit.heard("gone", [CREDENTIALS])
    circuit.put_off("gone", timedelta(seconds=40))
    assert not Circuit.objects.exists()


def test_a_reason_that_no_database_keeps_is_kept_as_far_as_it_goes():
    heard(NotSent("bad\x00word" * 40, scope=Scope.ROAD))
    reason = Circuit.objects.get().reason
    assert len(reason) == circuit.REASON
    assert reason.startswith("badword")


def test_staff_may_end_a_rest_and_only_a_rest():
    account = GatewayAccount.objects.get()
    noted = []
    heard(CREDENTIALS)
    setup.speak_again(account_id=account.pk, note=lambda *words: noted.append(words[1]))
    assert circuit.state("yol") == circuit.FINE
    with pytest.raises(setup.NotResting):
        setup.speak_again(account_id=account.pk, note=lambda *words: noted.append(words[1]))
    assert noted == ["gateway.spoken-to-again"]
