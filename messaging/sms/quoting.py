"""What a message would cost if it were sent now. The same rules as `sending`, reported instead of refused."""

from dataclasses import dataclass
from datetime import datetime

from billing import ledger
from gateways import segments
from messaging.hours import policy
from messaging.sms import content, sending
from messaging.sms.store import accept as store
from smsmerkezi.core import phones
from tenants import access
from tenants.actors import Actor


@dataclass(frozen=True, slots=True)
class Quote:
    """`credits` are SMS; `invalid` holds (index, what was there). `available` is the balance without what is reserved."""

    size: segments.Size
    pieces: list[str]
    recipients: int
    duplicates: int
    opted_out: int
    invalid: list[tuple[int, str]]
    available: int
    warnings: list[str]  # of `content`, for commercial texts
    held_until: datetime | None  # when it goes, where its hours hold it

    @property
    def credits(self) -> int:
        return self.size.parts * self.recipients

    @property
    def available_after(self) -> int:
        return self.available - self.credits

    @property
    def affordable(self) -> bool:
        return self.available_after >= 0


def quote(*, by: Actor, order: sending.Order) -> Quote:
    """Raises accounts.UnknownGateway, sending.GatewayClosed, segments.Unencodable, Forbidden."""
    access.require(by, "sms.send")
    _, able = sending.road(by.tenant, order.gateway)
    batch = phones.normalise_many(order.recipients)
    opted_out = store.opted_out(tenant_id=by.tenant.pk, msisdns=batch.numbers) if batch.numbers else set()
    return Quote(
        size=segments.count(order.body, able.profile),
        pieces=segments.split(order.body, able.profile),
        recipients=len(batch.numbers) - len(opted_out),
        duplicates=batch.duplicates,
        opted_out=len(opted_out),
        invalid=batch.invalid,
        available=ledger.account_of(by.tenant).available,
        warnings=_warnings(by, order),
        held_until=policy.held_until(order.scheduled_at, commercial=order.commercial),
    )


def _warnings(by: Actor, order: sending.Order) -> list[str]:
    if not order.commercial:
        return []
    return content.warnings(order.body, firm=by.tenant.name, originator=order.originator)


def check(found: Quote, order: sending.Order) -> None:
    """What `send_sms` would refuse, known before it is asked. Raises its refusals."""
    if not found.recipients:
        raise sending.NoRecipientsLeft
    sending.checked_schedule(order.scheduled_at)
    if not found.affordable:
        raise ledger.InsufficientCredit(available=found.available, needed=found.credits)
