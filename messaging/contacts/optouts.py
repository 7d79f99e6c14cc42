"""The opt-out list. It is read at accept and again at claim, inside their statements (`messaging.sms.store`)."""

from collections.abc import Iterable

from django.db import transaction

from messaging.contacts.models import OptOut
from smsmerkezi.core import phones
from tenants import audit
from tenants.actors import Actor


@transaction.atomic
def add(*, by: Actor, numbers: Iterable[str], source: str = OptOut.Source.PANEL, note: str = "") -> int:
    """Put numbers on the tenant's list; how many were not on it before. Raises phones.InvalidNumber."""
    msisdns = {phones.normalise(number) for number in numbers}
    known = set(OptOut.objects.of(by.tenant).filter(msisdn__in=msisdns).values_list("msisdn", flat=True))
    OptOut.objects.bulk_create(
        [
            OptOut(tenant=by.tenant, msisdn=msisdn, source=source, note=note)
            for msisdn in sorted(msisdns - known)
        ],
        ignore_conflicts=True,
        batch_size=2000,
    )
    audit.record(by=by, action="optout.added", entity_type="OptOut", meta={"count": len(msisdns - known)})
    return len(msisdns - known)
