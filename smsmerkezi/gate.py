"""The gate before the application: so many requests at once, so many in line; whoever comes besides is told to come again.

A line without an end answers nobody in time, and a web server that stops accepting instead lets connections that ask for
nothing shut everybody out. So the server accepts, and the gate refuses, which costs next to nothing.
"""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from smsmerkezi.api import problems
from smsmerkezi.panel import errors as pages

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
SPARE = 4  # threads of the server that have nothing to do but to refuse


class Gate:
    """A WSGI application around another one. `inner` runs in `threads` threads of its own, which keep their database
    connections; up to `line` requests wait for one of them, first come, first served."""

    def __init__(self, inner: Application, *, threads: int, line: int) -> None:
        self.inner = inner
        self.callers = threads + line + SPARE  # threads in which the server should call
        self._room = threading.Semaphore(threads + line)
        self._serving = ThreadPoolExecutor(threads, thread_name_prefix="web")  # its threads start when first needed

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
        if not self._room.acquire(blocking=False):
            return _refused(environ, start_response)
        try:
            started, body = self._serving.submit(self._answer, environ).result()
        finally:
            self._room.release()
        start_response(*started)
        return [body]

    def _answer(self, environ: Environ) -> tuple[tuple[Any, ...], bytes]:
        """What the application says, all of it: nothing of it may happen in another thread."""
        started: list[tuple[Any, ...]] = []
        answer = self.inner(environ, lambda *words: started.append(words))
        try:
            body = b"".join(answer)
        finally:
            if close := getattr(answer, "close", None):
                close()
        return started[-1], body


def _refused(environ: Environ, start_response: Callable[..., Any]) -> list[bytes]:
    response = _come_again(WSGIRequest(environ))
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]


def _come_again(request: WSGIRequest) -> HttpResponse:
    if problems.is_api(request):
        return problems.respond(problems.outage(request.path))
    return pages.page(request, 503, retry_after=problems.OUTAGE_RETRY)
