"""Who may call which route with which method, read off the URL table and tenants.access.

docs/permissions.md is written from it, and tests/permissions calls every route as everybody and holds the answers against it.
A view says what it asks: `permission` (a word, or a property that looks at `self.request.method`) of an ApiView or a
PanelMixin. What is a plain function stands in FUNCTIONS.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from smsmerkezi.api.views import ApiView
from smsmerkezi.panel.views import PanelMixin
from tenants import access

ROLES = access.ROLES
ACTING = "acting super_admin"
EVERYBODY = (*ROLES, ACTING)
PUBLIC, INSIDE = "public", "anybody inside"  # instead of a permission
FUNCTIONS: dict[str, tuple[str, str]] = {  # name -> method, what it asks
    "panel-home": ("GET", INSIDE),
    "panel-logout": ("POST", PUBLIC),
    "panel-theme": ("POST", PUBLIC),
    "panel-language": ("POST", PUBLIC),
    "panel-kvkk": ("GET", PUBLIC),
    "panel-notice": ("GET", PUBLIC),
    "panel-team": ("GET", "users.names"),
    "v1-docs": ("GET", PUBLIC),
}
# The components' page of tests, what answers 404 to everything, and an address that is itself the key.
LEFT_OUT = {"panel-showcase", "v1-no-such-path", "gateway-callback"}
API_METHODS, PANEL_METHODS = ("get", "post", "put", "patch", "delete"), ("get", "post")


class Untold(LookupError):
    """A route of which nobody can tell what it asks."""


@dataclass(frozen=True, slots=True)
class Route:
    """`asks` is a permission, PUBLIC or INSIDE. `of_firm` routes are about a firm's rows: platform staff must act for one."""

    name: str
    path: str
    method: str
    asks: str
    of_firm: bool

    @property
    def api(self) -> bool:
        return self.path.startswith("/v1/")

    def allows(self, who: str) -> bool:
        """Whether one of EVERYBODY may."""
        if self.asks == PUBLIC:
            return True
        if who == access.SUPER_ADMIN and self.of_firm:
            return False
        return self.asks == INSIDE or access.can(person(who), self.asks)


def person(who: str) -> access.Who:
    """One of EVERYBODY, as the table of permissions sees them."""
    return SimpleNamespace(role=access.SUPER_ADMIN if who == ACTING else who, acting=who == ACTING)


def routes() -> list[Route]:
    """Every route outside of the back office, in the order of the URL table. Raises Untold."""
    found = ((pattern, path) for pattern, path in every_pattern() if pattern.name not in LEFT_OUT)
    return [route for pattern, path in found for route in _of(pattern, path)]


def every_pattern(patterns: list[Any] | None = None, prefix: str = "/") -> Iterator[tuple[URLPattern, str]]:
    """The URL table with the paths written out, the back office left out."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        path = prefix + str(pattern.pattern)
        if not isinstance(pattern, URLResolver):
            yield pattern, path
        elif pattern.namespace != "admin":
            yield from every_pattern(pattern.url_patterns, path)


def _of(pattern: URLPattern, path: str) -> Iterator[Route]:
    name, callback = pattern.name or "", pattern.callback
    if hasattr(callback, "cls"):
        yield from _of_api(name, path, callback.cls)
    elif hasattr(callback, "view_class"):
        yield from _of_page(name, path, callback.view_class)
    elif name in FUNCTIONS:
        method, asks = FUNCTIONS[name]
        yield Route(name, path, method, asks, of_firm=asks == INSIDE)
    else:
        raise Untold(
            f"{path} ({name}) is a function: say in FUNCTIONS of smsmerkezi/permissions.py what it takes and what it asks."
        )


def _of_api(name: str, path: str, view: Any) -> Iterator[Route]:
    for method in _methods(view, API_METHODS):
        asks = (_asked(view, method) or INSIDE) if issubclass(view, ApiView) else PUBLIC
        yield Route(name, path, method, asks, asks in access.PERMISSIONS and access.needs_firm(asks))


def _of_page(name: str, path: str, view: Any) -> Iterator[Route]:
    guarded = issubclass(view, PanelMixin)
    for method in _methods(view, PANEL_METHODS):
        asks = _asked(view, method) if guarded else PUBLIC
        yield Route(name, path, method, asks, guarded and not view.for_staff)


def _methods(view: Any, known: tuple[str, ...]) -> list[str]:
    return [each.upper() for each in known if each in view.http_method_names and hasattr(view, each)]


def _asked(view: Any, method: str) -> Any:
    """`permission` may be a property that looks at the request's method."""
    one = view()
    one.request = SimpleNamespace(method=method)
    return one.permission


def document() -> str:
    """docs/permissions.md."""
    found = routes()
    return TEXT.format(
        api=_table([route for route in found if route.api]),
        panel=_table([route for route in found if not route.api]),
        permissions="\n".join(_permission(name) for name in access.PERMISSIONS),
    )


def _table(found: list[Route]) -> str:
    head = f"| | route | asks | {' | '.join(EVERYBODY)} |\n|---|---|---|{'---|' * len(EVERYBODY)}"
    return "\n".join([head, *map(_line, found)])


def _line(route: Route) -> str:
    cells = [_cell(route.allows(who)) for who in EVERYBODY]
    return f"| {route.method} | `{route.path}` | {route.asks} | {' | '.join(cells)} |"


def _permission(name: str) -> str:
    cells = [_cell(access.can(person(who), name)) for who in EVERYBODY]
    why = access.CLOSED_WHILE_ACTING.get(name, "")
    return f"| {name} | {' | '.join(cells)} | {why} |"


def _cell(allowed: bool) -> str:
    return "yes" if allowed else "–"


TEXT = """# Who may do what

Written by `make permissions` from the URL table and `tenants/access.py`; `tests/permissions` calls every route as
everybody. "–" is 403.

* A super_admin has no firm. What is about a firm's rows answers 403 in the API and leads to the back office in the panel,
  until the super_admin acts for one (docs/adr/0007).
* A token's abilities are asked before this: `sms:send`, `sms:read`, `balance:read`; `*` for whatever has none of its own.
* Another firm's rows are not there (404) for whoever may do the thing.
* The back office (`/admin/`) is open to a super_admin who acts for nobody, and to nobody else.

## /v1

{api}

## Panel

{panel}

## Permissions

The last column says why something is closed while acting. Besides, everything is that no administrator of a firm may.

| permission | viewer | operator | admin | super_admin | acting super_admin | closed because of |
|---|---|---|---|---|---|---|
{permissions}
"""
