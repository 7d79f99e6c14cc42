"""`python -m tests.soak [p1] [machine] [--messages N] [--seed S]`: one JSON line each; the exit status says whether all
that must be zero is zero. It starts servers and processes of its own on 127.0.0.1, and crashes them."""

import argparse
import json
import sys
from typing import Any

from tests.soak import machine, p1

SOAKS = {"p1": p1.run, "machine": machine.run}


def main() -> int:
    grammar = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    grammar.add_argument("names", nargs="*", choices=[[], *SOAKS], default=["p1"])
    grammar.add_argument("--messages", type=int, default=10_000)
    grammar.add_argument("--seed", type=int, default=1)
    wanted = grammar.parse_args()
    verdicts = [_tell(SOAKS[name](messages=wanted.messages, seed=wanted.seed)) for name in wanted.names]
    return 0 if all(verdicts) else 1


def _tell(figures: dict[str, Any]) -> bool:
    passed = _passed(figures)
    sys.stdout.write(json.dumps({**figures, "passed": passed}, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return passed


def _passed(figures: dict[str, Any]) -> bool:
    if figures["name"] == "machine":
        return not figures["failed"]
    from tests.soak import judge  # reads models: only after the settings are there

    return judge.passed(figures)


if __name__ == "__main__":
    sys.exit(main())
