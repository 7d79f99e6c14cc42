"""A quote says what sending would cost and refuse, and changes nothing."""

from datetime import timedelta

import pytest

from billing import ledger
from messaging.hours import policy
from messaging.sms import quoting, sending
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Forbidden
from tenants.actors import Actor
from tenants.models import User
from tests import factories
from tests.messaging.sms.world import World, numbers


@pytest.fixture
def world(db):
    return World(credits=10)


def quote(world, *recipients, **order):
    return quoting.quote(by=world.actor, order=factories.order(*recipients, **order))


def test_a_quote_counts_parts_recipients_repeats_and_opt_outs(world):
    first, second, third = numbers(3)
    factories.opt_out(world.firm, third)
    found = quote(world, first, second, third, first, "12", body="a" * 161)
    assert (found.size.parts, found.recipients, found.duplicates, found.opted_out) == (2, 2, 1, 1)
    assert found.invalid == [(4, "12")]
    assert (found.credits, found.available, found.available_after, found.affordable) == (4, 10, 6, True)
    assert "".join(found.pieces) == "a" * 161


def test_what_is_quoted_is_what_is_held(world):
    for body in ("Merhaba", "ş" * 100, "🙂" * 80, "a" * 161):
        reserved = world.account()[1]
        expected = quote(world, *numbers(2), body=body).credits
        if expected + reserved > 10:
            break
        world.accept(*numbers(2), body=body)
        assert world.account()[1] - reserved == expected


def test_a_quote_holds_nothing(world):
    quote(world, *numbers(2))
    assert world.account() == (10, 0)


def test_a_quote_for_nobody_costs_nothing(world):
    found = quote(world, "12")
    assert (found.credits, found.recipients) == (0, 0)


@pytest.mark.parametrize(
    ("order", "refusal"),
    [
        ({"recipients": ["12"]}, sending.NoRecipientsLeft),
        ({"recipients": numbers(11)}, ledger.InsufficientCredit),
        ({"recipients": numbers(1), "scheduled_at": clock.now() - timedelta(days=1)}, sending.BadSchedule),
    ],
)
def test_what_sending_would_refuse_is_known_before(world, order, refusal):
    wanted = sending.Order(body="Merhaba", **order)
    with pytest.raises(refusal):
        quoting.check(quoting.quote(by=world.actor, order=wanted), wanted)


def test_what_sending_would_take_passes(world):
    wanted = factories.order(*numbers(10))
    quoting.check(quoting.quote(by=world.actor, order=wanted), wanted)
    world.accept(*numbers(10))


def test_a_viewer_gets_no_quote(world):
    with pytest.raises(Forbidden):
        quoting.quote(by=Actor(world.firm, User(role=User.Role.VIEWER)), order=factories.order())


def test_a_commercial_text_is_quoted_with_what_it_lacks_and_when_it_goes(world):
    tomorrow = clock.now() + timedelta(days=1)
    policy.believe(_Then(policy.Opening(tomorrow, tomorrow + timedelta(hours=1))))
    found = quote(world, *numbers(1), body="İndirim", commercial=True)
    assert found.warnings == ["no-way-out", "nameless"]
    assert found.held_until == tomorrow
    assert quote(world, *numbers(1), body="İndirim").held_until is None
    later = tomorrow + timedelta(days=1)
    assert quote(world, *numbers(1), commercial=True, scheduled_at=later).held_until is None


class _Then:
    def __init__(self, opening):
        self.opening = opening

    def next_open(self, at):
        return policy.Opening(max(at, self.opening.opens), self.opening.closes)
