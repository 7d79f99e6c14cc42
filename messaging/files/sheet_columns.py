"""What the columns of a table are likely to be. A person has the last word."""

import re
from collections.abc import Sequence
from typing import Protocol

from messaging.files.sheet_phones import is_phone
from smsmerkezi.core import folding

PHONE_WORDS = frozenset(
    (
        "telefon",
        "tel",
        "gsm",
        "cep",
        "numara",
        "phone",
        "mobile",
        "msisdn",
        "mobil",
        "number",
        "ceptel",
        "telno",
    )
)
NAME_WORDS = frozenset(
    (
        "ad",
        "adi",
        "isim",
        "name",
        "musteri",
        "kisi",
        "unvan",
        "soyad",
        "soyadi",
        "adsoyad",
        "fullname",
        "ismi",
    )
)
MOSTLY = 0.6  # of the cells that hold something
FIELD = 40  # characters of a field's name


class Numbered(Protocol):
    @property
    def cells(self) -> list[str]: ...


def guess_columns(sample: Sequence[Numbered], header: Numbered | None) -> list[str]:
    """For each column `msisdn` (at most once), `name` (at most once), the name of a field, or nothing.

    A field is called as its header is, in letters, digits and underscores, so that `{{il_ilce}}` can stand in a text.
    """
    titles = header.cells if header else []
    width = max([len(titles), *(len(row.cells) for row in sample)], default=0)
    titles = [*titles, *[""] * (width - len(titles))]
    phone_column = _phone_column(titles, sample)
    name_column = next(
        (at for at, title in enumerate(titles) if at != phone_column and _says(title, NAME_WORDS)), None
    )
    found: list[str] = []
    for at, title in enumerate(titles):
        if at == phone_column:
            found.append("msisdn")
        elif at == name_column:
            found.append("name")
        else:
            found.append(_field(title, found))
    return found


def _phone_column(titles: list[str], sample: Sequence[Numbered]) -> int | None:
    """The one with the most numbers, a title's word counting as half of them."""
    shares = [
        _share(at, sample) + (0.5 if _says(title, PHONE_WORDS) else 0) for at, title in enumerate(titles)
    ]
    best = max(shares, default=0.0)
    return shares.index(best) if best >= 0.5 else None


def _share(at: int, sample: Sequence[Numbered]) -> float:
    cells = [row.cells[at] for row in sample if at < len(row.cells) and row.cells[at].strip()]
    share = sum(map(is_phone, cells)) / len(cells) if cells else 0.0
    return share if share >= MOSTLY else 0.0


def is_header(first: list[str], others: Sequence[list[str]]) -> bool:
    """Whether the first row says what the others hold: known words, or no number where the others have one."""
    if any(map(is_phone, first)):
        return False
    words = any(_says(cell, PHONE_WORDS | NAME_WORDS) for cell in first)
    return words or any(is_phone(cell) for row in others for cell in row)


def _says(title: str, words: frozenset[str]) -> bool:
    return not words.isdisjoint(re.findall(r"[a-z0-9]+", folding.fold(title)))


def _field(title: str, taken: list[str]) -> str:
    name = "_".join(re.findall(r"[a-z0-9]+", folding.fold(title)))[:FIELD]
    if name and name[0].isdigit():
        name = f"_{name}"[:FIELD]
    return "" if name in taken else name
