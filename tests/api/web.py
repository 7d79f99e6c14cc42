"""The platform's own web server in a process of its own, on the test database; and a door in front of PostgreSQL."""

import contextlib
import json
import os
import select
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import urllib3
from django.db import connection

from smsmerkezi import stack
from smsmerkezi.embedded import processes

SERVE = "import django, sys; django.setup(); from smsmerkezi import family; family.serve(int(sys.argv[1]))"
MANY = "100000000/min"


class Answer(NamedTuple):
    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Web:
    """A running server; `call` may be used by many threads at once."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pool = urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=64, retries=False, timeout=30)

    def call(self, method: str, path: str, token: str, body: Any = None, **headers: str) -> Answer:
        sent = {
            "Authorization": f"Bearer {token}",
            **{name.replace("_", "-"): text for name, text in headers.items()},
        }
        raw = None if body is None else json.dumps(body).encode()
        if raw is not None:
            sent["Content-Type"] = "application/json"
        answer = self.pool.request(method, path, body=raw, headers=sent)
        return Answer(answer.status, answer.headers, answer.data)

    def raw(self, request: bytes) -> bytes:
        """Bytes in, bytes out: for requests that no library would write."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as wire:
            wire.sendall(request)
            return b"".join(iter(lambda: wire.recv(65536), b""))


def database_url(port: int | None = None) -> str:
    found = connection.settings_dict
    password = quote(str(found["PASSWORD"]), safe="")
    return f"postgres://{found['USER']}:{password}@{found['HOST']}:{port or found['PORT']}/{found['NAME']}"


@contextlib.contextmanager
def running(folder: Path, **environment: str) -> Iterator[Web]:
    """Serve until the block ends. By default nobody is limited."""
    port = processes.free_port()
    settings = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "RATE_LIMIT_API": MANY,
        "RATE_LIMIT_SMS_SEND": MANY,
        **environment,
    }
    argv = [sys.executable, "-c", SERVE, str(port)]
    process = processes.spawn(argv, log=folder / "web.log", env=settings, cwd=stack.ROOT)
    try:
        assert processes.wait_until(lambda: stack.healthy(port), seconds=60), processes.tail(
            folder / "web.log"
        )
        yield Web(port)
    finally:
        processes.stop(process)


def at_once(work: Callable[[int], Answer], count: int, *, threads: int = 32) -> list[Answer]:
    """Do it `count` times with `threads` hands, all of them starting together."""
    start = threading.Barrier(threads)

    def hand(first: int) -> list[Answer]:
        start.wait()
        return [work(n) for n in range(first, count, threads)]

    with ThreadPoolExecutor(threads) as pool:
        return [answer for answers in pool.map(hand, range(threads)) for answer in answers]


def statuses(answers: Sequence[Answer]) -> dict[int, int]:
    found: dict[int, int] = {}
    for answer in answers:
        found[answer.status] = found.get(answer.status, 0) + 1
    return found


class Gate:
    """A port that leads to another one while it is open. Shut, it refuses and cuts what was connected."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.port = processes.free_port()
        self.wires: list[socket.socket] = []
        self.listener: socket.socket | None = None
        self.open()

    def open(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._listen, args=(self.listener,), daemon=True).start()

    def shut(self) -> None:
        if self.listener is not None:
            with contextlib.suppress(OSError):
                self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
        self.listener = None
        for wire in self.wires:
            with contextlib.suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)
            wire.close()
        self.wires = []

    def _listen(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(self.target)
                self.wires += [near, far]
                threading.Thread(target=_carry, args=(near, far), daemon=True).start()


def _carry(near: socket.socket, far: socket.socket) -> None:
    ends = {near: far, far: near}
    with contextlib.suppress(OSError, ValueError):
        while True:
            for ready in select.select([near, far], [], [])[0]:
                data = ready.recv(65536)
                if not data:
                    near.close()
                    far.close()
                    return
                ends[ready].sendall(data)
