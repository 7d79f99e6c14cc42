"""A Valkey (or Redis) server of our own in one folder, with its append-only file on."""

import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from smsmerkezi.embedded import binaries, processes, secret_files
from smsmerkezi.embedded.errors import USE_YOUR_OWN, CannotStart

ATTEMPTS = 5
PAUSE = 0.25
START_SECONDS = 60
CONFIG = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{home}"
pidfile "{home}/valkey.pid"
daemonize no
set-proc-title no
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


@dataclass(slots=True)
class Server:
    """A running Valkey."""

    process: subprocess.Popen[bytes]
    url: str
    port: int

    def poll(self) -> int | None:
        """The exit status, None while it runs."""
        return self.process.poll()

    def ask(self) -> None:
        """Tell it to end, without waiting."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def stop(self) -> None:
        """Orderly shutdown: the append-only file is written out."""
        processes.stop(self.process, first=signal.SIGTERM)


def start(home: Path, *, port: int | None = None, program: Path | None = None) -> Server:
    """Start the server whose data live in `home`. Without `port` it is the last one, if that is free.

    Raises CannotStart with a sentence.
    """
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    program = program or binaries.valkey()
    password = secret_files.kept(home / "password")
    _clear_leftovers(home)
    for attempt in range(ATTEMPTS):
        time.sleep(attempt * PAUSE)
        chosen = port or processes.kept_port(home / "port")
        process = _launch(program, home, chosen, password)
        if process.poll() is None and answers(chosen, password):
            return Server(process, f"redis://:{password}@127.0.0.1:{chosen}/0", chosen)
        processes.stop(process)
    log = home / "valkey.log"
    raise CannotStart(
        f"Valkey did not start. Its log, {log}, ends with:\n{processes.tail(log)}\n{USE_YOUR_OWN}"
    )


def _launch(program: Path, home: Path, port: int, password: str) -> subprocess.Popen[bytes]:
    config = home / "valkey.conf"
    secret_files.write(config, CONFIG.format(port=port, password=password, home=_quotable(home)))
    process = processes.spawn([program, config], log=home / "valkey.log", cwd="/")
    processes.wait_until(lambda: process.poll() is not None or answers(port, password), seconds=START_SECONDS)
    return process


def answers(port: int, password: str) -> bool:
    """Whether the server on `port` knows `password` and has finished loading."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as wire:
            wire.sendall(f"AUTH {password}\r\nPING\r\nQUIT\r\n".encode())
            return wire.makefile("rb").read() == b"+OK\r\n+PONG\r\n+OK\r\n"
    except OSError:
        return False


def _quotable(home: Path) -> str:
    return str(home).replace("\\", "\\\\").replace('"', '\\"')


def _clear_leftovers(home: Path) -> None:
    pidfile = home / "valkey.pid"
    pid = processes.read_number(pidfile)
    if pid is not None and processes.command(pid).endswith(str(home / "valkey.conf")):
        processes.stop_orphan(pid, first=signal.SIGTERM)
    pidfile.unlink(missing_ok=True)
