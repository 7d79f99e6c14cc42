"""iletiMerkezi's JSON API as its documents describe it: one envelope, a code in it that is the HTTP status as well."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from gateways.simulator.book import Order
from gateways.simulator.dialect import Dialect, Owed, Question
from gateways.simulator.fate import DELIVERED, REJECTED, fate_of
from gateways.simulator.http import Request, answer

WAITING, SENT, NOT_SENT = 110, 111, 112
UNDER_WAY, DONE, FAILED = 113, 114, 115
TEXT_LIMIT = 1071  # seven parts
PAGE_LIMIT = 1000
MESSAGES = {200: "İşlem başarılı", 401: "Üyelik bilgileri hatalı", 455: "Sipariş bulunamadı"}


class IletiMerkezi(Dialect):
    vendor = "iletimerkezi"

    @property
    def sends(self) -> Mapping[str, Callable[[Request], Order | bytes]]:
        return {"/v1/send-sms/json": self._order}

    @property
    def questions(self) -> Mapping[str, Question]:
        asked: dict[str, Question] = {
            "get-report": self._report,
            "get-balance": lambda _: told(200, balance={"amount": "0", "sms": "18343"}),
            "get-sender": lambda _: told(200, senders={"sender": ["SMSMERKEZI", "APITEST"]}),
            "cancel-order": self._cancel,
        }
        return {f"/v1/{name}/json": self._guarded(question) for name, question in asked.items()}

    def accepted(self, order: Order, n: int) -> bytes:  # noqa: ARG002 - the shape of all dialects
        return told(200, order={"id": self.name(n)})

    def misnamed(self, order: Order) -> bytes:  # noqa: ARG002
        return told(200, order={"id": None})

    def throttled(self) -> bytes:
        return answer(429, {"response": {"status": {"code": 429}}}, more="Retry-After: 1\r\n")

    def error_body(self) -> bytes:
        return told(450, status=200)

    def pushes(self, owed: Sequence[Owed]) -> Iterator[bytes]:
        """One message each, in words where a pulled report has numbers."""
        for line in owed:
            row = {
                "id": line.n * PAGE_LIMIT + line.word.msisdn % PAGE_LIMIT,
                "packet_id": int(line.name),
                "status": "delivered" if line.word.status == DELIVERED else "undelivered",
                "to": f"+{line.word.msisdn}",
                "body": orjson.loads(self.book.line(line.n))["text"],
            }
            yield orjson.dumps({"report": row})

    def name(self, n: int) -> str:
        return f"{self.book.opened}{n:06d}"

    def entry(self, name: Any) -> int | None:
        opened, n = str(name)[:-6], str(name)[-6:]
        ours = opened == str(self.book.opened) and n.isdigit() and int(n) < len(self.book)
        return int(n) if ours and self.book.vendor(int(n)) == self.vendor else None

    def _order(self, request: Request) -> Order | bytes:
        asked = _request(request)
        if not _allowed(asked):
            return told(401)
        order = asked.get("order")
        if not isinstance(order, dict) or not isinstance(order.get("message"), dict):
            return told(400)
        wrong = _wrong(order)
        if wrong:
            return told(wrong)
        message = order["message"]
        numbers = [_number(number) for number in message["receipents"]["number"]]
        return Order("", order["sender"], [number for number in numbers if number], message["text"])

    def _guarded(self, question: Question) -> Question:
        return lambda request: question(request) if _allowed(_request(request)) else told(401)

    def _report(self, request: Request) -> bytes:
        asked = _request(request)["order"]
        n = self.entry(asked["id"])
        page, size = int(asked.get("page", 1)), int(asked.get("rowCount", PAGE_LIMIT))
        if n is None:
            return told(455)
        if page < 1 or not 0 < size <= PAGE_LIMIT:
            return told(464)
        now, at = time.time(), self.book.accepted_at(n)
        states = [_state(msisdn, at, now) for msisdn in self.book.msisdns(n)]
        start = (page - 1) * size
        rows = [
            {"number": f"+{msisdn}", "status": state}
            for msisdn, state in zip(self.book.msisdns(n), states, strict=True)
        ][start : start + size]
        return told(200, order={"id": self.name(n), "status": self._order_state(n, states), "message": rows})

    def _order_state(self, n: int, states: Sequence[int]) -> int:
        if WAITING in states:
            return UNDER_WAY
        fates = [fate_of(msisdn) for msisdn in self.book.msisdns(n)]
        return FAILED if all(fate and fate.status == REJECTED for fate in fates) else DONE

    def _cancel(self, request: Request) -> bytes:
        return told(200 if self.entry(_request(request)["order"]["id"]) is not None else 455)


def told(code: int, *, status: int = 0, **content: Any) -> bytes:
    """An answer; `status` where the HTTP status is not the code."""
    envelope = {"status": {"code": code, "message": MESSAGES.get(code, "Hata")}, **content}
    return answer(status or code, {"response": envelope})


def _request(request: Request) -> dict[str, Any]:
    found = request.fields().get("request")
    return found if isinstance(found, dict) else {}


def _allowed(asked: Mapping[str, Any]) -> bool:
    keys = asked.get("authentication")
    return isinstance(keys, dict) and bool(keys.get("key")) and keys.get("hash") not in {None, "", "wrong"}


def _wrong(order: Mapping[str, Any]) -> int:
    """The code for what an order lacks; 0 for a sound one."""
    message, sender = order["message"], order.get("sender")
    receivers = message.get("receipents")
    numbers = receivers.get("number") if isinstance(receivers, dict) else None
    if not isinstance(sender, str) or not 0 < len(sender) <= 11:
        return 450
    if order.get("iys") not in {"0", "1"}:
        return 468
    if order["iys"] == "1" and order.get("iysList") not in {"BIREYSEL", "TACIR"}:
        return 469
    if not isinstance(message.get("text"), str) or not message["text"]:
        return 454
    if len(message["text"]) > TEXT_LIMIT:
        return 453
    return 0 if isinstance(numbers, list) and numbers and all(map(_number, numbers)) else 452


def _number(given: Any) -> int:
    """In any of the forms that they take: 905…, +905…, 5…; 0 for none of them."""
    text = str(given).removeprefix("+")
    if not text.isdigit() or not 10 <= len(text) <= 15:
        return 0
    return int(text) + 90 * 10**10 if len(text) == 10 else int(text)


def _state(msisdn: int, accepted: float, now: float) -> int:
    fate = fate_of(msisdn)
    if fate is None or accepted + fate.after > now:
        return WAITING
    return SENT if fate.status == DELIVERED else NOT_SENT
