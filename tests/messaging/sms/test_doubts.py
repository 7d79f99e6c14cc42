"""What staff decide about submissions in doubt: each decision once, with a reason, and charged to the credit."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F

from billing.ledger import InsufficientCredit
from billing.models import LedgerEntry
from messaging.sms import bell, doubts, invariants, reconcile
from messaging.sms.models import Message, Recipient, Submission
from smsmerkezi.core.errors import Forbidden, NotFound
from tenants.actors import Actor
from tenants.models import AuditEntry
from tests import factories
from tests.messaging.sms.fakes import QUIET
from tests.messaging.sms.world import World, numbers, only, pass_time, settle_down, states

State, End = Submission.State, Recipient.State
pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Sağlayıcı telefonda doğruladı."


@pytest.fixture
def staff():
    return Actor(None, factories.reviewer())


@pytest.fixture
def world():
    """A firm on a road that can say nothing; its one message is in doubt."""
    found = World("D", usual="hang")
    yield found
    assert invariants.broken() == {}


@pytest.fixture
def doubted(world):
    message = world.sent(*numbers(2))
    pass_time(QUIET + 1, world)
    return message


@pytest.fixture
def given_up(world, doubted):
    pass_time(5 * 86400, world)
    reconcile.run()
    assert only(doubted).state == State.UNRESOLVED
    assert world.account() == (1000, 0)
    return doubted


def fresh(message):
    message.refresh_from_db()
    return message


def decide(verb, staff, message, reason=WHY):
    return verb(by=staff, submission_id=only(message).pk, reason=reason)


def test_said_to_be_sent_it_is_charged_and_waits_for_reports(world, doubted, staff):
    assert decide(doubts.was_sent, staff, doubted) == 2
    assert (only(doubted).state, states(doubted)) == (State.HANDED_OVER, [End.SENT] * 2)
    assert world.account() == (998, 0)


def test_said_not_to_be_sent_it_ends_and_costs_nothing(world, doubted, staff):
    assert decide(doubts.was_not_sent, staff, doubted) == 2
    assert (only(doubted).state, states(doubted)) == (State.UNRESOLVED, [End.FAILED] * 2)
    assert world.account() == (1000, 0)


def test_sent_again_it_goes_under_another_reference_and_is_charged_once(world, doubted, staff):
    before = only(doubted).client_ref
    world.operator.usual = "ok"
    decide(doubts.send_again, staff, doubted)
    assert only(doubted).state == State.READY
    world.drain()
    assert (only(doubted).state, len(world.operator.book)) == (State.HANDED_OVER, 2)
    assert only(doubted).client_ref != before
    assert world.account() == (998, 0)


def test_given_up_and_then_said_to_be_sent_it_is_charged(world, given_up, staff):
    assert decide(doubts.was_sent, staff, given_up) == 2
    assert states(given_up) == [End.SENT] * 2
    assert (fresh(given_up).state, given_up.sent, given_up.failed) == ("sent", 2, 0)
    assert given_up.finished_at is None
    assert world.account() == (998, 0)


def test_given_up_and_then_sent_again_it_ends_like_any_other(world, given_up, staff):
    world.operator.usual = "ok"
    decide(doubts.send_again, staff, given_up)
    assert world.account() == (1000, 2)
    assert fresh(given_up).state == Message.State.SENDING
    world.drain()
    settle_down(world)
    assert states(given_up) == [End.DELIVERED] * 2
    assert fresh(given_up).state == "completed"
    assert world.account() == (998, 0)


def test_given_up_sent_again_and_refused_gives_the_credit_back_a_second_time(world, given_up, staff):
    world.operator.usual = "refuse"
    decide(doubts.send_again, staff, given_up)
    world.drain()
    assert states(given_up) == [End.REJECTED] * 2
    assert world.account() == (1000, 0)
    released = LedgerEntry.objects.filter(reason="release").values_list("op_key", flat=True)
    assert len(set(released)) == 2
    assert sum(":r1" in key for key in released) == 1


def test_given_up_twice_it_can_be_taken_up_twice(world, given_up, staff):
    decide(doubts.send_again, staff, given_up)
    world.drain()
    pass_time(6 * 86400, world)
    reconcile.run()
    assert only(given_up).state == State.UNRESOLVED
    assert decide(doubts.was_sent, staff, given_up) == 2
    assert only(given_up).reopened == 2
    assert world.account() == (998, 0)


def test_given_up_it_was_already_given_back(given_up, staff):
    with pytest.raises(doubts.NotInDoubt):
        decide(doubts.was_not_sent, staff, given_up)


def test_taking_it_up_again_needs_the_credit(world, given_up, staff):
    world.accept(*numbers(999), body="Merhaba")
    with pytest.raises(InsufficientCredit):
        decide(doubts.was_sent, staff, given_up)
    assert only(given_up).state == State.UNRESOLVED
    assert not AuditEntry.objects.filter(action="sms.doubt-sent").exists()


def test_whoever_was_told_delivered_late_is_not_taken_up_again(world, given_up, staff):
    Recipient.objects.filter(tenant_id=world.firm.pk).update(error_code=None)
    with pytest.raises(doubts.NotInDoubt):
        decide(doubts.was_sent, staff, given_up)
    Recipient.objects.filter(tenant_id=world.firm.pk).update(error_code="unresolved")


@pytest.mark.parametrize("verb", [doubts.was_sent, doubts.was_not_sent, doubts.send_again])
def test_what_is_settled_is_decided_no_more(world, doubted, staff, verb):
    decide(doubts.was_sent, staff, doubted)
    with pytest.raises(doubts.NotInDoubt):
        decide(verb, staff, doubted)
    assert world.account() == (998, 0)


@pytest.mark.parametrize("verb", [doubts.was_sent, doubts.was_not_sent, doubts.send_again])
def test_each_decision_has_a_reason_and_stands_in_the_firms_trail(world, doubted, staff, verb):
    for reason in ("", "kısa", " " * 20, "x" * 501):
        with pytest.raises(doubts.BadReason):
            decide(verb, staff, doubted, reason)
    decide(verb, staff, doubted)
    entry = AuditEntry.objects.get(action__startswith="sms.doubt-")
    assert (entry.tenant_id, entry.user_id) == (world.firm.pk, staff.user_id)
    assert entry.meta == {"message": doubted.pk, "gateway": world.operator.slug, "reason": WHY}


@pytest.mark.parametrize("verb", [doubts.was_sent, doubts.was_not_sent, doubts.send_again])
def test_no_firm_decides_by_itself(world, doubted, verb):
    with pytest.raises(Forbidden):
        decide(verb, world.actor, doubted)
    assert only(doubted).state == State.UNKNOWN


def test_what_does_not_exist_is_not_found(staff):
    with pytest.raises(NotFound):
        doubts.was_sent(by=staff, submission_id=10**9, reason=WHY)


@pytest.mark.parametrize("verb", [doubts.was_sent, doubts.was_not_sent, doubts.send_again])
def test_nothing_is_decided_before_the_gateways_quiet_time_is_over(world, staff, verb):
    message = world.sent(*numbers(1))
    pass_time(QUIET - 10, world)
    assert list(doubts.listed()) == [only(message)]
    with pytest.raises(doubts.TooEarly):
        decide(verb, staff, message)
    pass_time(11, world)
    decide(verb, staff, message)
    world.drain()


def test_without_a_road_the_platforms_quiet_time_holds(world, staff, settings, doubted):
    Submission.objects.update(gateway="gone")
    settings.SEND_QUIET = QUIET + 60
    assert not doubts.ripe(only(doubted))
    pass_time(60, world)
    assert doubts.ripe(only(doubted))


def test_the_bell_rings_when_the_decision_is_durable(world, doubted, staff, monkeypatch):
    rung = []
    monkeypatch.setattr(bell, "ring", lambda lane: rung.append(connection.in_atomic_block))
    with transaction.atomic():
        decide(doubts.send_again, staff, doubted)
        assert rung == []
    assert rung == [False]


def test_listed_is_what_has_been_in_doubt_for_a_while_or_was_given_up(world):
    doubted = world.sent(*numbers(2))
    assert list(doubts.listed()) == []
    Submission.objects.update(last_tx_at=F("last_tx_at") - doubts.GRACE - timedelta(seconds=1))
    assert list(doubts.listed()) == [only(doubted)]
