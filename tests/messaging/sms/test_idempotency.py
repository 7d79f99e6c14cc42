"""The same request gets the same answer, also when many come at once; and what is held by others is waited for, not for ever."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from billing import ledger
from gateways import accounts
from gateways.models import GatewayAccount
from messaging.senders.models import SenderId
from messaging.sms import sending
from messaging.sms.models import Message
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Busy
from tests import factories
from tests.messaging.sms.world import World, numbers


@pytest.fixture
def world(db):
    return World()


def send(world, key, **order):
    return sending.send_sms(by=world.actor, order=factories.order(*numbers(1), **order), idempotency_key=key)


def test_the_same_key_and_request_get_the_same_answer_and_one_message(world):
    first = send(world, "key")
    assert send(world, "key") == first
    assert Message.objects.count() == 1
    assert world.account() == (1000, 1)


def test_a_replay_is_answered_whatever_has_changed_since(world):
    when = clock.now() + timedelta(minutes=2)
    first = send(world, "key", scheduled_at=when)
    factories.opt_out(world.firm, *numbers(1))
    SenderId.objects.update(state=SenderId.State.REJECTED, reject_reason="süresi doldu")
    GatewayAccount.objects.update(state="disabled")
    accounts.forget()
    assert send(world, "key", scheduled_at=when) == first


def test_the_same_key_with_another_body_is_refused(world):
    send(world, "key")
    with pytest.raises(sending.KeyReused):
        send(world, "key", body="Başka")
    assert Message.objects.count() == 1


def test_another_firm_may_use_the_same_key(world):
    send(world, "key")
    send(World(), "key")
    assert Message.objects.count() == 2


def test_a_refused_request_does_not_use_up_its_key(world):
    factories.opt_out(world.firm, *numbers(1))
    with pytest.raises(sending.NoRecipientsLeft):
        send(world, "key")
    assert sending.send_sms(by=world.actor, order=factories.order(numbers(2)[1]), idempotency_key="key")


@pytest.mark.parametrize("key", ["", "a" * 256, "ş", "a\n"])
def test_a_key_must_be_printable_and_short(world, key):
    with pytest.raises(sending.BadIdempotencyKey):
        send(world, key)


def test_twins_that_arrive_at_once_are_one_message(transactional_db):
    world, barrier, answers = World(), threading.Barrier(6), []

    def twin():
        barrier.wait(10)
        answers.append(send(world, "key"))
        connection.close()

    threads = [threading.Thread(target=twin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(answers) == 6
    assert len(set(answers)) == 1
    assert Message.objects.count() == 1
    assert world.account() == (1000, 1)


# When rows are held by somebody else.


class Holder:
    """Holds a lock in a transaction of its own until told to let go."""

    def __init__(self, work):
        self.work, self.holds, self.go = work, threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
        assert self.holds.wait(5)

    @transaction.atomic
    def hold(self):
        self.work()
        self.holds.set()
        self.go.wait(10)

    def run(self):
        self.hold()
        connection.close()

    def let_go(self):
        self.go.set()
        self.thread.join(10)


@pytest.fixture
def impatient(transactional_db):
    """Waits 200 ms for a lock instead of five seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    yield
    connection.close()


def test_an_account_held_too_long_is_busy_and_nothing_is_stored(impatient):
    world = World()
    holder = Holder(lambda: ledger.reserve(tenant=world.firm, credits=1, reference="held"))
    try:
        with pytest.raises(Busy) as busy:
            send(world, "key")
    finally:
        holder.let_go()
    assert busy.value.retry_after == 1
    assert Message.objects.count() == 0
    assert send(world, "key")


def test_a_twin_that_takes_too_long_is_in_progress(impatient):
    world = World()
    holder = Holder(lambda: send(world, "key"))
    try:
        with pytest.raises(sending.KeyInProgress):
            send(world, "key")
    finally:
        holder.let_go()
    assert Message.objects.count() == 1


@pytest.fixture
def failing(transactional_db):
    """failing(times, sqlstate): the server ends so many of the coming acceptances with this error."""

    def fail(times, sqlstate="40P01"):
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE SEQUENCE failures; CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF nextval('failures') <= {times} THEN RAISE EXCEPTION 'as told' USING ERRCODE = '{sqlstate}';"
                " END IF; RETURN NEW; END $$;"
                "CREATE TRIGGER fail BEFORE INSERT ON sms_message FOR EACH ROW EXECUTE FUNCTION fail()"
            )

    yield fail
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION IF EXISTS fail CASCADE; DROP SEQUENCE IF EXISTS failures")


def test_a_deadlock_is_tried_again(failing):
    world = World()
    failing(2)
    assert send(world, "key")
    assert world.account() == (1000, 1)


def test_a_deadlock_three_times_over_is_busy(failing):
    world = World()
    failing(3)
    with pytest.raises(Busy):
        send(world, None)


def test_another_failure_of_the_database_stays_loud(failing):
    world = World()
    failing(1, "53100")
    with pytest.raises(DatabaseError, match="as told"):
        send(world, None)
