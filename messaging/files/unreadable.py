"""Why a file is no table that we read. Nothing of a cell is repeated: the sentences may reach a log."""

from smsmerkezi.core.errors import DomainError

COLUMNS = 200
CELL = 2_000  # characters
RECORD = 64 * 1024  # characters of a row, whatever lines it spans
ROWS = 1_100_000  # as many as Excel shows, and a header or two


class Unreadable(DomainError):
    code = "file-broken"
    field = "file"

    def __init__(self, message: str = "Dosya bozuk veya yarım; yeniden kaydedip yükleyin.") -> None:
        super().__init__(message)


class Empty(Unreadable):
    code = "file-empty"

    def __init__(self) -> None:
        super().__init__("Dosya boş; içinde hiç satır yok.")


class Binary(Unreadable):
    code = "file-binary"

    def __init__(self) -> None:
        super().__init__("Bu dosya bir tablo değil; CSV, TXT veya XLSX yükleyin.")


class OldFormat(Unreadable):
    code = "file-format"

    def __init__(self) -> None:
        super().__init__("Bu biçim okunmuyor; dosyayı Excel'de XLSX veya CSV olarak kaydedip yükleyin.")


class Locked(Unreadable):
    code = "file-locked"

    def __init__(self) -> None:
        super().__init__("Dosya parola korumalı; parolayı kaldırıp yeniden yükleyin.")


class Bomb(Unreadable):
    """Opened, it would be out of all proportion to what was sent."""

    code = "file-bomb"

    def __init__(self) -> None:
        super().__init__("Dosya açıldığında çok büyük oluyor; satırları birkaç dosyaya bölün.")


class TooManyRows(Unreadable):
    code = "file-too-many-rows"

    def __init__(self) -> None:
        super().__init__("Dosyada çok fazla satır var; en çok 1.100.000 satır okunur.")


class AtRow(Unreadable):
    """`row` is the number that Excel shows."""

    sentence = "Satır {row} okunamadı."

    def __init__(self, row: int) -> None:
        super().__init__(self.sentence.format(row=row))
        self.row = row


class TooWide(AtRow):
    code = "file-too-wide"
    sentence = "Satır {row}: en çok 200 sütun okunur."


class CellTooLong(AtRow):
    code = "file-cell-too-long"
    sentence = "Satır {row}: bir hücrede en çok 2.000 karakter olabilir."


class RowTooLong(AtRow):
    code = "file-row-too-long"
    sentence = "Satır {row} çok uzun; kapanmamış bir tırnak olabilir."


class MixedEncoding(AtRow):
    code = "file-mixed-encoding"
    sentence = "Satır {row}: karakter kodlaması dosyanın ortasında değişiyor; dosyayı UTF-8 olarak kaydedip yükleyin."
