"""Files as people upload them."""

import io
import zipfile
from collections.abc import Iterable, Sequence

from openpyxl import Workbook

from messaging.files import sheets

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'
BOOK = (
    '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="Sayfa1" sheetId="1" r:id="r1"/></sheets></workbook>'
)
RELATIONS = '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'


def read(data: bytes, name: str = "liste.csv", skip: int = 0) -> list[tuple[int, list[str]]]:
    """What a person sees of the file: its layout is guessed, then it is read."""
    layout = sheets.guess(io.BytesIO(data), name)
    return [tuple(row) for row in sheets.rows(io.BytesIO(data), layout, skip=skip)]


def cells(data: bytes, name: str = "liste.csv") -> list[list[str]]:
    return [row for _, row in read(data, name)]


def xlsx(rows: Iterable[Sequence[object]], formats: dict[str, str] | None = None) -> bytes:
    """As Excel writes it; `formats` by cell (`A1`)."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for cell, shown in (formats or {}).items():
        book.active[cell].number_format = shown
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(rows: str = "", **parts: str | bytes | None) -> bytes:
    """An XLSX of which every part can be spoilt; None leaves a part out."""
    files = {
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/worksheets/sheet1.xml": SHEET.format(rows=rows),
    } | {f"xl/{name}": content for name, content in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            if content is not None:
                archive.writestr(name, content)
    return out.getvalue()
