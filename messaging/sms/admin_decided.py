"""What staff have decided about a submission, out of the trail."""

from messaging.sms.models import Submission
from smsmerkezi.backoffice import cells
from tenants import audit_words
from tenants.models import AuditEntry, User

LOOK_AT = 5000  # newest entries of the firm's trail among which a decision is sought
DECISIONS = ("sms.doubt-sent", "sms.doubt-not-sent", "sms.doubt-again")


def decisions(row: Submission) -> list[tuple[AuditEntry, User | None]]:
    """What staff decided about it, newest first, and who."""
    newest = AuditEntry.objects.filter(tenant_id=row.tenant_id).order_by("-pk").values("pk")[:LOOK_AT]
    told = AuditEntry.objects.filter(
        pk__in=newest, entity_type="Submission", entity_id=row.pk, action__in=DECISIONS
    )
    entries = list(told.order_by("-pk"))
    people = User.objects.in_bulk({entry.user_id for entry in entries if entry.user_id})
    return [(entry, people.get(entry.user_id)) for entry in entries]


def line(entry: AuditEntry, person: User | None) -> tuple[tuple[str, str], ...]:
    return (
        ("Zaman", cells.plain(entry.created_at)),
        ("Kim", cells.plain(str(person or ""))),
        ("Karar", audit_words.sentence(entry.action)),
        ("Neden", cells.plain(entry.meta.get("reason"))),
    )
