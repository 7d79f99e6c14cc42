"""Tables out of what people upload: CSV, TXT and XLSX, read row by row in bounded memory."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, BinaryIO

from messaging.files import sheet_encodings, sheet_text, sheet_xlsx
from messaging.files.sheet_columns import guess_columns, is_header
from messaging.files.sheet_phones import DigitsLost, phone
from messaging.files.sheet_rows import Row
from messaging.files.unreadable import Binary, Empty, Locked, OldFormat, Unreadable

__all__ = ["DigitsLost", "Layout", "Row", "Unreadable", "guess", "guess_columns", "phone", "rows", "sample"]

HEAD = 64 * 1024  # bytes
TRIED = 50  # rows by which a header is told
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Excel before 2007, and whatever Office encrypts
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ZIP = b"PK"
# What the standard library raises for archives and numbers that are none.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is read. `kind` is csv or xlsx; `encoding` (a codec of Python's) and `delimiter` are of a csv only."""

    kind: str
    encoding: str = ""
    delimiter: str = ""
    header: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Layout":
        return cls(**values)


def guess(head: BinaryIO | bytes, name: str) -> Layout:
    """How to read what begins like this; a stream that can seek is looked through and put back to its beginning.

    `name` is not believed: it only tells what cannot be known otherwise. Raises Unreadable.
    """
    with _any_bytes():
        if isinstance(head, bytes):
            whole_lines = head[: head.rfind(b"\n") + 1] or head
            return _guess(io.BytesIO(whole_lines), name, whole=False)
        return _guess(head, name, whole=True)


def _guess(stream: BinaryIO, name: str, *, whole: bool) -> Layout:
    stream.seek(0)
    start = stream.read(HEAD)
    if not start.strip(b"\0\r\n\t "):
        raise Empty
    if start.startswith(OLE):
        raise _ole(start, stream)
    stream.seek(0)
    if start.startswith(ZIP):
        if not whole:
            return Layout("xlsx", header=True)
        return _headed(stream, Layout("xlsx"))
    if name.lower().endswith((".xlsx", ".xlsm")):
        raise Binary
    encoding = sheet_encodings.guess(start, stream)
    stream.seek(0)
    delimiter = sheet_text.guess_delimiter(start.decode(encoding, errors="ignore"))
    return _headed(stream, Layout("csv", encoding, delimiter))


def _headed(stream: BinaryIO, layout: Layout) -> Layout:
    first = list(islice(rows(stream, layout), TRIED))
    stream.seek(0)
    if not first:
        raise Empty
    header = is_header(first[0].cells, [row.cells for row in first[1:]])
    return Layout(layout.kind, layout.encoding, layout.delimiter, header)


def _ole(start: bytes, stream: BinaryIO) -> Unreadable:
    """The names of its streams lie anywhere in the file, never across a sector's end."""
    block = start
    while block:
        if ENCRYPTED in block:
            return Locked()
        block = stream.read(HEAD)
    return OldFormat()


def rows(stream: BinaryIO, layout: Layout, *, skip: int = 0) -> Iterator[Row]:
    """The rows that hold something and whose number is above `skip`; with a header, it is the first of them.

    The stream is read from where it stands; an XLSX is sought in. Raises Unreadable, also half way.
    """
    with _any_bytes():
        if layout.kind == "xlsx":
            yield from sheet_xlsx.rows(stream, skip)
        else:
            yield from sheet_text.rows(stream, layout.encoding, layout.delimiter, skip)


def sample(stream: BinaryIO, layout: Layout, count: int = 5) -> tuple[Row | None, list[Row]]:
    """(the header where there is one, the first `count` rows below it). Raises Unreadable."""
    first = list(islice(rows(stream, layout), count + layout.header))
    return (first[0], first[1:]) if layout.header and first else (None, first)


@contextmanager
def _any_bytes() -> Iterator[None]:
    """Whatever the readers below us make of broken bytes, a person is told the one thing."""
    try:
        yield
    except BROKEN as error:
        raise Unreadable from error
