"""The whole platform on one machine, for trying it: `make demo`, or `manage.py demo --port P --data-dir DIR`.

Imports nothing of Django: it makes the settings that Django reads, and its own process stays small.
"""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from smsmerkezi.embedded import folders, processes
from smsmerkezi.embedded.errors import CannotStart
from smsmerkezi.stack import Stack

STOPPED_BY = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The two options; the environment's PORT and DATA_DIR are their defaults."""
    parser.add_argument("--port", type=int, default=os.environ.get("PORT") or "8000", help="0: any free one")
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR") or ".data"))


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    grammar = argparse.ArgumentParser(prog="manage.py demo", description=__doc__)
    add_arguments(grammar)
    return grammar


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    options = parser().parse_args(arguments)
    return run(port=options.port, data_dir=options.data_dir)


def run(*, port: int, data_dir: Path) -> int:
    """Run until stopped by a signal; returns the exit status."""
    for name in STOPPED_BY:
        signal.signal(name, _leave)
    try:
        with Stack(checked(port), folders.claim(data_dir)) as stack:
            stack.start()
            print(f"READY {stack.base_url}", flush=True)
            stack.watch()
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    except SystemExit:
        print("Stopped.", file=sys.stderr)
    return 0


def _leave(*_: object) -> None:
    """The first signal unwinds what was started; a second must not cut that short."""
    for name in STOPPED_BY:
        signal.signal(name, signal.SIG_IGN)
    raise SystemExit


def checked(port: int) -> int:
    """The port to use: `port`, or any free one for 0. Raises CannotStart if it is taken or none."""
    if not 0 <= port < 65536:
        raise CannotStart(f"{port} is no port: choose one from 1 to 65535, for example: make demo PORT=8001")
    if port and not processes.port_is_free(port):
        raise CannotStart(
            f"Port {port} is taken by another program. Choose one: make demo PORT={port % 65535 + 1}"
        )
    return port or processes.free_port()


if __name__ == "__main__":
    sys.exit(main())
