"""`python -m tests.soak [NAME ...] [--messages N] [--seed S]`: one JSON line each, and a summary when there are several.

Each starts servers and processes of its own on 127.0.0.1, hurts them, and ends by itself. The exit status says whether
every figure passes its bar. Without a name all of them run in turn.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import django
from django.core.management import call_command
from django.db import connection

from tests.soak import house, machine
from tests.soak.bars import Bars

SOAKS = (
    "p1",
    "p4",
    "p7",
    "p8",
    "p10",
    "p13",
    "p14",
    "p16",
    "p18",
    "p22",
    "p23",
    "p24",
    "freezes",
    "roads",
    "campaign",
)
OTHERS = ("machine",)  # in no house


def main() -> int:
    grammar = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    grammar.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SOAKS + OTHERS))
    grammar.add_argument("--messages", type=int, help="how much of it; each has its own full size")
    grammar.add_argument("--seed", type=int, default=1)
    wanted = grammar.parse_args()
    names = wanted.names or SOAKS
    if unknown := set(names) - {*SOAKS, *OTHERS}:
        grammar.error(f"no such soak: {', '.join(sorted(unknown))}")
    if len(names) == 1:
        return _told(_figures(names[0], wanted.messages, wanted.seed))
    return _in_turn(names, wanted.messages, wanted.seed)


def _told(figures: dict[str, Any]) -> int:
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return 0 if figures["passed"] else 1


def _figures(name: str, messages: int | None, seed: int) -> dict[str, Any]:
    """What one soak measured, and what it missed."""
    begun = time.monotonic()
    size, bars, figures = _alone(messages, seed) if name in OTHERS else _in_a_house(name, messages, seed)
    told = {
        "name": name,
        "messages": size,
        "seed": seed,
        **figures,
        "seconds": round(time.monotonic() - begun),
    }
    missed = bars.missed(told)
    return {**told, "missed": missed, "passed": not missed}


def _alone(messages: int | None, seed: int) -> tuple[int, Bars, dict[str, Any]]:
    size = messages or machine.MESSAGES
    return size, machine.BARS, machine.run(messages=size, seed=seed)


def _in_a_house(name: str, messages: int | None, seed: int) -> tuple[int, Bars, dict[str, Any]]:
    """With Django set up on the house's database. Soaks read models, so none is imported before."""
    with house.built(seed) as place:
        os.environ.update(place.environment)
        django.setup()
        call_command("migrate", interactive=False, verbosity=0)
        soak = import_module(f"tests.soak.{name}")
        size = messages or soak.MESSAGES
        try:
            return size, soak.BARS, soak.run(place, messages=size, seed=seed)
        finally:
            connection.close()


def _in_turn(names: Sequence[str], messages: int | None, seed: int) -> int:
    """Each in a process of its own, because Django is set up once in one."""
    options = ["--seed", str(seed), *(["--messages", str(messages)] if messages else [])]
    statuses = {}
    for name in names:
        statuses[name] = subprocess.call([sys.executable, "-m", "tests.soak", name, *options])
    for name, status in statuses.items():
        sys.stderr.write(f"{name:8} {'FAILED' if status else 'passed'}\n")
    return max(statuses.values())


if __name__ == "__main__":
    sys.exit(main())
