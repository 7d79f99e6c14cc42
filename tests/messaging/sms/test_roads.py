"""Who waits for which road: everybody gets a turn, and what is closed, slow or narrow holds nobody else up."""

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from gateways import accounts, circuit, throttle
from gateways.base import NotSent, Operation, Rate, Scope
from messaging.sms import dispatch, invariants, roads
from messaging.sms.models import Message, Submission
from messaging.sms.store import claim as store
from tests import factories
from tests.messaging.sms import fakes
from tests.messaging.sms.world import LANE, World, actor_of, numbers, only, states

State = Submission.State
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _whole():
    dispatch._cursors.clear()
    yield
    dispatch._cursors.clear()
    assert invariants.broken() == {}


class Neighbour(World):
    """Another firm on an operator's road that is there already."""

    def __init__(self, operator, *, credits: int = 1000) -> None:
        self.operator = operator
        self.firm = factories.tenant(credits=credits, gateway=operator.slug)
        self.actor = actor_of(self.firm)


def owners(errands):
    return Counter(errand.claim.tenant_id for errand in errands)


def test_of_many_waiting_firms_everybodys_first_comes_before_anybodys_second(settings):
    settings.SEND_THREADS = 4
    big = World(max_batch=1)
    big.accept(*numbers(20))
    small = [Neighbour(big.operator) for _ in range(3)]
    for firm in small:
        firm.accept(*numbers(1))
    taken = owners(dispatch.take(LANE, limit=5))
    assert [taken[firm.firm.pk] for firm in small] == [1, 1, 1]
    assert taken[big.firm.pk] == 2


def test_where_not_all_firms_fit_chance_decides_and_nobody_gets_two(settings):
    settings.SEND_THREADS = 1
    world = World(max_batch=1)
    firms = [world, *(Neighbour(world.operator) for _ in range(4))]
    for firm in firms:
        firm.accept(*numbers(2))
    taken = owners(dispatch.take(LANE))
    assert sorted(taken.values()) == [1, 1]


def test_more_pairs_than_one_look_shows_get_their_turn_in_the_next(monkeypatch):
    monkeypatch.setattr(store, "PAIRS", 2)
    worlds = [World(max_batch=1) for _ in range(5)]
    for world in worlds:
        world.accept(*numbers(1))
    seen = set()
    monkeypatch.setattr(store.waiting, "__kwdefaults__", {"after": store.FIRST, "limit": 2})
    for _ in range(3):
        seen |= {errand.claim.tenant_id for errand in dispatch.take(LANE)}
    assert seen == {world.firm.pk for world in worlds}
    assert dispatch.take(LANE) == []


def test_a_road_that_hangs_keeps_no_other_road_waiting(monkeypatch, settings):
    settings.SEND_THREADS = 2
    released = threading.Event()
    monkeypatch.setitem(
        fakes.BEHAVIOURS, "stuck", lambda operator, parcel: _stuck(operator, parcel, released)
    )
    stuck, well = World(max_batch=1, usual="stuck"), World(max_batch=1)
    stuck.accept(*numbers(8))
    message = well.accept(*numbers(6))
    drain = threading.Thread(target=lambda: (dispatch.drain(LANE, linger=0), connection.close()))
    drain.start()
    try:
        until = time.monotonic() + 10
        while len(well.operator.book) < 6 and time.monotonic() < until:
            time.sleep(0.02)
        assert len(well.operator.book) == 6
        assert stuck.operator.book == []
    finally:
        released.set()
        drain.join(20)
    assert len(stuck.operator.book) == 8
    assert len(states(message)) == 6


def _stuck(operator, parcel, released):
    released.wait(15)
    return operator.take(parcel).answer


def test_a_closed_road_is_not_claimed_and_others_are():
    closed, well = World(), World()
    waiting = closed.accept(*numbers(1))
    closed.road.state = "disabled"
    closed.road.save()
    accounts.forget()
    message = well.accept(*numbers(1))
    well.drain()
    assert only(waiting).fence == 0
    assert only(message).state == State.HANDED_OVER


def test_a_resting_road_is_not_claimed_until_it_is_over():
    world = World()
    message = world.accept(*numbers(1))
    circuit.heard(world.operator.slug, [NotSent("busy", scope=Scope.ROAD)])
    assert world.drain() == 0
    assert only(message).fence == 0


def test_a_road_on_trial_gets_one_submission_at_a_time(monkeypatch):
    world = World(max_batch=1)
    world.accept(*numbers(5))
    monkeypatch.setattr(circuit, "state", lambda _: circuit.State(probing=True))
    assert len(dispatch.take(LANE)) == 1
    assert dispatch.take(LANE, busy={world.operator.slug: 1}) == []


def test_a_road_that_takes_three_at_once_never_gets_a_fourth():
    world = World(max_batch=1)
    world.operator.concurrency = 3
    world.accept(*numbers(9))
    assert len(dispatch.take(LANE)) == 3
    assert dispatch.take(LANE, busy={world.operator.slug: 3}) == []


