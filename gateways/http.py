"""The one place that talks HTTP to operators, and says what a failure means.

Before the first byte of a request a failure is `NeverSent`; after it, any failure is `MaybeSent`. Nothing is
retried, no redirect is followed, no proxy of the environment is used, and one deadline bounds the whole
exchange.
"""

import json as json_codec
import ssl
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from time import perf_counter
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

import orjson

from gateways import exchange_log
from gateways.connections import Connection, Deadline, MaybeSent, NeverSent, Origin, Pool

__all__ = ["HttpClient", "MaybeSent", "NeverSent", "Response", "Unreadable", "basic"]

ANSWER_LIMIT = 1024 * 1024
CHUNK = 65536
MAX_IDLE = 4.0  # seconds; many servers drop a quiet connection after 5


class Unreadable(ValueError):
    """The answer is not what this operator answers."""


@dataclass(frozen=True)
class Response:
    """An answer that came whole, whatever its status. Header names are lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    def json(self) -> Any:
        """Raises Unreadable. Long integers stay exact: some operators' ids have 26 digits."""
        try:
            return json_codec.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise Unreadable("not JSON") from error

    def fields(self) -> dict[str, Any]:
        """The answer as a JSON object. Raises Unreadable."""
        answer = self.json()
        if not isinstance(answer, dict):
            raise Unreadable("not an object")
        return answer


class HttpClient:
    """Connections to one account at one operator; shared by threads.

    `timeout` is seconds for the whole exchange, of which connecting may take `connect_timeout`. `secrets` are
    values that no log line may hold. `ca_file` replaces the system's authorities for this account. An answer of
    more than `answer_limit` bytes is not read.
    """

    def __init__(
        self,
        base_url: str,
        *,
        timeout: float = 10.0,
        connect_timeout: float = 5.0,
        secrets: Sequence[str] = (),
        ca_file: str | None = None,
        answer_limit: int = ANSWER_LIMIT,
    ) -> None:
        url = urlsplit(base_url)
        if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.username:
            raise ValueError("a gateway's address must look like https://host/path")
        tls = ssl.create_default_context(cafile=ca_file) if url.scheme == "https" else None
        self.host = url.netloc
        self._prefix = url.path.rstrip("/")
        self._timeout = timeout
        self._connect_timeout = min(connect_timeout, timeout)
        self._secrets = tuple(secret for secret in secrets if secret)
        self._answer_limit = answer_limit
        port = url.port or (443 if tls else 80)
        self._pool = Pool(Origin(url.hostname, port, tls), max_idle=MAX_IDLE)

    def exchange(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, Any] | None = None,
    ) -> Response:
        """One request, one answer. Raises NeverSent or MaybeSent; an answer of any status is returned."""
        started = perf_counter()
        path = self._prefix + path
        outcome, status = "answered", 0
        try:
            response = self._exchange(_request(method, self.host, path, query, headers, json, form), method)
            status = response.status
        except (NeverSent, MaybeSent) as failure:
            outcome = f"{type(failure).__name__}: {failure}"
            raise
        finally:
            elapsed = perf_counter() - started
            exchange_log.write(operation, self.host, path, status, elapsed, outcome, self._secrets)
        return response

    def close(self) -> None:
        self._pool.close()

    def _exchange(self, request: bytes, method: str) -> Response:
        deadline = Deadline(self._timeout)
        connection = self._pool.take(Deadline(self._connect_timeout))
        try:
            deadline.left()
        except TimeoutError as error:  # a slow look-up of a name is bounded by nothing else
            connection.close()
            raise NeverSent("connect timeout") from error
        return self._converse(connection, request, method, deadline)

    def _converse(self, connection: Connection, request: bytes, method: str, deadline: Deadline) -> Response:
        keep = False
        try:
            connection.send(request, deadline)
            response, keep = _read(connection, method, deadline, self._answer_limit)
        except (OSError, HTTPException, ValueError) as error:
            raise MaybeSent(_reason(error)) from error
        finally:
            if keep:
                self._pool.give_back(connection)
            else:
                connection.close()
        return response


def basic(username: str, password: str) -> str:
    """The value of a Basic `Authorization` header."""
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode()


def _request(
    method: str,
    host: str,
    path: str,
    query: Mapping[str, Any] | None,
    headers: Mapping[str, str] | None,
    json: Any,
    form: Mapping[str, Any] | None,
) -> bytes:
    body, kind = b"", ""
    if json is not None:
        body, kind = orjson.dumps(json), "application/json"
    elif form is not None:
        body, kind = urlencode(form).encode(), "application/x-www-form-urlencoded"
    target = f"{path}?{urlencode(query)}" if query else path
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: smsmerkezi",
        "Accept: application/json",
    ]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if kind:
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    _require_one_line_each(lines)
    return "\r\n".join([*lines, "\r\n"]).encode("latin-1") + body


def _require_one_line_each(lines: Sequence[str]) -> None:
    if any(not line.isprintable() or not line.isascii() for line in lines):
        raise NeverSent("unprintable header")


class _Stream:
    """What `http.client` reads an answer from: the connection, under the exchange's deadline."""

    def __init__(self, connection: Connection, deadline: Deadline) -> None:
        self._connection = connection
        self._deadline = deadline
        self.rest = b""

    def makefile(self, _mode: str) -> "_Stream":
        return self

    def readline(self, limit: int = CHUNK) -> bytes:
        while (end := self.rest.find(b"\n") + 1) == 0 and len(self.rest) < limit:
            if not self._fill():
                end = len(self.rest)
                break
        return self._cut(min(end or limit, limit))

    def read(self, size: int) -> bytes:
        parts, have = [self.rest], len(self.rest)
        while have < size and (more := self._connection.receive(CHUNK, self._deadline)):
            parts.append(more)
            have += len(more)
        self.rest = b"".join(parts)
        return self._cut(size)

    def flush(self) -> None: ...

    def close(self) -> None: ...

    def _fill(self) -> bool:
        more = self._connection.receive(CHUNK, self._deadline)
        self.rest += more
        return bool(more)

    def _cut(self, size: int) -> bytes:
        piece, self.rest = self.rest[:size], self.rest[size:]
        return piece


class _TooLarge(ValueError):
    """More than the client's `answer_limit`."""


def _read(connection: Connection, method: str, deadline: Deadline, limit: int) -> tuple[Response, bool]:
    """The answer, and whether the connection may be used again."""
    stream = _Stream(connection, deadline)
    answer = HTTPResponse(cast("Any", stream), method=method)
    answer.begin()
    if (answer.length or 0) > limit:
        raise _TooLarge
    body = answer.read(limit + 1) if answer.length is None else answer.read()
    if len(body) > limit:
        raise _TooLarge
    keep = not answer.will_close and not stream.rest
    return Response(answer.status, body, {name.lower(): value for name, value in answer.getheaders()}), keep


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, _TooLarge):
        return "answer too large"
    if isinstance(error, OSError):
        return "connection lost"
    return "broken answer"
