"""Setting up the roads: accounts made, changed, tried.

This package knows nobody, so the trail is the caller's: `note` is told what was done, inside the same transaction, and
never hears a credential's value.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from gateways import circuit, registry, snapshot
from gateways.base import Balance, GatewayDown, SenderName
from gateways.fields import Credentials
from gateways.models import MAX_WEIGHT, GatewayAccount
from smsmerkezi.core.changes import Changes, between, hidden
from smsmerkezi.core.crypto import Undecryptable
from smsmerkezi.core.errors import Conflict, DomainError, NotFound

Note = Callable[[GatewayAccount, str, Changes], object]  # account, action, what changed
UNREADABLE = "Kimlik bilgileri okunamıyor; yeniden girin."


class BadAccount(DomainError):
    """An address, a name or options with which no gateway can be built."""


class SlugTaken(Conflict):
    field = "slug"

    def __init__(self) -> None:
        super().__init__("Bu kısa adla bir hesap var.")


class NotResting(Conflict):
    """The account is spoken to already."""

    def __init__(self) -> None:
        super().__init__("Hesap zaten kullanımda; bekletilmiyor.")


class Unreachable(DomainError):
    """The operator did not answer, or not in words that we understand."""

    code = "gateway-closed"


@dataclass(frozen=True, slots=True)
class Details:
    title: str
    base_url: str
    state: str = GatewayAccount.State.OPERATIONAL
    options: Mapping[str, Any] = field(default_factory=dict)
    pool: str = ""
    weight: int = 100
    priority: int = 100


def credential_names(vendor: str) -> tuple[str, ...]:
    """The keys of `credentials` that this vendor reads; none for a vendor that is no more."""
    if vendor not in registry.VENDORS:
        return ()
    kind = registry.vendor(vendor)
    return (*kind.logins, *kind.secrets)


@transaction.atomic
def create(
    *, vendor: str, slug: str, details: Details, note: Note, owner: int | None = None
) -> GatewayAccount:
    """An account without credentials; an `owner` is a firm's id. Raises BadAccount, SlugTaken, UnknownGateway."""
    account = GatewayAccount(vendor=vendor, slug=slug, owner=owner, **asdict(details))
    _check(account)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        raise SlugTaken from error
    _told(account, note, "gateway.created", {})
    return account


@transaction.atomic
def change(*, account_id: int, details: Details, note: Note) -> GatewayAccount:
    """Raises BadAccount, NotFound."""
    account = _locked(account_id)
    changes = between(account, asdict(details))
    for name in changes:
        setattr(account, name, getattr(details, name))
    _check(account)
    account.save(update_fields=[*changes, "updated_at"])
    _told(account, note, "gateway.changed", changes)
    return account


@transaction.atomic
def set_credentials(*, account_id: int, values: Mapping[str, str], note: Note) -> GatewayAccount:
    """Replace what is given; an empty value keeps what is there and can be read. Raises BadAccount, NotFound."""
    account = _locked(account_id)
    known = credential_names(account.vendor)
    given = {name: value for name, value in values.items() if value and name in known}
    if not given:
        raise BadAccount("Değiştirmek istediğiniz alanı doldurun.")
    account.credentials = Credentials({**registry.readable(account), **given})
    account.save(update_fields=["credentials", "updated_at"])
    _told(account, note, "gateway.credentials-set", hidden(sorted(given)))
    return account


@transaction.atomic
def renew_callback(*, account_id: int, note: Note) -> str:
    """A new address for the operator's callbacks; the old one is dead from the commit on. Raises BadAccount, NotFound."""
    account = _locked(account_id)
    fresh = secrets.token_urlsafe(32)
    try:
        account.credentials = Credentials({**account.credentials, registry.CALLBACK_KEY: fresh})
    except Undecryptable as error:  # beside nothing, the new key would hide that the others are lost
        raise BadAccount(UNREADABLE) from error
    account.save(update_fields=["credentials", "updated_at"])
    _told(account, note, "gateway.callback-renewed", {})
    return registry.callback_url(account)


@transaction.atomic
def speak_again(*, account_id: int, note: Note) -> None:
    """End an account's rest before its time. Raises NotFound, NotResting."""
    account = _locked(account_id)
    if not circuit.close(account.pk):
        raise NotResting
    _told(account, note, "gateway.spoken-to-again", {})


@transaction.atomic
def make_default(*, account_id: int, note: Note) -> GatewayAccount:
    """The road of every firm that has chosen none. Raises NotFound."""
    rows = GatewayAccount.objects.select_for_update(no_key=True).order_by("pk")
    account = {row.pk: row for row in rows}.get(account_id)
    if account is None:
        raise NotFound("Sağlayıcı hesabı bulunamadı.")
    if account.owner is not None:
        raise BadAccount("Bir firmanın kendi hesabı varsayılan olamaz.")
    GatewayAccount.objects.filter(is_default=True).update(is_default=False)
    account.is_default = True
    account.save(update_fields=["is_default", "updated_at"])
    _told(account, note, "gateway.made-default", {})
    return account


@dataclass(frozen=True, slots=True)
class Told:
    """What an operator says of an account. `senders` is None where it lists none."""

    balance: list[Balance]
    senders: list[SenderName] | None


def try_out(account: GatewayAccount) -> Told:
    """Ask the operator what the account holds and which senders it has; never inside a transaction. Raises Unreachable."""
    try:
        gateway = registry.build(account)
        held = gateway.balance()
        return Told(held, gateway.senders() if gateway.capabilities.senders else None)
    except GatewayDown as problem:
        raise Unreachable(f"Sağlayıcı yanıt vermedi: {problem}") from problem
    except Undecryptable as problem:
        raise Unreachable(UNREADABLE) from problem


def _check(account: GatewayAccount) -> None:
    """An account from which no gateway can be built would fail at the first message instead of here."""
    try:
        account.clean_fields(exclude=["credentials"])
    except ValidationError as error:
        name, words = next(iter(error.message_dict.items()))
        raise BadAccount(" ".join(words), field=name) from error
    if account.owner is not None and account.pool:
        raise BadAccount("Bir firmanın kendi hesabı havuza katılamaz.", field="pool")
    if account.weight > MAX_WEIGHT:
        raise BadAccount(f"Pay en çok {MAX_WEIGHT} olabilir.", field="weight")
    if not isinstance(account.options, dict):
        raise BadAccount("Seçenekler bir JSON nesnesi olmalıdır.", field="options")
    try:
        registry.try_out(account)
    except (ValueError, TypeError, OSError) as error:
        raise BadAccount("Seçenekler bu sağlayıcıya uymuyor.", field="options") from error


def _told(account: GatewayAccount, note: Note, action: str, changes: Changes) -> None:
    note(account, action, changes)
    transaction.on_commit(snapshot.forget)


def _locked(account_id: int) -> GatewayAccount:
    account = GatewayAccount.objects.select_for_update(no_key=True).filter(pk=account_id).first()
    if account is None:
        raise NotFound("Sağlayıcı hesabı bulunamadı.")
    return account
