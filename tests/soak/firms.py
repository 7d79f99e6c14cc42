"""Firms of a soak and their roads to the operator, as rows."""

from typing import NamedTuple

from tenants.actors import Actor
from tests import factories
from tests.soak.house import LIMITS, House


class Firm(NamedTuple):
    """`actor` is one of its people, `token` opens its API."""

    actor: Actor
    token: str


def road(place: House, slug: str = "mock", *, letter: str = "B", url: str = "", **options: float) -> str:
    """An account in this class of send-protocol §3.4, at the house's own simulator and with its limits unless said otherwise."""
    limits = {"quiet": float(LIMITS["SEND_QUIET"]), "timeout": float(LIMITS["SEND_TIMEOUT"])}
    account = factories.gateway(
        slug, url=url or place.operator.url, default=slug == "mock", **{"class": letter}, **limits | options
    )
    return account.slug


def firm(*, credits: int) -> Firm:
    tenant = factories.tenant(credits=credits)
    person = factories.user(tenant)
    return Firm(Actor(tenant, person), factories.token(person))
