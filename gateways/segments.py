"""How many parts a text costs, exactly as 3GPP TS 23.038/23.040 pack it, and how to make it cost fewer.

Pure: no settings, no database. Quote, charge and preview all use `count` and `split`, so they cannot differ.
An empty text has 0 units and 0 parts: it is never charged.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from gateways import alphabets
from smsmerkezi.core.errors import DomainError


class Encoding(StrEnum):
    """What a gateway has to be told (contract, glossary §2)."""

    GSM7 = "gsm7"
    GSM7_TR = "gsm7_tr"
    UCS2 = "ucs2"


class Table(StrEnum):
    """The character tables, in the order that breaks a tie."""

    GSM7 = "gsm7"
    TR_SINGLE = "tr_single"
    TR_LOCKING = "tr_locking"
    TR_BOTH = "tr_both"
    UCS2 = "ucs2"


class Unencodable(DomainError):
    """The profile has no table that can carry this text."""

    code = "unencodable"
    field = "body"


class Capacity(NamedTuple):
    """Septets (UTF-16 units for UCS-2) of a lone part, and of one among several with an 8-bit reference."""

    single: int
    multi: int


CAPACITIES = {
    Table.GSM7: Capacity(160, 153),
    Table.TR_SINGLE: Capacity(155, 149),
    Table.TR_LOCKING: Capacity(155, 149),
    Table.TR_BOTH: Capacity(152, 146),
    Table.UCS2: Capacity(70, 67),
}

ENCODINGS = {
    Table.GSM7: Encoding.GSM7,
    Table.TR_SINGLE: Encoding.GSM7_TR,
    Table.TR_LOCKING: Encoding.GSM7_TR,
    Table.TR_BOTH: Encoding.GSM7_TR,
    Table.UCS2: Encoding.UCS2,
}

_ONE_SEPTET = {
    Table.GSM7: alphabets.BASIC,
    Table.TR_SINGLE: alphabets.BASIC,
    Table.TR_LOCKING: alphabets.LOCKING,
    Table.TR_BOTH: alphabets.LOCKING,
}
_TWO_SEPTETS = {
    Table.GSM7: alphabets.EXTENSION,
    Table.TR_SINGLE: alphabets.EXTENSION | alphabets.TURKISH,
    Table.TR_LOCKING: alphabets.EXTENSION - {"€"},
    Table.TR_BOTH: alphabets.EXTENSION - {"€"},
}


@dataclass(frozen=True, slots=True)
class SegmentProfile:
    """How one gateway packs and bills.

    `suffix_reserve`: units that the operator appends to the whole message (its code, compliance §7.2).
    `turkish_cost`, `newline_cost`: septets billed in the 7-bit tables for a Turkish letter of the locking
    table and for a line feed; the standard's own are 1. `max_parts` is the caller's to enforce: counting
    never refuses a long text. `long_reference`: a 16-bit reference numbers the parts and costs each one unit.
    """

    tables: tuple[Table, ...] = (Table.GSM7, Table.TR_SINGLE, Table.TR_LOCKING, Table.UCS2)
    suffix_reserve: int = 0
    turkish_cost: int = 1
    newline_cost: int = 1
    max_parts: int = 255
    long_reference: bool = False

    def __post_init__(self) -> None:
        suffix_fits = 0 <= self.suffix_reserve < CAPACITIES[Table.UCS2].multi
        costs_known = {self.turkish_cost, self.newline_cost} <= {1, 2}
        if not (self.tables and suffix_fits and costs_known and self.max_parts >= 1):
            raise ValueError(f"unusable segment profile: {self!r}")


DEFAULT_PROFILE = SegmentProfile()


class Size(NamedTuple):
    """`units` used of the `limit` that `parts` parts hold; a meter shows "83/134"."""

    table: Table
    encoding: Encoding
    units: int
    limit: int
    parts: int


_MARK = "\x1b"  # stands before a character of two units; a border must not part them
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class _Rule(NamedTuple):
    """One table of one profile. `single` already lacks the suffix; `dear` characters cost two units."""

    table: Table
    alphabet: frozenset[str]
    dear: frozenset[str]
    marks: dict[int, str]
    single: int
    multi: int
    suffix: int


class _Rules(NamedTuple):
    seven_bit: tuple[_Rule, ...]
    ucs2: _Rule | None


def _rule(table: Table, profile: SegmentProfile) -> _Rule:
    one, dear = _ONE_SEPTET.get(table, frozenset()), _TWO_SEPTETS.get(table, frozenset())
    alphabet = one | dear
    if profile.turkish_cost == 2:
        dear |= alphabets.TURKISH & alphabet
    if profile.newline_cost == 2:
        dear |= {"\n"} & alphabet
    single, multi = CAPACITIES[table]
    return _Rule(
        table=table,
        alphabet=alphabet,
        dear=dear,
        marks={ord(char): _MARK + char for char in dear},
        single=single - profile.suffix_reserve,
        multi=multi - profile.long_reference,
        suffix=profile.suffix_reserve,
    )


@lru_cache(maxsize=64)
def _rules(profile: SegmentProfile) -> _Rules:
    rules = {table: _rule(table, profile) for table in Table if table in profile.tables}
    ucs2 = rules.pop(Table.UCS2, None)
    return _Rules(tuple(rules.values()), ucs2)


def _marked(text: str, rule: _Rule) -> str:
    """The text with a mark before each character of two units: its length is the number of units."""
    if rule.table is Table.UCS2:
        return _ASTRAL.sub(rf"{_MARK}\g<0>", text.replace(_MARK, " "))
    return text.translate(rule.marks)


def _ends(marked: str, capacity: int) -> list[int]:
    """Where each part of a long text ends, filling every part as far as whole characters go."""
    ends, end = [], 0
    while end + capacity < len(marked):
        end += capacity
        if marked[end - 1] == _MARK:
            end -= 1
        ends.append(end)
    return [*ends, len(marked)]


def _spills(ends: list[int], rule: _Rule) -> bool:
    """Whether the operator's suffix does not fit behind the last part and opens one more."""
    last = ends[-1] - (ends[-2] if len(ends) > 1 else 0)
    return last + rule.suffix > rule.multi


