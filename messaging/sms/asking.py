"""Questions to gateways, several at the same time, and what a gateway that does not answer costs."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from gateways import circuit
from gateways.base import GatewayDown

logger = logging.getLogger(__name__)

T = TypeVar("T")
WASTE = 1.0  # seconds; a question that took longer and was not answered is followed by none for a while
PAUSE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Reply(Generic[T]):
    """`said` is None where the gateway was `down`."""

    said: T | None
    down: GatewayDown | None
    seconds: float


def ask(question: Callable[[], T]) -> Reply[T]:
    """One question; call it in a thread of its own, with no transaction open.

    A gateway whose answer its module cannot bear is down like one that does not answer: the others are asked all the same.
    """
    begun = time.monotonic()
    try:
        return Reply(question(), None, time.monotonic() - begun)
    except GatewayDown as down:
        return Reply(None, down, time.monotonic() - begun)
    except Exception:
        logger.exception("gateway.broke")
        return Reply(None, GatewayDown("internal error"), time.monotonic() - begun)


def heed(slug: str, reply: Reply[T]) -> T | None:
    """What was said. A gateway that wishes to be left alone, or lets us wait for nothing, is asked nothing for a while.

    One that refuses at once costs nothing and goes on being asked: each question that is put off unasked would double the
    wait for the next.
    """
    if reply.down is not None:
        logger.warning("gateway.unanswered", extra={"ids": {"gateway": slug, "reason": str(reply.down)}})
        wait = reply.down.retry_after or (PAUSE if reply.seconds > WASTE else None)
        if wait:
            circuit.put_off(slug, wait)
    return reply.said
