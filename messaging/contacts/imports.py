"""A file on its way into the address book, step by step."""

from collections.abc import Iterable, Iterator, Sequence

import orjson
from django.db import transaction

from messaging.contacts import book, groups, import_check, importing, undoing
from messaging.contacts.import_check import Excluded
from messaging.contacts.models import ContactImport
from messaging.files import jobs, sheets, vault
from smsmerkezi.core import clock, naming
from smsmerkezi.core.errors import Conflict, DomainError, NotFound
from tenants import access
from tenants.actors import Actor

PURPOSE = "contacts.file"
LIMIT = 128 * 1024**2  # bytes
WAITED_FOR = 64 * 1024  # bytes that are checked while a person waits
# What a heading often says, and the field of a contact that it means.
MEANT = {
    "il": "address_province", "sehir": "address_province", "ilce": "address_district", "sektor": "sector",
    "sabit_telefon": "landline", "etiket": "tag", "etiketler": "tag", "grup": "tag",
}  # fmt: skip
Stage = ContactImport.Stage


class Unknown(NotFound):
    def __init__(self) -> None:
        super().__init__("Aktarım bulunamadı.")


class BadImportColumns(DomainError):
    code = "invalid-import-columns"

    def __init__(self) -> None:
        super().__init__(
            "Tam bir sütun telefon olmalı; her alan bir kez seçilebilir, en çok 30 kendi alanınız olur."
        )


class NotNow(Conflict):
    code = "import-not-now"

    def __init__(self) -> None:
        super().__init__("Bu adım şu an yapılamaz; aktarım başka bir aşamada.")


def find(*, by: Actor, import_id: int) -> ContactImport:
    """Raises Forbidden, Unknown."""
    access.require(by, "contacts.read")
    found = ContactImport.objects.of(by.tenant).select_related("job", "file").filter(pk=import_id).first()
    if found is None:
        raise Unknown
    return found


def _held(by: Actor, import_id: int, *stages: str) -> ContactImport:
    access.require(by, "contacts.write")
    rows = ContactImport.objects.of(by.tenant).select_for_update(no_key=True)
    found = rows.filter(pk=import_id).first()
    if found is None:
        raise Unknown
    if found.stage not in stages:
        raise NotNow
    return found


@transaction.atomic
def start(*, by: Actor, chunks: Iterable[bytes], name: str) -> ContactImport:
    """Raises Forbidden, vault.TooLarge, sheets.Unreadable."""
    access.require(by, "contacts.write")
    ends_at = clock.now() + import_check.KEPT_FOR
    stored = vault.keep(
        tenant=by.tenant, chunks=chunks, name=name, purpose=PURPOSE, limit=LIMIT, ends_at=ends_at
    )
    stream = vault.opened(stored)
    layout = sheets.guess(stream, stored.name)
    header, rows = sheets.sample(stream, layout)
    columns = [MEANT.get(each, each) for each in sheets.guess_columns(rows, header)]
    once = [each if each not in columns[:at] else "" for at, each in enumerate(columns)]
    return ContactImport.objects.create(
        tenant=by.tenant, user_id=by.user_id, file=stored, layout=layout.as_dict(), columns=once
    )


@transaction.atomic
def check(
    *,
    by: Actor,
    import_id: int,
    columns: Sequence[str],
    header: bool,
    update_known: bool,
    tags: Sequence[str],
    group_id: int | None = None,
) -> ContactImport:
    """What each column is, what to do with whom one knows, and the group that all join; then the file is read.

    Raises BadImportColumns, groups.Unknown, Unreadable.
    """
    found = _held(by, import_id, Stage.DRAFT, Stage.CHECKED)
    found.group = groups.find(by=by, group_id=group_id) if group_id else None
    chosen = [
        name if name in {"", "msisdn", "tag", *importing.COLUMNS} else naming.variable(name)[: book.FIELD]
        for name in columns
    ]
    used = [name for name in chosen if name]
    own = set(used) - {"msisdn", "tag", *importing.COLUMNS}
    if chosen.count("msisdn") != 1 or len(set(used)) != len(used) or len(own) > book.FIELDS:
        raise BadImportColumns
    found.columns, found.layout = chosen, {**found.layout, "header": header}
    found.update_known, found.tags = update_known, [tag[: book.TAG] for tag in tags][:20]
    if found.file is not None and found.file.size <= WAITED_FOR:
        reading = import_check.Checking(found)
        while reading.step():
            pass
        reading.finish()
    else:
        found.stage = Stage.CHECKING
        found.job = jobs.start(by=by, kind=import_check.KIND, options={"import": found.pk})
    found.save()
    return found


@transaction.atomic
def run(*, by: Actor, import_id: int) -> ContactImport:
    """Take the good rows. Raises NotNow."""
    found = _held(by, import_id, Stage.CHECKED)
    if not found.counts.get("fresh", 0) + found.counts.get("known", 0):
        raise NotNow
    found.stage = Stage.RUNNING
    total = found.counts["fresh"] + found.counts["known"]
    found.job = jobs.start(by=by, kind=importing.RUN, options={"import": found.pk}, total=total)
    found.save()
    return found


@transaction.atomic
def undo(*, by: Actor, import_id: int) -> ContactImport:
    """Take it back, within a day. Raises NotNow."""
    found = _held(by, import_id, Stage.DONE)
    if not undoing.undoable(found):
        raise NotNow
    found.stage = Stage.UNDOING
    total = found.counts.get("created", 0) + found.counts.get("changed", 0)
    found.job = jobs.start(by=by, kind=undoing.KIND, options={"import": found.pk}, total=total)
    found.save()
    return found


def excluded(found: ContactImport) -> Iterator[Excluded]:
    """What is not taken, in the order of the file."""
    if found.excluded is None:
        raise Unknown
    for line in vault.opened(found.excluded):
        yield Excluded(*orjson.loads(line))
