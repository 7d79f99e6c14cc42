"""Whatever breaks around a hand-over, an answer that came is written down, and what was not sent is sent."""

import threading

import django_rq
import pytest
from django.db import OperationalError, connection

from gateways import registry
from messaging.sms import bell, dispatch, invariants, outcomes
from messaging.sms.models import Recipient, Submission
from messaging.sms.store import record
from tests.messaging.sms import fakes
from tests.messaging.sms.world import LANE, World, numbers, only, states

State = Submission.State
SENT = [Recipient.State.SENT]


@pytest.fixture
def world(transactional_db):
    yield World("D", max_batch=1)
    assert invariants.broken() == {}


def test_an_answer_is_written_down_though_the_drain_broke_meanwhile(world, monkeypatch):
    released, taken = threading.Event(), []

    def slowly(operator, parcel):
        released.wait(5)
        return operator.take(parcel).answer

    def take(lane, **wanted):
        taken.append(lane)
        if len(taken) > 1:
            threading.Timer(0.1, released.set).start()
            raise OperationalError("terminating connection")
        return real(lane, **wanted)

    real = dispatch.take
    monkeypatch.setitem(fakes.BEHAVIOURS, "slowly", slowly)
    monkeypatch.setattr(dispatch, "take", take)
    world.operator.plan.append("slowly")
    message = world.accept(*numbers(1))

    with pytest.raises(OperationalError):
        world.drain()

    assert states(message) == SENT
    assert world.account() == (999, 0)


def test_a_bug_in_a_gateways_module_is_that_submissions_doubt(world, monkeypatch):
    def broken(operator, parcel):
        raise RuntimeError("a bug")

    monkeypatch.setitem(fakes.BEHAVIOURS, "broken", broken)
    world.operator.plan.append("broken")
    first, second = world.accept(*numbers(1)), world.accept(*numbers(1))

    world.drain()

    assert sorted([only(first).state, only(second).state]) == [State.UNKNOWN, State.HANDED_OVER]


def test_a_road_that_cannot_be_built_puts_back_what_was_claimed(world, monkeypatch):
    message = world.accept(*numbers(1))

    def unbuildable(slug):
        raise registry.UnknownGateway(slug)

    with monkeypatch.context() as patch:
        patch.setattr(registry, "get", unbuildable)
        world.drain()

    assert only(message).state == State.READY
    assert world.operator.book == []


def test_answers_wait_for_a_database_that_was_restarted(world):
    message = world.accept(*numbers(1))
    (errand,) = dispatch.take(LANE, limit=1)
    answer = world.operator.take(errand.parcel).answer
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    _cut(pid)

    outcomes.record_all([(errand.claim, answer)])

    assert states(message) == SENT


def _cut(pid: int) -> None:
    """End a connection from another one, as a restart does."""

    def work():
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s, 2000)", [pid])
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_one_answer_that_cannot_be_stored_spoils_no_other(world, monkeypatch):
    good, bad = world.accept(*numbers(1)), world.accept(*numbers(1))
    errands = dispatch.take(LANE, limit=2)
    words = [(errand.claim, world.operator.take(errand.parcel).answer) for errand in errands]
    poisoned = only(bad).pk
    real = record.hand_over

    def hand_over(*, ids, **values):
        if poisoned in ids:
            raise ValueError("a surrogate")
        return real(ids=ids, **values)

    monkeypatch.setattr(record, "hand_over", hand_over)
    outcomes.record_all(words)

    assert states(good) == SENT
    assert only(bad).state == State.SUBMITTING


def test_bells_do_not_pile_up(settings):
    queue = django_rq.get_queue("bulk")
    queue.empty()
    for _ in range(5):
        bell._rung.clear()
        bell.ring(Submission.Lane.BULK)
    heard = queue.count
    queue.empty()
    assert heard == bell.WAITING
