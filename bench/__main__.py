"""`python -m bench [names...]`: measure, print one table, write bench/results/.

Needs DATABASE_URL and REDIS_URL, whose servers it uses without touching what is there; `make bench` gives it its own.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib import import_module

from bench import load, million, table, world
from bench.figures import Figure
from smsmerkezi.embedded.errors import CannotStart

MICRO = ("phones", "segments", "gateway")
WITH_ROWS = ("accept", "walls", "dispatch", "reports", "campaign", "vendors", "lists")
WHOLE = {"load": load.run, "million": million.run}  # with the platform to themselves
NAMES = (*MICRO, *WITH_ROWS, *WHOLE)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"some of: {', '.join(NAMES)}; all where none is given"
    )
    names = parser.parse_args(arguments).names or list(NAMES)
    unknown = set(names) - set(NAMES)
    if unknown:
        parser.error(f"no such bench: {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    found: list[Figure] = []
    try:
        for work in works(names):
            work(found)
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 1
    finally:  # what was measured before something broke took minutes
        print(table.markdown(found))
    print(f"written to {table.save(found, datetime.now(UTC))}")
    return 0


def works(names: list[str]) -> list[Callable[[list[Figure]], None]]:
    """Each adds its figures. The whole stack comes first, while nothing else of ours runs."""
    found: list[Callable[[list[Figure]], None]] = [
        partial(whole, run) for name, run in WHOLE.items() if name in names
    ]
    with_rows = [name for name in WITH_ROWS if name in names]
    found += [partial(on_rows, with_rows)] if with_rows else []
    return found + [partial(micro, name) for name in MICRO if name in names]


def whole(run: Callable[[], list[Figure]], found: list[Figure]) -> None:
    found += run()


def on_rows(names: list[str], found: list[Figure]) -> None:
    """Those that need Django, a database and a simulator share them."""
    with world.running() as world_:
        for name in names:
            print(f"bench: {name}", file=sys.stderr)
            found += import_module(f"bench.{name}").run(world_)  # after Django knows its settings


def micro(name: str, found: list[Figure]) -> None:
    """The figures of a bench without goals of its own."""
    print(f"bench: {name}", file=sys.stderr)
    figures: dict[str, float] = import_module(f"bench.{name}").run()
    found += [Figure(f"{name}: {what}", value, "") for what, value in figures.items()]


if __name__ == "__main__":
    sys.exit(main())
