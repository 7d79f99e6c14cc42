"""Reading a file of contacts from beginning to end: who will be added or changed, and which rows will not be taken."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import NamedTuple

import orjson
from pyroaring import BitMap64

from messaging.contacts import book
from messaging.contacts.models import Contact, ContactImport, OptOut
from messaging.files import jobs, sheets, vault
from messaging.files.models import Job, StoredFile
from messaging.files.sheets import Row
from smsmerkezi.core import clock, phones, texts
from smsmerkezi.core.errors import NotFound

KIND = "contacts.check"
NUMBER = "msisdn"
AT_ONCE = 2000  # rows
KEPT_FOR = timedelta(days=2)
LIMIT = 1024**3  # bytes of what is kept
INVALID, LANDLINE, LONG, REPEATED = "invalid", "landline", "long", "repeated"
MISTAKES = (INVALID, LANDLINE, LONG)


class Excluded(NamedTuple):
    """A row that is not taken. `at` is the place of the cell that is wrong."""

    row: int
    reason: str
    cells: list[str]
    at: int


class Checking:
    """One reading. A number is taken once, at its first mention."""

    def __init__(self, found: ContactImport) -> None:
        if found.file is None:
            raise NotFound("Dosya artık yok; yeniden yükleyin.")
        self.owner, self.counts = found, Counter[str]()
        layout = sheets.Layout.from_dict(found.layout)
        self.stream = vault.opened(found.file)
        self._rows = islice(sheets.rows(self.stream, layout), int(layout.header), None)
        self._at = found.columns.index(NUMBER)
        self._seen = BitMap64()
        self.kept, self.excluded = (self._writer(name) for name in ("contacts.kept", "contacts.excluded"))

    def step(self) -> bool:
        rows = list(islice(self._rows, AT_ONCE))
        good = list(self._sift(rows))
        self.counts["rows"] += len(rows)
        self._count([msisdn for _, msisdn, _ in good])
        for row, msisdn, values in good:
            self.kept.write(orjson.dumps([row.number, msisdn, values]) + b"\n")
        return len(rows) == AT_ONCE

    def finish(self) -> None:
        """Set what was found; the caller saves."""
        found = self.owner
        found.kept, found.excluded = self.kept.close(), self.excluded.close()
        found.counts, found.stage, found.error_text = dict(self.counts), ContactImport.Stage.CHECKED, ""

    def _sift(self, rows: list[Row]) -> Iterator[tuple[Row, int, dict[str, str]]]:
        for row in rows:
            raw = row.cells[self._at] if self._at < len(row.cells) else ""
            msisdn, values = _number(raw), self._values(row)
            if not msisdn:
                self._leave(row, LANDLINE if phones.is_landline(raw) else INVALID, self._at)
            elif msisdn in self._seen:
                self._leave(row, REPEATED, self._at)
            elif long := next((name for name, text in values.items() if _too_long(name, text)), ""):
                self._leave(row, LONG, self.owner.columns.index(long))
            else:
                self._seen.add(msisdn)
                yield row, msisdn, values

    def _leave(self, row: Row, reason: str, at: int) -> None:
        self.counts[reason] += 1
        self.excluded.write(orjson.dumps([row.number, reason, row.cells, at]) + b"\n")

    def _count(self, msisdns: list[int]) -> None:
        """How many are in the book already, and how many said no."""
        firm = self.owner.tenant
        known = Contact.objects.of(firm).filter(msisdn__in=msisdns).count() if msisdns else 0
        refused = OptOut.objects.of(firm).filter(msisdn__in=msisdns).count() if msisdns else 0
        self.counts.update(known=known, fresh=len(msisdns) - known, refused=refused)

    def _values(self, row: Row) -> dict[str, str]:
        return {
            name: " ".join(texts.without_unstorable(cell).split())
            for name, cell in zip(self.owner.columns, row.cells, strict=False)
            if name and name != NUMBER and cell.strip()
        }

    def _writer(self, purpose: str) -> vault.Writer:
        ends_at = clock.now() + KEPT_FOR
        return vault.Writer(
            tenant=self.owner.tenant, name="liste", purpose=purpose, limit=LIMIT, ends_at=ends_at
        )


def tags(text: str) -> list[str]:
    """What a cell of tags names."""
    return [tag for each in text.split(",") if (tag := each.strip())]


def _too_long(name: str, text: str) -> bool:
    """For the address book, whose limits hold however somebody comes into it."""
    if name == "tag":
        given = tags(text)
        return len(given) > book.TAGS or any(len(tag) > book.TAG for tag in given)
    return len(text) > book.LENGTHS.get(name, book.FIELD_TEXT)


class Check(jobs.Handler):
    """Who was seen already is known to this process alone, so another one begins anew."""

    begins_anew = True

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self._reading: Checking | None = None

    def step(self) -> bool:
        if self._reading is None:
            self._forget()
            self._reading = Checking(ContactImport.objects.get(pk=self.job.options["import"]))
            files = [self._reading.kept.stored.pk, self._reading.excluded.stored.pk]
            self.job.data, self.job.total = {"files": files}, self._reading.owner.file.size  # type: ignore[union-attr]
        more = self._reading.step()
        self.job.done = min(self._reading.stream.raw.tell(), self.job.total)
        if not more:
            self._reading.finish()
            self._reading.owner.save()
        return more

    def ended(self) -> None:
        if self.job.state != Job.State.DONE:
            self._forget()
            ContactImport.objects.filter(pk=self.job.options["import"]).update(
                stage=ContactImport.Stage.DRAFT, error_text=self.job.error_text
            )

    def _forget(self) -> None:
        StoredFile.objects.of(self.job.tenant).filter(pk__in=self.job.data.get("files", [])).delete()


def _number(raw: str) -> int:
    """0 for what is none."""
    try:
        return phones.mobile(raw) or phones.normalise(raw)
    except phones.InvalidNumber:
        return 0
