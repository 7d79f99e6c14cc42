"""Claiming: each submission is one worker's at a time, in order, when it is due and not before."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from messaging.sms import dispatch, points, sweeping
from messaging.sms.models import Message, Recipient, Submission
from messaging.sms.store import claim as store
from smsmerkezi.core import clock
from tests import factories
from tests.messaging.sms.world import LANE, Died, attempts, dying_at, numbers, only, pass_time, states

State = Submission.State


def claims(limit=10, lane=LANE, lease=60.0):
    """What a worker claims whose roads are wide. Call in a transaction."""
    wants = [store.Want(pair.gateway, pair.tenant_id, limit) for pair in store.waiting(lane=lane)]
    return store.claim(lane=lane, wants=wants, limit=limit, lease=lease)


def claimed(**wanted):
    """Ids and fences, committed."""
    with transaction.atomic():
        return [(claim.id, claim.fence) for claim in claims(**wanted)]


def test_a_claim_is_fenced_leased_and_noted_before_anything_is_sent(world):
    message = world.accept(*numbers(1))
    [errand] = dispatch.take(LANE, limit=1)
    submission = only(message)
    assert (submission.state, submission.fence) == (State.SUBMITTING, 1)
    assert submission.lease_until - submission.last_tx_at == timedelta(seconds=60)
    assert attempts(message) == [(1, "")]
    assert world.operator.parcels == []
    message.refresh_from_db()
    assert message.state == "sending"
    assert errand.parcel.client_ref == submission.client_ref.hex


def test_the_oldest_are_claimed_first(world):
    ids = [only(world.accept(number)).pk for number in numbers(3)]
    assert [pk for pk, _ in claimed(limit=2)] == ids[:2]
    assert [pk for pk, _ in claimed()] == ids[2:]
    assert claimed() == []


def test_a_lane_takes_only_its_own(world):
    otp = only(world.accept(*numbers(1), kind=Message.Kind.OTP))
    world.accept(*numbers(1))
    assert claimed(lane=Submission.Lane.OTP) == [(otp.pk, 1)]
    assert claimed(lane=Submission.Lane.BULK) == []


def test_a_scheduled_submission_is_not_claimed_early(world):
    message = world.accept(*numbers(1), scheduled_at=clock.now() + timedelta(hours=1))
    assert not dispatch.due(LANE)
    assert claimed() == []
    pass_time(3599)
    assert claimed() == []
    pass_time(1)
    assert dispatch.due(LANE)
    assert claimed() == [(only(message).pk, 1)]


def test_a_submission_beyond_its_validity_is_not_claimed(world):
    world.accept(*numbers(1))
    pass_time(86400)
    assert claimed() == []


def test_two_workers_never_get_the_same_submission(world):
    """Fails without SKIP LOCKED (the second waits) and without the row lock (both get all)."""
    wanted = {only(world.accept(number)).pk for number in numbers(20)}
    barrier, found = threading.Barrier(2), []

    def work():
        with transaction.atomic():
            barrier.wait(10)
            mine = [claim.id for claim in claims()]
            barrier.wait(10)  # both have claimed before either commits
        found.append(mine)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 2
    assert len(found[0]) + len(found[1]) == 20
    assert set(found[0]) | set(found[1]) == wanted


def test_a_worker_that_dies_before_its_commit_claims_nothing(world):
    message = world.accept(*numbers(1))
    with dying_at("claim.before_commit"), pytest.raises(Died):
        dispatch.take(LANE, limit=1)
    assert only(message).state == State.READY
    assert attempts(message) == []


def test_an_opt_out_stored_before_the_claim_is_obeyed(world):
    first, second = numbers(2)
    message = world.accept(first, second)
    factories.opt_out(world.firm, first)
    world.drain()
    assert world.operator.numbers == [905300020001]
    assert states(message) == [Recipient.State.CANCELLED, Recipient.State.SENT]
    assert factories.recipients(message)[0].error_code == "opted-out"
    assert world.account() == (999, 0)


def test_a_submission_whose_every_recipient_opted_out_is_not_sent_at_all(world):
    message = world.accept(*numbers(2))
    factories.opt_out(world.firm, *numbers(2))
    assert world.drain() == 0
    assert world.operator.parcels == []
    assert only(message).state == State.CANCELLED
    message.refresh_from_db()
    assert (message.state, message.cancelled) == ("cancelled", 2)
    assert world.account() == (1000, 0)


def test_no_transaction_is_open_while_a_gateway_is_spoken_to(world):
    open_ones = []

    def look(name):
        if name == "send.before":
            with connection.cursor() as cursor:  # the gateway's thread; others must be idle
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
                )
                open_ones.append(cursor.fetchone()[0])

    points.watch(look)
    for number in numbers(3):
        world.sent(number)
    assert open_ones == [0, 0, 0]
    assert not connection.in_atomic_block


def test_nothing_is_begun_when_the_lease_might_end_first(world, settings):
    message = world.accept(*numbers(1))
    [errand] = dispatch.take(LANE, limit=1)
    late = dispatch.Errand(errand.claim, errand.parcel, errand.gateway, claimed=-1000.0)
    assert dispatch.settle([dispatch._hand_over(late)]) == 1
    assert world.operator.parcels == []
    assert only(message).state == State.READY
    assert attempts(message) == [(1, "NotSent")]


def test_a_parcel_knows_the_databases_time_when_it_goes(world):
    """The claim's, and what passed since then: no wall clock of ours is asked."""
    message = world.accept(*numbers(1))
    [errand] = dispatch.take(LANE, limit=1)
    claimed_at = only(message).last_tx_at
    assert errand.parcel_at(errand.claimed + 30).at == claimed_at + timedelta(seconds=30)
    dispatch.settle([dispatch._hand_over(errand)])
    [parcel] = world.operator.parcels
    assert claimed_at < parcel.at < claimed_at + timedelta(seconds=20)


