"""Doubt, by class of gateway: resend at once (A), ask and wait for the quiet (B), wait for evidence (C, D)."""

from datetime import timedelta

import pytest

from gateways import accounts
from messaging.sms import cancelling, delivery, dispatch, reconcile, sweeping
from messaging.sms.models import Recipient, Submission
from messaging.sms.store import sweep
from smsmerkezi.core import clock
from tests import factories
from tests.messaging.sms.fakes import QUIET
from tests.messaging.sms.world import World, attempts, numbers, only, pass_time, states

State, End = Submission.State, Recipient.State
PATIENCE = 1440 * 60 + reconcile.PATIENCE * 60


@pytest.fixture(params="ABCD")
def letter(request):
    return request.param


def doubtful(letter, behaviour="hang"):
    """A world whose one message is in doubt."""
    world = World(letter)
    world.operator.plan.append(behaviour)
    message = world.sent(*numbers(2))
    assert only(message).state == State.UNKNOWN
    return world, message


pytestmark = pytest.mark.django_db(transaction=True)


def test_a_lapsed_lease_is_doubted_never_ready(letter):
    world = World(letter)
    message = world.accept(*numbers(1))
    dispatch.take(Submission.Lane.SMS, limit=1)
    pass_time(59)
    assert sweeping.reap() == 0
    pass_time(2)
    leased_until = only(message).lease_until
    assert sweeping.reap() == 1
    submission = only(message)
    assert (submission.state, submission.lease_until) == (State.UNKNOWN, None)
    assert submission.last_tx_at == leased_until, "until then something may have left"
    assert sweeping.reap() == 0


def test_class_a_is_sent_again_at_once_under_the_same_reference():
    world, message = doubtful("A")
    assert reconcile.run() == 1
    assert only(message).state == State.READY
    world.drain()
    assert states(message) == [End.SENT] * 2
    assert len({parcel.client_ref for parcel in world.operator.parcels}) == 1
    assert len(world.operator.parcels) == 2
    assert len(world.operator.book) == 1
    assert world.operator.questions == []


def test_class_b_is_found_and_not_sent_again():
    world, message = doubtful("B")
    assert reconcile.run() == 1
    submission = only(message)
    assert (submission.state, submission.provider_id) == (State.HANDED_OVER, world.operator.book[0].id)
    assert states(message) == [End.SENT] * 2
    assert world.account() == (998, 0)
    assert len(world.operator.parcels) == 1


def test_class_b_is_not_believed_absent_within_the_quiet_period():
    world, message = doubtful("B", "late")
    for _ in range(4):
        reconcile.run()
        pass_time(100)
    assert only(message).state == State.UNKNOWN
    assert world.drain() == 0
    world.operator.seen = True
    pass_time(QUIET)
    reconcile.run()
    assert only(message).state == State.HANDED_OVER
    assert len(world.operator.book) == 1


def test_class_b_is_sent_again_when_absent_after_the_quiet_period():
    world, message = doubtful("B", "lost")
    pass_time(QUIET + 1)
    assert reconcile.run() == 1
    world.drain()
    assert states(message) == [End.SENT] * 2
    assert attempts(message) == [(1, "Unknown"), (2, "Accepted")]
    assert len(world.operator.book) == 1


def test_the_question_is_asked_soon_after_the_quiet_period():
    _, message = doubtful("B", "lost")
    pass_time(QUIET - 10)
    reconcile.run()
    wait = only(message).next_check_at - clock.now()
    assert wait <= timedelta(seconds=10 + reconcile.SHORTEST)


def test_the_quiet_period_begins_when_the_last_byte_may_have_left():
    """A worker may begin to send late within its lease: counted from the claim, the quiet would be over too early."""
    world = World("B")
    message = world.accept(*numbers(1))
    dispatch.take(Submission.Lane.SMS, limit=1)
    pass_time(QUIET + 30)
    sweeping.reap()
    reconcile.run()
    assert only(message).state == State.UNKNOWN
    pass_time(61)
    reconcile.run()
    assert only(message).state == State.READY


