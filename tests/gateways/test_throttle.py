"""An operator's limits, over all processes: never more than allowed in any window, with Redis, without, and half frozen."""

import os
import random
import socket
import subprocess
import sys
import threading
import time
from itertools import pairwise

import pytest
from redis import Redis

from gateways import throttle
from gateways.base import Operation, Rate

SEND, REPORT = Operation.SEND, Operation.REPORT
NOWHERE = "redis://127.0.0.1:9/0"


@pytest.fixture(autouse=True)
def redis(settings):
    """The run's Valkey, without what other tests have counted."""
    server = Redis.from_url(settings.REDIS_URL)
    throttle.forget()
    yield server
    for key in server.scan_iter("rate:*"):
        server.delete(key)
    throttle.forget()


@pytest.fixture
def patient(monkeypatch):
    """Two hundred threads on a busy machine may wait longer for Redis than a look of a worker should."""
    monkeypatch.setattr(throttle, "PATIENCE", 20)
    for cached in (throttle._wire, throttle._script):
        cached.cache_clear()
    yield
    for cached in (throttle._wire, throttle._script):
        cached.cache_clear()


@pytest.fixture
def frozen(settings):
    """A Redis that takes connections and says nothing, like a stopped process."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.REDIS_URL = f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        yield server


def take(rate, wanted=1, account="a", operation=SEND):
    return throttle.take(account, operation, rate, wanted)


def moments(grants):
    return sorted(grant.first + n for grant in grants for n in range(grant.granted))


def most_in_any(moments, seconds):
    """The greatest number of moments (microseconds) in a half-open window of so many seconds."""
    window = round(seconds * throttle.MICRO)
    return max(sum(begin <= each < begin + window for each in moments) for begin in moments)


def test_the_whole_limit_may_be_taken_at_once_and_nothing_more():
    rate = Rate(10, 60)
    assert [take(rate, 7).granted, take(rate, 7).granted, take(rate, 7).granted] == [7, 3, 0]


def test_what_was_begun_counts_until_its_window_is_over():
    rate = Rate(3, 0.4)
    assert take(rate, 2).granted == 2
    time.sleep(0.25)
    assert take(rate, 2).granted == 1
    time.sleep(0.2)  # the first two are over, the third is not
    assert take(rate, 3).granted == 2
    time.sleep(0.25)
    assert take(rate, 3).granted == 1


def test_accounts_and_operations_have_limits_of_their_own():
    rate = Rate(1, 60)
    assert [take(rate).granted, take(rate, account="b").granted, take(rate, operation=REPORT).granted] == [
        1,
        1,
        1,
    ]
    assert [take(rate).granted, take(rate, account="b").granted, take(rate, operation=REPORT).granted] == [
        0,
        0,
        0,
    ]


@pytest.mark.parametrize("seed", range(3))
def test_no_window_ever_holds_more_than_the_limit(seed):
    """A bucket that refills while its burst is still in the window lets almost twice as much through."""
    rate, dice, grants = Rate(8, 0.25), random.Random(seed), []
    until = time.monotonic() + 1.2
    while time.monotonic() < until:
        grants.append(take(rate, dice.choice([1, 1, 2, 8])))
        time.sleep(dice.choice([0, 0.005, 0.02]))
    assert most_in_any(moments(grants), rate.seconds) == rate.count
    assert len(moments(grants)) >= 3 * rate.count, "and the limit is made use of"


def test_the_limit_is_exact_under_two_hundred_threads(patient):
    rate, barrier, grants = Rate(50, 60), threading.Barrier(200), []

    def work():
        barrier.wait(20)
        grants.append(take(rate, 1))

    threads = [threading.Thread(target=work) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(grants) == 200
    assert all(grant.shared for grant in grants)
    assert sum(grant.granted for grant in grants) == 50
    assert all(one < other for one, other in pairwise(moments(grants))), "each has a moment of its own"


def test_the_limit_is_one_for_all_processes(settings):
    code = (
        "import django; django.setup()\n"
        "from gateways import throttle; from gateways.base import Operation, Rate\n"
        "print(throttle.take('a', Operation.SEND, Rate(10, 60), 6).granted)"
    )
    argv = [sys.executable, "-c", code]
    environment = {**os.environ, "REDIS_URL": settings.REDIS_URL}
    others = [subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(2)]
    told = [int(other.communicate(timeout=30)[0]) for other in others]
    assert sorted(told) == [4, 6]
    assert take(Rate(10, 60)).granted == 0


# Giving back.


def test_what_was_not_begun_may_be_taken_again():
    rate = Rate(10, 60)
    taken = take(rate, 10)
    throttle.give_back("a", SEND, taken, 4)
    assert [take(rate, 10).granted, take(rate, 10).granted] == [4, 0]


def test_giving_back_everything_leaves_nothing(redis):
    throttle.give_back("a", SEND, take(Rate(10, 60), 10), 10)
    assert redis.keys("rate:*") == []


def test_giving_back_moves_nobody_elses_moments():
    """Forgetting the newest instead of one's own would let what others have begun end too early."""
    rate = Rate(2, 0.5)
    mine = take(rate)
    time.sleep(0.3)
    others = take(rate)
    throttle.give_back("a", SEND, mine, 1)
    time.sleep(0.25)  # mine would be over; theirs is not
    again = [take(rate).granted, take(rate).granted]
    assert others.granted == 1
    assert again == [1, 0]


