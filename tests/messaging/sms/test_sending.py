"""Accepting: everything or nothing, counted and priced, and the same answer to the same request."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing import ledger
from billing.models import LedgerEntry
from gateways import accounts, segments
from gateways.models import GatewayAccount
from messaging.senders.models import SenderId
from messaging.sms import invariants, sending
from messaging.sms.models import IdempotencyKey, Message, Recipient, Submission
from smsmerkezi.core import clock, phones
from smsmerkezi.core.errors import Forbidden
from tenants.actors import Actor, NoTenant
from tenants.models import AuditEntry, User
from tests import factories
from tests.messaging.sms import fakes
from tests.messaging.sms.world import World, actor_of, numbers, only, states


@pytest.fixture
def world(db):
    return World(max_batch=3)


def soon(**ahead):
    return clock.now() + timedelta(**(ahead or {"hours": 2}))


def rows():
    """Everything that accepting writes."""
    tables = (Message, Submission, Recipient, IdempotencyKey)
    return [table.objects.count() for table in tables] + [
        LedgerEntry.objects.filter(reason="reserve").count()
    ]


def test_a_message_is_stored_with_its_recipients_and_its_credit_held(world):
    message = world.accept(*numbers(2), body="Merhaba")
    assert (message.state, message.recipients, message.skipped, message.parts) == ("queued", 2, 0, 1)
    assert (message.originator, message.gateway, message.body) == (
        factories.SENDER,
        world.operator.slug,
        "Merhaba",
    )
    assert states(message) == [Recipient.State.QUEUED] * 2
    assert world.account() == (1000, 2)
    assert LedgerEntry.objects.get(reason="reserve").op_key == f"reserve:m{message.pk}"
    assert invariants.broken() == {}


def test_credit_is_parts_times_recipients(world):
    message = world.accept(*numbers(3), body="a" * 161)
    assert message.parts == 2
    assert message.credits == 6
    assert world.account() == (1000, 6)


def test_recipients_are_chunked_by_what_the_road_carries_at_once_in_one_range_each(world):
    message = world.accept(*numbers(8))
    chunks = list(message.submissions.order_by("first_recipient_id"))
    assert [chunk.recipient_count for chunk in chunks] == [3, 3, 2]
    for chunk in chunks:
        assert chunk.last_recipient_id - chunk.first_recipient_id == chunk.recipient_count - 1
        assert chunk.open_count == chunk.recipient_count
        assert chunk.lane == Submission.Lane.SMS
    wanted = [phones.normalise(number) for number in numbers(8)]
    stored = sorted(factories.recipients(message), key=lambda row: row.id)
    assert [row.msisdn for row in stored] == wanted


def test_a_thousand_recipients_are_one_statement(world, django_assert_max_num_queries):
    world.operator.max_batch = 1000
    many = numbers(1000)
    with django_assert_max_num_queries(4):
        message = world.accept(*many)
    assert only(message).recipient_count == 1000


def test_a_number_written_twice_is_one_recipient(world):
    message = world.accept("+905300010001", "05300010001", "905300010001")
    assert message.recipients == 1


def test_who_opted_out_is_skipped_and_not_charged(world):
    first, second = numbers(2)
    factories.opt_out(world.firm, first)
    message = world.accept(first, second)
    assert (message.recipients, message.skipped) == (1, 1)
    assert world.account() == (1000, 1)


def test_another_firms_opt_out_does_not_count(world):
    factories.opt_out(factories.tenant(), numbers(1)[0])
    assert world.accept(*numbers(1)).skipped == 0


def test_an_otp_takes_its_own_lane_and_lives_six_minutes(world):
    message = world.accept(*numbers(1), kind=Message.Kind.OTP)
    submission = only(message)
    assert submission.lane == Submission.Lane.OTP
    assert submission.expires_at - submission.due_at == timedelta(minutes=6)


def test_a_scheduled_message_waits_and_its_validity_begins_then(world):
    when = soon()
    message = world.accept(*numbers(1), scheduled_at=when)
    submission = only(message)
    assert (message.state, message.scheduled_at) == ("scheduled", when)
    assert submission.due_at == when
    assert submission.expires_at == when + timedelta(days=1)


def test_every_acceptance_is_in_the_audit_trail_without_numbers(world):
    message = world.accept(*numbers(2), meta={"order": 7})
    entry = AuditEntry.objects.get(action="sms.send")
    assert (entry.entity_id, entry.meta) == (message.pk, {"recipients": 2, "meta": {"order": 7}})


def test_the_firms_road_is_used_then_the_platforms(world):
    default = fakes.Operator()
    fakes.road(default, is_default=True)
    assert sending.road(world.firm)[0] == world.operator.slug
    assert sending.road(world.firm, default.slug)[0] == default.slug
    world.firm.gateway = ""
    assert sending.road(world.firm)[0] == default.slug


def test_without_any_road_nothing_is_accepted(world):
    world.firm.gateway = ""
    with pytest.raises(accounts.UnknownGateway):
        sending.road(world.firm)


def test_a_road_that_is_merely_down_takes_messages(world):
    GatewayAccount.objects.update(state="down")
    accounts.forget()
    assert world.accept(*numbers(1)).state == "queued"


REFUSALS = {
    "no recipient": ({"recipients": []}, sending.BadRecipients),
    "too many recipients": ({"recipients": numbers(1001)}, sending.BadRecipients),
    "a number that is none": ({"recipients": [*numbers(1), "123"]}, phones.InvalidNumber),
    "no text": ({"body": ""}, sending.BadBody),
    "too long a text": ({"body": "a" * 1001}, sending.BadBody),
    "a zero in the text": ({"body": "a\x00b"}, sending.BadBody),
    "an OTP of two parts": ({"body": "a" * 161, "kind": Message.Kind.OTP}, sending.BadBody),
    "a sender nobody approved": ({"originator": "BASKASI"}, sending.SenderNotApproved),
    "a sender that is none": ({"originator": "ÇOK*KÖTÜ"}, sending.SenderNotApproved),
    "a schedule too near": ({"scheduled_at": soon(seconds=59)}, sending.BadSchedule),
    "a schedule in the past": ({"scheduled_at": soon(days=-1)}, sending.BadSchedule),
    "a schedule too far": ({"scheduled_at": soon(days=367)}, sending.BadSchedule),
    "a meta too large": ({"meta": {"a": "x" * 8192}}, sending.BadMeta),
    "a zero in the meta": ({"meta": {"a": "\x00"}}, sending.BadMeta),
    "a road that does not exist": ({"gateway": "yok"}, accounts.UnknownGateway),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_leaves_nothing(world, name):
    fields, refusal = REFUSALS[name]
    wanted = {"recipients": numbers(1), "body": "Merhaba"} | fields
    before = rows()
    with pytest.raises(refusal):
        sending.send_sms(by=world.actor, order=sending.Order(**wanted), idempotency_key="key")
    assert rows() == before
    assert world.account() == (1000, 0)


def test_a_text_of_more_parts_than_the_road_carries_is_refused(world):
    world.operator.profile = replace(segments.DEFAULT_PROFILE, max_parts=1)
    with pytest.raises(sending.BadBody, match="2 parça"):
        world.accept(*numbers(1), body="a" * 161)


def test_a_closed_road_refuses(world):
    GatewayAccount.objects.update(state="disabled")
    accounts.forget()
    with pytest.raises(sending.GatewayClosed):
        world.accept(*numbers(1))


def test_without_enough_credit_nothing_is_left_behind(transactional_db):
    world = World(credits=1)
    before = rows()
    with pytest.raises(ledger.InsufficientCredit) as refused:
        world.accept(*numbers(2), key="key")
    assert (refused.value.available, refused.value.needed) == (1, 2)
    assert rows() == before


def test_a_message_to_nobody_but_the_opted_out_is_refused(world):
    factories.opt_out(world.firm, *numbers(2))
    with pytest.raises(sending.NoRecipientsLeft):
        world.accept(*numbers(2), key="key")
    assert rows() == [0, 0, 0, 0, 0]


def test_a_sender_whose_approval_was_taken_back_is_refused(world):
    SenderId.objects.update(state=SenderId.State.REJECTED, reject_reason="süresi doldu")
    with pytest.raises(sending.SenderNotApproved):
        world.accept(*numbers(1))


def test_a_viewer_may_not_send(world):
    with pytest.raises(Forbidden):
        sending.send_sms(by=Actor(world.firm, User(role=User.Role.VIEWER)), order=factories.order())


def test_staff_without_a_firm_cannot_send(world):
    with pytest.raises(NoTenant):
        sending.send_sms(by=Actor(None, User(role=User.Role.SUPER_ADMIN)), order=factories.order())


def test_a_custom_id_stands_once_in_a_firm(transactional_db):
    world, other = World(), World()
    world.accept(*numbers(1), custom_id="sipariş-1")
    other.accept(*numbers(1), custom_id="sipariş-1")
    with pytest.raises(sending.DuplicateCustomId):
        world.accept(*numbers(1), custom_id="sipariş-1")
    assert world.account() == (1000, 1)


def test_a_message_outside_a_transaction_rings_when_it_is_stored(transactional_db, monkeypatch):
    rung = []
    monkeypatch.setattr(sending.bell, "ring", rung.append)
    world = World()
    world.accept(*numbers(1))
    world.accept(*numbers(1), kind=Message.Kind.OTP)
    world.accept(*numbers(1), scheduled_at=soon())
    assert rung == [Submission.Lane.SMS, Submission.Lane.OTP]


def test_a_firm_only_sees_its_own_message(world):
    message = world.accept(*numbers(1))
    assert not Message.objects.of(factories.tenant()).filter(pk=message.pk).exists()
    assert str(message) == f"#{message.pk}"
    assert str(only(message)).endswith("(hazır)")
    assert actor_of(world.firm).tenant == world.firm
