"""`python -m smsmerkezi.embedded --data-dir DIR [command ...]`: run a command with servers of its own.

The command gets their addresses and throw-away secrets as settings. Without a command it prints the addresses
and waits until it is stopped.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from smsmerkezi.embedded import folders, secret_files, servers
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
        folder = folders.claim(options.data_dir)
        with contextlib.suppress(KeyboardInterrupt), servers.running(folder) as addresses:
            return _run(options.command, addresses.environment(), secret_files.settings(folder))
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _run(command: list[str], addresses: dict[str, str], defaults: dict[str, str]) -> int:
    if command:
        return subprocess.call(command, env={**defaults, **os.environ, **addresses})
    for name, value in addresses.items():
        print(f"export {name}={value}", flush=True)
    while True:
        signal.pause()


if __name__ == "__main__":
    sys.exit(main())
