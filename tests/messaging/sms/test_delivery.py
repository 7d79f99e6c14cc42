"""Reports: pulled, pushed, early, late, repeated, out of order, about nobody; a final state never changes."""

import random
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from gateways import accounts, circuit
from gateways.base import Accepted, Rate, Report, Status
from messaging.sms import delivery, dispatch, outcomes, reconcile, sweeping
from messaging.sms.models import Recipient, Submission
from smsmerkezi.core import clock
from tests import factories
from tests.messaging.sms import fakes
from tests.messaging.sms.world import LANE, World, numbers, only, pass_time, states

State, End = Submission.State, Recipient.State
FIRST, SECOND = 905300010001, 905300020001
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def message(world):
    return world.sent(*numbers(2))


def report(message, status=Status.DELIVERED, msisdn=FIRST, **name):
    name = name or {"provider_id": only(message).provider_id}
    return Report(status=status, msisdn=msisdn, **name)


def tell(world, *reports):
    return delivery.apply(gateway=world.operator.slug, reports=reports)


def counters(message):
    message.refresh_from_db()
    return message.state, message.delivered, message.undelivered, message.expired, message.failed


def test_a_report_ends_its_recipient(world, message):
    told = Report(Status.UNDELIVERED, FIRST, only(message).provider_id, error_code="absent", at=AT)
    assert tell(world, told) == 1
    first, second = factories.recipients(message)
    assert (first.state, first.error_code, first.finished_at) == (End.UNDELIVERED, "absent", AT)
    assert second.state == End.SENT
    assert counters(message) == ("reporting", 0, 1, 0, 0)
    assert only(message).open_count == 1


def test_the_last_report_completes_the_message(world, message):
    tell(world, report(message), report(message, msisdn=SECOND))
    assert counters(message) == ("completed", 2, 0, 0, 0)
    assert message.finished_at
    assert only(message).open_count == 0


@pytest.mark.parametrize(
    ("status", "end", "counted"),
    [
        (Status.DELIVERED, End.DELIVERED, (1, 0, 0, 0)),
        (Status.UNDELIVERED, End.UNDELIVERED, (0, 1, 0, 0)),
        (Status.EXPIRED, End.EXPIRED, (0, 0, 1, 0)),
        (Status.REJECTED, End.REJECTED, (0, 0, 0, 1)),
    ],
)
def test_each_end_is_counted_and_none_is_refunded(world, message, status, end, counted):
    tell(world, report(message, status))
    assert states(message)[0] == end
    assert counters(message)[1:] == counted
    assert world.account() == (998, 0)


def test_a_pending_report_ends_nothing(world, message):
    assert tell(world, report(message, Status.PENDING)) == 0
    assert states(message) == [End.SENT] * 2


def test_a_report_told_twice_counts_once(world, message):
    assert tell(world, report(message), report(message)) == 1
    assert tell(world, report(message)) == 0
    assert counters(message) == ("reporting", 1, 0, 0, 0)


def test_a_contradicting_report_changes_nothing(world, message):
    tell(world, report(message, Status.DELIVERED))
    assert tell(world, report(message, Status.UNDELIVERED)) == 0
    assert states(message)[0] == End.DELIVERED


@pytest.mark.parametrize(
    "name",
    [
        {"provider_id": "nobody"},
        {"client_ref": "0" * 32},
        {"client_ref": "not a reference"},
        {"provider_id": "nobody", "client_ref": ""},
        {"provider_id": ""},
    ],
    ids=str,
)
def test_a_report_about_nobody_changes_nothing(world, message, name):
    assert tell(world, report(message, **name)) == 0
    assert states(message) == [End.SENT] * 2


def test_a_report_about_a_number_that_was_not_in_the_parcel_changes_nothing(world, message):
    assert tell(world, report(message, msisdn=905551112233)) == 0
    single = world.sent(*numbers(1))
    assert tell(world, report(single, msisdn=905551112233)) == 0


def test_another_gateways_id_names_nothing_here(world, message):
    other = World()
    for name in ({"provider_id": only(message).provider_id}, {"client_ref": only(message).client_ref.hex}):
        assert delivery.apply(gateway=other.operator.slug, reports=[report(message, **name)]) == 0
    assert states(message) == [End.SENT] * 2


def test_no_report_at_all_is_fine(world):
    assert tell(world) == 0