def test_class_c_can_be_found():
    world, message = doubtful("C")
    attempted_at = only(message).last_tx_at
    reconcile.run()
    assert only(message).state == State.HANDED_OVER
    [question] = world.operator.questions
    assert question.attempted_at == attempted_at
    assert timedelta(0) <= clock.now() - question.asked_at < timedelta(minutes=1)
    assert len(world.operator.parcels) == 1


@pytest.mark.parametrize("letter", ["C", "D"])
def test_classes_that_prove_nothing_wait_and_are_never_sent_again(letter):
    world, message = doubtful(letter, "lost")
    for _ in range(20):
        pass_time(3600)
        reconcile.run()
        world.drain()
    assert only(message).state == State.UNKNOWN
    assert len(world.operator.parcels) == 1
    assert world.account() == (1000, 2)


@pytest.mark.parametrize("letter", ["C", "D"])
def test_beyond_hope_it_is_given_up_and_the_credit_released(letter):
    world, message = doubtful(letter, "lost")
    pass_time(PATIENCE - 10)
    reconcile.run()
    assert only(message).state == State.UNKNOWN
    pass_time(11 + 300)
    reconcile.run()
    assert only(message).state == State.UNRESOLVED
    assert states(message) == [End.FAILED] * 2
    assert {row.error_code for row in factories.recipients(message)} == {"unresolved"}
    assert world.account() == (1000, 0)
    message.refresh_from_db()
    assert message.state == "failed"
    assert reconcile.run() == 0


def test_a_report_settles_what_class_d_could_not():
    world, message = doubtful("D")
    delivery.apply(
        gateway=world.operator.slug, reports=world.operator.reports_of(world.operator.book[0], by_ref=True)
    )
    assert states(message) == [End.DELIVERED] * 2
    assert world.account() == (998, 0)


@pytest.mark.parametrize("letter", "BCD")
def test_a_gateway_that_is_away_proves_nothing(letter):
    world, message = doubtful(letter, "lost")
    world.operator.up = False
    pass_time(QUIET + 3600)
    assert reconcile.run() == 1
    assert only(message).state == State.UNKNOWN


def test_questions_about_a_doubt_become_rarer():
    _world, message = doubtful("D", "lost")
    waits = []
    for _ in range(12):
        pass_time(400)
        reconcile.run()
        waits.append(round((only(message).next_check_at - clock.now()).total_seconds(), 1))
    assert waits == sorted(waits)
    assert waits[0] == reconcile.SHORTEST
    assert waits[-1] == reconcile.LONGEST


def test_the_account_of_a_doubt_may_have_been_removed():
    """The reconciler goes on with the others, and gives this one up in its time."""
    _, message = doubtful("B")
    gone = only(message)
    Submission.objects.filter(pk=gone.pk).update(gateway="gone")
    _other, found = doubtful("B")
    assert reconcile.run() == 2
    assert only(found).state == State.HANDED_OVER
    assert only(message).state == State.UNKNOWN
    pass_time(PATIENCE + 1)
    reconcile.run()
    assert only(message).state == State.UNRESOLVED


def test_what_happened_since_the_question_was_read_wins():
    """The answer comes to a submission that a report has settled meanwhile: nothing is sent again."""
    world, message = doubtful("B", "lost")
    pass_time(QUIET + 1)

    def meanwhile():
        told = world.operator.reports_of(world.operator.take(world.operator.parcels[0]), by_ref=True)
        world.operator.seen = False
        delivery.apply(gateway=world.operator.slug, reports=told)

    world.operator.before_answer = meanwhile
    reconcile.run()
    assert only(message).state == State.HANDED_OVER
    assert world.account() == (998, 0)


def test_another_claim_since_the_question_was_read_wins():
    _world, _message = doubtful("B", "lost")
    pass_time(QUIET + 1)
    [read] = sweep.doubted(limit=1, shortest=1, longest=1, patience=1)
    Submission.objects.update(fence=2)
    assert sweep.resend(submission=read, doubted=False) is None


