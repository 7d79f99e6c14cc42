"""One turn of questions about what is in doubt: who is asked, and what a gateway that does not answer costs the others."""

import pytest

from gateways.base import GatewayDown, Rate
from messaging.sms import asking, delivery, dispatch, reconcile
from messaging.sms.models import Recipient, Submission
from tests.messaging.sms import fakes
from tests.messaging.sms.world import World, numbers, pass_time, states

MANY = 4  # fewer than rest a road
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


@pytest.fixture
def slow(monkeypatch):
    """Whoever does not answer has let us wait."""
    monkeypatch.setattr(asking, "WASTE", -1.0)


def test_a_gateway_that_lets_us_wait_is_asked_nothing_for_a_while(slow):
    world = doubtful()
    fails_first(world, MANY)
    reconcile.run()
    assert len(world.operator.questions) == MANY
    pass_time(2)
    reconcile.run()
    assert len(world.operator.questions) == MANY
    pass_time(asking.PAUSE.total_seconds() + 60)
    reconcile.run()
    assert in_doubt(world) == 0


def test_a_gateway_that_lets_us_wait_costs_no_other_gateway_its_answers(slow):
    mute, well = doubtful(3), doubtful(3)
    fails_first(mute, 3)
    reconcile.run()
    assert in_doubt(mute) == 3
    assert in_doubt(well) == 0


def test_an_answer_that_breaks_a_gateways_module_costs_no_other_gateway_its_look_ups(caplog):
    odd, well = doubtful(2), doubtful(2)

    def break_down():
        raise RecursionError

    odd.operator.before_answer = break_down
    assert reconcile.run() == 4
    assert (in_doubt(odd), in_doubt(well)) == (2, 0)
    assert any(record.msg == "gateway.broke" and record.exc_info for record in caplog.records)


def test_an_answer_that_breaks_a_gateways_module_costs_no_other_gateway_its_reports(monkeypatch):
    odd, well = World(), World()
    messages = [world.sent(*numbers(2)) for world in (odd, well)]
    fetch = fakes.Fake.fetch_reports

    def oddly(gateway, questions):
        if gateway.operator is odd.operator:
            raise RecursionError
        return fetch(gateway, questions)

    monkeypatch.setattr(fakes.Fake, "fetch_reports", oddly)
    pass_time(1)
    assert delivery.pull() == 2
    assert [set(states(message)) for message in messages] == [
        {Recipient.State.SENT},
        {Recipient.State.DELIVERED},
    ]


def test_a_gateway_that_always_has_reports_leaves_doubts_their_turn(monkeypatch):
    world = World(max_batch=1)
    world.operator.report_rate = Rate(1000, 60)  # one question at a time, about three submissions
    world.sent(*numbers(9))
    pass_time(1)
    monkeypatch.setattr(delivery, "TURN", 0.0)
    assert [delivery.pull() for _ in range(4)] == [3, 3, 3, 0]


def test_nothing_is_asked_by_a_worker_that_was_told_to_stop():
    world = doubtful(2)
    dispatch.stopping.set()
    try:
        assert reconcile.run() == delivery.pull() == 0
    finally:
        dispatch.stopping.clear()
    assert world.operator.questions == []
    assert reconcile.run() == 2