def test_a_road_is_asked_for_more_only_when_half_of_it_is_free(settings):
    settings.SEND_THREADS = 4
    world = World(max_batch=1)
    world.accept(*numbers(30))
    assert dispatch.take(LANE, busy={world.operator.slug: 7}) == []
    assert len(dispatch.take(LANE, busy={world.operator.slug: 6})) == 2


def test_a_roads_rate_is_kept_and_what_is_not_used_given_back():
    world = World(max_batch=1)
    world.operator.send_rate = Rate(10, 3600)
    world.accept(*numbers(4))
    assert len(dispatch.take(LANE)) == 4
    world.accept(*numbers(20))
    assert len(dispatch.take(LANE)) == 5
    assert dispatch.take(LANE) == []
    assert throttle.take(world.operator.slug, Operation.SEND, world.operator.send_rate, 2).granted == 1


@pytest.mark.parametrize(("count", "others"), [(150, 135), (19, 18), (2, 1), (1, 1)])
def test_a_campaign_leaves_a_part_of_its_roads_rate_to_one_time_passwords(settings, count, others):
    settings.SEND_THREADS = 200
    world = World(max_batch=1)
    world.operator.send_rate = Rate(count, 60)
    world.accept(*numbers(others + 5))
    assert len(dispatch.take(LANE)) == others
    assert dispatch.take(LANE) == []
    for number in numbers(count - others + 1):
        world.accept(number, kind=Message.Kind.OTP)
    assert len(dispatch.take(Submission.Lane.OTP)) == count - others, "and the whole is the vendor's rate"


def test_an_account_whose_key_is_lost_stops_no_other(settings):
    lost, well = World(), World()
    lost.road.credentials = {"token": "x"}
    lost.road.save()
    lost.accept(*numbers(1))
    message = well.accept(*numbers(1))
    settings.SECRETS_KEYS = [Fernet.generate_key().decode()]
    well.road.save()  # its credentials are written anew
    accounts.forget()
    well.drain()
    assert only(message).state == State.HANDED_OVER


def test_no_room_is_no_road():
    assert roads.open_roads(["nobody"], {}, LANE) == {}
    assert roads.shares([store.Waiting("nobody", 1, True)], {}) == []


# What does not fit a road goes in pieces.


def pieces(message: Message) -> list[tuple[int, int]]:
    rows = message.submissions.order_by("first_recipient_id")
    return [(row.recipient_count, row.open_count) for row in rows]


def test_what_is_too_many_for_its_road_is_split_when_it_is_claimed():
    world = World(max_batch=1000)
    message = world.accept(*numbers(7))
    world.operator.max_batch = 3
    assert world.drain() == 3
    assert pieces(message) == [(3, 3), (3, 3), (1, 1)]
    assert sorted(len(entry.msisdns) for entry in world.operator.book) == [1, 3, 3]
    assert len(set(world.operator.numbers)) == 7
    assert world.account() == (993, 0)


def test_texts_that_differ_go_one_by_one_where_a_road_takes_one_text():
    world = World()
    message = world.accept(*numbers(3))
    rows = factories.recipients(message)
    for n, row in enumerate(rows):
        row.text = f"Merhaba {n}"
        row.save()
    world.operator.personalised = False
    assert world.drain() == 3
    said = sorted(parcel.body for parcel in world.operator.parcels)
    assert said == ["Merhaba 0", "Merhaba 1", "Merhaba 2"]


def test_who_opted_out_before_the_split_is_in_no_piece():
    world = World()
    message = world.accept(*numbers(5))
    factories.opt_out(world.firm, numbers(5)[0], numbers(5)[3])
    world.operator.max_batch = 2
    world.drain()
    assert len(world.operator.numbers) == 3
    assert pieces(message) == [(4, 2), (1, 1)]
    assert world.account() == (997, 0)


@pytest.fixture
def narrow(monkeypatch):
    """An operator that takes one recipient at a time, and says so only when asked for more."""

    def narrow(operator, parcel):
        if len(parcel.recipients) > 1:
            return NotSent("too many", too_big=True)
        return operator.take(parcel).answer

    monkeypatch.setitem(fakes.BEHAVIOURS, "narrow", narrow)
    return World(usual="narrow")


def test_too_big_is_halved_until_it_fits(narrow):
    message = narrow.accept(*numbers(5))
    for _ in range(4):
        narrow.drain()
    assert len(pieces(message)) == 5
    assert len(narrow.operator.book) == 5
    assert narrow.account() == (995, 0)


def test_one_recipient_that_is_too_big_waits_instead_of_being_asked_for_ever(narrow, monkeypatch):
    monkeypatch.setitem(
        fakes.BEHAVIOURS,
        "narrow",
        lambda *_: NotSent("too big", too_big=True, retry_after=timedelta(hours=1)),
    )
    message = narrow.accept(*numbers(1))
    assert narrow.drain() == 1
    assert (only(message).state, only(message).checks) == (State.READY, 1)
    assert narrow.drain() == 0
