"""The platform's own opt-out list: numbers that no firm may write to. Kept by staff, read by every accept and claim."""

from collections.abc import Sequence

from django.db import transaction

from messaging.contacts.models import PlatformOptOut
from messaging.contacts.optouts import NOTE, PASTED, REASON, BadNote, BadReason, TooMany, Unknown
from smsmerkezi.core import masks, phones, texts
from tenants import access, audit
from tenants.actors import Actor


@transaction.atomic
def add(*, by: Actor, numbers: Sequence[str], note: str = "") -> int:
    """How many were not on it before. Raises Forbidden, TooMany, BadNote, phones.InvalidNumber."""
    access.require(by, "optouts.platform")
    if len(numbers) > PASTED:
        raise TooMany
    if len(note) > NOTE or not texts.storable(note):
        raise BadNote
    msisdns = sorted({phones.normalise(number) for number in numbers})
    known = set(PlatformOptOut.objects.filter(msisdn__in=msisdns).values_list("msisdn", flat=True))
    fresh = [
        PlatformOptOut(msisdn=msisdn, note=note, user_id=by.user_id)
        for msisdn in msisdns
        if msisdn not in known
    ]
    PlatformOptOut.objects.bulk_create(fresh, ignore_conflicts=True)
    audit.record(
        by=by, action="optout.platform-added", entity_type="PlatformOptOut", meta={"count": len(fresh)}
    )
    return len(fresh)


@transaction.atomic
def remove(*, by: Actor, optout_id: int, reason: str) -> None:
    """Raises Forbidden, Unknown, BadReason."""
    access.require(by, "optouts.platform")
    if len(reason.strip()) not in REASON:
        raise BadReason
    found = PlatformOptOut.objects.select_for_update(no_key=True).filter(pk=optout_id).first()
    if found is None:
        raise Unknown
    told = {"number": masks.mask_screen(found.msisdn), "reason": reason.strip()}
    audit.record(by=by, action="optout.platform-removed", entity=found, meta=told)
    found.delete()
