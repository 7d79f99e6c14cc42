"""The whole platform as processes, over servers that the soak may crash."""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import redis
from django.db import connection

from smsmerkezi import stack
from smsmerkezi.embedded import postgres, processes, secret_files, valkey
from tests.gateways.simulators import Remote

if TYPE_CHECKING:
    import subprocess

# Short, so that a lost answer is settled within seconds. The quiet outlasts the simulator's lags (below).
LIMITS = {
    "SEND_TIMEOUT": "0.5",
    "SEND_MARGIN": "0.5",
    "SEND_LEASE": "3",
    "SEND_QUIET": "2",
    "REPORT_INTERVAL": "1",
}
NO_LIMIT = {"RATE_LIMIT_API": "1000000/min", "RATE_LIMIT_SMS_SEND": "1000000/min"}
# One send in four is taken and not answered, one in twenty fails without being taken (promises P1).
FAULTS = {
    "send": {"hang": 0.09, "reset": 0.08, "error": 0.08, "reset_before": 0.03, "error_before": 0.02},
    "ingest_lag_ms": 300,
    "visibility_lag_ms": 300,
    "lookup_error": 0.1,
}
PATIENCE = 60  # seconds for anything to start


class House:
    """Where everything is, and how to hurt it. `environment` is what our processes are started with."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.logs, self.seed = folder, folder / "logs", seed
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = postgres.start(folder / "postgres")
        self.bell = valkey.start(folder / "valkey")
        self.simulators: list[subprocess.Popen[bytes]] = []
        self.operator = self.another_operator()
        self.environment = {
            **os.environ,
            **secret_files.settings(folder / "secrets"),
            **LIMITS,
            **NO_LIMIT,
            "DJANGO_SETTINGS_MODULE": "smsmerkezi.settings",
            "ENVIRONMENT": "test",
            "DATABASE_URL": self.database.url,
            "REDIS_URL": self.bell.url,
            "SIMULATOR_URL": self.operator.url,
            "SITE_URL": self.url,
            "LOG_LEVEL": "ERROR",
        }
        self.family: subprocess.Popen[bytes] | None = None

    def start_family(self, every: float = 0) -> None:
        """Web, workers and clock, one of them killed every so many seconds; 0: none."""
        told = {"port": self.port, "logs": self.logs, "seed": self.seed, "every": every}
        options = [f"--{name}={value}" for name, value in told.items()]
        argv = [sys.executable, "-m", "tests.soak.mortals", *options]
        self.family = processes.spawn(argv, log=self.logs / "mortals.log", env=self.environment)
        if not processes.wait_until(lambda: stack.healthy(self.port), seconds=PATIENCE, step=0.1):
            raise SystemExit(f"The web did not start:\n{processes.tail(self.logs / 'mortals.log', lines=30)}")

    def kill_family(self) -> None:
        """All of them at once, by kill -9."""
        assert self.family is not None
        processes.stop(self.family, first=signal.SIGKILL)

    def let_live(self) -> None:
        """No more killing."""
        assert self.family is not None
        self.family.send_signal(signal.SIGUSR1)

    @property
    def kills(self) -> int:
        return len(list(self.logs.glob("killed-*")))

    def crash_database(self) -> None:
        """As `pg_ctl -m immediate restart`: no checkpoint, recovery from the log."""
        self.database.process.send_signal(signal.SIGQUIT)
        self.database.process.wait(PATIENCE)
        connection.close()  # ours died with it
        self.database = postgres.start(self.folder / "postgres", port=self.database.port)

    def empty_redis(self) -> None:
        with redis.Redis.from_url(self.bell.url) as client:
            client.flushall()

    def lose_redis(self) -> None:
        """Killed, with everything that it had."""
        self.bell.process.kill()
        self.bell.process.wait(PATIENCE)
        shutil.rmtree(self.folder / "valkey" / "appendonlydir", ignore_errors=True)

    def start_redis(self) -> None:
        """Where it was, and empty."""
        self.bell = valkey.start(self.folder / "valkey", port=self.bell.port)

    def well(self) -> None:
        """The operator has no faults from now on."""
        self.operator.faults(seed=self.seed)

    def book(self, *, page: int = 1000) -> list[dict]:
        """Everything that the operator ever took, read in pages of so many entries."""
        return book_of(self.operator, page=page)

    def close(self) -> None:
        if self.family is not None:
            processes.stop(self.family, seconds=10)
        for simulator in self.simulators:
            processes.stop(simulator)
        self.bell.stop()
        self.database.stop()

    def another_operator(self) -> Remote:
        """A simulator with a book of its own."""
        port, name = processes.free_port(), f"simulator-{len(self.simulators) + 1}"
        argv = [sys.executable, "-m", "gateways.simulator", "--port", str(port), "--seed", str(self.seed)]
        process = processes.spawn([*argv, "--data", self.folder / name], log=self.logs / f"{name}.log")
        self.simulators.append(process)
        processes.wait_until(lambda: not processes.port_is_free(port), seconds=PATIENCE)
        return Remote(f"http://127.0.0.1:{port}")


def book_of(operator: Remote, *, page: int = 1000) -> list[dict]:
    rows: list[dict] = []
    start: int | None = 0
    while start is not None:
        told = operator.get("/book", since=start, limit=page)
        rows += told["rows"]
        start = told["next"]
    return rows


@contextlib.contextmanager
def built(seed: int) -> Iterator[House]:
    """A house of its own in a folder that is gone afterwards."""
    place = Path(tempfile.mkdtemp(prefix="smsmerkezi-soak-"))
    place.chmod(0o711)  # the database's user must be able to pass
    house = House(place, seed)
    try:
        yield house
    finally:
        house.close()
        shutil.rmtree(place, ignore_errors=True)
