"""The bell: once a second at most, and never in the way of the rows."""

import socket
import time

import django_rq
import pytest

from messaging.sms import bell, jobs
from messaging.sms.models import Recipient, Submission
from tests.messaging.sms.world import numbers, pass_time, states

LANE = Submission.Lane.SMS


@pytest.fixture(autouse=True)
def quiet():
    """No bell has been rung, no job waits."""
    bell._rung.clear()
    for name in ("otp", "sms", "bulk", "dlr"):
        django_rq.get_queue(name).empty()
    yield
    bell._rung.clear()


def waiting(name):
    return [(job.func_name, *job.args) for job in django_rq.get_queue(name).jobs]


def test_a_lanes_bell_is_a_job_of_its_queue():
    assert bell.ring(Submission.Lane.OTP)
    assert waiting("otp") == [("messaging.sms.jobs.drain", 0)]
    assert bell.ring(LANE)
    assert waiting("sms") == [("messaging.sms.jobs.drain", 1)]


def test_a_bell_rings_once_a_second(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(bell.time, "monotonic", lambda: now[0])
    assert [bell.ring(LANE) for _ in range(5)] == [True, False, False, False, False]
    now[0] += bell.PERIOD
    assert bell.ring(LANE)
    assert len(waiting("sms")) == 2


def test_reports_and_doubts_have_bells_of_their_own():
    assert bell.ring_reports()
    assert bell.ring_reconciler()
    assert waiting("dlr") == [("messaging.sms.jobs.pull_reports",), ("messaging.sms.jobs.reconcile_unknown",)]


def test_without_redis_the_bell_is_silent_and_nothing_else_happens(settings, world):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    assert bell.ring(LANE) is False
    message = world.sent(*numbers(1))
    assert states(message) == [Recipient.State.SENT]


def test_a_redis_that_does_not_answer_costs_one_request_a_moment_and_the_next_nothing(settings, world):
    with socket.create_server(
        ("127.0.0.1", 0)
    ) as frozen:  # takes connections and says nothing, like a stopped process
        settings.REDIS_URL = f"redis://127.0.0.1:{frozen.getsockname()[1]}/0"
        begun = time.monotonic()
        assert bell.ring(LANE) is False
        assert time.monotonic() - begun < 1
        begun = time.monotonic()
        for _ in range(100):
            assert bell.ring(LANE) is False
        assert time.monotonic() - begun < 0.1


# The jobs behind the bells, each safe to run twice.


def test_draining_twice_sends_once(world):
    message = world.accept(*numbers(2))
    assert jobs.drain(LANE) == 1
    assert jobs.drain(LANE) == 0
    assert states(message) == [Recipient.State.SENT] * 2
    assert len(world.operator.book) == 1
    assert world.account() == (998, 0)


def test_pulling_twice_tells_once(world):
    message = world.sent(*numbers(2))
    pass_time(1)
    assert jobs.pull_reports() == 2
    assert jobs.pull_reports() == 0
    assert states(message) == [Recipient.State.DELIVERED] * 2


def test_reconciling_twice_asks_once(world):
    world.operator.plan.append("hang")
    world.sent(*numbers(1))
    assert jobs.reconcile_unknown() == 1
    assert jobs.reconcile_unknown() == 0
    assert world.account() == (999, 0)


def test_job_names_in_the_bell_are_those_of_the_jobs():
    for name in ("drain", "pull_reports", "reconcile_unknown"):
        assert callable(getattr(jobs, name))
