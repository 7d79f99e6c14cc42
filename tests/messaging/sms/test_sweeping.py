"""What time brings, and what people take back: expiry, cancellation, partitions, old keys. Each may run twice."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from messaging.sms import cancelling, dispatch, sweeping
from messaging.sms.models import IdempotencyKey, Recipient, Submission
from messaging.sms.store import claim
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Forbidden, NotFound
from tenants.actors import Actor
from tenants.models import AuditEntry, User
from tests.messaging.sms.world import LANE, World, numbers, only, pass_time, states

State, End = Submission.State, Recipient.State


def cancel(world, message):
    return cancelling.cancel(by=world.actor, message_id=message.pk)


def test_what_could_not_be_handed_over_in_time_ends_uncharged(world):
    message = world.accept(*numbers(2))
    pass_time(86399)
    assert sweeping.expire_overdue() == 0
    pass_time(1)
    assert sweeping.expire_overdue() == 2
    assert sweeping.expire_overdue() == 0
    assert only(message).state == State.EXPIRED
    assert states(message) == [End.EXPIRED] * 2
    message.refresh_from_db()
    assert (message.state, message.expired, message.sent) == ("completed", 2, 0)
    assert world.account() == (1000, 0)


def test_only_what_waits_expires_so(world):
    world.accept(*numbers(1))
    dispatch.take(LANE, limit=1)
    pass_time(86400)
    assert sweeping.expire_overdue() == 0
    assert sweeping.reap() == 1


# Cancelling.


def test_a_cancelled_message_is_never_sent_and_not_charged(world):
    message = world.accept(*numbers(2))
    assert cancel(world, message) == 2
    assert world.drain() == 0
    assert world.operator.book == []
    assert states(message) == [End.CANCELLED] * 2
    message.refresh_from_db()
    assert (message.state, message.cancelled) == ("cancelled", 2)
    assert world.account() == (1000, 0)
    entry = AuditEntry.objects.get(action="sms.cancelled")
    assert (entry.entity_id, entry.meta) == (message.pk, {"recipients": 2})


def test_a_scheduled_message_can_be_cancelled(world):
    message = world.accept(*numbers(1), scheduled_at=clock.now() + timedelta(hours=1))
    assert cancel(world, message) == 1


def test_cancelling_twice_is_too_late_the_second_time(world):
    message = world.accept(*numbers(1))
    cancel(world, message)
    with pytest.raises(cancelling.TooLate):
        cancel(world, message)
    assert world.account() == (1000, 0)


@pytest.mark.parametrize("behaviour", ["ok", "refuse", "hang"])
def test_what_was_claimed_cannot_be_cancelled(world, behaviour):
    world.operator.usual = behaviour
    message = world.sent(*numbers(1))
    with pytest.raises(cancelling.TooLate):
        cancel(world, message)


def test_what_has_not_left_yet_can_be_cancelled_beside_what_has(world):
    world.operator.max_batch = 1
    message = world.accept(*numbers(3))
    [errand] = dispatch.take(LANE, limit=1)
    assert cancel(world, message) == 2
    dispatch.settle([dispatch._hand_over(errand)])
    assert sorted(states(message)) == [End.SENT, End.CANCELLED, End.CANCELLED]
    message.refresh_from_db()
    assert (message.state, message.sent, message.dropped) == ("sent", 1, 2)
    assert world.account() == (999, 0)


def test_another_firms_message_is_not_found(world):
    message = world.accept(*numbers(1))
    with pytest.raises(NotFound):
        cancel(World(), message)
    assert states(message) == [End.QUEUED]


def test_a_viewer_may_not_cancel(world):
    viewer = Actor(world.firm, User(role=User.Role.VIEWER))
    with pytest.raises(Forbidden):
        cancelling.cancel(by=viewer, message_id=world.accept(*numbers(1)).pk)


def test_a_cancel_that_meets_a_claim_waits_for_it_and_comes_too_late(world):
    message = world.accept(*numbers(1))
    answers = []

    def late():
        try:
            answers.append(cancel(world, message))
        except cancelling.TooLate as refused:
            answers.append(refused.code)
        connection.close()

    with transaction.atomic():
        wants = [claim.Want(world.operator.slug, world.firm.pk, 1)]
        assert claim.claim(lane=LANE, wants=wants, limit=1, lease=60)
        thread = threading.Thread(target=late)
        thread.start()
        thread.join(0.3)
        assert answers == []
    thread.join(5)
    assert answers == ["too-late"]


def test_cancelled_means_not_sent_whoever_is_faster(world):
    """Promise P10: cancels and workers race for the same rows; a cancel that was answered is never in the book."""
    messages = [world.accept(number) for number in numbers(40)]
    cancelled = []

    def take_back():
        for message in reversed(messages):
            try:
                cancel(world, message)
            except cancelling.TooLate:
                continue
            cancelled.append(message)
        connection.close()

    thread = threading.Thread(target=take_back)
    thread.start()
    while thread.is_alive() or dispatch.due(LANE):
        for errand in dispatch.take(LANE, limit=2):
            dispatch.settle([dispatch._hand_over(errand)])
    thread.join()
    sent = set(world.operator.numbers)
    assert len(sent) + len(cancelled) == 40
    for message in cancelled:
        assert states(message) == [End.CANCELLED]
    assert world.account() == (1000 - len(sent), 0)


# Housekeeping.


def test_partitions_are_made_ahead_once(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM sms_recipient_block")
        (last,) = cursor.fetchone()
        assert sweeping.make_partitions() == 0
        cursor.execute("SELECT setval('sms_recipient_block', %s)", [last + 2 * 20_000_000])
        assert sweeping.make_partitions() == 2
        assert sweeping.make_partitions() == 0
        cursor.execute("SELECT setval('sms_recipient_block', %s)", [last])


def test_keys_are_kept_for_seven_days(world):
    world.accept(*numbers(1), key="old")
    world.accept(*numbers(1), key="young")
    week = timedelta(days=sweeping.KEY_DAYS)
    IdempotencyKey.objects.filter(key="old").update(created_at=clock.now() - week - timedelta(minutes=1))
    IdempotencyKey.objects.filter(key="young").update(created_at=clock.now() - week + timedelta(minutes=1))
    assert sweeping.forget_keys() == 1
    assert sweeping.forget_keys() == 0
    assert IdempotencyKey.objects.get().key == "young"


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_housekeeping_goes_on_until_a_batch_is_short(world, monkeypatch, count):
    monkeypatch.setattr(sweeping.sweep, "FORGET_AT_ONCE", 2)
    for n in range(count):
        world.accept(*numbers(1), key=f"old-{n}")
    IdempotencyKey.objects.update(created_at=clock.now() - timedelta(days=sweeping.KEY_DAYS, minutes=1))
    assert sweeping.forget_keys() == count
    assert not IdempotencyKey.objects.exists()


def test_housekeeping_leaves_the_rest_for_later_when_its_turn_is_over(world, monkeypatch):
    monkeypatch.setattr(sweeping.sweep, "FORGET_AT_ONCE", 1)
    monkeypatch.setattr(sweeping, "TURN", 0)
    world.accept(*numbers(1), key="old")
    IdempotencyKey.objects.update(created_at=clock.now() - timedelta(days=sweeping.KEY_DAYS, minutes=1))
    assert sweeping.forget_keys() == 0
    monkeypatch.undo()
    assert sweeping.forget_keys() == 1
