"""The mock gateway's own API, in the classes of send-protocol §3.4; `gateways/mock.py` lists its paths."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from gateways.simulator.book import Order
from gateways.simulator.dialect import Dialect, Question, World
from gateways.simulator.fate import REFUSED_AT_ONCE
from gateways.simulator.http import Request, answer

BATCH = 1000
PAGE = 5000
CLASSES = "abcd"
LOOKS_UP = "ab"
SEARCHES = "c"


class Mock(Dialect):
    """One class of it. Class A drops a reference that it has had."""

    def __init__(self, world: World, letter: str) -> None:
        super().__init__(world)
        self.vendor = f"mock-{letter}"
        self.letter = letter
        self.drops_repeats = letter == "a"

    @property
    def sends(self) -> Mapping[str, Callable[[Request], Order | bytes]]:
        return {self._path("send"): self._order}

    @property
    def questions(self) -> Mapping[str, Question]:
        asked: dict[str, Question] = {"reports": self._reports, "balance": self._balance}
        if self.letter in LOOKS_UP:
            asked["lookup"] = self._lookup
        if self.letter in SEARCHES:
            asked["window"] = self._window
        return {self._path(name): self._guarded(question) for name, question in asked.items()}

    def accepted(self, order: Order, n: int) -> bytes:
        told: dict[str, Any] = {"id": self.name(n), "ref": order.ref}
        return answer(200, told | _refusals(order.refused))

    def misnamed(self, order: Order) -> bytes:
        return answer(200, {"id": "m-0-0", "ref": order.ref[::-1] + "?"})

    def throttled(self) -> bytes:
        return answer(429, {"error": "busy"}, more="Retry-After: 1\r\n")

    def error_body(self) -> bytes:
        return answer(200, {"error": "invalid"})

    def name(self, n: int) -> str:
        return f"m-{self.book.opened}-{n}"

    def _path(self, name: str) -> str:
        return f"/mock/{self.letter}/{name}"

    def _order(self, request: Request) -> Order | bytes:
        if not _allowed(request):
            return answer(401, {"error": "credentials"})
        asked = request.fields()
        numbers, texts = asked.get("to"), asked.get("texts")
        if not isinstance(numbers, list) or not 0 < len(numbers) <= BATCH:
            return answer(422, {"error": "invalid"})
        if set(map(type, numbers)) != {int} or not isinstance(asked.get("text"), str) or not asked.get("ref"):
            return answer(422, {"error": "invalid"})
        if not asked.get("from"):
            return answer(422, {"error": "originator"})
        refused = [number for number in numbers if number % 10000 == REFUSED_AT_ONCE]
        order = Order(
            ref=str(asked["ref"]),
            originator=str(asked["from"]),
            msisdns=numbers,
            text=asked["text"],
            texts=texts,
            otp=bool(asked.get("otp")),
        )
        return _without(order, refused) if refused else order

    def _guarded(self, question: Question) -> Question:
        return lambda request: (
            question(request) if _allowed(request) else answer(401, {"error": "credentials"})
        )

    def _lookup(self, request: Request) -> bytes:
        ref = str(request.fields().get("ref", ""))
        n = self.book.first(ref)
        if n is None or not self._visible(n):
            return answer(200, {"absent": True})
        refused = orjson.loads(self.book.line(n)).get("refused", [])
        return answer(200, {"id": self.name(n), "recipients": self.book.recipients(n)} | _refusals(refused))

    def _window(self, request: Request) -> bytes:
        asked = request.fields()
        known = self.book.between(self.vendor, float(asked["since"]), float(asked["until"]))
        found = [n for n in known if n >= int(asked["after"]) and self._visible(n)][: PAGE + 1]
        rows = [[self.name(n), self.book.ref(n)] for n in found[:PAGE]]
        return answer(200, {"rows": rows, "next": found[PAGE] if len(found) > PAGE else None})

    def _reports(self, request: Request) -> bytes:
        """A page is so many recipients asked about, whether or not there is word of them."""
        asked, now = request.fields(), time.time()
        entries = [n for n in map(self.entry, asked["ids"]) if n is not None]
        after = int(asked["after"])
        told = []
        for n, start, stop in self.world.slices(entries, after, PAGE):
            words = self.world.words(n, now, start, stop)
            rows = [[word.msisdn, word.status, word.code, word.at] for word in words]
            told.append({"id": self.name(n), "ref": self.book.ref(n), "rows": rows})
        more = after + PAGE < sum(map(self.book.recipients, entries))
        return answer(200, {"entries": told, "next": after + PAGE if more else None})

    def _balance(self, _: Request) -> bytes:
        return answer(200, {"credits": 1_000_000})

    def entry(self, name: Any) -> int | None:
        """The entry with this id, if it is this gateway's."""
        words = str(name).split("-")
        if len(words) != 3 or words[1] != str(self.book.opened) or not words[2].isdigit():
            return None
        n = int(words[2])
        return n if n < len(self.book) and self.book.vendor(n) == self.vendor else None

    def _visible(self, n: int) -> bool:
        return self.book.accepted_at(n) <= self.world.horizon()


def _refusals(numbers: list[int]) -> dict[str, Any]:
    return {"refused": [{"to": number, "code": "refused"} for number in numbers]} if numbers else {}


def _allowed(request: Request) -> bool:
    """Any token but an empty one and the word for a bad one."""
    return request.header("authorization").removeprefix("Bearer").strip() not in {"", "wrong"}


def _without(order: Order, refused: list[int]) -> Order:
    kept = [i for i, number in enumerate(order.msisdns) if number % 10000 != REFUSED_AT_ONCE]
    return order._replace(
        msisdns=[order.msisdns[i] for i in kept],
        texts=[order.texts[i] for i in kept] if order.texts else None,
        refused=refused,
    )
