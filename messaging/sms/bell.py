"""The bell: "there is work", rung over Redis at most once a second for each kind of work and process.

The rows are the queue. A bell that is lost, or cannot be rung because Redis is away, costs at most the workers' own look
at the rows (a second), never a message.
"""

import logging
import threading
import time

import django_rq
from redis.exceptions import RedisError

from messaging.sms.models import Submission

logger = logging.getLogger(__name__)

PERIOD = 1.0  # seconds
WAITING = 2  # bells in a queue that are enough: each drain lingers longer than the next ring is away
KEPT = 14 * 86400  # seconds that a failed job is listed
_rung: dict[str, float] = {}
_lock = threading.Lock()


def ring(lane: int) -> bool:
    """Wake the lane's workers; True when the bell sounded."""
    name = Submission.Lane(lane).label
    return _ring(name, name, "messaging.sms.jobs.drain", int(lane))


def ring_reports() -> bool:
    return _ring("reports", "dlr", "messaging.sms.jobs.pull_reports")


def ring_reconciler() -> bool:
    return _ring("reconcile", "dlr", "messaging.sms.jobs.reconcile_unknown")


def _ring(bell: str, queue: str, job: str, *args: int) -> bool:
    now = time.monotonic()
    with _lock:
        if now - _rung.get(bell, -PERIOD) < PERIOD:
            return False
        _rung[bell] = now
    try:
        wire = django_rq.get_queue(queue)
        if wire.count >= WAITING:
            return False
        wire.enqueue(job, *args, result_ttl=0, failure_ttl=KEPT)
    except (RedisError, OSError) as error:
        logger.warning("bell.unreachable", extra={"ids": {"bell": bell, "error": type(error).__name__}})
        return False
    return True
