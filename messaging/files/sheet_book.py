"""What an XLSX says about its sheets: which is the first, how its numbers are shown, from which day it counts."""

import posixpath
import zipfile
from dataclasses import dataclass, field
from datetime import datetime

from messaging.files import sheet_shown, sheet_xml
from messaging.files.unreadable import Bomb, OldFormat, Unreadable

LARGEST = 8 * 1024**2  # bytes of a part that is read whole
STYLES = 65_536
WORKBOOK = "xl/workbook.xml"
EPOCH, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001  # of a sheet, which knows no zone


@dataclass(slots=True)
class Book:
    """`formats` are kinds (`sheet_shown.kind`) by the number that a cell's style gives."""

    sheet: str = ""
    strings: str | None = None
    epoch: datetime = EPOCH
    formats: list[str] = field(default_factory=list)

    def format(self, style: int) -> str:
        return self.formats[style] if 0 <= style < len(self.formats) else ""


def read(archive: zipfile.ZipFile) -> Book:
    """Raises Unreadable."""
    names = set(archive.namelist())
    if WORKBOOK not in names:
        raise OldFormat
    book = Book()
    wanted = _workbook(archive, book)
    targets = _targets(archive)
    sheet = targets.get(wanted, "")
    if sheet not in names:
        raise Unreadable
    book.sheet = sheet
    found = (name for name in names if name.lower().endswith("/sharedstrings.xml"))
    book.strings = next(found, None)
    if "xl/styles.xml" in names:
        _styles(archive, book)
    return book


def _workbook(archive: zipfile.ZipFile, book: Book) -> str:
    """The relation of the first sheet that is not hidden."""
    sheets: list[tuple[bool, str]] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            sheets.append((attributes.get("state", "visible") != "visible", relation))
        elif name == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
            book.epoch = EPOCH_1904

    _parse(archive, WORKBOOK, begin)
    if not sheets:
        raise Unreadable
    return min(sheets, key=lambda sheet: sheet[0])[1]


def _targets(archive: zipfile.ZipFile) -> dict[str, str]:
    found: dict[str, str] = {}

    def begin(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))
            found[attributes.get("Id", "")] = target.lstrip("/")

    relations = "xl/_rels/workbook.xml.rels"
    if relations in archive.namelist():
        _parse(archive, relations, begin)
    return found


def _styles(archive: zipfile.ZipFile, book: Book) -> None:
    codes = dict(sheet_shown.BUILT_IN)
    inside: list[str] = [""]

    def begin(name: str, attributes: dict[str, str]) -> None:
        if name in {"cellXfs", "cellStyleXfs"}:
            inside[0] = name
        elif name == "numFmt":
            codes[int(attributes.get("numFmtId", 0))] = attributes.get("formatCode", "")
        elif name == "xf" and inside[0] == "cellXfs" and len(book.formats) < STYLES:
            book.formats.append(sheet_shown.kind(codes.get(int(attributes.get("numFmtId", 0)), "")))

    _parse(archive, "xl/styles.xml", begin)


def _parse(archive: zipfile.ZipFile, name: str, begin: sheet_xml.Begin) -> None:
    if archive.getinfo(name).file_size > LARGEST:
        raise Bomb
    with archive.open(name) as content:
        sheet_xml.parse(content, lambda tag, attributes: begin(sheet_xml.local(tag), attributes))
