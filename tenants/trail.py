"""Reading the audit trail: the entries of a firm, or of everybody, and who did it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from smsmerkezi.core.errors import NotFound
from tenants.models import AuditEntry, Tenant, User

PLATFORM = "SMS Merkezi"


class EntryNotFound(NotFound):
    """No such entry, or another firm's."""

    def __init__(self) -> None:
        super().__init__("Audit log bulunamadi.")  # contract #41, to the letter


@dataclass(frozen=True, slots=True)
class Line:
    """An entry and the name of who did it, "" where nobody did: the platform by itself."""

    entry: AuditEntry
    name: str

    @property
    def pk(self) -> int:
        return self.entry.pk


def of_everybody() -> QuerySet[AuditEntry]:
    """Every firm's entries and the platform's own; for platform staff."""
    return AuditEntry.objects.select_related("tenant")


def lines(entries: Iterable[AuditEntry], *, firm: Tenant | None) -> list[Line]:
    """For readers of `firm`, staff of the platform are the platform; for the platform (None) everybody has a name."""
    entries = list(entries)
    people = User.objects.in_bulk({entry.user_id for entry in entries if entry.user_id})
    known = {
        person.pk: str(person) for person in people.values() if firm is None or person.tenant_id == firm.pk
    }
    return [Line(entry, known.get(entry.user_id, PLATFORM) if entry.user_id else "") for entry in entries]


def people_of(firm: Tenant) -> list[tuple[int, str]]:
    """Ids and names of a firm's people, also of those who left, in the order of their names."""
    people = User.objects.filter(tenant=firm).order_by("name", "pk")
    return [(person.pk, str(person)) for person in people]


def find(firm: Tenant, raw_id: str) -> Line:
    """Raises EntryNotFound, also for an id that is none."""
    found = None
    if raw_id.isascii() and raw_id.isdigit() and len(raw_id) <= 18:
        found = AuditEntry.objects.of(firm).filter(pk=int(raw_id)).first()
    if found is None:
        raise EntryNotFound
    return lines([found], firm=firm)[0]
