"""Node API v1.8.3 as its brands answer it (reference/gateways.md §3): errors with HTTP 200, a `customID` that works once."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from gateways.simulator.book import Order
from gateways.simulator.dialect import Dialect, Owed, Question, World
from gateways.simulator.fate import fate_of
from gateways.simulator.http import Request, answer

Told = TypeVar("Told", Order, bytes, Order | bytes)
ISTANBUL = ZoneInfo("Europe/Istanbul")
BATCH = 1000
SIZES = range(10, 1001)  # of a page
CUSTOM_ID = 100  # characters
STATES = {"delivered": 3, "undelivered": 4, "expired": 5, "rejected": -1}
CANCELLED_ITEM, SENT_ITEM = -2, 2
CANCELLED, SENT, PARTLY, COMPLETED = -4, 4, 5, 6
CODES = {
    "ERR_BAD_REQUEST": "SMS00",
    "ERR_USER_NOT_AUTHORIZED": "SMS01",
    "ERR_SMS_PKG_NOT_FOUND": "SMS06",
    "ERR_SMS_PKG_NOT_CHANGEABLE": "SMS07",
    "ERR_SMS_PKG_CUSTOM_ID_DUPLICATION": "SMS42",
    "ERR_REQUEST_PARAM_LIMIT": "SMS48",
}


class Item(NamedTuple):
    """A recipient of a package. `at` is when it came to its end, in seconds of the epoch."""

    msisdn: int
    state: int
    at: float = 0.0

    @property
    def final(self) -> bool:
        return self.state != SENT_ITEM


class NodeApi(Dialect):
    vendor = "nodeapi"
    drops_repeats = True

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._cancelled: set[int] = set()
        self._counted = 0

    @property
    def sends(self) -> Mapping[str, Callable[[Request], Order | bytes]]:
        return {"/sms/create": _soundly(self._order), "/sms/create-otp": _soundly(self._otp)}

    @property
    def questions(self) -> Mapping[str, Question]:
        asked: dict[str, Question] = {
            "/sms/list": self._list,
            "/sms/list-item": self._list_items,
            "/sms/list-sender": self._senders,
            "/sms/cancel": self._cancel,
            "/user/credit": lambda _: found({"credit": 316807}),
        }
        return {path: self._guarded(question) for path, question in asked.items()}

    def accepted(self, order: Order, n: int) -> bytes:  # noqa: ARG002 - the shape of all dialects
        return found({"pkgID": int(self.name(n))})

    def repeated(self, order: Order, n: int) -> bytes:  # noqa: ARG002
        return refusal("ERR_SMS_PKG_CUSTOM_ID_DUPLICATION")

    def misnamed(self, order: Order) -> bytes:  # noqa: ARG002
        return found({"pkgID": None})

    def throttled(self) -> bytes:
        return refusal("ERR_CONCURRENT_REQUEST_LIMIT")

    def error_body(self) -> bytes:
        return refusal("ERR_BAD_REQUEST")

    def pushes(self, owed: Sequence[Owed]) -> Iterator[bytes]:
        """Packages, not recipients: an object for one, a list for several."""
        told = [
            {"pkgID": int(line.name), "customID": line.ref, "state": self._state(line.n, self._items(line.n))}
            for line in {line.n: line for line in owed}.values()
        ]
        yield orjson.dumps(told[0] if len(told) == 1 else told)

    def name(self, n: int) -> str:
        """19 digits: the book's birth and the entry."""
        return str(self.book.opened * 10**6 + n)

    def entry(self, name: Any) -> int | None:
        if not isinstance(name, int):
            return None
        opened, n = divmod(name, 10**6)
        known = opened == self.book.opened and n < len(self.book)
        return n if known and self.book.vendor(n) == self.vendor else None

    def _order(self, request: Request) -> Order | bytes:
        asked = request.fields()
        if (wrong := _wrong(request, asked)) or not 5 <= len(str(asked.get("title", ""))) <= 50:
            return wrong or refusal("ERR_BAD_REQUEST")
        if asked.get("type") != 1 or asked.get("validity", 1440) not in range(60, 1441):
            return refusal("ERR_BAD_REQUEST")
        numbers, texts = _columns(asked)
        if len(numbers) > BATCH:
            return refusal("ERR_REQUEST_PARAM_LIMIT")
        if not numbers or not all(isinstance(text, str) and text for text in texts):
            return refusal("ERR_EMPTY_SMS_PACKAGE")
        each = None if texts.count(texts[0]) == len(texts) else texts
        return _sent(asked, numbers, texts[0])._replace(texts=each)

    def _otp(self, request: Request) -> Order | bytes:
        asked = request.fields()
        if wrong := _wrong(request, asked):
            return wrong
        if self.world.faults.no_otp:
            return refusal("ERR_USER_NOT_AUTHORIZED")
        if asked.get("validity", 6) not in range(3, 7) or not asked.get("content"):
            return refusal("ERR_BAD_REQUEST")
        return _sent(asked, [int(asked["number"])], str(asked["content"]))._replace(otp=True)

    def _guarded(self, question: Question) -> Question:
        """A day is as long as the faults last."""

        def guarded(request: Request) -> bytes:
            if not _allowed(request):
                return refusal("ERR_USER_NOT_AUTHORIZED", status=401)
            limit = self.world.faults.daily_questions
            self._counted = self._counted + 1 if limit else 0
            return (
                refusal("ERR_DAILY_REQUEST_LIMIT") if self._counted > limit else _soundly(question)(request)
            )

        return guarded

    def _list(self, request: Request) -> bytes:
        """Newest first; chosen by `ids` or `customIDs`, or all that are known by now."""
        asked = request.fields()
        horizon = self.world.horizon()
        if "customIDs" in asked:
            named = [self.book.first(str(ref)) for ref in asked["customIDs"]]
        elif "ids" in asked:
            named = [self.entry(name) for name in asked["ids"]]
        else:
            named = list(self.book.between(self.vendor, 0, horizon))
        chosen = {n for n in named if n is not None and self.book.accepted_at(n) <= horizon}
        ours = sorted((n for n in chosen if self.book.vendor(n) == self.vendor), reverse=True)
        return _paged(asked, ours, self._package)

    def _list_items(self, request: Request) -> bytes:
        asked = request.fields()
        n = self._named(asked, "pkgID")
        if n is None:
            return refusal("ERR_SMS_PKG_NOT_FOUND")
        accepted, state = self.book.accepted_at(n), self._state(n, self._items(n))
        return _paged(asked, self._items(n), lambda item: _row(item, accepted, state))

    def _senders(self, request: Request) -> bytes:
        titles = [("SMSMERKEZI", 1), ("YENIBASLIK", 0), ("YASAKLI", 3)]
        return _paged(request.fields(), titles, lambda each: {"title": each[0], "status": each[1]})

    def _cancel(self, request: Request) -> bytes:
        n = self._named(request.fields(), "id")
        if n is None:
            return refusal("ERR_SMS_PKG_NOT_FOUND")
        if self._state(n, self._items(n)) != SENT:
            return refusal("ERR_SMS_PKG_NOT_CHANGEABLE")
        self._cancelled.add(n)
        return found({"status": 1})

    def _named(self, asked: dict[str, Any], name: str) -> int | None:
        if asked.get(name) is not None:
            return self.entry(asked[name])
        n = self.book.first(str(asked.get("customID", "")))
        return n if n is not None and self.book.vendor(n) == self.vendor else None

    def _items(self, n: int) -> list[Item]:
        now, accepted = time.time(), self.book.accepted_at(n)
        if n in self._cancelled:
            return [Item(msisdn, CANCELLED_ITEM) for msisdn in self.book.msisdns(n)]
        return [_item(msisdn, accepted, now) for msisdn in self.book.msisdns(n)]

    def _state(self, n: int, items: Sequence[Item]) -> int:
        if n in self._cancelled:
            return CANCELLED
        final = sum(item.final for item in items)
        return SENT if not final else COMPLETED if final == len(items) else PARTLY

    def _package(self, n: int) -> dict[str, Any]:
        items, entry = self._items(n), orjson.loads(self.book.line(n))
        delivered = sum(item.state == STATES["delivered"] for item in items)
        failed = sum(item.final for item in items) - delivered
        size = len(items)
        counts = {
            "total": size,
            "credit": size,
            "rCount": size,
            "delivered": delivered,
            "undelivered": failed,
        }
        return {
            "id": int(self.name(n)),
            "customID": entry["ref"] or None,
            "uuid": str(UUID(int=n)),
            "error": None,
            "state": self._state(n, items),
            "content": entry["text"],
            "senders": [entry["originator"]],
            "statistics": counts,
            "isScheculed": 0,
            "sendingDate": _local(entry["at"]),
        }


