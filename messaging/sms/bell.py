"""The bell: "there is work", rung over Redis at most once a second for each kind of work and process.

The rows are the queue. A bell that is lost, or cannot be rung because Redis is away, costs at most the workers' own look
at the rows (a second), never a message.
"""

import logging
import threading
import time
from functools import cache
from typing import Any

import django_rq
from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from messaging.sms.models import Submission

logger = logging.getLogger(__name__)

PERIOD = 1.0  # seconds
WAITING = 3  # bells in a queue that are enough: each drain lingers longer than the next ring is away
KEPT = 14 * 86400  # seconds that a failed job is listed
PATIENCE = 0.25  # seconds that a request waits for a Redis that does not answer
SILENCE = 5.0  # seconds without ringing after that: a frozen Redis must not slow every request down
_rung: dict[str, float] = {}
_lock = threading.Lock()


def ring(lane: int) -> bool:
    """Wake the lane's workers; True when the bell sounded."""
    name = Submission.Lane(lane).label
    return _ring(name, name, "messaging.sms.jobs.drain", int(lane))


def ring_reports() -> bool:
    return _ring("reports", "dlr", "messaging.sms.jobs.pull_reports")


def ring_inbox() -> bool:
    return _ring("inbox", "dlr", "messaging.sms.jobs.fold_reports")


def ring_reconciler() -> bool:
    return _ring("reconcile", "dlr", "messaging.sms.jobs.reconcile_unknown")


def _ring(bell: str, queue: str, job: str, *args: int) -> bool:
    now = time.monotonic()
    with _lock:
        if now - _rung.get(bell, -PERIOD) < PERIOD:
            return False
        _rung[bell] = now
    try:
        wire = django_rq.get_queue(queue, connection=_wire(settings.REDIS_URL))
        if wire.count >= WAITING:
            return False
        wire.enqueue(job, *args, result_ttl=0, failure_ttl=KEPT)
    except (RedisError, OSError) as error:
        logger.warning("bell.unreachable", extra={"ids": {"bell": bell, "error": type(error).__name__}})
        _hush(bell)
        return False
    return True


def _hush(bell: str) -> None:
    with _lock:
        _rung[bell] = time.monotonic() + SILENCE - PERIOD


@cache
def _wire(url: str) -> Any:
    """A connection of the bell's own: a worker's may wait for minutes, this one must not."""
    limits = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    return Redis.from_url(url, retry=Retry(NoBackoff(), 0), **limits)