def _units(text: str, chars: set[str], rule: _Rule) -> int:
    if rule.table is Table.UCS2:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text) + sum(map(text.count, chars & rule.dear))


def _measure(text: str, chars: set[str], rule: _Rule) -> Size:
    units = _units(text, chars, rule)
    if units <= rule.single:
        return Size(rule.table, ENCODINGS[rule.table], units, rule.single, 1 if text else 0)
    if units == len(text):
        parts = -(-(units + rule.suffix) // rule.multi)
    else:
        ends = _ends(_marked(text, rule), rule.multi)
        parts = len(ends) + _spills(ends, rule)
    return Size(rule.table, ENCODINGS[rule.table], units, parts * rule.multi - rule.suffix, parts)


def _choose(text: str, profile: SegmentProfile) -> tuple[_Rule, Size]:
    """UCS-2 is asked last: whatever the profile, it never needs fewer parts than a 7-bit table that fits."""
    rules, chars = _rules(profile), set(text)
    best: tuple[_Rule, Size] | None = None
    for rule in rules.seven_bit:
        if chars <= rule.alphabet:
            size = _measure(text, chars, rule)
            if size.parts <= 1 and rule.table is Table.GSM7:
                return rule, size
            if best is None or _cost(size) < _cost(best[1]):
                best = rule, size
    if best is None:
        if rules.ucs2 is None:
            raise Unencodable("Metin, seçilen karakter kodlamasıyla gönderilemeyen karakterler içeriyor.")
        best = rules.ucs2, _measure(text, chars, rules.ucs2)
    return best


def _cost(size: Size) -> tuple[int, bool, int]:
    """At the same number of parts the default alphabet wins: every telephone reads it."""
    return size.parts, size.table is not Table.GSM7, size.units


def count(text: str, profile: SegmentProfile = DEFAULT_PROFILE) -> Size:
    """The size of `text` in the cheapest table of the profile (contract, D10). Raises Unencodable.

    Fewest parts win, then the default alphabet, then fewest septets, then the order of `Table`.
    """
    return _choose(text, profile)[1]


def split(text: str, profile: SegmentProfile = DEFAULT_PROFILE) -> list[str]:
    """The parts as a telephone receives them; as many as `count` says. Raises Unencodable.

    The last is empty when it carries nothing but the end of the operator's suffix.
    """
    rule, size = _choose(text, profile)
    if size.parts <= 1:
        return [text] if text else []
    marked, start, parts = _marked(text, rule), 0, []
    for end in _ends(marked, rule.multi):
        parts.append(marked[start:end])
        start = end
    lengths = [len(part) - part.count(_MARK) for part in parts]
    return _cut(text, lengths) + [""] * (size.parts - len(parts))


def _cut(text: str, lengths: list[int]) -> list[str]:
    pieces, start = [], 0
    for length in lengths:
        pieces.append(text[start : start + length])
        start += length
    return pieces


def culprits(text: str, profile: SegmentProfile = DEFAULT_PROFILE) -> list[str]:
    """The distinct characters, in order, without which the text would not need UCS-2; fewest possible."""
    chars = dict.fromkeys(text)
    outside = [[c for c in chars if c not in rule.alphabet] for rule in _rules(profile).seven_bit]
    return min(outside, key=len, default=[])


def v1_name(encoding: Encoding) -> str:
    """`GSM7` for every 7-bit text, `UCS2` otherwise (contract, D10)."""
    return "UCS2" if encoding is Encoding.UCS2 else "GSM7"


def asciify(text: str) -> str:
    """ş→s for all seven letters; Ç Ö Ü ö ü are in the default alphabet and stay (glossary §2)."""
    return text.translate(alphabets.ASCII_LETTERS)


def simplify(text: str) -> str:
    """ "Sadeleştir": typographic signs become their plain equivalents; no letter is lost or changed.

    Composed first (NFC), so a letter with its mark apart becomes the letter that the tables have. Emoji
    joiners go only where the text is then free of UCS-2.
    """
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).translate(alphabets.SIMPLER))
    bare = plain.translate(alphabets.JOINERS)
    return plain if culprits(bare) else bare
