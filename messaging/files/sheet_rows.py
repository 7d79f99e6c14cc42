"""A row of whatever table."""

from typing import NamedTuple


class Row(NamedTuple):
    """`number` is what Excel shows beside it: from 1, header and empty rows counted. `cells` are at most 200 texts."""

    number: int
    cells: list[str]
