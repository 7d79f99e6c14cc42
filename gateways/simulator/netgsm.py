"""NetGSM REST v2 as an operator would answer it (reference/gateways.md §1): 200 and 406, judged by `code`."""

import base64
import binascii
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateways.simulator.book import Order
from gateways.simulator.dialect import Dialect, Question, World
from gateways.simulator.fate import fate_of
from gateways.simulator.http import Request, answer

ISTANBUL = ZoneInfo("Europe/Istanbul")
DAYS = "%d.%m.%Y %H:%M:%S"
TEXT_LIMIT = 917
OTP_LIMIT = 160
PAGE_LIMIT = 100
MINUTE = 60.0
STATUSES = {"delivered": (1, 0), "undelivered": (4, 102), "expired": (2, 0), "rejected": (11, 0)}
WAITING = (0, 0)


class NetGsm(Dialect):
    vendor = "netgsm"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._asked: dict[str, deque[float]] = {}

    @property
    def sends(self) -> Mapping[str, Callable[[Request], Order | bytes]]:
        return {"/sms/rest/v2/send": self._order, "/sms/rest/v2/otp": self._otp}

    @property
    def questions(self) -> Mapping[str, Question]:
        asked: dict[str, Question] = {
            "report": self._report,
            "stats": self._stats,
            "msgheader": self._headers,
            "cancel": self._cancel,
        }
        guarded = {f"/sms/rest/v2/{name}": self._guarded(question) for name, question in asked.items()}
        return {**guarded, "/balance": self._balance}

    def accepted(self, order: Order, n: int) -> bytes:
        if order.otp:
            return answer(200, {"code": "00", "jobId": self.name(n)})
        return answer(200, {"code": "00", "jobid": self.name(n), "description": "queued"})

    def misnamed(self, order: Order) -> bytes:
        return answer(200, {"code": "00", "jobId" if order.otp else "jobid": None, "description": "queued"})

    def throttled(self) -> bytes:
        return refusal("80")

    def error_body(self) -> bytes:
        return refusal("70", status=200)

    def name(self, n: int) -> str:
        """26 digits: the book's birth and the entry."""
        return f"{self.book.opened:013d}{n:013d}"

    def _order(self, request: Request) -> Order | bytes:
        if not _allowed(request):
            return refusal("30")
        asked = request.fields()
        if not asked.get("msgheader"):
            return refusal("40")
        numbers, texts = _columns(asked.get("messages"))
        if not numbers or len(numbers) != len(texts):
            return refusal("70")
        if not all(0 < len(text) <= TEXT_LIMIT for text in texts):
            return refusal("20")
        alike = texts.count(texts[0]) == len(texts)
        return Order(
            ref=str(asked.get("referansID", "")),
            originator=str(asked["msgheader"]),
            msisdns=numbers,
            text=texts[0],
            texts=None if alike else texts,
        )

    def _otp(self, request: Request) -> Order | bytes:
        if not _allowed(request):
            return refusal("30")
        asked = request.fields()
        number, text = _number(asked.get("no")), asked.get("msg")
        if not asked.get("msgheader"):
            return refusal("40")
        if number is None:
            return refusal("50")
        if not isinstance(text, str) or not text.isascii() or not 0 < len(text) <= OTP_LIMIT:
            return refusal("20")
        return Order(str(asked.get("referansID", "")), str(asked["msgheader"]), [number], text, otp=True)

    def _guarded(self, question: Question) -> Question:
        return lambda request: question(request) if _allowed(request) else refusal("30")

    def _report(self, request: Request) -> bytes:
        if not self._within_rate(request.header("authorization")):
            return refusal("80")
        asked = request.fields()
        page, size = int(asked.get("pagenumber", 0)), int(asked.get("pagesize", PAGE_LIMIT))
        if page < 0 or not 0 < size <= PAGE_LIMIT:
            return refusal("70")
        rows = [
            row
            for n, start, stop in self.world.slices(self._chosen(asked), page * size, size)
            for row in self._rows(n, start, stop)
        ]
        return answer(200, {"code": "00", "jobs": rows}) if rows else refusal("60")

    def _chosen(self, asked: dict[str, Any]) -> Sequence[int]:
        if "jobids" in asked:
            return [n for n in map(self.entry, asked["jobids"]) if n is not None]
        since, until = (_seconds(asked[name]) for name in ("startdate", "stopdate"))
        horizon = time.time() - self.world.faults.visibility_lag_ms / 1000
        return list(self.book.between(self.vendor, since, min(until, horizon)))

    def _rows(self, n: int, start: int, stop: int) -> list[dict[str, Any]]:
        name, ref = self.name(n), self.book.ref(n)
        now, accepted = time.time(), self.book.accepted_at(n)
        return [_row(name, ref, msisdn, accepted, now) for msisdn in self.book.msisdns(n)[start:stop]]

    def _stats(self, request: Request) -> bytes:
        n = self.entry(request.fields().get("jobid"))
        if n is None:
            return refusal("60")
        return answer(200, {"code": "00", "totalSms": self.book.recipients(n), "jobid": self.name(n)})

    def _headers(self, _: Request) -> bytes:
        return answer(200, {"code": "00", "msgheaders": ["8501234567", "SMSMERKEZI"]})

    def _cancel(self, request: Request) -> bytes:
        known = self.entry(request.fields().get("jobid")) is not None
        return answer(200, {"code": "00"}) if known else refusal("60")

    def _balance(self, request: Request) -> bytes:
        asked = request.fields()
        if not asked.get("usercode") or asked.get("password") in {None, "", "wrong"}:
            return refusal("30")
        if asked.get("stip") == 1:
            return answer(200, {"balance": [{"amount": 900, "balance_name": "Adet SMS"}]})
        return answer(200, {"code": "00", "balance": "125,40"})

    def _within_rate(self, account: str) -> bool:
        """Ten questions in any minute, unless `report_rate` says otherwise."""
        now, asked = time.monotonic(), self._asked.setdefault(account, deque())
        while asked and asked[0] <= now - MINUTE:
            asked.popleft()
        if len(asked) >= self.world.faults.report_rate:
            return False
        asked.append(now)
        return True

    def entry(self, name: Any) -> int | None:
        text = str(name)
        if len(text) != 26 or not text.isdigit() or int(text[:13]) != self.book.opened:
            return None
        n = int(text[13:])
        return n if n < len(self.book) and self.book.vendor(n) == self.vendor else None


