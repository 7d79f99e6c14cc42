"""Firms, as platform staff run them: opened, changed, suspended, let in again."""

from dataclasses import asdict, dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction

from smsmerkezi.core.changes import Changes, between
from smsmerkezi.core.errors import Conflict, DomainError, NotFound
from tenants import access, audit
from tenants.actors import Actor
from tenants.models import Tenant, User

State = Tenant.State


class BadFirm(DomainError):
    """A name or short name that cannot be."""


class BadReason(DomainError):
    code = "invalid-reason"


class SlugTaken(Conflict):
    field = "slug"

    def __init__(self) -> None:
        super().__init__("Bu kısa ad başka bir firmanın.")


@dataclass(frozen=True, slots=True)
class Details:
    """`gateway` is an account's slug, empty for the platform's default. Without `dlr_enabled` no reports are asked for."""

    name: str
    gateway: str = ""
    default_originator: str = ""
    dlr_enabled: bool = True


@transaction.atomic
def create(*, by: Actor, slug: str, details: Details) -> Tenant:
    """A new firm, active. Its `slug` never changes. Raises BadFirm, SlugTaken."""
    access.require(by, "firms.manage")
    _check_name(details.name)
    _check_slug(slug)
    try:
        with transaction.atomic():
            firm = Tenant.objects.create(slug=slug, **asdict(details))
    except IntegrityError as error:
        raise SlugTaken from error
    audit.record(by=by, action="tenant.created", entity=firm, tenant=firm)
    return firm


@transaction.atomic
def change(*, by: Actor, tenant_id: int, details: Details) -> Tenant:
    """Raises BadFirm, NotFound."""
    access.require(by, "firms.manage")
    _check_name(details.name)
    firm = _locked(tenant_id)
    changes = between(firm, asdict(details))
    for name in changes:
        setattr(firm, name, getattr(details, name))
    if changes:
        firm.save(update_fields=list(changes))
        audit.record(by=by, action=_named(changes), entity=firm, tenant=firm, changes=changes)
    return firm


@transaction.atomic
def suspend(*, by: Actor, tenant_id: int, reason: str) -> Tenant:
    """Nobody of the firm enters, and nothing new is accepted, from the commit on. Raises BadReason, Conflict, NotFound."""
    return _move(by, tenant_id, State.SUSPENDED, "tenant.suspended", reason)


@transaction.atomic
def activate(*, by: Actor, tenant_id: int, reason: str) -> Tenant:
    """Undo `suspend`. Raises BadReason, Conflict, NotFound."""
    return _move(by, tenant_id, State.ACTIVE, "tenant.activated", reason)


def find(tenant_id: int) -> Tenant:
    """Raises NotFound."""
    firm = Tenant.objects.filter(pk=tenant_id).first()
    if firm is None:
        raise NotFound("Firma bulunamadı.")
    return firm


def _named(changes: Changes) -> str:
    """The contract has a name for a change of one of these alone (#24, #25)."""
    alone = next(iter(changes)) if len(changes) == 1 else ""
    return {"gateway": "tenant.gateway_changed", "dlr_enabled": "tenant.dlr_changed"}.get(
        alone, "tenant.changed"
    )


def administrator(firm: Tenant) -> User | None:
    """Whom the firm's people ask: the first of its active administrators."""
    return firm.users.filter(role=User.Role.ADMIN, is_active=True).order_by("pk").first()


def _move(by: Actor, tenant_id: int, state: State, action: str, reason: str) -> Tenant:
    access.require(by, "firms.manage")
    if not 5 <= len(reason.strip()) <= 500:
        raise BadReason("Neden 5 ile 500 karakter arasında olmalıdır.", field="reason")
    firm = _locked(tenant_id)
    if firm.state == state:
        raise Conflict(f"Firma şu durumda: {firm.get_state_display()}.")
    changes = between(firm, {"state": str(state)})
    firm.state = state
    firm.save(update_fields=["state"])
    audit.record(
        by=by, action=action, entity=firm, tenant=firm, changes=changes, meta={"reason": reason.strip()}
    )
    return firm


def _locked(tenant_id: int) -> Tenant:
    firm = Tenant.objects.select_for_update(no_key=True).filter(pk=tenant_id).first()
    if firm is None:
        raise NotFound("Firma bulunamadı.")
    return firm


def _check_name(name: str) -> None:
    if not 1 <= len(name.strip()) <= 150:
        raise BadFirm("Firma adı 1 ile 150 karakter arasında olmalıdır.", field="name")


def _check_slug(slug: str) -> None:
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise BadFirm("Kısa ad yalnız harf, rakam, tire ve alt çizgi içerebilir.", field="slug") from error
    if len(slug) > 160:
        raise BadFirm("Kısa ad en çok 160 karakter olabilir.", field="slug")
