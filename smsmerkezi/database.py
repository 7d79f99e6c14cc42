"""Prepared, server-bound statements on Django's own connection: for the few hot paths that are one statement.

Everything else is plain ORM. Errors arrive as Django's (django.db.utils); the psycopg error is their cause.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DatabaseError, connection, transaction

from smsmerkezi import scope, statements
from smsmerkezi.statements import Params

P = ParamSpec("P")
T = TypeVar("T")
CONFLICTS = frozenset(
    {"40P01", "40001"}
)  # deadlock, serialization failure: PostgreSQL undid it, and says "again"
TRIES = 3  # send-protocol §3.3


def transactional(work: Callable[P, T]) -> Callable[P, T]:
    """`work` in a transaction, run again when that met another one in the wrong order.

    Inside a caller's transaction it is a part of it, and a conflict is the caller's: all of its work is undone.
    """

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        for left in reversed(range(TRIES)):
            try:
                with transaction.atomic():
                    return work(*args, **kwargs)
            except DatabaseError as error:
                if sqlstate(error) not in CONFLICTS or not left or connection.in_atomic_block:
                    raise
        raise AssertionError("the last try returns or raises")

    return run


def typed(query: str, **types: str) -> str:
    """Give each parameter its type once: a server-bound parameter that is used twice must be the same type twice."""
    return re.sub(r"%\((\w+)\)s(?!::)", lambda found: f"{found[0]}::{types[found[1]]}", query)


def rows(query: str, params: Params, *, blind: bool = False) -> list[tuple[Any, ...]]:
    """Run `query`, which is prepared once on each connection, and return its rows.

    A `blind` one depends on no firm's rows that a policy hides, and spares the session being told whose are to be shown.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors:
        if not blind:
            connection.tell()  # type: ignore[attr-defined]  # smsmerkezi.postgres
        return statements.run(connection.connection, query, params)


def row(query: str, params: Params, *, blind: bool = False) -> tuple[Any, ...] | None:
    """The first row, or None."""
    found = rows(query, params, blind=blind)
    return found[0] if found else None


def entered(firm: int) -> None:
    """A statement has told its session itself whose rows to show (smsmerkezi.scope): so they are, until the request ends."""
    scope.enter(None if firm == scope.EVERYBODY else firm)
    connection.told = firm  # type: ignore[attr-defined]


def sqlstate(error: Exception) -> str:
    """PostgreSQL's five letters for what went wrong, "" when the server never answered."""
    return getattr(error.__cause__, "sqlstate", None) or ""


def constraint(error: DatabaseError) -> str:
    """The name of the constraint that refused, "" when none did."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def context(error: DatabaseError) -> str:
    """Where the server was when it failed: names of functions and tables, no values."""
    return getattr(getattr(error.__cause__, "diag", None), "context", None) or ""


def detail(error: DatabaseError) -> str:
    return getattr(getattr(error.__cause__, "diag", None), "message_detail", None) or ""
