"""Which encoding a text file is in: UTF-8, UTF-16 or windows-1254. Excel in Turkish writes all three."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from messaging.files.unreadable import Binary, MixedEncoding

BLOCK = 1024 * 1024
TEXT_CONTROLS = frozenset(b"\t\n\r\x0c\x1a\x1b")
TURKISH = "cp1254"


def guess(head: bytes, stream: BinaryIO) -> str:
    """The codec's name. `stream` is read from its beginning to the end. Raises Binary, MixedEncoding."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in head:
        return _wide(head)
    controls = sum(head.count(bytes([code])) for code in range(32) if code not in TEXT_CONTROLS)
    if controls * 100 > len(head):
        raise Binary
    return _narrow(stream)


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: every other byte of Latin text is zero."""
    half = len(head) // 2
    for codec, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if zeros.count(0) * 10 > half * 6 and head.count(0) - zeros.count(0) == 0:
            return codec
    raise Binary


def _narrow(stream: BinaryIO) -> str:
    """UTF-8 unless some line is not. Lines of both kinds cannot be read with either."""
    utf8, turkish, before = 0, 0, 0
    for block in _whole_lines(stream):
        found = _first_lines(block, need_utf8=not utf8, need_turkish=not turkish)
        utf8, turkish = utf8 or (found[0] and before + found[0]), turkish or (found[1] and before + found[1])
        if utf8 and turkish:
            raise MixedEncoding(max(utf8, turkish))
        before += block.count(b"\n")
    return TURKISH if turkish else "utf-8-sig"


def _whole_lines(stream: BinaryIO) -> Iterator[bytes]:
    """The stream in blocks that end where a line does, unless a line is as long as a block."""
    left = b""
    while read := stream.read(BLOCK):
        block = left + read
        end = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
        if len(block) - end > BLOCK:
            end = len(block)
        left = block[end:]
        yield block[:end]
    yield left


def _first_lines(block: bytes, *, need_turkish: bool, need_utf8: bool) -> tuple[int, int]:
    """The first line here that is UTF-8 beyond ASCII, and the first that is not UTF-8; counted from 1, 0 for none."""
    if block.isascii():
        return 0, 0
    if _decodes(block):  # nearly every block, and much faster than line by line
        return (_first(block, utf8=True) if need_utf8 else 1), 0
    return _first(block, utf8=True), (_first(block, utf8=False) if need_turkish else 1)


def _first(block: bytes, *, utf8: bool) -> int:
    lines = enumerate(block.split(b"\n"), 1)
    return next((number for number, line in lines if not line.isascii() and _decodes(line) == utf8), 0)


def _decodes(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
