"""The table, for eyes, for docs/benchmarks.md, and as JSON."""

import json
import os
import platform
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bench.figures import Figure

RESULTS = Path(__file__).parent / "results"
HEADER = ("what", "measured", "unit", "limit", "ratio", "goal", "ok")
VERDICT = {True: "yes", False: "NO", None: ""}


def cells(figure: Figure) -> tuple[str, ...]:
    goal = "" if figure.goal is None else f"{'<=' if figure.at_most else '>='} {number(figure.goal)}"
    return (
        figure.what,
        number(figure.measured),
        figure.unit,
        number(figure.limit),
        number(figure.ratio),
        goal,
        VERDICT[figure.ok],
    )


def number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"


def markdown(found: Sequence[Figure]) -> str:
    """Columns of equal width, so that it reads as text, too."""
    rows = [HEADER, *map(cells, found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines) + "\n"


def save(found: Sequence[Figure], moment: datetime, folder: Path = RESULTS) -> Path:
    """Write one run; each figure with its verdict, and on what machine."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{moment:%Y-%m-%dT%H%M%S}.json"
    run = {
        "at": moment.isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
        },
        "load": os.getloadavg()[0],
        "figures": [{**figure._asdict(), "ok": figure.ok} for figure in found],
    }
    file.write_text(json.dumps(run, indent=2, ensure_ascii=False) + "\n")
    return file
