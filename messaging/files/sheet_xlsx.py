"""Rows of the first sheet of an XLSX, streamed: nothing of it is held but its shared texts.

Libraries that read XLSX fast make a matrix of the whole sheet first; one of five kilobytes with cells in its two corners
ends the process (docs/adr/0017).
"""

import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from messaging.files import sheet_book, sheet_xml
from messaging.files.sheet_cells import Sheet
from messaging.files.sheet_rows import Row
from messaging.files.sheet_strings import Strings
from messaging.files.unreadable import Bomb, Locked

ENTRIES = 2_000  # files in the archive
OPENED = 800 * 1024**2  # bytes of all of them
RATIO = 200  # a sheet of one number a million times over has about 100
SMALL = 1024**2  # what may have any ratio


def rows(stream: BinaryIO, skip: int) -> Iterator[Row]:
    """The rows above `skip` that hold something, in order. Raises Unreadable, and what `zipfile` raises."""
    with zipfile.ZipFile(stream) as archive:
        _within_bounds(archive.infolist())
        book = sheet_book.read(archive)
        sheet = Sheet(Strings.read(archive, book.strings), book)
        with archive.open(book.sheet) as content:
            for _ in sheet_xml.parsed(content, sheet.begin, sheet.end, sheet.text):
                yield from (row for row in sheet.taken() if row.number > skip and any(row.cells))


def _within_bounds(entries: list[zipfile.ZipInfo]) -> None:
    """By what the archive says of itself; no more than that is ever unpacked."""
    if any(entry.flag_bits & 1 for entry in entries):
        raise Locked
    large = [entry for entry in entries if entry.file_size > SMALL]
    if (
        len(entries) > ENTRIES
        or sum(entry.file_size for entry in entries) > OPENED
        or any(entry.file_size > RATIO * entry.compress_size for entry in large)
    ):
        raise Bomb