def test_a_bucket_of_a_clock_that_was_set_back_opens_again(redis):
    rate = Rate(2, 60)
    take(rate, 2)
    hours_ahead = (time.time() + 7200) * throttle.MICRO
    for member in redis.zrange("rate:a:send", 0, -1):
        redis.zrem("rate:a:send", member)
    redis.zadd("rate:a:send", {f"{hours_ahead + n:.0f}": hours_ahead + n for n in range(2)})
    assert take(rate, 2).granted == 2


def test_nothing_is_kept_longer_than_its_window(redis):
    take(Rate(10, 60), 3)
    assert 59 <= redis.ttl("rate:a:send") <= 61


# Without Redis.


def test_without_redis_a_process_keeps_half_the_limit_by_itself(settings, caplog):
    settings.REDIS_URL = NOWHERE
    rate = Rate(10, 60)
    taken = take(rate, 10)
    assert (taken.granted, taken.shared) == (5, False)
    assert take(rate, 10).granted == 0
    assert [record.ids for record in caplog.records] == [{"gateway": "a", "error": "ConnectionError"}]


@pytest.mark.parametrize(("count", "seconds"), [(7, 0.2), (2, 0.2), (1, 0.1)])
def test_two_processes_without_redis_together_are_not_faster_than_allowed(settings, count, seconds):
    settings.REDIS_URL = NOWHERE
    rate, grants, other = Rate(count, seconds), [], throttle._Alone()
    until = time.monotonic() + 1
    while time.monotonic() < until:
        grants += [take(rate, count), other.take("rate:a:send", rate, count)]
        time.sleep(0.002)
    both = moments(grants)
    at_most = count if count > 1 else 2  # one in twice the time each: two at most, where one would be allowed
    assert most_in_any(both, seconds) <= at_most
    assert len(both) <= (1 / seconds + 2) * count
    assert both


def test_alone_too_what_was_not_begun_may_be_taken_again(settings):
    settings.REDIS_URL = NOWHERE
    rate = Rate(10, 60)
    throttle.give_back("a", SEND, take(rate, 10), 2)
    assert [take(rate, 10).granted, take(rate, 10).granted] == [2, 0]


def test_a_frozen_redis_costs_a_moment_once_and_then_nothing(frozen):
    rate, begun = Rate(1000, 60), time.monotonic()
    assert not take(rate).shared
    assert time.monotonic() - begun < 1
    begun = time.monotonic()
    for _ in range(50):
        throttle.give_back("a", SEND, take(rate, 2), 1)
    assert time.monotonic() - begun < 0.2


def test_what_redis_counted_is_over_in_its_time_when_redis_freezes_before_it_is_given_back(frozen):
    begun = time.monotonic()
    for _ in range(20):
        throttle.give_back("a", SEND, throttle.Taken(3, 1), 3)
    assert time.monotonic() - begun < 1, "asked once, then not for a while"
    assert not take(Rate(10, 60)).shared


def test_redis_is_asked_again_after_a_while(settings, monkeypatch):
    working = settings.REDIS_URL
    monkeypatch.setattr(throttle, "SILENCE", 0.1)
    settings.REDIS_URL = NOWHERE
    assert not take(Rate(10, 60)).shared
    settings.REDIS_URL = working
    assert not take(Rate(10, 60)).shared
    time.sleep(0.15)
    assert take(Rate(10, 60)).shared


def test_a_redis_that_forgot_the_script_learns_it_again(redis):
    assert take(Rate(10, 60)).shared
    redis.script_flush()
    assert take(Rate(10, 60)).shared
