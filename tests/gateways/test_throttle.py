"""An operator's limit is kept by all processes together, and without Redis not exceeded either."""

import socket
import threading
import time
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gateways import throttle
from gateways.base import Operation, Rate

SEND, REPORT = Operation.SEND, Operation.REPORT
MINUTE = Rate(10, 60)


@pytest.fixture
def account():
    throttle._alone.forget()
    return uuid4().hex


@pytest.fixture(params=["there", "away"])
def either(request, settings):
    """With Redis and without."""
    if request.param == "away":
        settings.REDIS_URL = "redis://127.0.0.1:9/0"
    return request.param


def test_a_burst_of_the_limit_passes_and_no_more(account):
    assert throttle.take(account, SEND, MINUTE, 7) == 7
    assert throttle.take(account, SEND, MINUTE, 7) == 3
    assert throttle.take(account, SEND, MINUTE, 1) == 0


def test_accounts_and_operations_have_limits_of_their_own(account):
    throttle.take(account, SEND, MINUTE, 10)
    assert throttle.take(account, REPORT, MINUTE, 1) == 1
    assert throttle.take(f"{account}2", SEND, MINUTE, 1) == 1


def test_it_refills_with_time(account):
    rate = Rate(10, 1)
    assert throttle.take(account, SEND, rate, 10) == 10
    time.sleep(0.35)
    assert throttle.take(account, SEND, rate, 10) in {3, 4}


def test_what_was_not_used_can_be_taken_again(account, either):
    granted = throttle.take(account, SEND, MINUTE, 10)
    assert throttle.take(account, SEND, MINUTE, 1) == 0
    throttle.give_back(account, SEND, MINUTE, granted)
    assert throttle.take(account, SEND, MINUTE, 99) == granted


@pytest.fixture
def patient(monkeypatch):
    """Two hundred connections at once take a busy machine longer than a worker would wait."""
    monkeypatch.setattr(throttle, "PATIENCE", 20)
    throttle._script.cache_clear()
    yield
    throttle._script.cache_clear()


def test_two_hundred_threads_get_the_limit_exactly(account, patient):
    rate, taken, lock = Rate(50, 3600), [], threading.Lock()
    barrier = threading.Barrier(200)

    def want():
        barrier.wait(20)
        granted = throttle.take(account, SEND, rate, 1)
        with lock:
            taken.append(granted)

    threads = [threading.Thread(target=want) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(taken) == 50


def test_without_redis_a_process_keeps_half_the_limit(account, settings, caplog):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    assert throttle.take(account, SEND, MINUTE, 10) == 5
    assert throttle.take(account, SEND, MINUTE, 10) == 0
    assert "throttle.alone" in caplog.text


def test_a_frozen_redis_costs_a_moment(account, settings):
    with socket.create_server(("127.0.0.1", 0)) as frozen:
        settings.REDIS_URL = f"redis://127.0.0.1:{frozen.getsockname()[1]}/0"
        begun = time.monotonic()
        assert throttle.take(account, SEND, MINUTE, 1) == 1
        assert time.monotonic() - begun < 2


@hypothesis_settings(max_examples=60)
@given(st.integers(1, 30), st.lists(st.tuples(st.floats(0, 2), st.integers(0, 12)), min_size=1, max_size=40))
def test_alone_it_never_exceeds_the_limit_in_any_window(count, wishes):
    rate, now, alone, granted = Rate(count, 1.0), [1000.0], throttle._Alone(), []
    real, throttle.monotonic = throttle.monotonic, lambda: now[0]
    try:
        for wait, wanted in wishes:
            now[0] += wait
            granted.append((now[0], alone.take("x", rate, wanted)))
    finally:
        throttle.monotonic = real
    for begin, _ in granted:
        within = sum(n for at, n in granted if begin <= at < begin + rate.seconds)
        assert within <= max(count, 2)
