"""What the demo consists of, in the order in which it starts."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from smsmerkezi.embedded import postgres, processes, secret_files, valkey
from smsmerkezi.embedded.errors import CannotStart
from smsmerkezi.embedded.supervision import Child, Program, Supervisor

ROOT = Path(__file__).resolve().parent.parent
MANAGE: list[str | Path] = [sys.executable, ROOT / "manage.py"]
START_SECONDS = 60


class Stack:
    """Servers, operator simulator, and the project's own processes, over one data folder."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self.folder = folder
        self.logs = folder / "logs"
        self.base_url = f"http://127.0.0.1:{port}"
        self.supervisor = Supervisor()
        self.environment = {
            **secret_files.settings(folder / "secrets"),
            "ENVIRONMENT": "demo",
            "MAIL_DIR": str(folder / "mail"),
            "AUDIT_ANCHOR": str(folder / "audit-anchor.jsonl"),
            "MALLOC_ARENA_MAX": "2",  # many threads, small heaps
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "smsmerkezi.settings",
            "PYTHONPATH": str(ROOT),
            "SITE_URL": self.base_url,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.supervisor.__exit__(kind, value, trace)

    def start(self) -> None:
        """Start everything and write demo.json; returns when the web answers. Raises CannotStart."""
        for folder in (self.logs, Path(self.environment["MAIL_DIR"])):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._servers()
        self._simulator()
        accounts = self._prepared()
        self._family()
        secret_files.write(self.folder / "demo.json", json.dumps(self.summary(accounts), indent=2) + "\n")

    def watch(self) -> None:
        """Keep it running until an exception ends it."""
        self.supervisor.watch()

    def summary(self, accounts: dict[str, Any]) -> dict[str, Any]:
        """What demo.json says: where everything is, and how to get in."""
        return {
            "base_url": self.base_url,
            "database_url": self.environment["DATABASE_URL"],
            "redis_url": self.environment["REDIS_URL"],
            "simulator_url": self.environment["SIMULATOR_URL"],
            "mail_dir": self.environment["MAIL_DIR"],
            "accounts": accounts,
        }

    def _servers(self) -> None:
        if not self.environment.get("DATABASE_URL"):
            home = self.folder / "postgres"
            database = postgres.start(home)
            self.environment["DATABASE_URL"] = database.url
            self.supervisor.add(
                "PostgreSQL", lambda: postgres.start(home, port=database.port), first=database
            )
        if not self.environment.get("REDIS_URL"):
            home_of_bell = self.folder / "valkey"
            bell = valkey.start(home_of_bell)
            self.environment["REDIS_URL"] = bell.url
            self.supervisor.add("Valkey", lambda: valkey.start(home_of_bell, port=bell.port), first=bell)

    def _simulator(self) -> None:
        book = self.folder / "simulator"
        book.mkdir(mode=0o700, exist_ok=True)
        port = processes.kept_port(book / "port")
        self.environment["SIMULATOR_URL"] = f"http://127.0.0.1:{port}"
        argv = [sys.executable, "-m", "gateways.simulator", "--port", str(port), "--data", str(book)]
        self._run("simulator", argv)
        self._await("simulator", lambda: not processes.port_is_free(port))

    def _prepared(self) -> dict[str, Any]:
        """Migrate, load the demo data if there are none; answers with the accounts."""
        accounts, log = self.folder / "accounts.json", self.logs / "prepare.log"
        argv: list[str | Path] = [*MANAGE, "prepare", "--accounts", accounts]
        with processes.opened_log(log) as output:
            status = subprocess.call(argv, env=self.environment, stdout=output, stderr=output)
        if status != 0:
            raise CannotStart(f"Preparing the database failed. {log} ends with:\n{processes.tail(log)}")
        return dict(json.loads(accounts.read_text()))

    def _family(self) -> None:
        self._run("family", [*MANAGE, "serve", "--port", str(self.port), "--logs", str(self.logs)])
        self._await("family", lambda: healthy(self.port))

    def _run(self, name: str, argv: Sequence[str | Path]) -> None:
        def start() -> Child:
            log = self.logs / f"{name}.log"
            return Program(processes.spawn(argv, log=log, env=self.environment), seconds=8)

        self.supervisor.add(name, start)

    def _await(self, name: str, condition: Callable[[], bool]) -> None:
        child = self.supervisor.parts[-1].child
        processes.wait_until(
            lambda: child.poll() is not None or condition(), seconds=START_SECONDS, step=0.05
        )
        if child.poll() is not None or not condition():
            log = self.logs / f"{name}.log"
            raise CannotStart(f"The {name} did not start. {log} ends with:\n{processes.tail(log)}")


def healthy(port: int) -> bool:
    """Whether the web answers 200 at /v1/health."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as wire:
            wire.sendall(b"GET /v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return wire.makefile("rb").readline().split(b" ")[1:2] == [b"200"]
    except OSError:
        return False
