"""A file of numbers that said no, put on the firm's list some thousands at a time."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice

from django.db import transaction

from messaging.contacts import optouts
from messaging.files import jobs, sheets, vault
from messaging.files.models import Job
from messaging.files.sheets import Row
from smsmerkezi.core import clock, phones, texts
from smsmerkezi.core.errors import DomainError
from tenants import access, audit
from tenants.actors import Actor

KIND = "optouts.import"
PURPOSE = "optouts.file"
LIMIT = 128 * 1024**2  # bytes
KEPT_FOR = timedelta(days=1)
AT_ONCE = 5000  # rows
NAMED = 20  # wrong rows whose number in the file is told


class NoNumbers(DomainError):
    code = "no-numbers"
    field = "file"

    def __init__(self) -> None:
        super().__init__("Dosyada telefon numarası bulunamadı.")


@transaction.atomic
def start(*, by: Actor, chunks: Iterable[bytes], name: str, note: str = "") -> Job:
    """Raises Forbidden, BadNote, vault.TooLarge, Unreadable, NoNumbers."""
    access.require(by, "contacts.write")
    if len(note) > optouts.NOTE or not texts.storable(note):
        raise optouts.BadNote
    stored = vault.keep(
        tenant=by.tenant,
        chunks=chunks,
        name=name,
        purpose=PURPOSE,
        limit=LIMIT,
        ends_at=clock.now() + KEPT_FOR,
    )
    stream = vault.opened(stored)
    layout = sheets.guess(stream, stored.name)
    header, rows = sheets.sample(stream, layout)
    columns = sheets.guess_columns(rows, header)
    if "msisdn" not in columns:
        raise NoNumbers
    options = {"layout": layout.as_dict(), "column": columns.index("msisdn"), "note": note}
    return jobs.start(by=by, kind=KIND, options=options, file=stored, total=stored.size)


class Import(jobs.Handler):
    """`data`: the last row that was read, and how many were added, known already and no numbers."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self._rows: Iterator[Row] | None = None

    def step(self) -> bool:
        data = self.job.data or {"row": 0, "added": 0, "known": 0, "invalid": 0, "wrong": []}
        rows = list(islice(self._opened(data["row"]), AT_ONCE))
        numbers = [(row.number, _number(row, self.job.options["column"])) for row in rows]
        msisdns = sorted({msisdn for _, msisdn in numbers if msisdn})
        wrong = [number for number, msisdn in numbers if not msisdn]
        added = optouts.put(by=self.by, msisdns=msisdns, note=self.job.options["note"]) if msisdns else 0
        self.job.data = {
            "row": rows[-1].number if rows else data["row"],
            "added": data["added"] + added,
            "known": data["known"] + len(msisdns) - added,
            "invalid": data["invalid"] + len(wrong),
            "wrong": [*data["wrong"], *wrong][:NAMED],
        }
        self.job.done = min(self._stream.raw.tell(), self.job.total)
        return len(rows) == AT_ONCE

    def ended(self) -> None:
        """One entry of the trail for the whole file, however it ended: what was added stays."""
        if self.job.data:
            told = {name: self.job.data[name] for name in ("added", "known", "invalid")}
            audit.record(by=self.by, action="optout.imported", entity_type="OptOut", meta=told)

    def _opened(self, skip: int) -> Iterator[Row]:
        if self._rows is None:
            if self.job.file is None:
                raise NoNumbers
            layout = sheets.Layout.from_dict(self.job.options["layout"])
            self._stream = vault.opened(self.job.file)
            self._rows = sheets.rows(self._stream, layout, skip=max(skip, int(layout.header)))
        return self._rows


def _number(row: Row, column: int) -> int:
    """0 for what is none."""
    raw = row.cells[column] if column < len(row.cells) else ""
    try:
        return phones.mobile(raw) or phones.normalise(raw)
    except phones.InvalidNumber:
        return 0
