"""Keeping parts running: what dies is started again, what keeps dying stops everything with a sentence."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, Self

from smsmerkezi.embedded import processes
from smsmerkezi.embedded.errors import CannotStart

CRASHES = 5  # so many in a row of one part are a loop
QUICK = 10.0  # seconds; a part that lived longer did not fail at starting
PAUSE = 0.3  # seconds before the first restart, twice as many before the second, and so on


class Child(Protocol):
    """Something that runs, may end by itself, and can be stopped."""

    def poll(self) -> int | None:
        """Its exit status (negative: a signal), None while it runs."""

    def ask(self) -> None:
        """Tell it to end, without waiting."""

    def stop(self) -> None:
        """End it and whatever it started; returns when it is gone. Harmless when it is gone already."""


@dataclass(frozen=True, slots=True)
class Program:
    """A `Child` that `processes.spawn` started."""

    process: subprocess.Popen[bytes]
    seconds: float = 5

    def poll(self) -> int | None:
        return self.process.poll()

    def ask(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        processes.stop(self.process, first=signal.SIGTERM, seconds=self.seconds)


@dataclass(slots=True)
class Part:
    """One named thing to keep running."""

    name: str
    start: Callable[[], Child]
    child: Child
    started: float = field(default_factory=time.monotonic)
    crashes: int = 0

    def revive(self, status: int, say: Callable[[str], None]) -> None:
        """Start it again, unless it keeps failing. One that was killed from outside did not fail."""
        lived = time.monotonic() - self.started
        failed = status != -signal.SIGKILL and lived < QUICK
        self.crashes = self.crashes + 1 if failed else 0
        if self.crashes == CRASHES:
            raise CannotStart(f"{self.name} ended {CRASHES} times as soon as it was started; see its log.")
        say(f"{self.name} ended ({describe(status)}); starting it again.")
        self.child.stop()
        time.sleep(self.crashes * PAUSE)
        self.child = self.start()
        self.started = time.monotonic()


def describe(status: int) -> str:
    """An exit status in words."""
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"


def to_stderr(line: str) -> None:
    """For the person at the terminal."""
    print(line, file=sys.stderr, flush=True)


class Supervisor:
    """Starts parts in order, keeps them running, stops them in the opposite order. Use it in a `with`.

    With `at_once` they are all asked to stop before any is waited for: none depends on another.
    """

    def __init__(
        self, *, at_once: bool = False, say: Callable[[str], None] = to_stderr, step: float = 0.25
    ) -> None:
        self.at_once = at_once
        self.say = say
        self.step = step
        self.parts: list[Part] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for part in self.parts if self.at_once else ():
            part.child.ask()
        while self.parts:
            self.parts.pop().child.stop()

    def add(self, name: str, start: Callable[[], Child], *, first: Child | None = None) -> None:
        """Start a part (or take over `first`, which runs already) and look after it from now on."""
        self.parts.append(Part(name, start, first or start()))

    def check(self) -> None:
        """Start again whatever ended. Raises CannotStart on a crash loop."""
        for part in self.parts:
            status = part.child.poll()
            if status is not None:
                part.revive(status, self.say)

    def watch(self) -> None:
        """Check for ever; only an exception (a signal's, a crash loop's) ends it."""
        while True:
            self.check()
            time.sleep(self.step)
