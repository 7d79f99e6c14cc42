"""Just enough HTTP/1.1 for a server that must cost less than its clients."""

import asyncio
import base64
import socket
import struct
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import orjson

HEAD_LIMIT = 65536
BODY_LIMIT = 16 * 1024 * 1024
REASONS = {200: "OK", 400: "Bad Request", 406: "Not Acceptable", 429: "Too Many Requests", 503: "Unavailable"}
JSON = "application/json"


class Request(NamedTuple):
    method: str
    path: str
    query: str
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        start = self.head.lower().find(f"\r\n{name}:".encode())
        if start < 0:
            return ""
        start += len(name) + 3
        return self.head[start : self.head.find(b"\r\n", start)].decode("latin-1").strip()

    def params(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.query, keep_blank_values=True).items()}

    def form(self) -> dict[str, str]:
        """The body's fields, as a browser posts them."""
        told = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[0] for name, values in told.items()}

    def basic(self) -> tuple[str, str]:
        """User and password of HTTP Basic; empty when there are none."""
        scheme, _, coded = self.header("authorization").partition(" ")
        try:
            user, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
        except ValueError:
            return "", ""
        return (user, password) if scheme == "Basic" else ("", "")

    def fields(self) -> dict[str, Any]:
        """The body as a JSON object; empty when it is none."""
        try:
            found = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}
        return found if isinstance(found, dict) else {}


def answer(status: int, content: Any, kind: str = JSON, more: str = "") -> bytes:
    """The bytes of an answer. `content` that is not bytes becomes JSON."""
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    head = f"HTTP/1.1 {status} {REASONS.get(status, 'Answer')}\r\nContent-Type: {kind}\r\n"
    return f"{head}{more}Content-Length: {len(body)}\r\n\r\n".encode() + body


Handler = Callable[[Request, "Exchange"], None]


class Exchange(asyncio.Protocol):
    """One connection. The handler gets one request at a time; the rest of a pipeline waits in the buffer."""

    transport: asyncio.Transport

    def __init__(self, handler: Handler, everyone: "set[Exchange]") -> None:
        self._handler = handler
        self._everyone = everyone
        self._buffer = bytearray()
        self._wanted = 0  # bytes until which reading is not worth a look
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._everyone.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol of asyncio
        self._everyone.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._serve()

    def reply(self, data: bytes) -> None:
        self._busy = False
        self.transport.write(data)
        if self._buffer:
            asyncio.get_running_loop().call_soon(self._serve)

    def last_words(self, data: bytes) -> None:
        self.transport.write(data)
        self.transport.close()

    def reset(self) -> None:
        """Gone with a TCP reset, as when a process dies with unread data."""
        sock: socket.socket | None = self.transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()

    def drip(self, data: bytes) -> None:
        """One byte a second."""
        if not data or self.transport.is_closing():
            return
        self.transport.write(data[:1])
        asyncio.get_running_loop().call_later(1.0, self.drip, data[1:])

    def _serve(self) -> None:
        while not self._busy and len(self._buffer) > self._wanted and not self.transport.is_closing():
            request = self._parsed()
            if request is None:
                return
            self._busy = True
            self._handler(request, self)

    def _parsed(self) -> Request | None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > HEAD_LIMIT:
                self.last_words(answer(400, {"error": "head too large"}))
            return None
        head = bytes(self._buffer[: end + 2])
        size = _length(head)
        if size is None or head.count(b" ", 0, head.find(b"\r\n")) != 2:
            self.last_words(answer(400, {"error": "not HTTP"}))
            return None
        stop = end + 4 + size
        if len(self._buffer) < stop:
            self._wanted = stop - 1
            return None
        body = bytes(self._buffer[end + 4 : stop])
        del self._buffer[:stop]
        self._wanted = 0
        method, target, _ = head[: head.find(b"\r\n")].decode("latin-1").split(" ")
        path, _, query = target.partition("?")
        return Request(method, path, query, head, body)


def _length(head: bytes) -> int | None:
    """Of the body, 0 when none is announced, None when it cannot be read."""
    start = head.lower().find(b"\r\ncontent-length:")
    if start < 0:
        return None if b"\r\ntransfer-encoding:" in head.lower() else 0
    value = head[start + 17 : head.find(b"\r\n", start + 2)].strip()
    return int(value) if value.isdigit() and int(value) <= BODY_LIMIT else None
