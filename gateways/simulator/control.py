"""What tests and people ask the simulator itself: its health, its book, its faults and where it pushes."""

import asyncio
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import orjson

from gateways.simulator.dialect import Incoming, World
from gateways.simulator.faults import Faults
from gateways.simulator.http import Request, answer
from gateways.simulator.push import Push

PAGE = 10_000
STATUS = Path("/proc/self/status")
Endpoint = Callable[[Request], bytes]


class Control:
    """`close_port(seconds)` refuses connections for a while."""

    def __init__(self, world: World, push: Push, close_port: Callable[[float], None], seed: int) -> None:
        self._world, self._push, self._close_port, self._seed = world, push, close_port, seed

    @property
    def endpoints(self) -> Mapping[tuple[str, str], Endpoint]:
        return {
            ("GET", "/healthz"): self._health,
            ("GET", "/book"): self._book,
            ("GET", "/book/summary"): lambda _: answer(200, self._world.book.summary()),
            ("GET", "/faults"): lambda _: answer(200, self._world.faults.described()),
            ("PUT", "/faults"): self._set_faults,
            ("GET", "/push"): self._pushed,
            ("PUT", "/push"): self._set_push,
            ("POST", "/inbox"): self._write_in,
        }

    def _health(self, _: Request) -> bytes:
        return answer(
            200, {"ok": True, "cpu_seconds": time.process_time(), "max_memory_mb": _max_memory() / 2**20}
        )

    def _book(self, request: Request) -> bytes:
        """Entries as they were written. `client_ref` or `since` (an entry's number) and `limit` choose."""
        asked, book = request.params(), self._world.book
        limit = min(int(asked.get("limit", PAGE)), PAGE)
        since = int(asked.get("since", 0))
        ref = asked.get("client_ref")
        chosen = range(since, len(book)) if ref is None else [n for n in book.all_of(ref) if n >= since]
        lines = b",".join(book.line(n).rstrip() for n in chosen[:limit])
        following = chosen[limit] if len(chosen) > limit else None
        return answer(200, b'{"rows":[' + lines + b'],"next":' + orjson.dumps(following) + b"}")

    def _set_faults(self, request: Request) -> bytes:
        try:
            wanted = orjson.loads(request.body or b"{}")
            faults = Faults(wanted, seed=self._seed)
        except ValueError as error:
            return answer(422, {"error": str(error)})
        self._world.faults = faults
        if faults.refuse_seconds:
            asyncio.get_running_loop().call_later(0.05, self._close_port, faults.refuse_seconds)
        return answer(200, faults.described())

    def _pushed(self, _: Request) -> bytes:
        return answer(200, {"url": self._push.url(), "sent": self._push.sent, "failed": self._push.failed})

    def _set_push(self, request: Request) -> bytes:
        """`vendor` limits it to one vendor's reports; without it, it is for all that have no address of their own."""
        asked = request.fields()
        url, header = str(asked.get("url", "")), str(asked.get("header", ""))
        if (url and not url.startswith("http://")) or not (url + header).isprintable():
            return answer(422, {"error": "url must begin with http://, header must be one line"})
        self._push.configure(url, header, str(asked.get("vendor", "")))
        return answer(200, {"url": url})

    def _write_in(self, request: Request) -> bytes:
        """Somebody sends an SMS to a vendor's customer. `at` is seconds of the epoch, now without it."""
        asked = request.fields()
        try:
            incoming = Incoming(
                str(asked["vendor"]),
                int(asked["sender"]),
                str(asked["receiver"]),
                str(asked["text"]),
                float(asked.get("at", time.time())),
            )
        except (KeyError, ValueError, TypeError):
            return answer(422, {"error": "vendor, sender, receiver and text are wanted"})
        self._world.inbox.append(incoming)
        return answer(200, {"received": len(self._world.inbox)})


def _max_memory() -> int:
    """Bytes. Linux's own figure first: the portable one still holds what was before this program began."""
    if STATUS.exists():
        words = STATUS.read_text().split()
        return int(words[words.index("VmHWM:") + 1]) * 1024
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used * (1 if sys.platform == "darwin" else 1024)