def found(data: dict[str, Any]) -> bytes:
    return answer(200, {"err": None, "data": data})


def refusal(name: str, status: int = 200) -> bytes:
    """In the seed's spelling where it has a number, else as clients saw it."""
    code = f"{CODES[name]}: {name}" if name in CODES else name
    return answer(status, {"err": {"status": 400, "code": code, "message": "error"}, "data": None})


def _soundly(read: Callable[[Request], Told]) -> Callable[[Request], Told | bytes]:
    """What is missing or of the wrong kind is a bad request."""

    def soundly(request: Request) -> Told | bytes:
        try:
            return read(request)
        except (KeyError, TypeError, ValueError, AttributeError):
            return refusal("ERR_BAD_REQUEST")

    return soundly


def _allowed(request: Request) -> bool:
    user, password = request.basic()
    return bool(user) and password not in {"", "wrong"}


def _wrong(request: Request, asked: Mapping[str, Any]) -> bytes | None:
    if not _allowed(request):
        return refusal("ERR_USER_NOT_AUTHORIZED", status=401)
    if not asked.get("sender"):
        return refusal("ERR_INVALID_SMS_SENDER")
    ref = str(asked.get("customID", ""))
    sound = ref.replace("-", "").replace(".", "").isalnum() and ref.isascii() and len(ref) <= CUSTOM_ID
    return (
        refusal("ERR_BAD_REQUEST")
        if (ref and not sound) or asked.get("encoding", 0) not in range(3)
        else None
    )


