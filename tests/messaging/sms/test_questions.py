"""One turn of questions about what is in doubt: who is asked, and what a gateway that does not answer costs the others."""

import pytest

from gateways.base import GatewayDown
from messaging.sms import reconcile
from messaging.sms.models import Submission
from tests.messaging.sms.world import World, numbers, pass_time

MANY = 6
pytestmark = pytest.mark.django_db(transaction=True)


def doubtful(count=MANY):
    """A class B world with so many submissions in doubt, all of which its operator has."""
    world = World("B")
    world.operator.plan.extend(["hang"] * count)
    for number in numbers(count):
        world.sent(number)
    return world


def in_doubt(world) -> int:
    rows = Submission.objects.filter(tenant_id=world.firm.pk, state=Submission.State.UNKNOWN)
    return rows.count()


def fails_first(world, times):
    """The operator refuses its first so many questions."""

    def refuse():
        if len(world.operator.questions) <= times:
            raise GatewayDown("HTTP 503")

    world.operator.before_answer = refuse


def slowly(monkeypatch, seconds):
    """Each look at the clock finds it so much later."""
    ticks = iter(range(10_000))
    monkeypatch.setattr(reconcile.time, "monotonic", lambda: next(ticks) * seconds)


def test_a_question_that_is_refused_at_once_puts_no_other_off():
    world = doubtful()
    fails_first(world, 1)
    assert reconcile.run() == MANY
    assert len(world.operator.questions) == MANY
    assert in_doubt(world) == 1


def test_the_refused_one_is_asked_again_soon():
    world = doubtful()
    fails_first(world, 2)
    reconcile.run()
    pass_time(reconcile.SHORTEST)
    assert reconcile.run() == 2
    assert in_doubt(world) == 0


def test_a_gateway_that_lets_us_wait_is_asked_once_a_turn(monkeypatch):
    world = doubtful()
    fails_first(world, MANY)
    slowly(monkeypatch, reconcile.WASTE)
    reconcile.run()
    assert len(world.operator.questions) == 1
    assert in_doubt(world) == MANY


def test_a_gateway_that_lets_us_wait_costs_no_other_gateway_its_answers(monkeypatch):
    mute, well = doubtful(3), doubtful(3)
    fails_first(mute, 3)
    slowly(monkeypatch, reconcile.WASTE)
    reconcile.run()
    assert (len(mute.operator.questions), in_doubt(mute)) == (1, 3)
    assert in_doubt(well) == 0


def test_what_was_put_off_is_asked_about_in_a_later_turn(monkeypatch):
    world = doubtful()
    fails_first(world, 1)
    with monkeypatch.context() as slow:
        slowly(slow, reconcile.WASTE)
        reconcile.run()
    pass_time(1)
    reconcile.run()
    assert in_doubt(world) == 0
