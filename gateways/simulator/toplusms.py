"""toplusms.tc REST v1 (reference/gateways.md §4): form fields in, HTTP 200 out whatever happens, every value a string."""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import md5
from typing import Any
from zoneinfo import ZoneInfo

from gateways.simulator.book import Order
from gateways.simulator.dialect import Dialect, Question
from gateways.simulator.fate import fate_of
from gateways.simulator.http import Request, answer

ISTANBUL = ZoneInfo("Europe/Istanbul")
API = "/api/v1"
WRONG = md5(b"wrong", usedforsecurity=False).hexdigest()
HASH = frozenset("0123456789abcdef")
MISSING, NO_NUMBER, BAD_ENCODING, NO_QUEUE, CREDENTIALS, BUSY = 4, 6, 9, 10, 3, 12
DELIVERED, NOT_DELIVERED, SENT = "delivered", "not_delivered", "sent"


class TopluSms(Dialect):
    vendor = "toplusms"

    @property
    def sends(self) -> Mapping[str, Callable[[Request], Order | bytes]]:
        return {f"{API}/sms/send/normal": self._order}

    @property
    def questions(self) -> Mapping[str, Question]:
        return {f"{API}/user/profileDetails": self._profile}

    @property
    def prefixes(self) -> Mapping[str, Question]:
        return {f"{API}/sms/reports/": self._report}

    def accepted(self, order: Order, n: int) -> bytes:  # noqa: ARG002 - the shape of all dialects
        return answer(200, {"status": "success", "queueId": int(self.name(n))})

    def misnamed(self, order: Order) -> bytes:  # noqa: ARG002
        return answer(200, {"status": "success", "queueId": None})

    def throttled(self) -> bytes:
        return answer(429, {"status": "error", "errorMessage": "Çok fazla istek.", "errorCode": BUSY})

    def error_body(self) -> bytes:
        return refusal(MISSING)

    def name(self, n: int) -> str:
        """19 digits: the book's birth and the entry."""
        return str(self.book.opened * 10**6 + n)

    def entry(self, name: str) -> int | None:
        opened, n = divmod(int(name) if name.isdigit() else 0, 10**6)
        known = opened == self.book.opened and n < len(self.book)
        return n if known and self.book.vendor(n) == self.vendor else None

    def _order(self, request: Request) -> Order | bytes:
        if not _allowed(request):
            return refusal(CREDENTIALS)
        asked = request.form()
        if not asked.get("caption") or not asked.get("message") or not asked.get("numbers"):
            return refusal(MISSING)
        if asked.get("encoding") not in {"tr", "en"}:
            return refusal(BAD_ENCODING)
        listed = asked["numbers"].replace("\n", ",").split(",")
        numbers = [int(f"90{number}") for number in listed if len(number) == 10 and number.isdigit()]
        if not numbers:
            return refusal(NO_NUMBER)
        return Order("", asked["caption"], numbers, asked["message"])

    def _report(self, request: Request) -> bytes:
        """The whole job at once."""
        n = self.entry(request.path.rpartition("/")[2])
        if not _allowed(request) or n is None:
            return refusal(NO_QUEUE if _allowed(request) else CREDENTIALS)
        accepted = self.book.accepted_at(n)
        rows = [_row(msisdn, accepted, time.time()) for msisdn in self.book.msisdns(n)]
        counts = Counter(row["status"] for row in rows)
        queue = {
            "queue_id": self.name(n),
            "queue_status": "sending" if counts[SENT] else "completed",
            "q_send_datetime": _local(accepted),
            "q_total_credit": str(len(rows)),
            "delivered_cnt": str(counts[DELIVERED]),
            "not_delivered_cnt": str(counts[NOT_DELIVERED]),
            "waiting_cnt": "0",
            "sent_cnt": str(counts[SENT]),
            "total_numbers": str(len(rows)),
        }
        return answer(200, {"status": "success", "queue": queue, "numbers": rows})

    def _profile(self, request: Request) -> bytes:
        if not _allowed(request):
            return refusal(CREDENTIALS)
        profile = {
            "firstname": "DENEME",
            "tc_identity_no": "11111111110",
            "company_address": "Deneme Sokak 1",
        }
        held = {"balance_money": "0", "balance_credit": "5555"}
        return answer(200, {"status": "success", "id": "2345", **profile, **held})


def refusal(code: int) -> bytes:
    words = "Kullanıcı doğrulanamadı." if code == CREDENTIALS else "İstek kabul edilmedi."
    return answer(200, {"status": "error", "errorMessage": words, "errorCode": code})


def _allowed(request: Request) -> bool:
    """The password's hash in lower case; whoever sends the password itself is refused."""
    user, password = request.basic()
    return bool(user) and len(password) == 32 and set(password) <= HASH and password != WRONG


def _row(msisdn: int, accepted: float, now: float) -> dict[str, Any]:
    fate = fate_of(msisdn)
    known = fate is not None and accepted + fate.after <= now
    status = SENT
    if fate and known:
        status = DELIVERED if fate.status == "delivered" else NOT_DELIVERED
    return {
        "number": str(msisdn)[2:],
        "status": status,
        "sent_datetime": _local(accepted),
        "updated_datetime": _local(accepted + fate.after if fate and known else accepted),
    }


def _local(at: float) -> str:
    return datetime.fromtimestamp(at, ISTANBUL).strftime("%Y-%m-%d %H:%M:%S")