def refusal(code: str, status: int = 406) -> bytes:
    return answer(status, {"code": code, "jobid": None, "description": "error"})


def _allowed(request: Request) -> bool:
    scheme, _, coded = request.header("authorization").partition(" ")
    try:
        user, _, password = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return scheme == "Basic" and bool(user) and password not in {"", "wrong"}


def _columns(messages: Any) -> tuple[list[int], list[str]]:
    """Numbers and texts side by side; empty or of unlike length when anything is wrong."""
    try:
        numbers = [int(row["no"]) + 900000000000 for row in messages if len(row["no"]) == 10]
        return numbers, [row["msg"] for row in messages if isinstance(row["msg"], str)]
    except (KeyError, TypeError, ValueError):
        return [], []


def _number(national: Any) -> int | None:
    found = isinstance(national, str) and len(national) == 10 and national.isdigit()
    return int(national) + 900000000000 if found else None


def _row(name: str, ref: str, msisdn: int, accepted: float, now: float) -> dict[str, Any]:
    fate = fate_of(msisdn)
    known = fate is not None and accepted + fate.after <= now
    status, cause = STATUSES[fate.status] if fate and known else WAITING
    at = datetime.fromtimestamp(accepted + fate.after, ISTANBUL).strftime(DAYS) if fate and known else ""
    return {
        "jobid": name,
        "number": str(msisdn - 900000000000),
        "status": status,
        "operator": 30,
        "msglen": 1,
        "deliveredDate": at,
        "errorCode": cause,
        "referansID": ref,
    }


def _seconds(text: str) -> float:
    return datetime.strptime(text, DAYS).replace(tzinfo=ISTANBUL).timestamp()
