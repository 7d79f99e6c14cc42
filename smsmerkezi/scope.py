"""Whose rows the database shows: one firm's while its people are served, everybody's to workers, commands and open doors.

The second wall behind the ORM's filters (security §5.2): PostgreSQL's row-level security, docs/adr/0014. Here stands what
the session is to be told; `smsmerkezi.postgres` tells it before the next statement.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")
T = TypeVar("T")
EVERYBODY = -1  # as app_tenant() knows it; a session that was told nothing sees no rows
SETTING = "app.tenant_id"
OPTION = f"-c {SETTING}={EVERYBODY}"  # for a connection's `options`
_firm: ContextVar[int] = ContextVar("firm", default=EVERYBODY)


def current() -> int:
    """The id of the firm whose rows are shown, or EVERYBODY."""
    return _firm.get()


def enter(firm: int | None) -> None:
    """Show nothing but this firm's rows until the request ends; None is platform staff, who see all."""
    _firm.set(EVERYBODY if firm is None else firm)


@contextmanager
def of(firm: int | None) -> Iterator[None]:
    """As `enter`, for a while."""
    before = _firm.set(EVERYBODY if firm is None else firm)
    try:
        yield
    finally:
        _firm.reset(before)


def platform_wide(work: Callable[P, T]) -> Callable[P, T]:
    """`work` asks about people or firms whom its caller need not know: whether an address is free, whose link this is."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        with of(None):
            return work(*args, **kwargs)

    return run


class Scope:
    """Middleware: each request begins at an open door and leaves nothing behind; whoever is recognised narrows it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with of(None):
            return self.get_response(request)
