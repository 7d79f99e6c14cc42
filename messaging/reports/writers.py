"""The two kinds of files that a list is written to."""

import tempfile
from typing import IO, Any

import xlsxwriter

from messaging.files import sheet_csv, vault
from smsmerkezi.core.errors import DomainError

SHEET = 1_048_575  # rows below the heading of a sheet of Excel
CHUNK = 256 * 1024  # bytes


class SheetFull(DomainError):
    code = "sheet-full"

    def __init__(self) -> None:
        super().__init__("Bir Excel sayfasına bu kadar satır sığmaz; CSV seçin ya da süzgeci daraltın.")


class Csv:
    """Written as it goes."""

    def __init__(self, file: vault.Writer) -> None:
        self.file, self.begun = file, False

    def write(self, rows: list[list[object]]) -> None:
        self.file.write((b"" if self.begun else sheet_csv.BOM) + sheet_csv.lines(rows))
        self.begun = True

    def close(self) -> Any:
        return self.file.close()


class Xlsx:
    """Put together beside, then written: a sheet is an archive, whose parts come last. Cells are texts and numbers alone."""

    def __init__(self, file: vault.Writer) -> None:
        self.file, self.at = file, 0
        self._beside: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the book
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(self._beside, options)
        self._sheet = self._book.add_worksheet()

    def write(self, rows: list[list[object]]) -> None:
        for row in rows:
            if self.at > SHEET:
                raise SheetFull
            self._sheet.write_row(self.at, 0, [cell if isinstance(cell, int) else str(cell) for cell in row])
            self.at += 1

    def close(self) -> Any:
        self._book.close()
        self._beside.seek(0)
        for chunk in iter(lambda: self._beside.read(CHUNK), b""):
            self.file.write(chunk)
        self._beside.close()
        return self.file.close()
