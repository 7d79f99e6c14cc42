"""Calling one route as one of everybody, and undoing whatever it did."""

import re
from typing import Any, NamedTuple

from django.db import transaction

from smsmerkezi.permissions import Route
from tests.permissions import examples
from tests.permissions.world import World

PLACEHOLDER = re.compile(r"<(\w+):(\w+)>")


class Told(NamedTuple):
    """How a route answered."""

    status: int
    goes_to: str
    text: str


def told(everybody: World, route: Route, who: str) -> Told:
    with transaction.atomic():
        answer = (_api if route.api else _panel)(everybody, route, who)
        goes_to = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""
        transaction.set_rollback(True)
    return Told(answer.status_code, goes_to, answer.content.decode())


def _api(everybody: World, route: Route, who: str) -> Any:
    door = everybody.tokens[who]
    if route.method == "GET":
        return door.get(filled(everybody, route))
    if route.name in examples.FORMS:
        return door.form(filled(everybody, route), examples.FORMS[route.name](everybody))
    return door.call(route.method, filled(everybody, route), _body(everybody, route))


def _panel(everybody: World, route: Route, who: str) -> Any:
    ask = getattr(everybody.browser(who), route.method.lower())
    return ask(filled(everybody, route), _body(everybody, route))


def _body(everybody: World, route: Route) -> dict[str, Any]:
    given = examples.BODIES.get((route.name, route.method))
    return given(everybody) if given else {}


def filled(everybody: World, route: Route) -> str:
    """The route's path with an id for each of its parameters."""
    ids = examples.IDS[route.name](everybody) if route.name in examples.IDS else {}

    def value(found: re.Match[str]) -> str:
        kind, name = found.groups()
        assert name in ids or kind in examples.NOBODYS, hint(route, f"nothing is known of <{kind}:{name}>")
        return str(ids.get(name, examples.NOBODYS.get(kind)))

    return PLACEHOLDER.sub(value, route.path)


def hint(route: Route, what: str) -> str:
    """What to do about a route that the matrix cannot call."""
    return (
        f"{route.method} {route.path}: {what}. If the route is right, give it what it needs in tests/permissions/examples.py:"
        f' IDS["{route.name}"] for its path, BODIES["{route.name}", "{route.method}"] for its body.'
    )
