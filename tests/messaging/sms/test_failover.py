"""What one road does not take goes by an equal one, and nothing that may have left does."""

from datetime import timedelta

import pytest

from gateways import accounts, circuit, routing
from gateways.base import NotSent, Scope
from gateways.models import GatewayAccount
from gateways.segments import SegmentProfile, Table
from messaging.sms import failover, invariants
from messaging.sms.models import Message, Submission
from messaging.sms.store import route
from smsmerkezi.core import clock
from tests import factories
from tests.messaging.sms.world import World, numbers, only, pass_time

State = Submission.State
pytestmark = pytest.mark.django_db(transaction=True)
BUSY = NotSent("busy", retry_after=timedelta(minutes=5), scope=Scope.ROAD)


@pytest.fixture(autouse=True)
def _whole():
    yield
    assert invariants.broken() == {}


def pool(*worlds, **fields):
    slugs = [world.operator.slug for world in worlds]
    GatewayAccount.objects.filter(slug__in=slugs).update(pool="havuz", **fields)
    forget()


def forget():
    accounts.forget()
    circuit.forget()
    routing.forget()


@pytest.fixture
def two():
    """A firm's road and an equal one."""
    first, second = World(), World()
    pool(first, second)
    return first, second


def accept(world, *recipients, **order):
    """By the account that is named, so that chance does not share it out."""
    return world.accept(*(recipients or numbers(1)), gateway=world.operator.slug, **order)


def rest(world):
    circuit.heard(world.operator.slug, [BUSY])


def test_what_waits_at_a_resting_road_goes_by_its_equal(two):
    first, second = two
    message = accept(first, *numbers(3))
    rest(first)
    assert failover.divert() == 1
    assert only(message).gateway == second.operator.slug
    second.drain()
    assert (len(first.operator.numbers), len(second.operator.numbers)) == (0, 3)
    assert first.account() == (997, 0)


@pytest.mark.parametrize("state", ["down", "disabled"])
def test_what_waits_at_a_road_that_was_switched_off_goes_by_its_equal(two, state):
    first, second = two
    message = accept(first)
    GatewayAccount.objects.filter(pk=first.road.pk).update(state=state)
    forget()
    failover.divert()
    assert only(message).gateway == second.operator.slug


def test_an_open_road_keeps_its_own(two):
    message = accept(two[0])
    assert failover.divert() == 0
    assert only(message).gateway == two[0].operator.slug


def test_what_is_in_doubt_or_handed_over_stays(two):
    first, _ = two
    first.operator.plan.extend(["hang", "ok"])
    doubted, sent = accept(first), accept(first)
    first.drain()
    rest(first)
    assert failover.divert() == 0
    assert {only(doubted).gateway, only(sent).gateway} == {first.operator.slug}


def test_what_is_to_go_later_waits_for_its_time(two):
    first, _ = two
    accept(first, scheduled_at=clock.now() + timedelta(hours=1))
    rest(first)
    assert failover.divert() == 0


def test_without_an_equal_everything_waits(two):
    first, second = two
    accept(first)
    rest(first)
    rest(second)
    assert failover.divert() == 0


def test_the_equal_of_first_priority_gets_it_and_the_next_what_does_not_fit(two):
    first, second = two
    third = World()
    pool(third, priority=1)
    long = accept(first, body="a" * 158)
    short = accept(first, body="kisa")
    third.operator.profile = SegmentProfile(suffix_reserve=5)  # cuts the long text, not the short one
    rest(first)
    assert failover.divert() == 2
    assert (only(long).gateway, only(short).gateway) == (second.operator.slug, third.operator.slug)


def test_a_road_that_cannot_write_a_text_at_all_gets_none_of_it(two):
    first, second = two
    accept(first, body="Yarın görüşürüz 😀")
    second.operator.profile = SegmentProfile(tables=(Table.GSM7,))
    rest(first)
    assert failover.divert() == 0
    second.operator.profile = first.operator.profile
    assert failover.divert() == 1


def test_texts_of_their_own_go_only_where_parts_are_counted_alike(two):
    first, second = two
    message = accept(first)
    for row in factories.recipients(message):
        row.text = "Merhaba"
        row.save()
    second.operator.profile = SegmentProfile(suffix_reserve=5)
    rest(first)
    assert failover.divert() == 0
    second.operator.profile = first.operator.profile
    assert failover.divert() == 1


def test_more_than_one_look_shows_is_moved_in_one_go(two, monkeypatch):
    first, second = two
    monkeypatch.setattr(failover, "AT_ONCE", 3)
    first.operator.max_batch = 1
    message = accept(first, *numbers(8))
    rest(first)
    assert failover.divert() == 8
    assert set(message.submissions.values_list("gateway", flat=True)) == {second.operator.slug}


def test_every_lane_is_looked_after(two):
    first, second = two
    message = accept(first, kind=Message.Kind.OTP)
    rest(first)
    assert failover.divert() == 1
    assert only(message).gateway == second.operator.slug


def test_what_somebody_took_meanwhile_is_left_to_him(two, monkeypatch):
    first, _ = two
    accept(first)
    rest(first)
    monkeypatch.setattr(route, "divert", lambda **_: [])
    assert failover.divert() == 0


def test_a_new_message_is_shared_out_and_one_that_names_its_road_is_not(two):
    first, second = two
    rest(first)
    assert only(first.accept(*numbers(1))).gateway == second.operator.slug
    assert only(accept(first)).gateway == first.operator.slug


def test_after_its_rest_the_road_is_used_again(two):
    first, _ = two
    rest(first)
    pass_time(600)
    routing.forget()
    message = accept(first)
    assert failover.divert() == 0
    first.drain()
    assert only(message).state == State.HANDED_OVER
