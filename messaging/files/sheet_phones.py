"""Telephone numbers in cells, also where Excel took one for a sum."""

import re

from smsmerkezi.core import phones
from smsmerkezi.core.errors import DomainError

_FLOAT = re.compile(r"(\d{7,15})[.,]0+")
_POWER = re.compile(r"(\d)[.,](\d+)[eE]\+?(\d{1,2})")


class DigitsLost(DomainError):
    """Excel has shortened the number to `9,05E+11`; what it was cannot be known."""

    code = "digits-lost"

    def __init__(self) -> None:
        super().__init__("Excel numarayı kısaltmış; sütunu metin biçimine alıp numaraları yeniden yazın.")


def phone(cell: str) -> int:
    """The number of a cell, also where Excel took it for a sum: `905551112233,0`, `9,05551112233E+11`.

    Raises phones.InvalidNumber, DigitsLost.
    """
    try:
        return phones.normalise(cell)
    except phones.InvalidNumber:
        return phones.normalise(_whole(cell.strip()))


def _whole(cell: str) -> str:
    """The digits of a decimal spelling, anything else as it is."""
    if found := _FLOAT.fullmatch(cell):
        return found[1]
    if found := _POWER.fullmatch(cell):
        places = int(found[3])
        digits = found[2].rstrip("0") if len(found[2]) > places else found[2]
        if len(digits) < places:
            raise DigitsLost
        return found[1] + digits
    return cell


def is_phone(cell: str) -> bool:
    try:
        phone(cell)
    except DigitsLost:
        return True
    except phones.InvalidNumber:
        return False
    return True