def test_reconciling_twice_is_reconciling_once():
    world, _message = doubtful("B")
    reconcile.run()
    assert reconcile.run() == 0
    assert world.account() == (998, 0)


# Class A: ready again, and still in doubt.


@pytest.fixture
def resent():
    """On its way again to a gateway that may have it."""
    world, message = doubtful("A")
    reconcile.run()
    assert only(message).state == State.READY
    return world, message


def test_what_may_have_been_sent_is_not_cancelled(resent):
    world, message = resent
    with pytest.raises(cancelling.TooLate):
        cancelling.cancel(by=world.actor, message_id=message.pk)
    world.drain()
    assert states(message) == [End.SENT] * 2


def test_what_may_have_been_sent_does_not_expire_unasked(resent):
    world, message = resent
    pass_time(86400)
    assert sweeping.expire_overdue() == 0
    assert only(message).state == State.UNKNOWN
    reconcile.run()
    assert only(message).state == State.HANDED_OVER, "asked instead of sent again"
    assert world.account() == (998, 0)


def test_who_opted_out_meanwhile_is_not_left_out_of_a_repeat(resent):
    """It would be another message than the one that may have arrived. The gateway has it: so they got it, and it is charged."""
    world, message = resent
    factories.opt_out(world.firm, numbers(1)[0])
    assert world.drain() == 0
    assert only(message).state == State.UNKNOWN
    assert attempts(message) == [(1, "Unknown"), (2, "NotSent")]
    reconcile.run()
    assert states(message) == [End.SENT] * 2
    assert (len(world.operator.parcels), world.account()) == (1, (998, 0))


def test_who_opted_out_meanwhile_gets_nothing_that_never_arrived():
    world, message = doubtful("A", "lost")
    factories.opt_out(world.firm, numbers(1)[0])
    reconcile.run()
    assert (only(message).state, world.drain()) == (State.UNKNOWN, 0)
    pass_time(QUIET + 1)
    reconcile.run()
    world.drain()
    assert states(message) == [End.CANCELLED, End.SENT]
    assert [len(entry.msisdns) for entry in world.operator.book] == [1]
    assert world.account() == (999, 0)


def test_what_was_never_sent_expires_when_the_gateway_says_so():
    world, message = doubtful("A", "lost")
    reconcile.run()
    pass_time(86400)
    sweeping.expire_overdue()
    reconcile.run()
    assert only(message).state == State.READY
    assert sweeping.expire_overdue() == 2
    assert states(message) == [End.EXPIRED] * 2
    assert world.account() == (1000, 0)
    assert world.operator.book == []


def test_what_the_gateway_does_not_have_can_be_cancelled():
    world, message = doubtful("B", "lost")
    pass_time(QUIET + 1)
    reconcile.run()
    assert cancelling.cancel(by=world.actor, message_id=message.pk) == 2
    assert world.drain() == 0
    assert world.account() == (1000, 0)


def test_accounts_are_forgotten_between_tests():
    assert accounts.usable(World().operator.slug)


@pytest.mark.parametrize(("letter", "copies"), [("A", 1), ("B", 2), ("C", 1), ("D", 1)])
def test_a_process_frozen_beyond_lease_and_quiet_is_the_known_limit(letter, copies):
    """Between its last look at the clock and its first byte (send-protocol §3.4): only class A closes this; classes C and
    D are never sent again. Whatever was sent, the customer pays once."""
    world = World(letter)
    message = world.accept(*numbers(1))
    [frozen] = dispatch.take(Submission.Lane.SMS, limit=1)
    for _ in range(2):
        pass_time(QUIET + 61)
        sweeping.reap()
        reconcile.run()
        world.drain()
    dispatch.settle([dispatch.Answer(frozen, frozen.gateway.submit(frozen.parcel))])
    assert len(world.operator.book) == copies
    assert states(message) == [End.SENT]
    assert world.account() == (999, 0)
