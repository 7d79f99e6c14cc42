"""An exchange that hangs holds one thread of a drain, and nothing else."""

import threading
import time

import pytest
from django.db import connection

from gateways.base import Unknown
from messaging.sms import dispatch
from messaging.sms.models import Recipient, Submission
from tests.messaging.sms import fakes
from tests.messaging.sms.world import LANE, World, numbers, only, states

PATIENCE = 5.0  # seconds until a test gives up


@pytest.fixture
def world(transactional_db, monkeypatch):
    """A firm whose operator hangs until `released` when told to."""
    made = World(max_batch=1)
    made.released = threading.Event()

    def hang_on(operator, parcel):
        made.released.wait(PATIENCE)
        operator.take(parcel)
        return Unknown("timeout")

    monkeypatch.setitem(fakes.BEHAVIOURS, "hang_on", hang_on)
    yield made
    made.released.set()


@pytest.fixture
def drain(world):
    """A drain of the lane in a thread of its own, as a worker has it."""
    thread = threading.Thread(target=_drain, daemon=True)
    thread.start()
    yield thread
    world.released.set()
    dispatch.stopping.set()
    thread.join(2 * PATIENCE)
    dispatch.stopping.clear()
    assert not thread.is_alive()


def _drain():
    try:
        dispatch.drain(LANE, linger=2 * PATIENCE)
    finally:
        connection.close()


def until(condition) -> float:
    """Seconds until it came true."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < PATIENCE, "it never came true"
        time.sleep(0.02)
    return time.monotonic() - began


def under_way(message) -> bool:
    return only(message).state == Submission.State.SUBMITTING


def sent(message) -> bool:
    return states(message) == [Recipient.State.SENT]


def test_what_is_new_does_not_wait_for_what_hangs(world, drain):
    world.operator.plan.append("hang_on")
    hanging = world.accept(*numbers(1))
    until(lambda: under_way(hanging))

    fresh = world.accept(*numbers(1))

    assert until(lambda: sent(fresh)) < PATIENCE / 2
    assert under_way(hanging)


def test_what_hung_is_in_doubt_once_it_ends(world, drain):
    world.operator.plan.append("hang_on")
    hanging = world.accept(*numbers(1))
    until(lambda: under_way(hanging))

    world.released.set()

    until(lambda: only(hanging).state == Submission.State.UNKNOWN)
    assert states(hanging) == [Recipient.State.QUEUED]
    assert world.account() == (1000, 1)


def test_a_drain_that_is_told_to_stop_finishes_what_is_under_way(world, drain):
    world.operator.plan.append("hang_on")
    hanging = world.accept(*numbers(1))
    until(lambda: under_way(hanging))

    dispatch.stopping.set()
    late = world.accept(*numbers(1))
    world.released.set()
    drain.join(PATIENCE)

    assert not drain.is_alive()
    assert only(hanging).state == Submission.State.UNKNOWN
    assert only(late).state == Submission.State.READY
