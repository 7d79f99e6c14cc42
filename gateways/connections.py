"""TCP and TLS connections to one operator, with connecting kept apart from sending.

`NeverSent` is raised only while not one byte of a request can have reached the other side.
"""

import os
import select
import socket
import ssl
import threading
from time import monotonic
from typing import NamedTuple


class NeverSent(Exception):
    """Certainly not sent: the failure came before the first byte of the request."""


class MaybeSent(Exception):
    """The request may have been read and obeyed, whatever went wrong after it."""


class Deadline:
    """One moment at which an exchange ends, however it is spread over reads and writes."""

    __slots__ = ("_at",)

    def __init__(self, seconds: float) -> None:
        self._at = monotonic() + seconds

    def left(self) -> float:
        """Seconds left; raises TimeoutError when there are none."""
        seconds = self._at - monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


class Origin(NamedTuple):
    host: str
    port: int
    tls: ssl.SSLContext | None = None


class Connection:
    """One socket, used by one thread at a time."""

    __slots__ = ("_sock", "idle_since")

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.idle_since = 0.0

    def send(self, data: bytes, deadline: Deadline) -> None:
        self._sock.settimeout(deadline.left())
        self._sock.sendall(data)  # the timeout bounds the whole of it, not each write

    def receive(self, size: int, deadline: Deadline) -> bytes:
        self._sock.settimeout(deadline.left())
        return self._sock.recv(size)

    def dropped(self) -> bool:
        """A quiet connection has nothing to read: whatever is there is an end, or an answer to nobody."""
        if isinstance(self._sock, ssl.SSLSocket) and self._sock.pending():
            return True
        poll = select.poll()
        poll.register(self._sock, select.POLLIN | select.POLLHUP | select.POLLERR)
        return bool(poll.poll(0))

    def close(self) -> None:
        self._sock.close()


def connect(origin: Origin, deadline: Deadline) -> Connection:
    """A fresh connection, TLS shaken. Raises NeverSent."""
    try:
        return Connection(_secured(_reached(origin, deadline), origin, deadline))
    except (OSError, ValueError) as error:  # ssl.SSLError and socket.gaierror are OSErrors
        raise NeverSent(_reason(error)) from error


def _reached(origin: Origin, deadline: Deadline) -> socket.socket:
    failure: OSError = OSError("no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(
        origin.host, origin.port, type=socket.SOCK_STREAM
    ):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(deadline.left())
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


def _secured(sock: socket.socket, origin: Origin, deadline: Deadline) -> socket.socket:
    if origin.tls is None:
        return sock
    try:
        sock.settimeout(deadline.left())
        return origin.tls.wrap_socket(sock, server_hostname=origin.host)
    except (OSError, ValueError):
        sock.close()
        raise


def _reason(error: Exception) -> str:
    """Words for a log and for people; never an error's own text, which may quote an address with a secret."""
    if isinstance(error, TimeoutError):
        return "connect timeout"
    if isinstance(error, socket.gaierror | UnicodeError):
        return "name not resolved"
    if isinstance(error, ssl.SSLError):
        return "tls refused"
    if isinstance(error, ConnectionRefusedError):
        return "connection refused"
    return "not connected"


class Pool:
    """Idle connections to one origin, newest first. Safe for threads, and empty after a fork."""

    def __init__(self, origin: Origin, *, max_idle: float, size: int = 64) -> None:
        self.origin = origin
        self._max_idle = max_idle
        self._size = size
        self._idle: list[Connection] = []
        self._pid = os.getpid()
        self._lock = threading.Lock()

    def take(self, deadline: Deadline) -> Connection:
        """An idle connection that still lives, else a fresh one. Raises NeverSent."""
        while (connection := self._newest()) is not None:
            if monotonic() - connection.idle_since < self._max_idle and not connection.dropped():
                return connection
            connection.close()
        return connect(self.origin, deadline)

    def give_back(self, connection: Connection) -> None:
        connection.idle_since = monotonic()
        with self._lock:
            if self._pid == os.getpid() and len(self._idle) < self._size:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        while (connection := self._newest()) is not None:
            connection.close()

    def _newest(self) -> Connection | None:
        with self._lock:
            if self._pid != os.getpid():  # the parent goes on using its sockets
                self._pid, self._idle = os.getpid(), []
            return self._idle.pop() if self._idle else None
