"""`python -m smsmerkezi.embedded --data-dir DIR [command ...]`: run a command with servers of its own.

Without a command it prints the two settings and waits until it is stopped.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from smsmerkezi.embedded import folders, servers
from smsmerkezi.embedded.errors import CannotStart


def main() -> int:
    """Start, run, stop; the command's exit status is ours."""
    parser = argparse.ArgumentParser(prog="python -m smsmerkezi.embedded", description=__doc__)
    parser.add_argument("--data-dir", type=Path, default=Path(".test-data"))
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    for stop in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, lambda *_: sys.exit(0))
    try:
        folders.claim(options.data_dir)
        with contextlib.suppress(KeyboardInterrupt), servers.running(options.data_dir) as addresses:
            return _run(options.command, addresses)
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _run(command: list[str], addresses: servers.Addresses) -> int:
    if command:
        return subprocess.call(command, env={**os.environ, **addresses.environment()})
    for name, value in addresses.environment().items():
        print(f"export {name}={value}", flush=True)
    while True:
        signal.pause()


if __name__ == "__main__":
    sys.exit(main())
