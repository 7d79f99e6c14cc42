"""How far a token reaches: what it may, until when and from where. One that makes another gives away no more than it has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from smsmerkezi.core import clock, networks
from smsmerkezi.core.errors import DomainError, Forbidden
from tenants import access
from tenants.models import ApiToken

MAX_ADDRESSES = 20
NO_ABILITY = 'Bu token "{}" yetkisine sahip değil.'


class BadAbilities(DomainError):
    code = "invalid-abilities"


class BadTokenName(DomainError):
    code = "invalid-name"


class BadExpiry(DomainError):
    code = "invalid-expiry"
    field = "expires_at"

    def __init__(self) -> None:
        super().__init__("Geçerlilik sonu ileri bir zaman olmalıdır.")


class BadAddresses(DomainError):
    """Too many, or wider than those of the token that makes this one."""

    code = "invalid-addresses"
    field = "allowed_ips"


@dataclass(frozen=True, slots=True)
class Reach:
    """What a token may, until when and from where; without `expires_at` for ever, without `allowed_ips` from everywhere."""

    abilities: Sequence[str]
    expires_at: datetime | None = None
    allowed_ips: Sequence[str] = ()


def check(name: str, reach: Reach) -> None:
    """Raises BadTokenName, BadAbilities, BadExpiry, BadAddresses."""
    if not name.strip() or len(name) > 64:
        raise BadTokenName("Ad 1 ile 64 karakter arasında olmalıdır.", field="name")
    if not reach.abilities:
        raise BadAbilities("En az bir yetki seçilmelidir.", field="abilities")
    unknown = [ability for ability in reach.abilities if ability not in access.ABILITIES]
    if unknown:
        raise BadAbilities(f"Geçersiz yetki: {unknown[0][:64]}", field="abilities")
    if reach.expires_at is not None and reach.expires_at <= clock.now():
        raise BadExpiry
    if len(reach.allowed_ips) > MAX_ADDRESSES:
        raise BadAddresses(f"En çok {MAX_ADDRESSES} adres yazılabilir.")


def within(own: ApiToken, wanted: Reach) -> Reach:
    """No more than the token may that asks, no longer, and from nowhere else. Raises Forbidden, BadAddresses."""
    for ability in wanted.abilities:
        if not access.has_ability(own.abilities, ability):
            raise Forbidden(NO_ABILITY.format(ability))
    ends = [end for end in (own.expires_at, wanted.expires_at) if end]
    places = wanted.allowed_ips or own.allowed_ips
    if own.allowed_ips and not all(networks.inside(each, own.allowed_ips) for each in places):
        raise BadAddresses("Adresler, kullanılan anahtarın adreslerinin içinde olmalıdır.")
    return Reach(wanted.abilities, min(ends, default=None), places)
