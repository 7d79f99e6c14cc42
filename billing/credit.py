"""What platform staff do to credit. The ledger moves it; here stand who may, why, and the trail.

A `reference` is made where the form is shown, so the same form sent twice moves credit once.
"""

from django.db import transaction

from billing import ledger
from smsmerkezi.core.errors import DomainError
from tenants import access, audit, firms
from tenants.actors import Actor
from tenants.models import Tenant

NOTE_LENGTH = 200


class BadNote(DomainError):
    code = "invalid-reason"


@transaction.atomic
def open_firm(*, by: Actor, slug: str, details: firms.Details) -> Tenant:
    """A new firm with its empty account. Raises what `firms.create` raises."""
    firm = firms.create(by=by, slug=slug, details=details)
    ledger.open_account(tenant=firm)
    return firm


@transaction.atomic
def add(*, by: Actor, tenant_id: int, credits: int, note: str, reference: str) -> bool:
    """Bought credit. False when this `reference` has moved before. Raises BadAmount, BadNote, NotFound."""
    firm = _firm(by, tenant_id, note, shortest=0)
    posted = ledger.top_up(
        tenant=firm, credits=credits, reference=f"{firm.pk}:{reference}", note=note.strip()
    )
    return _noted(by, firm, "balance.topup", credits, posted)


@transaction.atomic
def correct(*, by: Actor, tenant_id: int, credits: int, note: str, reference: str) -> bool:
    """Put something right, up or down. Raises BadAmount, BadNote, InsufficientCredit, NotFound; False as in `add`."""
    firm = _firm(by, tenant_id, note, shortest=5)
    posted = ledger.adjust(
        tenant=firm, credits=credits, reference=f"{firm.pk}:{reference}", note=note.strip()
    )
    return _noted(by, firm, "balance.adjusted", credits, posted)


def _firm(by: Actor, tenant_id: int, note: str, *, shortest: int) -> Tenant:
    access.require(by, "credit.add")
    if not shortest <= len(note.strip()) <= NOTE_LENGTH:
        words = (
            f"{shortest} ile {NOTE_LENGTH} karakter arasında"
            if shortest
            else f"en çok {NOTE_LENGTH} karakter"
        )
        raise BadNote(f"Açıklama {words} olmalıdır.", field="note")
    return firms.find(tenant_id)


def _noted(by: Actor, firm: Tenant, action: str, credits: int, posted: bool) -> bool:
    if posted:
        audit.record(
            by=by,
            action=action,
            entity_type="Account",
            entity_id=firm.pk,
            tenant=firm,
            meta={"credits": credits},
        )
    return posted
