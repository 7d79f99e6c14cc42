"""What people say of themselves and administrators of their firm (#43)."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import transaction

from smsmerkezi.core import addresses
from smsmerkezi.core.errors import DomainError
from tenants import access, audit, names
from tenants.actors import Actor
from tenants.models import Tenant, User

Approved = Callable[[Tenant], Collection[str]]


class NotYourSender(DomainError):
    """Only a name that the firm may write under can be its default."""

    code = "sender-not-approved"
    field = "default_originator"

    def __init__(self) -> None:
        super().__init__("Gönderici adı onaylı değil.")


@dataclass(frozen=True, slots=True)
class FirmChange:
    """None leaves a thing as it is; an empty sender or webhook address takes it away."""

    tenant_name: str | None = None
    default_originator: str | None = None
    webhook_url: str | None = None
    two_factor_required: bool | None = None

    def fields(self) -> dict[str, str | bool]:
        """What is to change, by the firm's own fields."""
        found = {
            "name": None if self.tenant_name is None else names.tidy(self.tenant_name),
            "default_originator": self.default_originator,
            "webhook_url": self.webhook_url,
            "two_factor_required": self.two_factor_required,
        }
        return {name: value for name, value in found.items() if value is not None}


NOTHING = FirmChange()


def of(*, by: Actor) -> tuple[Tenant, User]:
    """The firm that the acting person is in or acts for, and the person, whole. Raises NoTenant."""
    return Tenant.objects.get(pk=by.tenant.pk), User.objects.get(pk=by.person.pk)


@transaction.atomic
def change(*, by: Actor, name: str | None = None, firm: FirmChange = NOTHING, approved: Approved) -> User:
    """The acting person's name, and for administrators their firm's. `approved` tells the senders a firm may write under.

    Raises Forbidden, names.BadFullName, names.BadCompanyName, NotYourSender, addresses.BadAddress.
    """
    access.require(by, "settings.own")
    if firm != NOTHING:
        access.require(by, "settings.firm")
    user = by.person
    told = [*_rename(user, name), *(_change_firm(by.tenant, firm, approved) if firm != NOTHING else ())]
    if told:
        audit.record(by=by, action="profile.updated", entity=user, meta={"fields": told})
    return user


@transaction.atomic
def prefer(*, by: Actor, sender: str, approved: Approved) -> None:
    """The firm's default sender alone. Raises Forbidden, NotYourSender."""
    access.require(by, "settings.firm")
    told = _change_firm(by.tenant, FirmChange(default_originator=sender), approved)
    if told:
        audit.record(by=by, action="profile.updated", entity=by.tenant, meta={"fields": told})


def _rename(user: User, name: str | None) -> list[str]:
    if name is None:
        return []
    if not names.fits(name):
        raise names.BadFullName
    if names.tidy(name) == user.name:
        return []
    user.name = names.tidy(name)
    user.save(update_fields=["name"])
    return ["name"]


def _change_firm(firm: Tenant, change: FirmChange, approved: Approved) -> list[str]:
    row = Tenant.objects.select_for_update(no_key=True).get(pk=firm.pk)
    _check(row, change, approved)
    changed = [name for name, value in change.fields().items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, change.fields()[name])
        setattr(firm, name, change.fields()[name])
    if changed:
        row.save(update_fields=changed)
    return [f"tenant.{name}" for name in changed]


def _check(firm: Tenant, change: FirmChange, approved: Approved) -> None:
    if change.tenant_name is not None and not names.fits(change.tenant_name):
        raise names.BadCompanyName("tenant_name")
    if change.default_originator and change.default_originator not in approved(firm):
        raise NotYourSender
    if change.webhook_url:
        addresses.check_public(change.webhook_url, field="webhook_url")
