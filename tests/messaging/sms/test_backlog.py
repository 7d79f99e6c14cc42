"""What waits, counted by road and lane no further than its bound."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gateways.base import Report, Status
from messaging.sms import delivery, doubts, invariants
from messaging.sms.models import Message, Submission
from messaging.sms.store import backlog, held
from tests import factories
from tests.messaging.sms.world import World, numbers, only, pass_time

Lane = Submission.Lane
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    yield World()
    assert invariants.broken() == {}


def counts() -> dict[tuple[str, int], int]:
    return {(queue.gateway, queue.lane): queue.count for queue in backlog.waiting()}


def test_nothing_waits_where_nothing_is(world):
    assert (backlog.waiting(), backlog.doubted(), backlog.held()) == ([], [], {})


def test_what_is_due_is_counted_by_road_and_lane_over_all_firms(world):
    other = World()
    second = factories.tenant(gateway=world.operator.slug)
    world.accept(*numbers(2))
    world.accept(*numbers(1), kind=Message.Kind.OTP)
    for n in range(3):
        factories.sent(second, factories.number(n))
    other.accept(*numbers(1))
    assert counts() == {
        (world.operator.slug, Lane.OTP): 1,
        (world.operator.slug, Lane.SMS): 4,
        (other.operator.slug, Lane.SMS): 1,
    }


def test_what_is_scheduled_or_taken_does_not_wait(world):
    world.accept(*numbers(1), scheduled_at=timezone.now() + timedelta(hours=1))
    assert counts() == {}
    world.sent(*numbers(1))
    assert counts() == {}


def test_a_firm_with_something_for_later_hides_no_other(world):
    world.accept(*numbers(1), scheduled_at=timezone.now() + timedelta(hours=1))
    second = factories.tenant(gateway=world.operator.slug)
    factories.sent(second, factories.number(1))
    world.accept(*numbers(1))
    assert counts() == {(world.operator.slug, Lane.SMS): 2}


def test_the_oldest_is_the_first_that_is_due_of_any_firm(world):
    factories.sent(factories.tenant(gateway=world.operator.slug), factories.number(1))
    message = world.accept(*numbers(1))
    moment = timezone.now() - timedelta(hours=2)
    Submission.objects.filter(pk=only(message).pk).update(due_at=moment)
    assert [queue.oldest for queue in backlog.waiting()] == [moment]


def test_counting_ends_at_the_bound(world, monkeypatch):
    monkeypatch.setattr(backlog, "MOST", 2)
    firms = [factories.tenant(gateway=world.operator.slug) for _ in range(3)]
    for firm in firms:
        for n in range(2):
            factories.sent(firm, factories.number(n))
    assert counts() == {(world.operator.slug, Lane.SMS): 3}


def test_so_many_pairs_are_looked_at_and_no_more(world, monkeypatch):
    monkeypatch.setattr(backlog, "PAIRS", 1)
    world.accept(*numbers(1))
    factories.sent(factories.tenant(gateway=world.operator.slug), factories.number(1))
    assert counts() == {(world.operator.slug, Lane.SMS): 1}


def test_doubts_are_counted_by_road_with_the_oldest_of_each(monkeypatch):
    monkeypatch.setattr(backlog, "MOST", 2)
    many, one, none = World("D", usual="hang"), World("D", usual="hang"), World()
    oldest = [many.sent(*numbers(1)), one.sent(*numbers(1))]
    pass_time(60)
    for _ in range(3):
        many.sent(*numbers(1))
    none.sent(*numbers(1))
    found = {each.gateway: (each.count, each.oldest) for each in backlog.doubted()}
    assert found == {
        many.operator.slug: (3, only(oldest[0]).last_tx_at),
        one.operator.slug: (1, only(oldest[1]).last_tx_at),
    }


def test_reports_that_wait_are_counted_by_road_within_a_sample(monkeypatch):
    report = Report(status=Status.DELIVERED, msisdn=905551112233, provider_id="x")
    held.keep(gateway="bir", reports=[report] * 3)
    held.keep(gateway="iki", reports=[report])
    assert backlog.held() == {"bir": 3, "iki": 1}
    monkeypatch.setattr(backlog, "SAMPLE", 1)
    assert sum(backlog.held().values()) == 2


def test_what_a_decision_is_about_is_what_waits_with_it(world):
    world.operator.usual, world.operator.letter = "hang", "D"
    message = world.sent(*numbers(3), body="x" * 200)
    assert doubts.at_stake(only(message).pk) == doubts.Stake(3, 6)
    report = Report(
        status=Status.DELIVERED,
        msisdn=factories.recipients(message)[0].msisdn,
        client_ref=only(message).client_ref.hex,
    )
    delivery.apply(gateway=world.operator.slug, reports=[report])
    assert doubts.at_stake(only(message).pk) == doubts.Stake(0, 0)
    assert doubts.at_stake(10**15) == doubts.Stake(0, 0)
