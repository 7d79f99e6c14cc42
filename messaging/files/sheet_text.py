"""Rows of CSV and TXT files, at the speed of Python's csv module."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from messaging.files.sheet_rows import Row
from messaging.files.unreadable import (
    CELL,
    COLUMNS,
    RECORD,
    ROWS,
    Binary,
    CellTooLong,
    MixedEncoding,
    RowTooLong,
    TooManyRows,
    TooWide,
)

DELIMITERS = ";\t|,"  # a comma last: it may be a number's
BLOCK = 32 * 1024  # bytes
TRIED = 40  # lines
_DECIMAL = re.compile(r"\d,\d+[eE][+]?\d+")


def rows(stream: BinaryIO, encoding: str, delimiter: str, skip: int) -> Iterator[Row]:
    """The records above `skip` that hold something. Raises Unreadable, LookupError for no such encoding."""
    lines = _Lines(stream, encoding)
    number = 0
    try:
        for number, cells in enumerate(csv.reader(lines.all(), delimiter=delimiter), 1):
            lines.held = 0
            if number > ROWS:
                raise TooManyRows
            if len(cells) > COLUMNS:
                raise TooWide(number)
            if lines.suspect and any(len(cell) > CELL for cell in cells):
                raise CellTooLong(number)
            if number > skip and any(cells):
                yield Row(number, cells)
    except UnicodeDecodeError as error:
        raise MixedEncoding(number + 1 + _lines_before(error)) from None
    except (csv.Error, _Endless):  # of the module's own limit of a field
        raise RowTooLong(number + 1) from None


class _Endless(Exception):
    pass


class _Lines:
    """Lines in blocks, so that what is asked of each is asked of many at once.

    `held` counts the blocks that the reader took for the record that it is at: a quote that never ends must not fill the
    memory. `suspect` while a cell may be too long.
    """

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self.stream, self.decoder = stream, codecs.getincrementaldecoder(encoding)()
        self.held, self.suspect = 0, False

    def all(self) -> Iterator[str]:
        left = ""
        while block := self.stream.read(BLOCK):
            text = left + self.decoder.decode(block)
            end = max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1
            left = text[end:]
            if len(left) > RECORD:
                raise _Endless
            yield from self._checked(text[:end])
        yield from self._checked(left + self.decoder.decode(b"", final=True))

    def _checked(self, text: str) -> list[str]:
        if "\0" in text:
            raise Binary
        self.held += 1
        if self.held * BLOCK > 2 * RECORD:
            raise _Endless
        lines = list(io.StringIO(text, newline=""))
        self.suspect = '"' in text or max(map(len, lines), default=0) > CELL
        return lines


def _lines_before(error: UnicodeDecodeError) -> int:
    """How many lines end in the block before the bytes that were wrong; all earlier ones have been handed out."""
    return error.object[: error.start].decode(error.encoding, errors="ignore").count("\n")


def guess_delimiter(head: str) -> str:
    """The one that cuts the first lines into the most columns, most evenly; a tab where nothing cuts."""
    lines = [line for line in head.splitlines()[:TRIED] if line.strip()]
    if len(lines) > 1 and len(head) > RECORD // 2:
        lines.pop()  # may be cut
    best, delimiter = 0.0, "\t"
    for tried in DELIMITERS:
        score = _evenness(lines, tried)
        if score > best:
            best, delimiter = score, tried
    return delimiter


def _evenness(lines: list[str], delimiter: str) -> float:
    """Columns times the share of rows that have as many as most have; 0 for a single column."""
    if delimiter == ",":
        lines = [_DECIMAL.sub("1", line) for line in lines]
    try:
        counts = [len(cells) for cells in csv.reader(lines, delimiter=delimiter) if cells]
    except csv.Error:
        return 0
    usual = max(set(counts), key=counts.count, default=1)
    return min(usual, COLUMNS) * counts.count(usual) / len(counts) if usual > 1 else 0
