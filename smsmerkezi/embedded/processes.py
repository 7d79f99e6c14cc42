"""Processes of our own: started in their own session, ended with their parent, found again after a crash."""

import contextlib
import ctypes
import os
import platform
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

LOG_LIMIT = 10 * 1024 * 1024
PR_SET_PDEATHSIG = 1
LINUX = platform.system() == "Linux"
LIBC = ctypes.CDLL(None) if LINUX else None


def end_with_parent(sent: signal.Signals, parent: int) -> None:
    """Have the kernel send us `sent` when `parent` dies, even by kill -9. Linux only; elsewhere nothing."""
    if LIBC is None:
        return
    LIBC.prctl(PR_SET_PDEATHSIG, int(sent))
    if os.getppid() != parent:  # it died before we asked
        os.kill(os.getpid(), signal.SIGKILL)


def spawn(
    argv: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    orphaned: signal.Signals = signal.SIGTERM,
    **popen: Any,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own (so a terminal's Ctrl-C is ours to pass on), output to `log`.

    `orphaned` is the signal it gets when this process dies.
    """
    parent = os.getpid()
    with opened_log(log) as output:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            start_new_session=True,
            preexec_fn=lambda: end_with_parent(orphaned, parent),  # noqa: PLW1509 - no threads here
            **popen,
        )


def opened_log(path: Path) -> IO[bytes]:
    """Open a log for appending, readable by its owner only; one that has grown large is moved aside first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".old"))
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    return os.fdopen(descriptor, "ab")


def stop(
    process: subprocess.Popen[bytes], *, first: signal.Signals = signal.SIGTERM, seconds: float = 10
) -> None:
    """Ask politely, wait, then end the whole group. Returns when the process is gone and reaped."""
    if process.poll() is None:
        process.send_signal(first)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
    end_group(process.pid)
    process.wait()


def end_group(leader: int) -> None:
    """Kill whatever is left of a group that `spawn` started."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS answers EPERM for a group of zombies
        return


def command(pid: int) -> str:
    """The command line of a process, empty when there is none (or it is a zombie)."""
    if LINUX:
        try:
            raw = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return ""
        return raw.replace(b"\0", b" ").decode(errors="replace").strip()
    shown = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)
    return shown.stdout.decode(errors="replace").strip()


def read_number(path: Path) -> int | None:
    """The number on the first line of a pid or port file; None when there is no sensible one."""
    try:
        first = path.read_text(errors="replace").split("\n", 1)[0].strip()
    except OSError:
        return None
    return int(first) if first.isdigit() and int(first) > 1 else None


def stop_orphan(pid: int, *, first: signal.Signals, seconds: float = 15) -> None:
    """End a process that an earlier, killed run left behind (not our child, so it cannot be waited for)."""
    for sent in (first, signal.SIGKILL):
        try:
            os.kill(pid, sent)
        except ProcessLookupError:
            return
        if wait_until(lambda: not command(pid), seconds=seconds):
            return


def wait_until(condition: Callable[[], bool], *, seconds: float, step: float = 0.02) -> bool:
    """Poll until `condition` holds; False when it did not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(step)
    return True


def free_port() -> int:
    """A TCP port of 127.0.0.1 nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def kept_port(path: Path) -> int:
    """The port used last time, so that addresses survive a restart; another one if it is taken."""
    port = read_number(path)
    if port is None or not port_is_free(port):
        port = free_port()
        path.write_text(f"{port}\n")
    return port


def port_is_free(port: int) -> bool:
    """Whether 127.0.0.1:`port` can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def tail(log: Path, *, lines: int = 8) -> str:
    """The end of a log, for a sentence about why something did not start."""
    try:
        text = log.read_text(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
