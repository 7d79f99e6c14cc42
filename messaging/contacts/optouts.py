"""A firm's opt-out list. It is read at accept and again at claim, inside their statements (`messaging.sms.store`)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from messaging.contacts.models import OptOut, OptOutEvent
from smsmerkezi import database
from smsmerkezi.core import masks, phones, texts
from smsmerkezi.core.errors import DomainError, NotFound
from tenants import access, audit
from tenants.actors import Actor
from tenants.models import Tenant

NOTE = 200  # characters
PASTED = 10_000  # numbers at once; more come as a file
REASON = range(5, 501)  # characters

# Sorted, so that two lists at once wait for each other instead of both ending.
ADD = """
WITH fresh AS (
  INSERT INTO contacts_optout (tenant_id, msisdn, source, note, user_id, created_at)
  SELECT %(tenant)s::bigint, m, %(source)s::varchar, %(note)s::varchar, %(user)s::bigint, now()
  FROM (SELECT DISTINCT m FROM unnest(%(msisdns)s::bigint[]) m ORDER BY m) sorted
  ON CONFLICT DO NOTHING RETURNING 1
)
SELECT count(*)::int FROM fresh
"""


class BadReason(DomainError):
    code = "invalid-reason"
    field = "reason"

    def __init__(self) -> None:
        super().__init__("Neden 5 ile 500 karakter arasında olmalıdır.")


class FromIys(DomainError):
    """The person said so there, and only there may unsay it."""

    code = "opt-out-from-iys"

    def __init__(self) -> None:
        super().__init__(
            "İYS'den gelen ret burada kaldırılamaz; alıcı İYS'de onay verirse kendiliğinden kalkar."
        )


class TooMany(DomainError):
    code = "too-many-numbers"
    field = "numbers"

    def __init__(self) -> None:
        super().__init__("Tek seferde en çok 10.000 numara yapıştırılır; daha fazlası için dosya yükleyin.")


class BadNote(DomainError):
    code = "invalid-note"
    field = "note"

    def __init__(self) -> None:
        super().__init__(f"Not en çok {NOTE} karakter olabilir.")


class Unknown(NotFound):
    def __init__(self) -> None:
        super().__init__("Ret kaydı bulunamadı.")


@dataclass(frozen=True, slots=True)
class Added:
    """`known` were on the list already, `repeated` stood more than once, `invalid` are (line from 1, what was there)."""

    added: int
    known: int
    repeated: int
    invalid: Sequence[tuple[int, str]]


def of(firm: Tenant) -> QuerySet[OptOut]:
    return OptOut.objects.of(firm)


@transaction.atomic
def add(*, by: Actor, numbers: Iterable[str], source: str = OptOut.Source.PANEL, note: str = "") -> int:
    """Put numbers on the firm's list; how many were not on it before. Raises phones.InvalidNumber."""
    return store(by=by, msisdns=[phones.normalise(number) for number in numbers], source=source, note=note)


@transaction.atomic
def add_pasted(*, by: Actor, numbers: Sequence[str], note: str = "") -> Added:
    """As somebody pasted them: what is no number is told and left out. Raises Forbidden, TooMany, BadNote."""
    access.require(by, "contacts.write")
    if len(numbers) > PASTED:
        raise TooMany
    if len(note) > NOTE or not texts.storable(note):
        raise BadNote
    batch = phones.normalise_many(numbers)
    added = store(by=by, msisdns=batch.numbers, note=note) if batch.numbers else 0
    invalid = [(line + 1, shown) for line, shown in batch.invalid]
    return Added(added, len(batch.numbers) - added, batch.duplicates, invalid)


def store(*, by: Actor, msisdns: Sequence[int], source: str = OptOut.Source.PANEL, note: str = "") -> int:
    """Numbers that are known to be some; how many were new. Call in a transaction."""
    added = put(by=by, msisdns=msisdns, source=source, note=note)
    audit.record(by=by, action="optout.added", entity_type="OptOut", meta={"count": added})
    return added


def put(*, by: Actor, msisdns: Sequence[int], source: str = OptOut.Source.PANEL, note: str = "") -> int:
    """As `store`; the caller tells the trail."""
    values = {
        "tenant": by.tenant.pk,
        "msisdns": list(msisdns),
        "source": str(source),
        "note": note,
        "user": by.user_id,
    }
    return int(database.rows(ADD, values)[0][0])


@transaction.atomic
def remove(*, by: Actor, optout_id: int, reason: str) -> None:
    """The number may be written to again. Raises Forbidden, Unknown, FromIys, BadReason."""
    access.require(by, "optouts.remove")
    reason = " ".join(reason.split())
    if len(reason) not in REASON or not texts.storable(reason):
        raise BadReason
    found = OptOut.objects.of(by.tenant).select_for_update(no_key=True).filter(pk=optout_id).first()
    if found is None:
        raise Unknown
    if found.source == OptOut.Source.IYS:
        raise FromIys
    OptOutEvent.objects.create(
        tenant=by.tenant,
        msisdn=found.msisdn,
        kind=OptOutEvent.Kind.ALLOWED,
        source=OptOut.Source.PANEL,
        reason=reason,
        user_id=by.user_id,
    )
    told = {"number": masks.mask_screen(found.msisdn), "source": found.source}
    audit.record(by=by, action="optout.removed", entity_type="OptOut", entity_id=found.pk, meta=told)
    found.delete()


def find(*, by: Actor, optout_id: int) -> OptOut:
    """Raises Forbidden, Unknown."""
    access.require(by, "contacts.read")
    found = of(by.tenant).filter(pk=optout_id).first()
    if found is None:
        raise Unknown
    return found


def history(*, by: Actor, msisdn: int) -> QuerySet[OptOutEvent]:
    """What the number said to the firm, newest first."""
    return OptOutEvent.objects.of(by.tenant).filter(msisdn=msisdn).order_by("-id")
