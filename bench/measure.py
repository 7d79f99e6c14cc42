"""Timing shared by the micro-benches: the rivals take turns within each round, so that noise hits both."""

import statistics
import time
from collections.abc import Callable

ROUNDS = 7


def rounds(**works: Callable[[], object]) -> dict[str, list[float]]:
    """Seconds of one call of each work, round by round."""
    seconds: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def ratio(slow: list[float], fast: list[float]) -> float:
    """How many times as long the slow one takes: the median of the rounds' ratios."""
    return statistics.median(one / other for one, other in zip(slow, fast, strict=True))
