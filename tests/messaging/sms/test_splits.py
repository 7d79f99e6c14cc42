"""Splitting and diverting: whatever meets whom, each recipient lies in exactly one submission and is sent to once."""

import random
import threading

import pytest
from django.db import DatabaseError, connection, transaction

from messaging.sms import cancelling, invariants, sending
from messaging.sms.models import Recipient, Submission
from messaging.sms.store import route
from smsmerkezi.core.errors import DomainError
from tests import factories
from tests.messaging.sms.world import World, numbers, only

State = Submission.State
pytestmark = pytest.mark.django_db(transaction=True)


def split(submission, at_most):
    with transaction.atomic():
        return route.split(submission=submission.pk, at_most=at_most)


def lying(message):
    """Each recipient, as often as a submission holds it."""
    return [row.pk for row in factories.recipients(message)]


@pytest.mark.parametrize("seed", range(12))
def test_after_any_split_nobody_is_lost_or_doubled(seed):
    dice = random.Random(seed)
    world = World()
    everybody = numbers(dice.randint(1, 40))
    for number in dice.sample(everybody, len(everybody) // 4):
        factories.opt_out(world.firm, number)  # holes among the ids
    try:
        message = world.accept(*everybody)
    except sending.NoRecipientsLeft:
        return
    leavers = dice.sample(everybody, len(everybody) // 3)
    factories.opt_out(world.firm, *leavers)
    before = set(lying(message))
    for _ in range(3):
        submission = dice.choice(list(message.submissions.all()))
        split(submission, dice.randint(1, 10))
    assert sorted(lying(message)) == sorted(before)
    assert invariants.broken() == {}
    world.drain()
    booked = world.operator.numbers
    assert len(booked) == len(set(booked))
    sent = Recipient.objects.filter(pk__in=before, state=Recipient.State.SENT)
    assert sorted(booked) == sorted(sent.values_list("msisdn", flat=True))
    assert invariants.broken() == {}


def test_pieces_have_references_of_their_own_and_inherit_the_rest():
    world = World()
    message = world.accept(*numbers(6))
    whole = only(message)
    assert split(whole, 2) == 3
    rows = list(message.submissions.order_by("pk"))
    assert len({row.client_ref for row in rows}) == 3
    assert {(row.gateway, row.lane, row.due_at, row.expires_at) for row in rows} == {
        (whole.gateway, whole.lane, whole.due_at, whole.expires_at)
    }
    assert rows[0].client_ref == whole.client_ref


@pytest.mark.parametrize("state", [State.UNKNOWN, State.HANDED_OVER, State.CANCELLED])
def test_what_may_have_left_is_not_split(state):
    world = World(usual="hang" if state == State.UNKNOWN else "ok")
    message = world.accept(*numbers(4))
    if state == State.CANCELLED:
        cancelling.cancel(by=world.actor, message_id=message.pk)
    else:
        world.drain()
    assert split(only(message), 1) == 0
    assert only(message).state == state


def race(*works):
    """Run these at the same time, each with a connection of its own; what they returned or raised."""
    barrier, told = threading.Barrier(len(works)), []

    def run(work):
        barrier.wait(10)
        try:
            told.append(work())
        except (DatabaseError, DomainError) as error:
            told.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return told


def test_a_split_that_meets_a_cancel_leaves_all_or_nothing_to_send():
    for _ in range(6):
        world = World()
        message = world.accept(*numbers(6))
        submission = only(message)
        race(
            lambda s=submission: split(s, 2),
            lambda w=world, m=message: cancelling.cancel(by=w.actor, message_id=m.pk),
        )
        assert invariants.broken() == {}
        waiting = message.submissions.filter(state=State.READY).count()
        world.drain()
        booked = world.operator.numbers
        assert len(booked) == len(set(booked))
        assert bool(booked) == bool(waiting)
        assert invariants.broken() == {}


def test_a_diversion_that_meets_claims_sends_nobody_twice():
    first, second = World(max_batch=1), World(max_batch=1)
    message = first.accept(*numbers(30))
    ids = list(message.submissions.values_list("pk", flat=True))
    was, becomes = first.operator.slug, second.operator.slug

    def divert():
        with transaction.atomic():
            return len(route.divert(ids=ids, was=was, becomes=becomes))

    told = race(divert, first.drain)
    assert not [each for each in told if isinstance(each, Exception)]
    second.drain()
    first.drain()
    booked = first.operator.numbers + second.operator.numbers
    assert len(booked) == len(set(booked)) == 30
    assert invariants.broken() == {}


def test_only_what_is_ready_and_not_in_doubt_is_diverted():
    world = World(max_batch=1, usual="hang")
    doubted = world.sent(*numbers(1))
    world.operator.usual = "ok"
    sent = world.sent(*numbers(1))
    ready = world.accept(*numbers(1))
    ids = [only(message).pk for message in (doubted, sent, ready)]
    with transaction.atomic():
        moved = route.divert(ids=ids, was=world.operator.slug, becomes="else")
    assert moved == [only(ready).pk]
    with transaction.atomic():
        assert route.divert(ids=ids, was=world.operator.slug, becomes="else") == []
