"""A super_admin who acts for a firm, through the same verbs as in real life."""

from typing import Any

from smsmerkezi.core import clock
from tenants import acting, tokens
from tenants.actors import Actor
from tenants.models import Tenant, User
from tests import factories
from tests.api import doors

REASON = "Destek kaydı 4812"


def session_token(owner: User, *abilities: str) -> str:
    """As a log-in through the API hands out."""
    made = tokens.open_session(user=owner, name="Test")
    if abilities:
        made.token.abilities = list(abilities)
        made.token.save()
    return made.plain_text


def token_id(plain: str) -> int:
    return int(plain.split("|", maxsplit=1)[0])


def staff_door() -> doors.Door:
    """A super_admin's, who logged in just now."""
    return doors.Door(session_token(factories.reviewer()))


def acting_door(firm: Tenant) -> doors.Door:
    plain = session_token(factories.reviewer())
    by = Actor(None, factories.reviewer(), token_id=token_id(plain))
    acting.start_with_token(by=by, tenant_id=firm.pk, reason=REASON)
    return doors.Door(plain)


def enter(door: doors.Door, firm: Tenant, **fields: Any) -> Any:
    return door.post("/v1/panel/tenant-switcher", {"tenant_id": firm.pk, "reason": REASON, **fields})


def started(firm: Tenant, *, by: Actor | None = None, **changes: Any) -> acting.Acting:
    asked = {"tenant_id": firm.pk, "reason": REASON, "proved_at": clock.now(), **changes}
    return acting.start(by=by or staff(), **asked)


def staff() -> Actor:
    return Actor(None, factories.reviewer(), ip="192.0.2.7")


def stand_in(firm: Tenant) -> Actor:
    """A super_admin who acts for the firm."""
    return Actor(firm, factories.reviewer(), ip="192.0.2.7", acting=True)