def test_a_closed_road_keeps_its_messages(world):
    message = world.accept(*numbers(1))
    world.road.state = "down"
    world.road.save()
    factories.accounts.forget()
    world.drain()
    assert world.operator.parcels == []
    submission = only(message)
    assert (submission.state, submission.fence) == (State.READY, 0)
    world.road.state = "operational"
    world.road.save()
    factories.accounts.forget()
    pass_time(10)
    world.drain()
    assert states(message) == [Recipient.State.SENT]


def test_a_drain_waits_a_little_for_more(world):
    later = threading.Timer(0.2, lambda: (world.accept(*numbers(1)), connection.close()))
    later.start()
    assert dispatch.drain(LANE, linger=1.0) == 1
    later.join()


def test_a_drain_ends_when_its_time_is_over(world):
    world.accept(*numbers(1))
    assert dispatch.drain(LANE, stop_after=-1.0) == 0
    assert world.drain() == 1


def test_a_drain_begins_nothing_when_its_worker_is_told_to_stop(world):
    world.accept(*numbers(1))
    dispatch.stopping.set()
    try:
        assert world.drain() == 0
    finally:
        dispatch.stopping.clear()


def test_a_drain_carries_more_than_its_threads_at_once(world, settings):
    settings.SEND_THREADS = 2
    world.operator.max_batch = 1
    world.accept(*numbers(9))
    assert world.drain() == 9
    assert len(world.operator.book) == 9


def test_the_parcel_says_what_the_message_says(world):
    world.sent(*numbers(2), body="Doğrulama: 1234", kind=Message.Kind.OTP)
    world.drain(Submission.Lane.OTP)
    [parcel] = world.operator.parcels
    assert (parcel.originator, parcel.body, parcel.otp) == (factories.SENDER, "Doğrulama: 1234", True)
    assert (parcel.validity_minutes, parcel.encoding) == (6, "gsm7_tr")
    assert [outbound.msisdn for outbound in parcel.recipients] == [905300010001, 905300020001]


def test_the_clock_rings_for_lanes_with_work(world, monkeypatch):
    rung = []
    monkeypatch.setattr(sweeping.bell, "ring", rung.append)
    assert sweeping.ring_due() == []
    world.accept(*numbers(1), kind=Message.Kind.OTP)
    rung.clear()
    assert sweeping.ring_due() == rung == [Submission.Lane.OTP]
