"""Kobikom's current API (reference/gateways.md §2.2), with reports as our client guesses, and the one before it (§2.3)."""

import time
from collections.abc import Callable, Mapping
from uuid import UUID

from gateways.simulator.book import Order
from gateways.simulator.dialect import Dialect, Question
from gateways.simulator.fate import REFUSED_AT_ONCE
from gateways.simulator.http import Request, answer

PANEL = "/sms/api"
UNAUTHENTICATED = {"message": "Unauthenticated."}


class Kobikom(Dialect):
    vendor = "kobikom"

    @property
    def sends(self) -> Mapping[str, Callable[[Request], Order | bytes]]:
        return {"/api/message/send": self._order}

    @property
    def questions(self) -> Mapping[str, Question]:
        asked: dict[str, Question] = {
            "/api/message/report": self._report,
            "/api/balance": lambda _: answer(200, {"packages": [{"name": "SMS", "amount": 900}]}),
            "/api/subscription": lambda _: answer(200, {"data": [{"name": "SMSMERKEZI"}]}),
        }
        return {path: self._guarded(question) for path, question in asked.items()}

    def accepted(self, order: Order, n: int) -> bytes:  # noqa: ARG002 - the shape of all dialects
        return answer(200, {"data": [{"uuid": self.name(n)}]})

    def misnamed(self, order: Order) -> bytes:  # noqa: ARG002
        return answer(200, {"data": [{"uuid": None}]})

    def throttled(self) -> bytes:
        return answer(429, {"message": "Too Many Attempts."}, more="Retry-After: 1\r\n")

    def error_body(self) -> bytes:
        return answer(200, {"message": "The given data was invalid."})

    def name(self, n: int) -> str:
        return str(UUID(int=self.book.opened << 64 | n))

    def entry(self, name: str) -> int | None:
        try:
            opened, n = divmod(UUID(name).int, 1 << 64)
        except ValueError:
            return None
        ours = opened == self.book.opened and n < len(self.book)
        return n if ours and self.book.vendor(n) == self.vendor else None

    def _order(self, request: Request) -> Order | bytes:
        asked = request.params()
        if not _allowed(asked):
            return answer(401, UNAUTHENTICATED)
        number = asked.get("to", "")
        sound = len(number) == 12 and number.isdigit() and asked.get("from") and asked.get("message")
        if not sound or int(number) % 10000 == REFUSED_AT_ONCE:
            return answer(422, {"message": "The given data was invalid."})
        return Order("", asked["from"], [int(number)], asked["message"])

    def _guarded(self, question: Question) -> Question:
        return lambda request: (
            question(request) if _allowed(request.params()) else answer(401, UNAUTHENTICATED)
        )

    def _report(self, request: Request) -> bytes:
        name = request.params().get("uuid", "")
        n = self.entry(name)
        if n is None:
            return answer(404, {"message": "Not found."})
        told = [
            {"uuid": name, "to": str(word.msisdn), "status": word.status}
            for word in self.world.words(n, time.time())
        ]
        return answer(200, {"data": told})


class KobikomPanel(Dialect):
    """One recipient a call, answered when the message was handed on; judged by `code`."""

    vendor = "kobikom-panel"

    @property
    def sends(self) -> Mapping[str, Callable[[Request], Order | bytes]]:
        return {PANEL: self._called}

    @property
    def questions(self) -> Mapping[str, Question]:
        return {f"{PANEL}/sender-id": self._senders}

    def accepted(self, order: Order, n: int) -> bytes:  # noqa: ARG002
        return answer(200, {"code": "ok", "message": "Successfully Send", "message_id": self.name(n)})

    def misnamed(self, order: Order) -> bytes:  # noqa: ARG002
        return answer(200, {"code": None})

    def throttled(self) -> bytes:
        return answer(429, {"message": "Too Many Attempts."})

    def error_body(self) -> bytes:
        return panel_refusal("106")

    def name(self, n: int) -> str:
        return f"{self.book.opened}-{n}"

    def _called(self, request: Request) -> Order | bytes:
        asked = request.params()
        if asked.get("api_key", "") in {"", "wrong"}:
            return panel_refusal("102")
        if asked.get("action") == "check-balance":
            return answer(200, {"balance": 900, "user": "demo", "country": "Turkey"})
        number = asked.get("to", "")
        if not (len(number) == 12 and number.isdigit()) or int(number) % 10000 == REFUSED_AT_ONCE:
            return panel_refusal("103")
        if not asked.get("from"):
            return panel_refusal("106")
        return Order("", asked["from"], [int(number)], asked["sms"])

    def _senders(self, request: Request) -> bytes:
        if request.params().get("api_key", "") in {"", "wrong"}:
            return panel_refusal("102")
        return answer(200, [{"sender_id": "SMSMERKEZI"}])


def panel_refusal(code: str) -> bytes:
    return answer(200, {"code": code, "message": "error"})


def _allowed(asked: Mapping[str, str]) -> bool:
    return asked.get("api_token", "") not in {"", "wrong"}
