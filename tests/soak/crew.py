"""Web, workers and clocks, each a program of its own with the command of deploy/README.md."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import redis
from rq.worker import Worker

from smsmerkezi import stack
from smsmerkezi.embedded import processes
from tests.soak.house import PATIENCE, House

ROOT = Path(__file__).resolve().parents[2]
MANAGE = (sys.executable, str(ROOT / "manage.py"))
GRANIAN = (sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1")
Command = tuple[str, ...]


def web(port: int, *options: str) -> Command:
    usual = ("--blocking-threads", "136", "--backpressure", "900", "--workers-kill-timeout", "30")
    return (*GRANIAN, "--port", str(port), *usual, *options, "smsmerkezi.wsgi:application")


def worker(*queues: str) -> Command:
    return (*MANAGE, "worker", *queues)


CLOCK: Command = (*MANAGE, "clock")


class Crew:
    """Who works in a house, by name."""

    def __init__(self, place: House) -> None:
        self.place = place
        self.commands: dict[str, Command] = {}
        self.extra: dict[str, Mapping[str, str]] = {}
        self.at_work: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Command, **environment: str) -> None:
        """One more; `environment` is what only this one is told."""
        self.commands[name], self.extra[name] = command, environment
        self.at_work[name] = self._started(name)

    def _started(self, name: str) -> subprocess.Popen[bytes]:
        told = {**self.place.environment, **self.extra[name]}
        return processes.spawn(self.commands[name], log=self.log(name), env=told, cwd=ROOT)

    def log(self, name: str) -> Path:
        return self.place.logs / f"{name}.log"

    def restart(self, name: str) -> float:
        """SIGTERM, its end, and another one; how many seconds it took to end."""
        old, begun = self.at_work[name], time.monotonic()
        old.send_signal(signal.SIGTERM)
        old.wait(PATIENCE)
        self.at_work[name] = self._started(name)
        return time.monotonic() - begun

    def freeze(self, name: str) -> None:
        os.kill(self.at_work[name].pid, signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        os.kill(self.at_work[name].pid, signal.SIGCONT)

    def close(self) -> None:
        for process in self.at_work.values():
            process.send_signal(signal.SIGCONT)
            processes.stop(process, seconds=10)


@contextlib.contextmanager
def at_work(place: House) -> Iterator[Crew]:
    crew = Crew(place)
    try:
        yield crew
    finally:
        crew.close()


def await_web(port: int) -> None:
    if not processes.wait_until(lambda: stack.healthy(port), seconds=PATIENCE, step=0.05):
        raise SystemExit(f"No web at {port}")


def await_workers(place: House, count: int) -> None:
    """Until so many have told Redis that they are there."""
    with redis.Redis.from_url(place.bell.url) as wire:
        if not processes.wait_until(
            lambda: Worker.count(connection=wire) >= count, seconds=PATIENCE, step=0.1
        ):
            raise SystemExit(f"Fewer than {count} workers came")
