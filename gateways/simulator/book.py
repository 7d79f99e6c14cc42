"""The book: everything that was ever accepted, append-only, and the oracle of the tests.

An entry is one accepted request. Its words live on disk as a JSON line; memory keeps a few bytes an entry and
eight a recipient. Each line is written before the acceptance is answered, so it outlives a killed process.
"""

import os
import tempfile
import time
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from gateways.simulator.refs import RefIndex, hashed


class Order(NamedTuple):
    """What a request asks to be sent. `texts` stands beside `msisdns` when each gets its own."""

    ref: str
    originator: str
    msisdns: list[int]
    text: str
    texts: list[str] | None = None
    refused: list[int] = []
    otp: bool = False
    push_url: str = ""  # where this order wants its reports


class Book:
    """`path` names the file that keeps it; without one it ends with the process."""

    def __init__(self, path: Path | None = None) -> None:
        self._fd = _opened(path)
        self._size = 0
        self._offsets, self._times = array("Q"), array("d")
        self._firsts, self._vendors = array("Q"), array("B")
        self._numbers = array("Q")
        self._refs = RefIndex()
        self._names: list[str] = []
        self.repeats: dict[str, list[int]] = {}
        self.opened = self._load()

    def __len__(self) -> int:
        return len(self._offsets)

    def add(self, vendor: str, order: Order) -> int:
        """Write it down; its number in the book, from 0."""
        entry = {
            "ref": order.ref,
            "vendor": vendor,
            "n": len(self),
            "at": time.time(),
            "originator": order.originator,
            "msisdns": order.msisdns,
            "text": order.text,
        }
        optional = {"texts": order.texts, "refused": order.refused, "otp": order.otp}
        entry |= {name: value for name, value in optional.items() if value}
        line = orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE)
        os.write(self._fd, line)
        return self._remember(entry, len(line))

    def first(self, ref: str) -> int | None:
        return self._refs.find(hashed(ref)) if ref else None

    def all_of(self, ref: str) -> list[int]:
        first = self.first(ref)
        return [] if first is None else self.repeats.get(ref, [first])

    def line(self, n: int) -> bytes:
        """The entry as JSON, with its line's end."""
        end = self._offsets[n + 1] if n + 1 < len(self) else self._size
        return os.pread(self._fd, end - self._offsets[n], self._offsets[n])

    def ref(self, n: int) -> str:
        """Read from the line's beginning, where it stands, without the thousand numbers behind it."""
        start = os.pread(self._fd, 600, self._offsets[n])
        cut = start.find(b'","vendor":')
        return str(orjson.loads(start[:cut] + b'"}')["ref"] if cut > 0 else orjson.loads(self.line(n))["ref"])

    def accepted_at(self, n: int) -> float:
        return self._times[n]

    def vendor(self, n: int) -> str:
        return self._names[self._vendors[n]]

    def msisdns(self, n: int) -> "array[int]":
        return self._numbers[self._firsts[n] : self._end(n)]

    def recipients(self, n: int) -> int:
        return self._end(n) - self._firsts[n]

    def between(self, vendor: str, since: float, until: float) -> Iterator[int]:
        for n in range(bisect_left(self._times, since), bisect_right(self._times, until)):
            if self.vendor(n) == vendor:
                yield n

    def summary(self) -> dict[str, Any]:
        vendors = {name: self._vendors.count(index) for index, name in enumerate(self._names)}
        return {
            "acceptances": len(self),
            "recipients": len(self._numbers),
            "repeated_refs": len(self.repeats),
            "vendors": vendors,
        }

    def _end(self, n: int) -> int:
        return self._firsts[n + 1] if n + 1 < len(self) else len(self._numbers)

    def _remember(self, entry: dict[str, Any], size: int) -> int:
        n, ref = len(self), entry["ref"]
        digest = hashed(ref)
        earlier = self._refs.find(digest) if ref else None
        if earlier is not None:
            self.repeats.setdefault(ref, [earlier]).append(n)
        self._offsets.append(self._size)
        self._times.append(entry["at"])
        self._firsts.append(len(self._numbers))
        self._vendors.append(self._name(entry["vendor"]))
        self._numbers.extend(entry["msisdns"])
        self._refs.append(digest, named=bool(ref))
        self._size += size
        return n

    def _name(self, vendor: str) -> int:
        if vendor not in self._names:
            self._names.append(vendor)
        return self._names.index(vendor)

    def _load(self) -> int:
        """Read what an earlier process wrote, but not a line it did not finish. When it all began, ms."""
        opened = round(time.time() * 1000)
        with os.fdopen(os.dup(self._fd), "rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                if self._size:
                    self._remember(orjson.loads(line), len(line))
                else:
                    opened, self._size = orjson.loads(line)["opened"], len(line)
        os.ftruncate(self._fd, self._size)
        if not self._size:
            self._size = os.write(
                self._fd, orjson.dumps({"opened": opened}, option=orjson.OPT_APPEND_NEWLINE)
            )
        return opened


def _opened(path: Path | None) -> int:
    if path is None:
        with tempfile.TemporaryFile() as unnamed:
            return os.dup(unnamed.fileno())
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
