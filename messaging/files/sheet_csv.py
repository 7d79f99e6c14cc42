"""Tables for people: CSV that Excel opens by a double click, and in which nothing is ever a formula (security §5.3)."""

import csv
import io
from collections.abc import Iterable, Sequence

BOM = b"\xef\xbb\xbf"  # by which Excel knows UTF-8
DELIMITER = ";"  # of a spreadsheet in Turkish
FORMULA = tuple("=+-@\t\r\n")


def lines(rows: Iterable[Sequence[object]]) -> bytes:
    """Some rows; BOM comes before the first of a file."""
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=DELIMITER).writerows([safe(cell) for cell in row] for row in rows)
    return target.getvalue().encode()


def safe(cell: object) -> str:
    """What begins like a formula is a text."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
