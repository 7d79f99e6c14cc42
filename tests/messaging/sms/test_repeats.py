"""A repeat to a gateway that may have the first (class A): what its answer says of the first, and what it does not."""

import pytest

from gateways.base import REPEATED, Refused
from messaging.sms import dispatch, invariants, reconcile, sweeping
from messaging.sms.models import Attempt, Recipient, Submission
from tests import factories
from tests.gateways import simulators
from tests.messaging.sms import fakes
from tests.messaging.sms.world import LANE, World, attempts, numbers, only, pass_time, states

State, End = Submission.State, Recipient.State
pytestmark = pytest.mark.django_db(transaction=True)


class Repeated:
    """A firm whose one message of two recipients is sent again in doubt; `faults` are what became of each send."""

    def __init__(self, operator, *faults):
        self.operator = operator
        factories.gateway("tekrar", url=operator.url, timeout=0.5, **{"class": "A"})
        self.firm = factories.tenant(credits=100, gateway="tekrar")
        operator.faults(next=list(faults))
        self.message = factories.sent(self.firm, *numbers(2))
        for _ in faults:
            self.send()

    def send(self):
        """Whatever of it may be sent now is."""
        reconcile.run()
        pass_time(60)
        dispatch.drain(LANE, linger=0)

    @property
    def account(self):
        row = type(self.firm.account).objects.get(pk=self.firm.pk)
        return row.balance, row.reserved


@pytest.fixture
def operator():
    with simulators.in_thread() as remote:
        yield remote
    assert invariants.broken() == {}


def test_a_refusal_of_the_repeat_says_nothing_of_the_first(operator):
    repeated = Repeated(operator, "reset", "error_body")
    assert only(repeated.message).state == State.UNKNOWN
    assert states(repeated.message) == [End.QUEUED] * 2
    assert repeated.account == (100, 2), "held, neither charged nor given back"
    assert attempts(repeated.message) == [(1, "Unknown"), (2, "Unknown")]
    assert Attempt.objects.get(fence=2).reason == "refused in doubt: invalid"


def test_it_is_sent_again_until_its_gateway_knows_it_and_charged_once(operator):
    repeated = Repeated(operator, "reset", "error_body", "error_body")
    repeated.send()
    assert only(repeated.message).state == State.HANDED_OVER
    assert repeated.account == (98, 0)
    assert len(operator.book()) == 1


def test_a_repeat_of_what_never_arrived_is_taken_then(operator):
    repeated = Repeated(operator, "reset_before", "error_body")
    assert only(repeated.message).state == State.UNKNOWN
    repeated.send()
    assert (only(repeated.message).state, len(operator.book())) == (State.HANDED_OVER, 1)
    assert repeated.account == (98, 0)


def test_a_repeat_that_was_certainly_not_taken_leaves_the_first_in_doubt(operator):
    repeated = Repeated(operator, "reset", "throttle")
    submission = only(repeated.message)
    assert submission.state == State.READY
    assert submission.next_check_at is not None, "not one that may be cancelled, split or sent elsewhere"
    repeated.send()
    assert (only(repeated.message).state, len(operator.book())) == (State.HANDED_OVER, 1)


@pytest.mark.parametrize("letter", "BCD")
def test_a_refusal_of_what_is_in_no_doubt_ends_it(letter):
    world = World(letter)
    world.operator.plan.append("refuse")
    message = world.sent(*numbers(2))
    assert only(message).state == State.REFUSED
    assert world.account() == (1000, 0)


def test_a_refusal_after_the_gateway_said_absent_ends_it_too():
    world = World("B")
    world.operator.plan.extend(["lost", "refuse"])
    message = world.sent(*numbers(2))
    pass_time(3600)
    reconcile.run()
    world.drain()
    assert attempts(message) == [(1, "Unknown"), (2, "Refused")]
    assert only(message).state == State.REFUSED
    assert world.account() == (1000, 0)


def test_several_answers_at_once_are_judged_each_by_its_own_doubt():
    world = World("A", max_batch=1)
    world.operator.plan.append("hang")
    doubted = world.sent(*numbers(1))
    reconcile.run()
    fresh = world.accept(*numbers(1))
    world.operator.usual = "refuse"
    pass_time(60)
    errands = dispatch.take(LANE)
    assert [errand.claim.doubted for errand in errands] == [True, False]
    dispatch.settle([dispatch.Answer(each, each.gateway.submit(each.parcel), 0.1) for each in errands])
    assert (only(doubted).state, only(fresh).state) == (State.UNKNOWN, State.REFUSED)
    assert world.account() == (1000, 1)


@pytest.fixture
def repetitive(monkeypatch):
    """A class B operator that refuses every send because of the text, but for what a test plans."""
    monkeypatch.setitem(fakes.BEHAVIOURS, "repeated", lambda *_: Refused(REPEATED))
    return World("B", usual="repeated")


@pytest.mark.parametrize(
    ("first", "end", "account"), [("late", End.SENT, (998, 0)), ("lost", End.EXPIRED, (1000, 0))]
)
def test_a_text_that_was_sent_before_makes_us_ask_whether_it_was_by_us(repetitive, first, end, account):
    repetitive.operator.plan.append(first)
    message = repetitive.sent(*numbers(2))
    pass_time(3600)
    reconcile.run()
    repetitive.drain()
    assert attempts(message) == [(1, "Unknown"), (2, "Unknown")]
    assert only(message).state == State.UNKNOWN
    repetitive.operator.seen = True
    pass_time(86400)
    reconcile.run()
    sweeping.expire_overdue()
    assert states(message) == [end] * 2
    assert repetitive.account() == account
    assert len(repetitive.operator.parcels) == 2
