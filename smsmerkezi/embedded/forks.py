"""Children made by fork, so that they share what their parent has imported already.

They stay in their parent's process group: whoever ends that group ends them too.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from smsmerkezi.embedded import processes

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Fork:
    """A running `run()`; a `Child` for the supervisor."""

    def __init__(self, run: Callable[[], object], *, log: Path, seconds: float = 5) -> None:
        self.seconds = seconds
        self.status: int | None = None
        self.deadline: float | None = None
        parent = os.getpid()
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _be_the_child(run, log, parent)

    def poll(self) -> int | None:
        """The exit status (negative: a signal), None while it runs."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status

    def ask(self) -> None:
        """Tell it to end, without waiting; from now on its `seconds` run."""
        if self.poll() is None and self.deadline is None:
            self.deadline = time.monotonic() + self.seconds
            os.kill(self.pid, signal.SIGTERM)

    def stop(self) -> None:
        """Ask, wait, kill, reap."""
        self.ask()
        left = max(0.0, (self.deadline or 0.0) - time.monotonic())
        if not processes.wait_until(lambda: self.poll() is not None, seconds=left):
            os.kill(self.pid, signal.SIGKILL)
            processes.wait_until(lambda: self.poll() is not None, seconds=self.seconds)


def _be_the_child(run: Callable[[], object], log: Path, parent: int) -> None:
    status = 1
    try:
        for name in SIGNALS:
            signal.signal(name, signal.SIG_DFL)
        processes.end_with_parent(signal.SIGKILL, parent)
        with processes.opened_log(log) as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        run()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:  # noqa: BLE001 - the last frame of this process: say it and end
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
