"""Web, worker lanes and clock of one host, forked from one process that has imported the project once.

Six processes with Django in each would take about 500 MB; forked ones share most of it (docs/adr/0001).
"""

import os
import signal
import threading
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from granian import Granian
from granian.constants import HTTPModes, Interfaces

from smsmerkezi import warmth
from smsmerkezi.embedded import forks, processes, supervision
from smsmerkezi.gate import Gate
from smsmerkezi.management.commands import clock
from smsmerkezi.wsgi import application

# One lane, one process: what is slow in one never makes another wait. Arguments of `manage.py worker`.
LANES = {
    "worker-otp": ("otp",),
    "worker-sms": ("sms", "bulk"),
    "worker-dlr": ("dlr", "webhooks", "default"),
    "worker-files": ("files",),
}
CONNECTIONS = (
    900  # that the web keeps open; the next ones wait. Below the 1,024 files that a process usually may open
)


def run(*, port: int, logs: Path) -> None:
    """Start all of them and keep them running; returns only by an exception (a signal's, a crash loop's)."""
    warmth.warm_up(application.inner)
    with supervision.Supervisor(at_once=True) as supervisor:
        for name, work in members(port).items():
            # An exchange under way may take as long as its lease; who is cut short leaves doubts behind.
            fork = partial(forks.Fork, work, log=logs / f"{name}.log", seconds=settings.SEND_LEASE + 1)
            supervisor.add(name, fork)
        supervisor.watch()


def members(port: int) -> dict[str, Callable[[], object]]:
    """What to fork, by name."""
    lanes = {name: partial(call_command, "worker", *queues) for name, queues in LANES.items()}
    return {
        "web": partial(serve, port),
        **lanes,
        "worker-otp": partial(beside_the_clock, lanes["worker-otp"]),
    }


def beside_the_clock(lane: Callable[[], object]) -> None:
    """The clock shares the OTP lane's process: both must be prompt and have little to do. It saves about 15 MB."""
    threading.Thread(target=_tick, name="clock", daemon=True).start()
    lane()


def _tick() -> None:
    """A clock that fails takes its process with it, and the supervisor starts both again."""
    try:
        clock.run(threading.Event())
    finally:
        traceback.print_exc()
        os._exit(1)


def serve(port: int) -> None:
    """The web server; its worker is forked from here, too."""
    server = Granian(
        settings.WSGI_APPLICATION,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=1,
        blocking_threads=application.callers,
        backpressure=CONNECTIONS,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=4,
        log_access=False,
    )
    server.serve(target_loader=_in_the_worker)


def _in_the_worker(_: str) -> Gate:
    processes.end_with_parent(signal.SIGKILL, os.getppid())
    return application
