"""Simulators for tests: in a thread (fast, and its lines are counted) or as the process that it is in life."""

import asyncio
import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gateways.http import HttpClient, Response
from gateways.simulator.app import Simulator


class Remote:
    """What a test asks a running simulator."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = HttpClient(url, timeout=5)

    def get(self, path: str, **query: Any) -> dict[str, Any]:
        return self._http.exchange("test", "GET", path, query=query).fields()

    def ask(self, method: str, path: str, body: Any, **headers: str) -> Response:
        return self._http.exchange("test", method, path, json=body, headers=headers)

    def put(self, path: str, **body: Any) -> dict[str, Any]:
        response = self.ask("PUT", path, body)
        assert response.status == 200, response
        return response.fields()

    def faults(self, **wanted: Any) -> None:
        self.put("/faults", **wanted)

    def book(self, **query: Any) -> list[dict[str, Any]]:
        return self.get("/book", **query)["rows"]


@contextlib.contextmanager
def in_thread(folder: Path | None = None, *, seed: int = 1) -> Iterator[Remote]:
    loop, started = asyncio.new_event_loop(), threading.Event()
    simulator = Simulator(folder=folder, seed=seed)
    task = loop.create_task(simulator.run(lambda _: started.set()))

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)

    thread = threading.Thread(
        target=run, daemon=True
    )  # one that does not end must not keep the run from ending
    thread.start()
    assert started.wait(30)
    try:
        yield Remote(f"http://127.0.0.1:{simulator.port}")
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(5)
        loop.close()


@contextlib.contextmanager
def in_process(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], Remote]]:
    argv = [sys.executable, "-m", "gateways.simulator", *arguments]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, Remote(process.stdout.readline().split()[1])
        finally:
            process.kill()
