"""`python -m gateways.simulator [--port P] [--data DIR] [--seed N]`: prints READY and its address."""

import argparse
import signal
import sys
from pathlib import Path

from gateways.simulator import app


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m gateways.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument(
        "--data", type=Path, help="folder that keeps the book; without it the book is forgotten"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the faults that PUT /faults sets without one")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    app.serve(port=wanted.port, folder=wanted.data, seed=wanted.seed, started=_announce)


def _announce(port: int) -> None:
    sys.stdout.write(f"READY http://127.0.0.1:{port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
