"""Telephone numbers: every spelling becomes one E.164 number, kept as an integer (contract, A6 and D22)."""

import re
from collections.abc import Iterable
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from smsmerkezi.core.errors import DomainError

MAX_RAW = 32
TURKEY = "90"


class InvalidNumber(DomainError):
    """Not a number that can be sent to. The text never repeats the number: it may reach a log."""

    code = "invalid-number"

    def __init__(self, message: str = "Telefon numarası geçersiz.", *, field: str | None = None) -> None:
        super().__init__(message, field=field)


class Batch(NamedTuple):
    """`numbers` are distinct, in order of first mention; `invalid` holds (index, what was there)."""

    numbers: list[int]
    invalid: list[tuple[int, str]]
    duplicates: int


_MOBILE_PREFIXES = frozenset(("", "0", "90", "+90", "0090", "900", "+900", "00900"))
_TURKISH = 900_000_000_000
_FOREIGN = re.compile(r"(?:\+|00)([1-9][0-9]{9,14})").fullmatch

_FIXED = re.compile(r"(?:\+?90|0)?[2348][0-9]{9}").fullmatch
_UNGROUPED = re.compile(r"[\s()./-]")

_GROUPING = " \t().-/"
_GROUPING_BYTES = _GROUPING.encode()
# Full-width signs are what a Far Eastern keyboard types; the invisible ones come with a number pasted from a
# telephone's contacts. Digits of other scripts stay as they are and are refused.
_CLEAN = str.maketrans(
    {
        **dict(zip("０１２３４５６７８９＋", "0123456789+", strict=True)),
        **dict.fromkeys(_GROUPING + "\u00a0\u2000\u2002\u2003\u2007\u2009\u202f\u3000（）．‐‑‒–—−－"),
        **dict.fromkeys("\u200b\u200e\u200f\u202a\u202c\u202d\u2060\u2066\u2068\u2069\ufeff"),
    }
)

# Nobody reads a message there; the paid ones are what number pumping is about.
_NEVER = {
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
}


def normalise(raw: object) -> int:
    """The E.164 digits of one spelling. Raises InvalidNumber, for anything that is not text as well.

    At most 32 characters and 10 to 15 digits. A Turkish one is 5XXXXXXXXX behind nothing, 0, 90, +90 or 0090.
    A foreign number needs its + or 00: bare digits are more often a Turkish number with a slip in it.
    """
    if not isinstance(raw, str) or len(raw) > MAX_RAW:
        raise InvalidNumber
    return mobile(raw) or _normalise_untidy(raw)


def normalise_many(raws: Iterable[object]) -> Batch:
    """Many spellings at once: repeats collapse and are counted, what is no number is listed. Never raises."""
    seen: dict[int, None] = {}
    invalid: list[tuple[int, str]] = []
    index = -1
    for index, raw in enumerate(raws):
        try:
            seen[normalise(raw)] = None
        except InvalidNumber:
            invalid.append((index, _shown(raw)))
    return Batch(list(seen), invalid, index + 1 - len(seen) - len(invalid))


def mobile(text: str) -> int | None:
    """A Turkish mobile number without grouping, None for anything else: nearly every row of a list is one, and slices are
    faster than a pattern.
    """
    digits = text[-10:]
    if text[:-10] not in _MOBILE_PREFIXES or len(digits) < 10 or digits[0] != "5":
        return None
    return _TURKISH + int(digits) if digits.isascii() and digits.isdigit() else None


def _normalise_untidy(raw: str) -> int:
    cleaned = _cleaned(raw.strip())
    if found := mobile(cleaned):
        return found
    foreign = _FOREIGN(cleaned)
    if not foreign or foreign[1].startswith(TURKEY):
        raise InvalidNumber
    number = _parsed(foreign[1])
    # The parser drops a zero behind the country's code, so the length is looked at once more.
    whole = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if not (_FOREIGN(whole) and phonenumbers.is_valid_number(number)):
        raise InvalidNumber
    if phonenumbers.number_type(number) in _NEVER:
        raise InvalidNumber
    return int(whole.removeprefix("+"))


def _cleaned(text: str) -> str:
    if text.isascii():  # bytes drop characters several times faster
        return text.encode().translate(None, _GROUPING_BYTES).decode()
    return text.translate(_CLEAN)


def _parsed(digits: str) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        raise InvalidNumber from None


def _shown(raw: object) -> str:
    """What stood there, short enough for a report; only the kind of what was not text."""
    return raw[:MAX_RAW] if isinstance(raw, str) else f"({type(raw).__name__})"


def is_landline(raw: str) -> bool:
    """Whether a spelling is of a Turkish landline or service number, to which no message goes."""
    digits = _UNGROUPED.sub("", raw)
    return len(digits) <= MAX_RAW and _FIXED(digits) is not None


def is_turkish(number: int) -> bool:
    return str(number).startswith(TURKEY)


def e164(number: int) -> str:
    """`+905551112233`"""
    return f"+{number}"


def national(number: int) -> str:
    """`5551112233`; a foreign number in all its digits, without the + (contract, A6)."""
    return str(number).removeprefix(TURKEY)


def pretty(number: int) -> str:
    """`0555 111 22 33`; a foreign number in its country's international grouping."""
    if not is_turkish(number):
        return phonenumbers.format_number(_parsed(str(number)), PhoneNumberFormat.INTERNATIONAL)
    digits = national(number)
    return f"0{digits[:3]} {digits[3:6]} {digits[6:8]} {digits[8:]}"
