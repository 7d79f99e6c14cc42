"""How much memory a family of processes takes: the sum of their proportional shares (PSS). Linux only."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from smsmerkezi.embedded import processes

PROC = Path("/proc")


class Share(NamedTuple):
    """One process: `kilobytes` is its PSS, pages used by n processes counting one n-th."""

    pid: int
    kilobytes: int
    command: str


def shares(root: int) -> list[Share]:
    """Every living process below `root`, itself included, biggest first."""
    found = [Share(pid, pss(pid), processes.command(pid)) for pid in tree(root)]
    return sorted(found, key=lambda share: -share.kilobytes)


def total(root: int) -> int:
    """The sum over the tree, in kilobytes."""
    return sum(share.kilobytes for share in shares(root))


def pss(pid: int) -> int:
    """Kilobytes of one process; 0 when it has just ended."""
    try:
        text = (PROC / str(pid) / "smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


def tree(root: int) -> Iterator[int]:
    """`root` and all its descendants."""
    children = _children()
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting.extend(children.get(pid, ()))


def _children() -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for stat in PROC.glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(after_name[1]), []).append(int(stat.parent.name))
    return children
