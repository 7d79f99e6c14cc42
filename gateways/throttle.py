"""Keeping an operator's limits, over all processes: the moments of the last exchanges, in Redis.

Without Redis each process keeps half the limit by itself: slower than allowed, where two processes share an account not
faster either. The operator's own refusal is the last word in any case (`Scope.ROAD`).
"""

import logging
import threading
from collections import defaultdict
from functools import cache
from time import monotonic
from typing import Any, NamedTuple

from django.conf import settings
from redis import BlockingConnectionPool, Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from gateways.base import Operation, Rate

logger = logging.getLogger(__name__)
PATIENCE = 0.25  # seconds
SILENCE = 5.0  # seconds without asking a Redis that did not answer: it must not slow down every look
CONNECTIONS = 16
MICRO = 1_000_000  # moments are whole microseconds, so that each exchange has one of its own

# A bucket with a burst would let twice the limit through between two of its refills; what has been begun within the last
# `seconds` is counted instead. ARGV: microseconds, how many in them, wanted.
TAKE = """
local t = redis.call('TIME')
local now, window = t[1] * 1e6 + t[2], tonumber(ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - window))
redis.call('ZREMRANGEBYSCORE', KEYS[1], string.format('%.0f', now + window), '+inf')  -- a clock that was set back
local granted = math.min(tonumber(ARGV[3]), tonumber(ARGV[2]) - redis.call('ZCARD', KEYS[1]))
if granted < 1 then return {0, 0} end
local newest = redis.call('ZRANGE', KEYS[1], -1, -1)[1]
local first = math.max(now, (tonumber(newest) or 0) + 1)
for n = 0, granted - 1 do
  local moment = string.format('%.0f', first + n)
  redis.call('ZADD', KEYS[1], moment, moment)
end
redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000) + 1000)
return {granted, first}
"""


class Taken(NamedTuple):
    """`granted` exchanges may begin; `first` is the moment of the first one, `shared` whether all processes know."""

    granted: int
    first: int
    shared: bool = True


def take(account: str, operation: Operation, rate: Rate, wanted: int) -> Taken:
    """How many of `wanted` exchanges may begin now; they count as begun."""
    if monotonic() >= _silent_until:
        try:
            arguments = [round(rate.seconds * MICRO), rate.count, wanted]
            return Taken(*_script(settings.REDIS_URL)(keys=[_key(account, operation)], args=arguments))
        except (RedisError, OSError) as error:
            _hush(account, error)
    return _alone.take(_key(account, operation), rate, wanted)


def give_back(account: str, operation: Operation, taken: Taken, unused: int) -> None:
    """The last `unused` of what was taken were not begun. Where that cannot be said they are over in their time."""
    key, behind = _key(account, operation), taken.first + taken.granted
    if not taken.shared:
        _alone.give_back(key, behind - unused, behind)
    elif monotonic() >= _silent_until:
        try:
            _wire(settings.REDIS_URL).zremrangebyscore(key, behind - unused, behind - 1)
        except (RedisError, OSError) as error:
            _hush(account, error)


class _Alone:
    """The same by this process alone, with half the limit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._begun: defaultdict[str, list[int]] = defaultdict(list)

    def take(self, key: str, rate: Rate, wanted: int) -> Taken:
        at_most, window = (rate.count // 2, rate.seconds) if rate.count > 1 else (1, 2 * rate.seconds)
        now = int(monotonic() * MICRO)
        with self._lock:
            begun = [moment for moment in self._begun[key] if moment > now - window * MICRO]
            first = max(now, begun[-1] + 1 if begun else 0)
            granted = max(0, min(wanted, at_most - len(begun)))
            self._begun[key] = [*begun, *range(first, first + granted)]
        return Taken(granted, first, shared=False)

    def give_back(self, key: str, first: int, behind: int) -> None:
        with self._lock:
            self._begun[key] = [moment for moment in self._begun[key] if not first <= moment < behind]

    def forget(self) -> None:
        with self._lock:
            self._begun.clear()


_alone = _Alone()
_silent_until = 0.0  # replaced whole, so threads need no lock


def forget() -> None:
    """As a process that has just begun."""
    global _silent_until  # noqa: PLW0603
    _silent_until = 0.0
    _alone.forget()


def _hush(account: str, error: Exception) -> None:
    global _silent_until  # noqa: PLW0603 - one word a process
    _silent_until = monotonic() + SILENCE
    logger.warning("throttle.alone", extra={"ids": {"gateway": account, "error": type(error).__name__}})


def _key(account: str, operation: Operation) -> str:
    return f"rate:{account}:{operation}"


@cache
def _script(url: str) -> Any:
    return _wire(url).register_script(TAKE)


@cache
def _wire(url: str) -> Any:
    """Many threads take turns; a pool that refuses the hundred and first would leave it to count alone."""
    limits = {"timeout": PATIENCE, "socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    pool = BlockingConnectionPool.from_url(
        url, max_connections=CONNECTIONS, retry=Retry(NoBackoff(), 0), **limits
    )
    return Redis(connection_pool=pool)
