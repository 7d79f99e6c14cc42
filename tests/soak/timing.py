"""Moments of a soak, in seconds of the epoch, as the operator's book has them."""

import time
from collections.abc import Callable, Iterable


def sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.time()))


def in_turn(begun: float, span: float, blows: Iterable[tuple[float, Callable[[], object]]]) -> None:
    """Strike each blow at its share of the span; returns at the span's end."""
    for share, blow in blows:
        sleep_until(begun + share * span)
        blow()
    sleep_until(begun + span)