@pytest.mark.parametrize("state", ["ready", "submitting", "unknown"])
def test_a_report_by_our_reference_proves_that_it_was_accepted(world, state):
    world.operator.usual = "hang"
    message = world.accept(*numbers(2))
    if state == "submitting":
        dispatch.take(LANE, limit=1)
    elif state == "unknown":
        world.drain()
    told = report(message, client_ref=only(message).client_ref.hex, provider_id="p-9")
    assert tell(world, told) == 1
    assert states(message) == [End.DELIVERED, End.SENT]
    submission = only(message)
    assert (submission.state, submission.provider_id) == (State.HANDED_OVER, "p-9")
    assert world.account() == (998, 0)


def test_a_report_before_our_own_record_leaves_nothing_to_record(world):
    world.operator.plan.append("reported")
    message = world.sent(*numbers(2))
    assert states(message) == [End.DELIVERED] * 2
    assert world.account() == (998, 0)
    assert counters(message) == ("completed", 2, 0, 0, 0)


def test_a_report_by_reference_alone_is_enough(world, message):
    assert tell(world, report(message, client_ref=only(message).client_ref.hex)) == 1


def test_delivered_after_we_gave_up_is_told_and_not_charged(transactional_db):
    world = World("D")
    world.operator.usual = "hang"
    message = world.sent(*numbers(2))
    pass_time(5 * 86400)
    reconcile.run()
    assert counters(message) == ("failed", 0, 0, 0, 2)
    ref = only(message).client_ref.hex
    assert tell(world, report(message, Status.UNDELIVERED, SECOND, client_ref=ref)) == 0
    assert tell(world, report(message, client_ref=ref), report(message, msisdn=SECOND, client_ref=ref)) == 2
    assert tell(world, report(message, client_ref=ref)) == 0
    assert counters(message) == ("completed", 2, 0, 0, 0)
    assert (message.sent, message.dropped) == (2, 0)
    assert world.account() == (1000, 0)
    assert states(message) == [End.DELIVERED] * 2
    assert {row.sent_at for row in factories.recipients(message)} == {only(message).last_tx_at}


# Pulling.


def test_reports_are_pulled_when_their_time_has_come(world, message):
    assert delivery.pull() == 0, "the first question waits a second"
    pass_time(1)
    assert delivery.pull() == 2
    assert counters(message) == ("completed", 2, 0, 0, 0)
    pass_time(3600)
    assert delivery.pull() == 0
    assert len(world.operator.questions) == 1, "nothing is asked about what is over"


def test_a_question_names_the_numbers_that_are_still_open(world, message):
    tell(world, report(message))
    pass_time(1)
    delivery.pull()
    [question] = world.operator.questions
    assert question.msisdns == [SECOND]
    assert question.provider_id == only(message).provider_id
    assert question.attempted_at == only(message).last_tx_at
    assert timedelta(0) <= clock.now() - question.asked_at < timedelta(minutes=1)


def test_questions_go_in_the_batches_that_the_gateway_takes(world):
    for number in numbers(7):
        world.sent(number)
    pass_time(1)
    assert delivery.pull() == 7


def test_questions_become_rarer(world, settings):
    settings.REPORT_INTERVAL = 10
    message = world.sent(factories.number(1, fate="0006"))
    waits = []
    for _ in range(12):
        pass_time(400)
        delivery.pull()
        waits.append(round((only(message).next_check_at - clock.now()).total_seconds(), 1))
    assert waits == sorted(waits)
    assert waits[0] == 10
    assert waits[-1] == delivery.LONGEST_WAIT


def test_a_gateway_that_is_away_is_asked_again_later(world, message):
    world.operator.up = False
    pass_time(1)
    assert delivery.pull() == 0
    world.operator.up = True
    pass_time(60)
    assert delivery.pull() == 2


def test_a_gateway_without_reports_is_not_asked(transactional_db):
    world = World(reports=False)
    message = world.sent(*numbers(1))
    pass_time(1)
    assert delivery.pull() == 0
    assert world.operator.questions == []
    assert states(message) == [End.SENT]


@pytest.mark.parametrize("state", ["down", "disabled"])
def test_an_account_that_was_switched_off_still_tells_what_became_of_what_it_took(world, message, state):
    world.road.state = state
    world.road.save()
    accounts.forget()
    pass_time(1)
    assert delivery.pull() == 2
    assert states(message) == [End.DELIVERED] * 2


def test_an_account_that_was_removed_is_not_asked(world, message, caplog):
    world.road.delete()
    accounts.forget()
    pass_time(1)
    assert delivery.pull() == 0
    assert (world.operator.questions, caplog.records) == ([], [])


def test_an_account_that_wishes_to_be_left_alone_is_not_asked(world, message):
    pass_time(1)
    circuit.put_off(world.operator.slug, timedelta(minutes=1))
    assert delivery.pull() == 0
    assert world.operator.questions == []


