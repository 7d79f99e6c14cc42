"""What the table shows, and the CPU that work costs, PostgreSQL's side included."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median
from typing import NamedTuple

from django.db import connection

ROUNDS = 5
TICK = os.sysconf("SC_CLK_TCK")


class Figure(NamedTuple):
    """One line of the table.

    `limit` is what `measured` is held against in the same run, `ratio` the median of the rounds' ratios. `goal` is for
    the ratio where there is a limit, else for `measured`; it is a ceiling where `at_most`.
    """

    what: str
    measured: float
    unit: str
    limit: float | None = None
    ratio: float | None = None
    goal: float | None = None
    at_most: bool = False

    @property
    def held(self) -> float:
        """The value that the goal is for."""
        return self.measured if self.ratio is None else self.ratio

    @property
    def ok(self) -> bool | None:
        """None where nothing was promised."""
        if self.goal is None:
            return None
        return self.held <= self.goal if self.at_most else self.held >= self.goal


class Cost(NamedTuple):
    """What a piece of work took: seconds on the wall, CPU seconds of this process, and of its PostgreSQL backend."""

    wall: float
    ours: float
    backend: float


def cost(work: Callable[[], object]) -> Cost:
    """Run it once. Its queries must go through this thread's Django connection."""
    pid = backend()
    wall, ours, theirs = time.perf_counter(), time.process_time(), cpu(pid)
    work()
    return Cost(time.perf_counter() - wall, time.process_time() - ours, cpu(pid) - theirs)


def against(what: str, unit: str, goal: float | None, pairs: Iterable[tuple[float, float]]) -> Figure:
    """A figure from rounds of (measured, limit): medians of both, and the median of their ratios."""
    pairs = list(pairs)
    ratio = median(measured / limit for measured, limit in pairs)
    measured, limit = (median(side) for side in zip(*pairs, strict=True))
    return Figure(what, measured, unit, limit, ratio, goal)


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0..1) of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def cpu(pid: int) -> float:
    """CPU seconds that a process has used, 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICK


def backend() -> int:
    """The process of PostgreSQL that serves this thread."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
