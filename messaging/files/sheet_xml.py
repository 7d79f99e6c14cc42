"""The XML inside an XLSX, parsed block by block. What no spreadsheet writes is refused before it can do harm."""

from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from messaging.files.unreadable import Unreadable

BLOCK = 64 * 1024  # bytes
TOKEN = 1024**2  # bytes without an end of a tag: the parser holds them all, and looks at them again and again

Begin = Callable[[str, dict[str, str]], None]


def parsed(
    content: IO[bytes],
    begin: Begin,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Call back for what stands in `content`, stopping after each block. Raises Unreadable."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = begin, end, text
    parser.StartDoctypeDeclHandler = _no_doctype
    fed = 0
    try:
        while block := content.read(BLOCK):
            fed += len(block)
            parser.Parse(block)
            if fed - parser.CurrentByteIndex > TOKEN:
                raise Unreadable
            yield
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise Unreadable from None
    yield


def parse(
    content: IO[bytes],
    begin: Begin,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """All of it. Raises Unreadable."""
    for _ in parsed(content, begin, end, text):
        pass


def _no_doctype(*_declared: object) -> None:
    raise Unreadable  # entities come with it


def local(name: str) -> str:
    """`x:row` -> `row`"""
    return name.rpartition(":")[2]