def _columns(asked: Mapping[str, Any]) -> tuple[list[int], list[Any]]:
    """Numbers and texts side by side."""
    kind, content = asked["sendingType"], asked.get("content")
    if kind == 0:
        return [int(asked["number"])], [content]
    if kind == 1:
        return [int(number) for number in asked["numbers"]], [content] * len(asked["numbers"])
    return [int(row["nr"]) for row in asked["numbers"]], [row["msg"] or content for row in asked["numbers"]]


def _sent(asked: Mapping[str, Any], numbers: list[int], text: str) -> Order:
    url = (asked.get("pushSettings") or {}).get("url", "")
    return Order(str(asked.get("customID", "")), str(asked["sender"]), numbers, text, push_url=str(url))


def _paged(asked: Mapping[str, Any], rows: Sequence[Any], told: Callable[[Any], dict[str, Any]]) -> bytes:
    index, size = int(asked.get("pageIndex", 0)), int(asked.get("pageSize", 100))
    if index < 0 or size not in SIZES:
        return refusal("ERR_BAD_REQUEST")
    page = [told(row) for row in rows[index * size : (index + 1) * size]]
    return found({"stats": {"totalRecord": len(rows)}, "list": page})


def _item(msisdn: int, accepted: float, now: float) -> Item:
    fate = fate_of(msisdn)
    if fate is None or accepted + fate.after > now:
        return Item(msisdn, SENT_ITEM)
    return Item(msisdn, STATES[fate.status], accepted + fate.after)


def _row(item: Item, accepted: float, package: int) -> dict[str, Any]:
    return {
        "id": f"{item.msisdn}{int(accepted)}",
        "msg": None,
        "error": None,
        "credit": 1,
        "state": item.state,
        "setState": package,
        "target": str(item.msisdn),
        "operator": item.msisdn // 10**7 % 4,
        "sendingDate": _local(accepted),
        "deliveryDate": _local(item.at) if item.state == STATES["delivered"] else None,
    }


def _local(at: float) -> str:
    return datetime.fromtimestamp(at, ISTANBUL).strftime("%Y-%m-%dT%H:%M:%S")
