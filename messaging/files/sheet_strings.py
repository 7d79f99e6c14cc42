"""The shared texts of an XLSX: every cell of text is a number that points here."""

import zipfile
from array import array

from messaging.files import sheet_shown, sheet_xml
from messaging.files.unreadable import CELL, Bomb, Unreadable

TEXTS = 64 * 1024**2  # bytes of all of them
COUNT = 4_000_000


class Strings:
    """Texts end to end in one buffer: a million of them take twenty megabytes, as objects they would take ninety.

    One that is too long for a cell is cut a little behind that, so that the cell is refused and not the file's memory.
    """

    def __init__(self) -> None:
        self.buffer, self.ends = bytearray(), array("I")
        self._texts: list[str] = []
        self._size, self._open, self._phonetic = 0, False, False

    @classmethod
    def read(cls, archive: zipfile.ZipFile, name: str | None) -> "Strings":
        """Raises Unreadable."""
        found = cls()
        if name is None:
            return found
        with archive.open(name) as content:
            sheet_xml.parse(content, found._begin, found._end, found._text)
        return found

    def __getitem__(self, index: int) -> str:
        if not 0 <= index < len(self.ends):
            raise Unreadable
        start = self.ends[index - 1] if index else 0
        return self.buffer[start : self.ends[index]].decode()

    def _begin(self, name: str, _attributes: dict[str, str]) -> None:
        name = sheet_xml.local(name)
        if name == "si":
            self._texts, self._size = [], 0
        elif name == "t":
            self._open = True
        elif name == "rPh":
            self._phonetic = True

    def _end(self, name: str) -> None:
        name = sheet_xml.local(name)
        if name == "si":
            self.buffer += sheet_shown.unescaped("".join(self._texts)).encode()
            self.ends.append(len(self.buffer))
            if len(self.buffer) > TEXTS or len(self.ends) > COUNT:
                raise Bomb
        elif name == "t":
            self._open = False
        elif name == "rPh":
            self._phonetic = False

    def _text(self, data: str) -> None:
        if self._open and not self._phonetic and self._size <= CELL:
            self._size += len(data)
            self._texts.append(data[: CELL + 1])
