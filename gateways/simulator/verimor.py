"""Verimor's API of version 2, as its guide describes it: plain words, HTTP 400, JSON only where rows are."""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from gateways.simulator.book import Order
from gateways.simulator.dialect import Dialect, Incoming, Owed, Question
from gateways.simulator.fate import fate_of
from gateways.simulator.http import Request, answer

ISTANBUL = ZoneInfo("Europe/Istanbul")
PLAIN = "text/plain; charset=utf-8"
DESTINATION = re.compile(r"(90[0-9]{10}|(00|\+)[1-9][0-9]{6,13})")
VALIDITY = re.compile(r"([0-9]{1,2}):([0-5][0-9])")
LONGEST_VALIDITY = 48 * 60
TEXT_LIMIT = {"0": 1071, "1": 1043, "2": 469}  # by datacoding
PAGE = 100
ROWS = 1_000_000  # a campaign has fewer
STATUSES = {
    "delivered": "DELIVERED",
    "undelivered": "NOT_DELIVERED",
    "expired": "EXPIRED",
    "rejected": "REJECTED",
}
CAUSES = {"absent": "6"}
HEADERS = ["SMSMERKEZI", "ORNEKFIRMA"]


class Verimor(Dialect):
    vendor = "verimor"
    push_attempts = 4  # three more after the first

    @property
    def sends(self) -> Mapping[str, Callable[[Request], Order | bytes]]:
        return {"/v2/send.json": self._order}

    @property
    def questions(self) -> Mapping[str, Question]:
        asked: dict[str, Question] = {
            "status": self._status,
            "balance": lambda _: said("4532"),
            "headers": lambda _: answer(200, HEADERS),
            "inbound_messages": self._inbound,
        }
        return {f"/v2/{name}": self._guarded(question, Request.params) for name, question in asked.items()}

    @property
    def prefixes(self) -> Mapping[str, Question]:
        return {"/v2/cancel/": self._guarded(self._cancel, Request.fields)}

    def accepted(self, order: Order, n: int) -> bytes:  # noqa: ARG002 - the shape of all dialects
        return said(self.name(n))

    def misnamed(self, order: Order) -> bytes:  # noqa: ARG002
        return said("0")

    def throttled(self) -> bytes:
        return answer(429, b"Too Many Requests", PLAIN, "Retry-After: 1\r\n")

    def error_body(self) -> bytes:
        return said("INSUFFICIENT_CREDITS")

    def push_taken(self, status: int) -> bool:
        return status == 200

    def pushes(self, owed: Sequence[Owed]) -> Iterator[bytes]:
        rows = [
            {"type": "outbound", **self._row(line.n, line.word.msisdn, line.ref, line.word.at)}
            for line in owed
        ]
        yield orjson.dumps(rows)

    def name(self, n: int) -> str:
        return f"{self.book.opened}{n:06d}"

    def entry(self, name: str) -> int | None:
        opened, n = name[:-6], name[-6:]
        ours = opened == str(self.book.opened) and n.isdigit() and int(n) < len(self.book)
        return int(n) if ours and self.book.vendor(int(n)) == self.vendor else None

    def _order(self, request: Request) -> Order | bytes:
        asked = request.fields()
        if not _allowed(asked):
            return said("Geçersiz kullanıcı adı/şifre", 401)
        wrong = _wrong(asked)
        if wrong:
            return said(wrong, 400)
        messages = asked["messages"]
        texts = [message["msg"] for message in messages]
        return Order(
            ref=str(asked.get("custom_id", "")),
            originator=str(asked.get("source_addr") or HEADERS[0]),
            msisdns=[int(message["dest"]) for message in messages],
            text=texts[0],
            texts=None if texts.count(texts[0]) == len(texts) else texts,
        )

    def _guarded(self, question: Question, asked: Callable[[Request], Mapping[str, Any]]) -> Question:
        """All questions count against one allowance."""

        def guard(request: Request) -> bytes:
            if not _allowed(asked(request)):
                return said("Geçersiz kullanıcı adı/şifre", 401)
            if not self.within_rate(str(asked(request)["username"])):
                return self.throttled()
            return question(request)

        return guard

    def _status(self, request: Request) -> bytes:
        asked = request.params()
        entries = self._campaigns(asked)
        if not entries:
            return said("Bu idye sahip kampanya bulunamadı", 404)
        after, now = int(asked.get("greater_than", 0)), time.time()
        rows = [
            self._row(n, msisdn, self.book.ref(n), now, place)
            for n in entries
            for place, msisdn in enumerate(self.book.msisdns(n), 1)
            if n * ROWS + place > after
        ]
        return answer(200, rows[:PAGE])

    def _campaigns(self, asked: Mapping[str, str]) -> list[int]:
        if "custom_id" in asked:
            seen = time.time() - self.world.faults.visibility_lag_ms / 1000
            found = self.book.all_of(asked["custom_id"])
            return [
                n for n in found if self.book.vendor(n) == self.vendor and self.book.accepted_at(n) <= seen
            ]
        n = self.entry(asked.get("id", ""))
        return [] if n is None else [n]

    def _row(self, n: int, msisdn: int, ref: str, now: float, place: int = 0) -> dict[str, Any]:
        """What is known of a recipient; its place in the campaign is its number there."""
        fate, at = fate_of(msisdn), self.book.accepted_at(n)
        known = fate is not None and at + fate.after <= now
        place = place or self.book.msisdns(n).index(msisdn) + 1
        done = datetime.fromtimestamp(at + fate.after, ISTANBUL) if fate and known else None
        return {
            "campaign_id": int(self.name(n)),
            "campaign_custom_id": ref,
            "message_id": str(n * ROWS + place),
            "message_custom_id": str(msisdn),
            "dest": str(msisdn),
            "size": 1,
            "international_multiplier": 1,
            "credits": 1,
            "status": STATUSES[fate.status] if fate and known else "WAITING",
            "gsm_error": CAUSES.get(fate.code, "0") if fate and known else "0",
            "sent_at": f"{done:%Y-%m-%d %H:%M:%S}" if done and fate and fate.status == "delivered" else None,
            "done_at": f"{done:%Y-%m-%d %H:%M:%S}" if done else None,
        }

    def _inbound(self, request: Request) -> bytes:
        asked = request.params()
        since, until = (_seconds(asked.get(name, "")) for name in ("from_time", "to_time"))
        after = int(asked.get("greater_than", 0))
        chosen = [
            _came_in(n, each)
            for n, each in self.world.came_in(self.vendor)
            if n > after and (since or 0) <= each.at <= (until or each.at)
        ]
        return answer(200, chosen[:PAGE])

    def _cancel(self, request: Request) -> bytes:
        """Nothing is sent later here, so what is known is gone; as good as any answer for a client."""
        name = request.path.rpartition("/")[2]
        known = self.entry(name) is not None
        return said(f"Kampanya silindi: {name}") if known else said(f"Kampanya bulunamadı: {name}", 400)


