"""API tokens: `id|secret`, shown once, only the secret's SHA-256 kept (contract A2, security §5.1)."""

import hashlib
import hmac
import re
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import BooleanField, Case, QuerySet, When
from django.db.models.functions import Now

from smsmerkezi import database
from smsmerkezi import scope as sight
from smsmerkezi.core import networks
from smsmerkezi.core.errors import DomainError, Forbidden, NotFound
from tenants import access, audit, limits, notices, token_reach
from tenants.actors import Actor
from tenants.models import ApiToken, Tenant, User
from tenants.token_reach import NO_ABILITY, Reach

SECRET_LENGTH = 40  # of 62 letters: 238 bits
SECRET_LETTERS = string.ascii_letters + string.digits
BEARER = re.compile(r"([1-9]\d{0,17})\|([A-Za-z0-9]{40})")

# Who is it, is that token alive, may it be used from there, how often did it call: one statement, nothing cached, so a
# revoked token is dead at once. From here on the session sees that firm's rows alone. Who has no firm is platform staff,
# and may act for one (tenants.acting). `tenants_person` reads a person whosoever they are, so that the session need not be
# told before (docs/adr/0014).
AUTHENTICATE = f"""
WITH token AS (
  SELECT t.id, t.secret_hash, t.abilities, u.id AS user_id, u.email, u.name AS user_name, u.role,
         n.id AS tenant_id, n.name AS tenant_name, n.slug, n.gateway, n.default_originator, t.last_used_at
  FROM tenants_apitoken t
  JOIN tenants_person(t.user_id) u ON u.is_active
  LEFT JOIN tenants_tenant n ON n.id = coalesce(u.tenant_id, CASE WHEN t.acting_until > now() THEN t.acting_for_id END)
    AND (u.tenant_id IS NOT NULL OR n.state = 'active')
  WHERE t.id = %(id)s AND t.secret_hash = %(digest)s AND (n.id IS NULL OR n.state = 'active')
    AND (t.expires_at IS NULL OR t.expires_at > now())
    AND (t.allowed_ips = '{{}}' OR %(ip)s::inet <<= ANY (t.allowed_ips::inet[]))
), used AS (
  UPDATE tenants_apitoken t SET last_used_at = now(), last_used_ip = %(ip)s::inet FROM token
  WHERE t.id = token.id AND (token.last_used_at IS NULL OR token.last_used_at < now() - interval '1 minute')
    AND (t.last_used_at IS NULL OR t.last_used_at < now() - interval '1 minute')
), hit AS ({
    limits.HIT.format(
        source="SELECT %(bucket)s || id, 1, clock_timestamp() + %(seconds)s * interval '1 second' FROM token"
    )
})
SELECT token.id, secret_hash, abilities, user_id, email, user_name, role,
  tenant_id, tenant_name, slug, gateway, default_originator, hit.hits, hit.seconds_left,
  set_config('{sight.SETTING}', coalesce(tenant_id, {sight.EVERYBODY})::text, false)
FROM token, hit
"""


class Unauthenticated(DomainError):
    """No token, a wrong one, one that is revoked, over or used from elsewhere, an inactive user, a suspended tenant: one
    answer for all.
    """

    code = "unauthenticated"

    def __init__(self) -> None:
        super().__init__("Unauthenticated.")


@dataclass(frozen=True, slots=True)
class Pass:
    """A token that opened the door: whose it is, what it may, what is left of its rate window, and from where it came."""

    token: ApiToken
    user: User
    quota: limits.Quota
    ip: str | None = None

    def require(self, ability: str) -> None:
        """Raises Forbidden in the contract's words (A3)."""
        if not access.has_ability(self.token.abilities, ability):
            raise Forbidden(NO_ABILITY.format(ability))


@dataclass(frozen=True, slots=True)
class NewToken:
    token: ApiToken
    plain_text: str


