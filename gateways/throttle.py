"""Keeping an operator's limits, over all processes: a token bucket in Redis.

Without Redis each process keeps half the limit by itself: slower than allowed, where two processes share an account not
faster either. The operator's own refusal is the last word in any case (`Scope.ROAD`).
"""

import logging
import threading
from functools import cache
from time import monotonic
from typing import Any

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from gateways.base import Operation, Rate

logger = logging.getLogger(__name__)
PATIENCE = 0.25  # seconds

# The theoretical arrival time of the cell-rate algorithm: one number a bucket. ARGV: seconds a token, burst, wanted.
TAKE = """
local t = redis.call('TIME')
local now = t[1] + t[2] / 1e6
local step, burst, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local free = math.floor((now + step * burst - tat) / step + 1e-6)
local granted = math.min(wanted, math.max(free, 0))
if granted ~= 0 then
  redis.call('SET', KEYS[1], string.format('%.6f', tat + granted * step), 'EX', math.ceil(step * burst) + 1)
end
return granted
"""


def take(account: str, operation: Operation, rate: Rate, wanted: int) -> int:
    """How many of `wanted` exchanges may begin now; they count as begun."""
    try:
        return int(
            _script(settings.REDIS_URL)(
                keys=[f"rate:{account}:{operation}"],
                args=[rate.seconds / rate.count, rate.count, wanted],
            )
        )
    except (RedisError, OSError) as error:
        logger.warning("throttle.alone", extra={"ids": {"gateway": account, "error": type(error).__name__}})
        return _alone.take(f"{account}:{operation}", rate, wanted)


def give_back(account: str, operation: Operation, rate: Rate, unused: int) -> None:
    """Exchanges that were taken and not begun."""
    take(account, operation, rate, -unused)


class _Alone:
    """The same by this process alone, with half the limit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._arrivals: dict[str, float] = {}

    def take(self, key: str, rate: Rate, wanted: int) -> int:
        step, burst, now = 2 * rate.seconds / rate.count, max(1, rate.count // 2), monotonic()
        with self._lock:
            arrival = max(self._arrivals.get(key, now), now)
            free = int((now + step * burst - arrival) / step + 1e-6)
            granted = min(wanted, max(free, 0))
            self._arrivals[key] = arrival + granted * step
        return granted

    def forget(self) -> None:
        with self._lock:
            self._arrivals.clear()


_alone = _Alone()


@cache
def _script(url: str) -> Any:
    limits = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    wire = Redis.from_url(url, retry=Retry(NoBackoff(), 0), **limits)
    return wire.register_script(TAKE)
