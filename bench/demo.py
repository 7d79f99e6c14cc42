"""The whole platform as `make demo` starts it, in a folder of its own, with a key to its database."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from bench import world
from smsmerkezi import scope
from smsmerkezi.embedded import memory, processes, secret_files
from smsmerkezi.embedded.errors import CannotStart

ROOT = Path(__file__).resolve().parent.parent
STOP_SECONDS = 60


class Demo(NamedTuple):
    """`pid` is the uppermost process; `told` is its demo.json."""

    pid: int
    folder: Path
    told: dict[str, Any]

    @property
    def send_url(self) -> str:
        return f"{self.told['base_url']}/v1/sms/send"

    @property
    def token(self) -> str:
        return str(self.told["accounts"]["admin"]["token"])

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Ask its database, on a connection of its own."""
        with psycopg.connect(self.told["database_url"], autocommit=True, options=scope.OPTION) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def book(self) -> dict[str, int]:
        """What the operator's side has accepted: the only word on that which we did not write ourselves."""
        with urllib.request.urlopen(f"{self.told['simulator_url']}/book/summary", timeout=10) as answer:
            return dict(json.load(answer))

    def megabytes(self) -> dict[str, float]:
        """Memory of each process, shared pages split among those that share them; by process id and command."""
        return {f"{share.pid} {share.command}": share.kilobytes / 1024 for share in memory.shares(self.pid)}

    def environment(self) -> dict[str, str]:
        """For a program of ours that works on its rows."""
        return {
            **secret_files.settings(self.folder / "secrets"),
            **os.environ,  # wins in the demo, too
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "DATABASE_URL": self.told["database_url"],
            "REDIS_URL": self.told["redis_url"],
            "SIMULATOR_URL": self.told["simulator_url"],
        }


@contextmanager
def running() -> Iterator[Demo]:
    """Started, with unlimited requests and credit; stopped at the end. Raises CannotStart."""
    with tempfile.TemporaryDirectory(prefix="smsmerkezi-bench-") as place:
        Path(place).chmod(0o711)  # PostgreSQL's own user passes through
        folder = Path(place) / "data"
        environment = {
            name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}
        }
        argv = [sys.executable, str(ROOT / "manage.py"), "demo", "--port", "0", "--data-dir", str(folder)]
        with subprocess.Popen(
            argv, env=environment | world.UNLIMITED, stdout=subprocess.PIPE, start_new_session=True
        ) as process:
            try:
                _wait(process)
                demo = Demo(process.pid, folder, json.loads((folder / "demo.json").read_text()))
                demo.rows(world.ENRICH, [demo.told["accounts"]["admin"]["tenant_id"]])
                yield demo
            finally:
                processes.stop(process, seconds=STOP_SECONDS)


def _wait(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdout is not None
    if not process.stdout.readline().startswith(b"READY"):
        raise CannotStart("The demo did not start; its own words are above.")