def said(words: str, status: int = 200) -> bytes:
    return answer(status, words.encode(), PLAIN)


def _allowed(asked: Mapping[str, Any]) -> bool:
    return bool(asked.get("username")) and asked.get("password") not in {None, "", "wrong"}


def _wrong(asked: Mapping[str, Any]) -> str:
    """The word for what an order lacks; none for a sound one."""
    messages, coding = asked.get("messages"), str(asked.get("datacoding", 0))
    validity = VALIDITY.fullmatch(str(asked.get("valid_for", "24:00")))
    if not isinstance(asked.get("source_addr", ""), str) or len(asked.get("source_addr", "")) > 11:
        return "INVALID_SOURCE_ADDRESS"
    if not isinstance(messages, list) or not messages:
        return "MISSING_DESTINATION_ADDRESS"
    if coding not in TEXT_LIMIT:
        return "INVALID_DATACODING"
    if not validity or not 1 <= int(validity[1]) * 60 + int(validity[2]) <= LONGEST_VALIDITY:
        return "INVALID_PERIOD"
    if asked.get("is_commercial") and asked.get("iys_recipient_type") not in {"BIREYSEL", "TACIR"}:
        return "INVALID_IYS_RECIPIENT_TYPE"
    return next(filter(None, (_wrong_message(message, TEXT_LIMIT[coding]) for message in messages)), "")


def _wrong_message(message: Any, limit: int) -> str:
    if not isinstance(message, dict) or not isinstance(message.get("msg"), str) or not message["msg"]:
        return "MISSING_MESSAGE"
    if len(message["msg"]) > limit:
        return "MESSAGE_TOO_LONG"
    return "" if DESTINATION.fullmatch(str(message.get("dest", ""))) else "INVALID_DESTINATION_ADDRESS"


def _came_in(n: int, each: Incoming) -> dict[str, Any]:
    return {
        "message_id": n,
        "received_at": datetime.fromtimestamp(each.at, ISTANBUL).isoformat(timespec="milliseconds"),
        "network": "TURKCELL",
        "source_addr": str(each.sender),
        "destination_addr": each.receiver,
        "keyword": "",
        "content": each.text,
    }


def _seconds(text: str) -> float | None:
    return datetime.fromisoformat(text).replace(tzinfo=ISTANBUL).timestamp() if text else None
