"""API tokens: `id|secret`, shown once, only the secret's SHA-256 kept (contract A2, security §5.1)."""

import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction

from smsmerkezi import database
from smsmerkezi.core.errors import DomainError, Forbidden, NotFound
from tenants import access, audit, limits
from tenants.actors import Actor
from tenants.models import ApiToken, Tenant, User

SECRET_LENGTH = 40  # of 62 letters: 238 bits
SECRET_LETTERS = string.ascii_letters + string.digits
BEARER = re.compile(r"([1-9]\d{0,17})\|([A-Za-z0-9]{40})")

# Who is it, is that token alive, how often did it call: one statement, nothing cached, so a revoked token is dead at once.
# Who has no firm is platform staff, and may act for one (tenants.acting).
AUTHENTICATE = f"""
WITH token AS (
  SELECT t.id, t.secret_hash, t.abilities, u.id AS user_id, u.email, u.name AS user_name, u.role,
         n.id AS tenant_id, n.name AS tenant_name, n.slug, n.gateway, n.default_originator, t.last_used_at
  FROM tenants_apitoken t
  JOIN tenants_user u ON u.id = t.user_id AND u.is_active
  LEFT JOIN tenants_tenant n ON n.id = coalesce(u.tenant_id, CASE WHEN t.acting_until > now() THEN t.acting_for_id END)
    AND (u.tenant_id IS NOT NULL OR n.state = 'active')
  WHERE t.id = %(id)s AND t.secret_hash = %(digest)s AND (n.id IS NULL OR n.state = 'active')
), used AS (
  UPDATE tenants_apitoken t SET last_used_at = now() FROM token
  WHERE t.id = token.id AND (token.last_used_at IS NULL OR token.last_used_at < now() - interval '1 minute')
    AND (t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 minute')
), hit AS ({
    limits.HIT.format(
        source="SELECT %(bucket)s || id, 1, clock_timestamp() + %(seconds)s * interval '1 second' FROM token"
    )
})
SELECT token.id, secret_hash, abilities, user_id, email, user_name, role,
  tenant_id, tenant_name, slug, gateway, default_originator, hit.hits, hit.seconds_left
FROM token, hit
"""


class Unauthenticated(DomainError):
    """No token, a wrong one, a revoked one, an inactive user, a suspended tenant: one answer for all."""

    code = "unauthenticated"

    def __init__(self) -> None:
        super().__init__("Unauthenticated.")


class BadAbilities(DomainError):
    code = "invalid-abilities"


class BadTokenName(DomainError):
    code = "invalid-name"


@dataclass(frozen=True, slots=True)
class Pass:
    """A token that opened the door: whose it is, what it may, and what is left of its rate window."""

    token: ApiToken
    user: User
    quota: limits.Quota

    def require(self, ability: str) -> None:
        """Raises Forbidden in the contract's words (A3)."""
        if not access.has_ability(self.token.abilities, ability):
            raise Forbidden(f'Bu token "{ability}" yetkisine sahip değil.')


@dataclass(frozen=True, slots=True)
class NewToken:
    token: ApiToken
    plain_text: str


def authenticate(*, bearer: str, scope: str, limit: limits.Limit) -> Pass:
    """Open the door with `id|secret` and count the call in the token's own `scope`. Raises Unauthenticated.

    The count may exceed the limit: the door answers 429 from `Pass.quota`.
    """
    match = BEARER.fullmatch(bearer)
    if not match:
        raise Unauthenticated
    digest = _digest(match[2])
    found = database.row(
        AUTHENTICATE,
        {"id": int(match[1]), "digest": digest, "bucket": f"{scope}:", "seconds": limit.seconds},
    )
    if not found or not hmac.compare_digest(found[1], digest):
        raise Unauthenticated
    return _pass(found, limit)


# What AUTHENTICATE reads of each, in the order of the model's fields; whatever else is asked for is read when it is.
TOKEN_FIELDS = ("id", "user_id", "secret_hash", "abilities")
USER_FIELDS = ("id", "tenant_id", "email", "name", "role", "is_active")
TENANT_FIELDS = ("id", "name", "slug", "gateway", "default_originator")


def _pass(found: tuple[Any, ...], limit: limits.Limit) -> Pass:
    token_id, digest, abilities, user_id, email, name, role, *firm, hits, seconds_left = found
    tenant = Tenant.from_db(DEFAULT_DB_ALIAS, TENANT_FIELDS, firm) if firm[0] else None
    own, acting_for = (None, tenant) if role == access.SUPER_ADMIN else (tenant, None)
    user = User.from_db(DEFAULT_DB_ALIAS, USER_FIELDS, (user_id, own and own.pk, email, name, role, True))
    user.tenant, user.acting_for = own, acting_for
    token = ApiToken.from_db(DEFAULT_DB_ALIAS, TOKEN_FIELDS, (token_id, user_id, digest, abilities))
    token.user = user
    return Pass(token, user, limits.Quota(limit.hits, hits, seconds_left))


@transaction.atomic
def create(*, by: Actor, name: str, abilities: Sequence[str]) -> NewToken:
    """A token of the acting user. Its plain text is in the answer and nowhere else. Raises Forbidden."""
    access.require(by, "tokens.own")
    _check(name, abilities)
    made = _make(by.person, name, abilities, ApiToken.Kind.KEY)
    audit.record(by=by, action="token.created", entity=made.token, meta={"abilities": made.token.abilities})
    return made


def open_session(*, user: User, name: str) -> NewToken:
    """What a log-in through the API hands out: it may whatever its owner may. Whoever calls writes the trail."""
    return _make(user, name, ["*"], ApiToken.Kind.SESSION)


def _make(user: User, name: str, abilities: Sequence[str], kind: ApiToken.Kind) -> NewToken:
    secret = "".join(secrets.choice(SECRET_LETTERS) for _ in range(SECRET_LENGTH))
    token = ApiToken.objects.create(
        user=user,
        name=name,
        abilities=list(dict.fromkeys(abilities)),
        kind=kind,
        secret_hash=_digest(secret),
    )
    return NewToken(token, f"{token.pk}|{secret}")


@transaction.atomic
def revoke(*, by: Actor, token_id: int) -> None:
    """Delete one of the acting user's own tokens; it is dead with the commit. Raises Forbidden, NotFound."""
    access.require(by, "tokens.own")
    deleted, _ = ApiToken.objects.filter(pk=token_id, user=by.person).delete()
    if not deleted:
        raise NotFound("Token bulunamadı.")
    audit.record(by=by, action="token.revoked", entity_type="ApiToken", entity_id=token_id)


@transaction.atomic
def revoke_any(*, by: Actor, token_id: int) -> None:
    """Delete anybody's token; for platform staff. Raises Forbidden, NotFound."""
    access.require(by, "tokens.revoke")
    token = ApiToken.objects.select_related("user__tenant").filter(pk=token_id).first()
    if token is None:
        raise NotFound("Token bulunamadı.")
    token.delete()
    audit.record(
        by=by,
        action="token.revoked",
        entity_type="ApiToken",
        entity_id=token_id,
        tenant=token.user.tenant,
        meta={"user": token.user_id},
    )


def _check(name: str, abilities: Sequence[str]) -> None:
    if not name.strip() or len(name) > 64:
        raise BadTokenName("Ad 1 ile 64 karakter arasında olmalıdır.", field="name")
    if not abilities:
        raise BadAbilities("En az bir yetki seçilmelidir.", field="abilities")
    unknown = [ability for ability in abilities if ability not in access.ABILITIES]
    if unknown:
        raise BadAbilities(f"Geçersiz yetki: {unknown[0][:64]}", field="abilities")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