def authenticate(*, bearer: str, scope: str, limit: limits.Limit, ip: str | None = None) -> Pass:
    """Open the door with `id|secret` from `ip` and count the call in the token's own `scope`. Raises Unauthenticated.

    The count may exceed the limit: the door answers 429 from `Pass.quota`.
    """
    match = BEARER.fullmatch(bearer)
    if not match:
        raise Unauthenticated
    digest = _digest(match[2])
    asked = {"id": int(match[1]), "digest": digest, "bucket": f"{scope}:", "seconds": limit.seconds, "ip": ip}
    found = database.row(AUTHENTICATE, asked, blind=True)
    if not found or not hmac.compare_digest(found[1], digest):
        raise Unauthenticated
    *columns, told = found
    database.entered(int(told))
    return _pass(columns, limit, ip)


# What AUTHENTICATE reads of each, in the order of the model's fields; whatever else is asked for is read when it is.
TOKEN_FIELDS = ("id", "user_id", "secret_hash", "abilities")
USER_FIELDS = ("id", "tenant_id", "email", "name", "role", "is_active")
TENANT_FIELDS = ("id", "name", "slug", "gateway", "default_originator")


def _pass(found: Sequence[Any], limit: limits.Limit, ip: str | None) -> Pass:
    token_id, digest, abilities, user_id, email, name, role, *firm, hits, seconds_left = found
    tenant = Tenant.from_db(DEFAULT_DB_ALIAS, TENANT_FIELDS, firm) if firm[0] else None
    own, acting_for = (None, tenant) if role == access.SUPER_ADMIN else (tenant, None)
    user = User.from_db(DEFAULT_DB_ALIAS, USER_FIELDS, (user_id, own and own.pk, email, name, role, True))
    user.tenant, user.acting_for = own, acting_for
    token = ApiToken.from_db(DEFAULT_DB_ALIAS, TOKEN_FIELDS, (token_id, user_id, digest, abilities))
    token.user = user
    return Pass(token, user, limits.Quota(limit.hits, hits, seconds_left), ip)


@transaction.atomic
def create(
    *,
    by: Actor,
    name: str,
    abilities: Sequence[str],
    expires_at: datetime | None = None,
    allowed_ips: Sequence[str] = (),
) -> NewToken:
    """A token of the acting user. Its plain text is in the answer and nowhere else.

    One that is made with another token reaches no further than that one.
    Raises what token_reach does, and networks.BadNetwork.
    """
    access.require(by, "tokens.own")
    wanted = Reach(abilities, expires_at, [networks.normalise(each) for each in allowed_ips])
    token_reach.check(name, wanted)
    if by.token_id is not None:
        wanted = token_reach.within(_asking(by.token_id), wanted)
    made = _make(by.person, name, wanted, ApiToken.Kind.KEY)
    audit.record(by=by, action="token.created", entity=made.token, meta={"abilities": made.token.abilities})
    notices.notify(people=[by.person], kind="token_created", data={"name": name})
    return made


def open_session(*, user: User, name: str) -> NewToken:
    """What a log-in through the API hands out: it may whatever its owner may. Whoever calls writes the trail."""
    return _make(user, name, Reach(["*"]), ApiToken.Kind.SESSION)


def _asking(token_id: int) -> ApiToken:
    own = ApiToken.objects.filter(pk=token_id).first()
    if own is None:
        raise Unauthenticated
    return own


def _make(user: User, name: str, reach: Reach, kind: ApiToken.Kind) -> NewToken:
    secret = "".join(secrets.choice(SECRET_LETTERS) for _ in range(SECRET_LENGTH))
    token = ApiToken.objects.create(
        user=user,
        name=name,
        abilities=list(dict.fromkeys(reach.abilities)),
        kind=kind,
        secret_hash=_digest(secret),
        hint=f"{secret[:4]}…{secret[-4:]}",
        expires_at=reach.expires_at,
        allowed_ips=list(dict.fromkeys(reach.allowed_ips)),
    )
    return NewToken(token, f"{token.pk}|{secret}")


def of(user: User) -> QuerySet[ApiToken]:
    """A person's tokens, newest first; `over` says whether its time is."""
    over = Case(When(expires_at__lte=Now(), then=True), default=False, output_field=BooleanField())
    return ApiToken.objects.filter(user=user).annotate(over=over).order_by("-created_at", "-pk")


def find(*, by: Actor, token_id: int) -> ApiToken:
    """One of the acting user's own. Raises NotFound."""
    found = of(by.person).filter(pk=token_id).first()
    if found is None:
        raise NotFound("Token bulunamadı.")
    return found


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


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
