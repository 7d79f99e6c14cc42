"""The gate before the application: so many requests at once, so many in line; whoever comes besides is told to come again.

A line without an end answers nobody in time, and a web server that stops accepting instead lets connections that ask for
nothing shut everybody out. So the server accepts, and the gate refuses, which costs next to nothing (docs/adr/0011).
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpRequest, HttpResponse

from smsmerkezi.api import problems
from smsmerkezi.panel import errors as pages
from smsmerkezi.requests import RequestIds

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Seat = dict[str, BaseDatabaseWrapper]  # database connections, by alias
SPARE = 4  # threads of the server that have nothing to do but to refuse


class Gate:
    """A WSGI application around another one, of which `seats` requests are in at once; up to `line` wait, first come,
    first served.

    Each seat has database connections of its own, which whoever sits there uses: the server may have many threads, most
    of them waiting, and PostgreSQL sees as many connections as there are seats.
    """

    def __init__(self, inner: Application, *, seats: int, line: int) -> None:
        self.inner = inner
        self.callers = seats + line + SPARE  # threads in which the server should call
        self._length = line
        self._lock = threading.Lock()
        self._free = [_seat() for _ in range(seats)]
        self._line: deque[_Place] = deque()

    def __call__(self, environ: Environ, start_response: StartResponse) -> list[bytes]:
        seat = self._sit()
        if seat is None:
            return _refused(environ, start_response)
        try:
            for alias, connection in seat.items():
                connections[alias] = connection
            return _whole(self.inner(environ, start_response))
        finally:
            self._rise(seat)

    def _sit(self) -> Seat | None:
        """A seat, at once or when it is our turn; None when the line is full."""
        with self._lock:
            if self._free:
                return self._free.pop()  # the one that was used last: its memory is warm
            if len(self._line) >= self._length:
                return None
            place = _Place()
            self._line.append(place)
        return place.wait()

    def _rise(self, seat: Seat) -> None:
        with self._lock:
            if self._line:
                self._line.popleft().call(seat)
            else:
                self._free.append(seat)


class _Place:
    """In line: waits until it is called to a seat."""

    __slots__ = ("_called", "_seat")

    def __init__(self) -> None:
        self._seat: Seat = {}
        self._called = threading.Lock()
        self._called.acquire()

    def call(self, seat: Seat) -> None:
        self._seat = seat
        self._called.release()

    def wait(self) -> Seat:
        self._called.acquire()
        return self._seat


def _seat() -> Seat:
    """Connections that are opened when first used, by whatever thread."""
    seat = {alias: connections.create_connection(alias) for alias in connections}
    for connection in seat.values():
        connection.inc_thread_sharing()
    return seat


def _whole(answer: Iterable[bytes]) -> list[bytes]:
    """All of it, while we sit: nothing of it may happen when the seat is somebody else's."""
    try:
        return list(answer)
    finally:
        if close := getattr(answer, "close", None):
            close()


def _refused(environ: Environ, start_response: StartResponse) -> list[bytes]:
    response = RequestIds(_come_again)(WSGIRequest(environ))
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]


def _come_again(request: HttpRequest) -> HttpResponse:
    if problems.is_api(request):
        return problems.respond(problems.outage(request.path))
    return pages.page(request, 503, retry_after=pages.OUTAGE_RETRY)
