"""Cells of a sheet of an XLSX, as its parser calls them out."""

from messaging.files import sheet_book, sheet_shown, sheet_xml
from messaging.files.sheet_rows import Row
from messaging.files.sheet_strings import Strings
from messaging.files.unreadable import CELL, COLUMNS, CellTooLong, TooWide, Unreadable

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


class Sheet:
    """What the parser calls. Names are looked up as they are written, whatever their prefix."""

    def __init__(self, strings: Strings, book: sheet_book.Book) -> None:
        self.strings, self.book = strings, book
        self.done: list[Row] = []
        self.row, self.column = 0, -1
        self.cells: list[str] = []
        self.kind, self.style = "", 0
        self.value: list[str] | None = None  # the texts of the cell, while one of them is open
        self.size, self.phonetic = 0, False
        self.begins = {
            "row": self._begin_row,
            "c": self._begin_cell,
            "v": self._begin_value,
            "t": self._begin_value,
            "rPh": self._begin_phonetic,
        }
        self.ends = {
            "row": self._end_row,
            "c": self._end_cell,
            "v": self._end_value,
            "t": self._end_value,
            "rPh": self._end_phonetic,
        }
        self.open = False
        self.texts: list[str] = []

    def taken(self) -> list[Row]:
        done, self.done = self.done, []
        return done

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        handler = self.begins.get(name) or self.begins.get(sheet_xml.local(name))
        if handler:
            handler(attributes)

    def end(self, name: str) -> None:
        handler = self.ends.get(name) or self.ends.get(sheet_xml.local(name))
        if handler:
            handler()

    def text(self, data: str) -> None:
        if self.open and not self.phonetic:
            self.size += len(data)
            if self.size > CELL:
                raise CellTooLong(self.row)
            self.texts.append(data)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self.row + 1))
        if not self.row < number <= LAST_ROW:
            raise Unreadable
        self.row, self.column, self.cells = number, -1, []

    def _end_row(self) -> None:
        self.done.append(Row(self.row, self.cells))
        self.cells = []

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        self.column = _column(place) if place else self.column + 1
        self.kind = attributes.get("t", "n")
        self.style = int(attributes.get("s", 0))
        self.size = 0

    def _end_cell(self) -> None:
        if self.texts:
            value = self._shown("".join(self.texts))
            self.texts = []
            if self.column < 0:  # a value in no cell
                raise Unreadable
            if self.column >= COLUMNS:
                raise TooWide(self.row)
            if len(value) > CELL:
                raise CellTooLong(self.row)
            self.cells.extend([""] * (self.column + 1 - len(self.cells)))
            self.cells[self.column] = value

    def _shown(self, raw: str) -> str:
        if self.kind == "s":
            return self.strings[int(raw)]
        if self.kind == "n":
            return sheet_shown.number(raw, self.book.format(self.style), self.book.epoch)
        if self.kind == "b":
            return "DOĞRU" if raw.strip() == "1" else "YANLIŞ"
        return sheet_shown.date(raw) if self.kind == "d" else sheet_shown.unescaped(raw)

    def _begin_value(self, _attributes: dict[str, str]) -> None:
        self.open = True

    def _end_value(self) -> None:
        self.open = False

    def _begin_phonetic(self, _attributes: dict[str, str]) -> None:
        self.phonetic = True

    def _end_phonetic(self) -> None:
        self.phonetic = False


def _column(place: str) -> int:
    """`AB12` -> 27. Raises Unreadable."""
    found = 0
    for letter in place:
        if not "A" <= letter <= "Z":
            break
        found = found * 26 + ord(letter) - 64
    if not 0 < found <= LAST_COLUMN:
        raise Unreadable
    return found - 1
