"""How a name stands with the roads to the operators. Staff keep it; what is approved at one road is not at another."""

import re

from django.db import transaction

from messaging.senders.approval import Unknown
from messaging.senders.models import Registration, SenderId
from smsmerkezi.core import texts
from smsmerkezi.core.errors import DomainError
from tenants import access, audit
from tenants.actors import Actor

NOTE = 200  # characters
ROAD = re.compile(r"[a-z0-9-]{1,40}")


class BadRegistration(DomainError):
    code = "invalid-registration"
    field = "road"

    def __init__(self) -> None:
        super().__init__(
            "Sağlayıcının kısa adını (küçük harf, rakam, tire), durumu ve en çok 200 karakterlik bir not yazın."
        )


@transaction.atomic
def register(*, by: Actor, sender_id: int, road: str, state: str, note: str = "") -> Registration:
    """Raises Forbidden, Unknown, BadRegistration."""
    access.require(by, "senders.decide")
    sender = (
        SenderId.objects.select_for_update(no_key=True).select_related("tenant").filter(pk=sender_id).first()
    )
    if sender is None:
        raise Unknown
    note = " ".join(note.split())
    fits = ROAD.fullmatch(road) and state in Registration.State.values and len(note) <= NOTE
    if not fits or not texts.storable(note):
        raise BadRegistration
    kept, _ = Registration.objects.update_or_create(
        sender=sender, road=road, defaults={"tenant_id": sender.tenant_id, "state": state, "note": note}
    )
    told = {"road": road, "state": state}
    audit.record(by=by, action="sender_id.registered", entity=sender, tenant=sender.tenant, meta=told)
    return kept