def test_an_account_that_nobody_can_speak_for_is_looked_at_again_in_a_minute(world, message, monkeypatch):
    def unusable(slug):
        raise ValueError(slug)

    pass_time(1)
    monkeypatch.setattr(delivery.registry, "get", unusable)
    assert delivery.pull() == 0
    circuit.forget()
    assert 50 < circuit.state(world.operator.slug).asks_in <= 60


def test_a_gateways_limit_stretches_the_questions():
    assert delivery._interval(Rate(10, 60)) == 6.0
    assert delivery._interval(Rate(1000, 60)) == delivery._interval(None) == 5


def test_never_reported_ends_as_expired_and_stays_charged(world):
    message = world.sent(factories.number(1, fate="0006"), factories.number(2, fate="0001"))
    pass_time(1)
    delivery.pull()
    assert sweeping.expire_unreported() == 0
    pass_time(86400 + 3600)
    assert sweeping.expire_unreported() == 1
    assert states(message) == [End.EXPIRED, End.DELIVERED]
    assert factories.recipients(message)[0].error_code == "no-report"
    assert counters(message) == ("completed", 1, 0, 1, 0)
    assert world.account() == (998, 0)
    assert sweeping.expire_unreported() == 0


def test_a_report_after_the_expiry_changes_nothing(world, message):
    pass_time(86400 + 3600)
    sweeping.expire_unreported()
    assert tell(world, report(message)) == 0
    assert counters(message) == ("completed", 0, 0, 2, 0)


def test_promise_8_reports_may_come_twice_late_out_of_order_and_about_nobody(transactional_db):
    """Shuffled, 30 % doubled, 5 % about nobody, 1 % contradicting: each state equals the first word about it."""
    world, dice = World(max_batch=40), random.Random(8)
    message = world.sent(*numbers(400))
    real = [
        Report(dice.choice(list(delivery.ENDS)), row.msisdn, submission.provider_id)
        for submission in message.submissions.all()
        for row in Recipient.objects.filter(
            id__range=(submission.first_recipient_id, submission.last_recipient_id)
        )
    ]
    dice.shuffle(real)
    twice = dice.sample(real, 120)
    nobody = [Report(Status.DELIVERED, FIRST, f"nobody-{n}") for n in range(20)]
    contrary = [Report(Status.DELIVERED, each.msisdn, each.provider_id) for each in dice.sample(real, 4)]
    later = twice + nobody
    dice.shuffle(later)
    words = real + later + contrary
    assert sum(tell(world, *words[start : start + 37]) for start in range(0, len(words), 37)) == 400
    expected = {each.msisdn: delivery.ENDS[each.status] for each in real}
    assert {row.msisdn: row.state for row in factories.recipients(message)} == expected
    assert world.account() == (600, 0)


def test_an_acceptance_after_its_reports_changes_nothing(world):
    message = world.accept(*numbers(1))
    [errand] = dispatch.take(LANE, limit=1)
    tell(world, report(message, client_ref=only(message).client_ref.hex))
    outcomes.record_all([(errand.claim, Accepted("p-1"))])
    assert states(message) == [End.DELIVERED]
    assert world.account() == (999, 0)


def most_at_once(world, monkeypatch, *, submissions=12):
    """The most questions about this many submissions that were under way together."""
    world.operator.max_batch = 1
    world.sent(*numbers(submissions))
    pass_time(1)
    lock, now, most = threading.Lock(), [0], [0]
    fetch = fakes.Fake.fetch_reports

    def slowly(gateway, questions):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.05)
        with lock:
            now[0] -= 1
        return fetch(gateway, questions)

    monkeypatch.setattr(fakes.Fake, "fetch_reports", slowly)
    while delivery.pull():
        pass
    return most[0]


def test_a_gateway_answers_several_questions_at_the_same_time(world, monkeypatch):
    assert most_at_once(world, monkeypatch) == 4  # of three submissions each


def test_a_gateway_is_never_asked_more_than_so_many_questions_at_the_same_time(world, monkeypatch):
    at_once = most_at_once(world, monkeypatch, submissions=3 * delivery.AT_ONE_GATEWAY + 3)
    assert at_once <= delivery.AT_ONE_GATEWAY


def test_a_gateway_that_limits_its_questions_gets_one_at_a_time(world, monkeypatch):
    world.operator.report_rate = Rate(1000, 60)
    assert most_at_once(world, monkeypatch) == 1


def test_a_gateway_that_takes_few_requests_at_once_gets_one_question_at_a_time(world, monkeypatch):
    world.operator.concurrency = 2
    assert most_at_once(world, monkeypatch) == 1
