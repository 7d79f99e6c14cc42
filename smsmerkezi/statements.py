"""Statements prepared once on each connection, then sent in one call of libpq.

psycopg's cursor does the same, but converts a list element by element and gives up the interpreter's lock several
times a statement, which threads that all talk to the database pay for. Here PostgreSQL infers each parameter's type
from its place, values go as text, and psycopg reads the answer.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from psycopg import pq
from psycopg.adapt import Transformer

Params = Mapping[str, Any]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
ANSWERED = {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}
_numbers = count(1)
STALE = {"26000", "0A000"}  # deallocated behind our back; planned before a migration changed its columns
_prepared: WeakKeyDictionary[psycopg.Connection[Any], dict[bytes, bytes]] = WeakKeyDictionary()


class Statement(NamedTuple):
    """A query in PostgreSQL's own spelling; `names` are its parameters in the order of their numbers."""

    name: bytes
    text: bytes
    names: tuple[str, ...]


@cache
def statement(query: str) -> Statement:
    """Read a query with `%(name)s` parameters; each name is one parameter, however often it stands there."""
    names = tuple(dict.fromkeys(PLACEHOLDER.findall(query)))
    text = PLACEHOLDER.sub(lambda found: f"${names.index(found[1]) + 1}", query)
    return Statement(f"statement_{next(_numbers)}".encode(), text.encode(), names)


def run(connection: psycopg.Connection[Any], query: str, params: Params) -> list[tuple[Any, ...]]:
    """Its rows. Raises psycopg's errors."""
    asked = statement(query)
    values: list[Any] = [as_text(params[name]) for name in asked.names]
    server = connection.pgconn
    if not connection.autocommit and server.transaction_status == pq.TransactionStatus.IDLE:
        _checked(server, server.exec_(b"BEGIN"))
    known = _prepared.setdefault(connection, {})
    name = known.get(asked.name)
    if name is None:
        name = asked.name + b"_%d" % next(_numbers)  # never a name that the server may still hold
        _checked(server, server.prepare(name, asked.text))
        known[asked.name] = name
    try:
        answer = _checked(server, server.exec_prepared(name, values))
    except psycopg.Error as error:
        if error.sqlstate not in STALE:
            raise
        del known[asked.name]
        if server.transaction_status != pq.TransactionStatus.IDLE:
            raise  # the transaction is lost; whoever tries it again prepares anew
        return run(connection, query, params)
    if not answer.ntuples:
        return []
    reader = Transformer(connection)
    reader.set_pgresult(answer)
    return reader.load_rows(0, answer.ntuples, tuple)


def _checked(server: pq.abc.PGconn, answer: pq.abc.PGresult) -> pq.abc.PGresult:
    if answer.status in ANSWERED:
        return answer
    if server.status == pq.ConnStatus.BAD:
        raise psycopg.OperationalError(server.get_error_message())
    raise psycopg.errors.error_from_result(answer, encoding="utf-8")


def as_text(value: object) -> bytes | None:
    """A value as PostgreSQL reads it. Raises psycopg.DataError for text that it cannot hold."""
    if value is None:
        return None
    if isinstance(value, list):
        return _array(value)
    if isinstance(value, str):
        if "\x00" in value:
            raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        return value.encode()
    return _plain(value).encode()


def _plain(value: object) -> str:
    if isinstance(value, int):  # booleans too: PostgreSQL reads 1 and 0
        return f"{value:d}"
    if isinstance(value, float | UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no parameter of a statement: {type(value).__name__}")


def _array(values: list[Any]) -> bytes:
    if all(type(value) is int for value in values):
        return f"{{{','.join(map(str, values))}}}".encode()
    return b"{%b}" % b",".join(map(_element, values))


def _element(value: object) -> bytes:
    text = as_text(value)
    return b"NULL" if text is None else b'"%b"' % text.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
