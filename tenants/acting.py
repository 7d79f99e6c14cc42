"""A super_admin acts for a firm: for a stated reason, after a fresh proof, for an hour; every entry of the trail names both.

What is closed meanwhile stands in tenants/access.py. The state belongs to a session of the panel, whose door keeps it, or to
one API token (contract D20), whose row does.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypedDict

from django.db import transaction
from django.db.models import Q, QuerySet

from smsmerkezi.core import clock
from smsmerkezi.core.errors import Conflict, DomainError, Forbidden, NotFound
from tenants import access, audit, firms
from tenants.actors import Actor
from tenants.models import ApiToken, Tenant, User

PERIOD = timedelta(minutes=60)
FRESH = timedelta(minutes=10)  # how old the proof may be
REASON = (5, 200)  # characters


class BadReason(DomainError):
    code = "invalid-acting-reason"
    field = "reason"

    def __init__(self) -> None:
        super().__init__(f"Neden {REASON[0]} ile {REASON[1]} karakter arasında olmalıdır.")


class ProofNeeded(Forbidden):
    """The password or the code was given too long ago, or never: an API key has none behind it."""

    code = "proof-needed"

    def __init__(self) -> None:
        super().__init__(
            "Bu işlem için son 10 dakika içinde giriş yapmış olmanız gerekir. Yeniden giriş yapın."
        )


class ActingAlready(Conflict):
    code = "acting-already"

    def __init__(self) -> None:
        super().__init__("Zaten bir firma adına çalışıyorsunuz. Önce kendi hesabınıza dönün.")


class FirmSuspended(Conflict):
    code = "firm-suspended"
    field = "tenant_id"

    def __init__(self) -> None:
        super().__init__("Askıdaki bir firma adına çalışılamaz.")


@dataclass(frozen=True, slots=True)
class Acting:
    """For which firm, from when until when."""

    firm: Tenant
    since: datetime
    until: datetime


class Brief(TypedDict):
    id: int
    name: str
    slug: str


def firms_to_act_for(*, by: Actor, q: str = "") -> QuerySet[Tenant]:
    """Active firms whose name or short name contains `q`, in any case. Raises Forbidden."""
    access.require(by, "tenants.switch")
    found = Tenant.objects.filter(state=Tenant.State.ACTIVE)
    return found.filter(Q(name__icontains=q) | Q(slug__icontains=q)) if q else found


@transaction.atomic
def start(*, by: Actor, tenant_id: int, reason: str, proved_at: datetime | None) -> Acting:
    """From now on `by` acts for the firm; the door keeps what is returned. `proved_at`: the last password or code.

    Raises Forbidden, ProofNeeded, BadReason, ActingAlready, NotFound, FirmSuspended.
    """
    access.require(by, "tenants.switch")
    now = clock.now()
    if proved_at is None or now - proved_at > FRESH:
        raise ProofNeeded
    if not REASON[0] <= len(reason.strip()) <= REASON[1]:
        raise BadReason
    if by.acting:
        raise ActingAlready
    firm = firms.find(tenant_id)
    if firm.state != Tenant.State.ACTIVE:
        raise FirmSuspended
    started = Acting(firm, now, now + PERIOD)
    audit.record(
        by=replace(by, firm=firm, acting=True),
        action="tenant.acting_as_started",
        entity=firm,
        meta={"reason": reason.strip(), "until": clock.iso_utc(started.until)},
    )
    return started


@transaction.atomic
def end(*, by: Actor) -> Actor:
    """Back to one's own account, as whom the actor returns; nothing where nobody acts."""
    if not by.acting:
        return by
    audit.record(by=by, action="tenant.acting_as_ended", entity=by.tenant)
    return replace(by, firm=None, acting=False)


def resumed(*, user: User, tenant_id: int, until: datetime) -> Tenant | None:
    """The firm for which a session still acts; None when the hour is over, or when either of the two may not any more."""
    if not user.is_super_admin or clock.now() >= until:
        return None
    return Tenant.objects.filter(pk=tenant_id, state=Tenant.State.ACTIVE).first()


@transaction.atomic
def start_with_token(*, by: Actor, tenant_id: int, reason: str) -> Acting:
    """As `start`, for the token in use, whose log-in is the proof; a key, which nobody logged in for, is none."""
    access.require(by, "tenants.switch")
    token = _locked(by)
    if _of(token):
        raise ActingAlready
    proved_at = token.created_at if token.kind == ApiToken.Kind.SESSION else None
    started = start(by=by, tenant_id=tenant_id, reason=reason, proved_at=proved_at)
    token.acting_for, token.acting_since, token.acting_until = started.firm, started.since, started.until
    token.save(update_fields=["acting_for", "acting_since", "acting_until"])
    return started


@transaction.atomic
def end_with_token(*, by: Actor) -> None:
    """As `end`, for the token in use."""
    token = _locked(by)
    running = _of(token)
    if running:
        end(by=replace(by, firm=running.firm, acting=True))
        ApiToken.objects.filter(pk=token.pk).update(acting_for=None, acting_since=None, acting_until=None)


def of_token(*, by: Actor) -> Acting | None:
    """For which firm the token in use acts. Raises Forbidden."""
    access.require(by, "tenants.switch")
    return _of(_found(ApiToken.objects.select_related("acting_for"), by)) if by.acting else None


def acting_as(*, by: Actor) -> Brief | None:
    """`acting_as` of #31."""
    return brief(by.tenant) if by.acting else None


def brief(firm: Tenant) -> Brief:
    return {"id": firm.pk, "name": firm.name, "slug": firm.slug}


def _locked(by: Actor) -> ApiToken:
    """Without the firm beside it: a join shows whoever waited for the lock the firm of before."""
    return _found(ApiToken.objects.select_for_update(no_key=True), by)


def _found(tokens: QuerySet[ApiToken], by: Actor) -> ApiToken:
    found = tokens.filter(pk=by.token_id or 0, user=by.person).first()
    if found is None:  # revoked since it opened the door
        raise NotFound("Token bulunamadı.")
    return found


def _of(token: ApiToken) -> Acting | None:
    """As AUTHENTICATE in tenants/tokens.py sees it."""
    firm, since, until = token.acting_for, token.acting_since, token.acting_until
    if firm is None or since is None or until is None or firm.state != Tenant.State.ACTIVE:
        return None
    return Acting(firm, since, until) if clock.now() < until else None
