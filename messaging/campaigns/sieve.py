"""Who of a list is sent to, and why the others are not. Each row is kept, or left out for one reason."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from pyroaring import BitMap64

from messaging.campaigns.lists import Person
from messaging.campaigns.models import NUMBER
from messaging.files.sheets import Row
from messaging.sms.store import accept
from smsmerkezi.core import phones, texts

# In the order in which they are shown. The first two are mistakes in the file, the others are how it should be.
INVALID, LANDLINE, DUPLICATE, OPTED_OUT = "invalid", "landline", "duplicate", "opted_out"
REASONS = (INVALID, LANDLINE, DUPLICATE, OPTED_OUT)
MISTAKES = (INVALID, LANDLINE)
LONGEST_VALUE = 200  # characters of one field


class LeftOut(NamedTuple):
    row: int
    reason: str
    cells: Sequence[str]


class Sieve:
    """Sifts a list in pieces; a number is kept once, at its first mention. `columns` as in Campaign."""

    def __init__(self, *, tenant_id: int, columns: Sequence[str]) -> None:
        self.tenant_id = tenant_id
        self.at = columns.index(NUMBER)
        self.fields = [place for place, name in enumerate(columns) if name and name != NUMBER]
        self._last = max(self.fields, default=-1)
        self.counts: Counter[str] = Counter()
        self.kept = self.rows = 0
        self._seen = BitMap64()

    def sift(self, rows: Sequence[Row]) -> tuple[list[Person], list[LeftOut]]:
        """Those to send to, and those left out, both in the order of the list."""
        fresh: list[tuple[int, Row]] = []
        out: list[LeftOut] = []
        at, seen, mobile = self.at, self._seen, phones.mobile
        for row in rows:
            raw = row.cells[at] if at < len(row.cells) else ""
            msisdn = mobile(raw) or _otherwise(raw)
            if not msisdn:
                out.append(LeftOut(row.number, LANDLINE if phones.is_landline(raw) else INVALID, row.cells))
            elif msisdn in seen:
                out.append(LeftOut(row.number, DUPLICATE, row.cells))
            else:
                seen.add(msisdn)
                fresh.append((msisdn, row))
        people = self._willing(fresh, out)
        self.counts.update(each.reason for each in out)
        self.rows += len(rows)
        self.kept += len(people)
        return people, out

    def _willing(self, fresh: list[tuple[int, Row]], out: list[LeftOut]) -> list[Person]:
        """Without those who have opted out, who join `out`."""
        if not fresh:
            return []
        gone = accept.opted_out(tenant_id=self.tenant_id, msisdns=[msisdn for msisdn, _ in fresh])
        if gone:
            refused = [LeftOut(row.number, OPTED_OUT, row.cells) for msisdn, row in fresh if msisdn in gone]
            out[:] = sorted([*out, *refused])
        return [
            Person(msisdn, row.number, self._values(row.cells)) for msisdn, row in fresh if msisdn not in gone
        ]

    def _values(self, cells: list[str]) -> tuple[str, ...]:
        """Short and printable in nearly every row, which is seen at once; the others are looked at cell by cell."""
        if self._last >= len(cells):
            cells = cells + [""] * (self._last + 1 - len(cells))
        values = tuple([cells[place].strip() for place in self.fields])
        together = "".join(values)
        if len(together) <= LONGEST_VALUE and together.isprintable():
            return values
        return tuple(texts.without_unstorable(value).strip()[:LONGEST_VALUE] for value in values)


def _otherwise(raw: str) -> int:
    """The number in an unusual spelling; 0 for what is none."""
    try:
        return phones.normalise(raw)
    except phones.InvalidNumber:
        return 0
