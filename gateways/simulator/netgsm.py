"""NetGSM REST v2 as an operator would answer it (reference/gateways.md §1): 200 and 406, judged by `code`."""

import base64
import binascii
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gateways.simulator.book import Order
from gateways.simulator.dialect import Dialect, Incoming, Question, World
from gateways.simulator.fate import REJECTED, fate_of
from gateways.simulator.http import Request, answer

ISTANBUL = ZoneInfo("Europe/Istanbul")
DAYS = "%d.%m.%Y %H:%M:%S"
MINUTES = "%d%m%Y%H%M"
INBOX = {14: "%d%m%Y%H%M%S", 8: "%d%m%Y"}  # by length: both forms that are documented
SHORTEST, LONGEST = timedelta(hours=1), timedelta(hours=21)
TEXT_LIMIT = 917
OTP_LIMIT = 160
PAGE_LIMIT = 100
STATUSES = {"delivered": (1, 0), "undelivered": (4, 102), "expired": (2, 0), "rejected": (11, 0)}
WAITING = (0, 0)
OPERATORS = (30, 10, 20, 41, 70)  # of a number, by its digits


class NetGsm(Dialect):
    vendor = "netgsm"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._handed_out: set[int] = set()

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
            "inbox": self._inbox,
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
        if not _is_life(asked.get("startdate"), asked.get("stopdate")):
            return refusal("70")
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
        if self.world.faults.no_otp:
            return refusal("60")
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
        if not self.within_rate(request.header("authorization")):
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
        since, until = (_seconds(asked[name]) for name in ("startdate", "stopdate"))
        if "jobids" in asked:
            named = [n for n in map(self.entry, asked["jobids"]) if n is not None]
            return [n for n in named if since <= self.book.accepted_at(n) <= until]
        return list(self.book.between(self.vendor, since, min(until, self.world.horizon())))

    def _rows(self, n: int, start: int, stop: int) -> list[dict[str, Any]]:
        name, ref = self.name(n), self.book.ref(n)
        now, accepted = time.time(), self.book.accepted_at(n)
        numbers = self.world.faults.lines(self.book.msisdns(n)[start:stop])
        return [_row(name, ref, msisdn, accepted, now) for msisdn in numbers]

    def _stats(self, request: Request) -> bytes:
        n = self.entry(request.fields().get("jobid"))
        if n is None:
            return refusal("60")
        now, size = time.time(), self.book.recipients(n)
        refused = sum(word.status == REJECTED for word in self.world.words(n, now))
        told = [("İletildi", size - refused, "Ücretlendirildi"), ("Red", refused, "Ücretlendirilmedi")]
        stats = [
            {"status": state, "totalSms": count, "totalMessageLength": count, "chargeStatement": word}
            for state, count, word in told
            if count
        ]
        return answer(200, {"code": "00", "stats": stats})

    def _headers(self, _: Request) -> bytes:
        return answer(200, {"code": "00", "msgheaders": ["8501234567", "SMSMERKEZI"]})

    def _cancel(self, request: Request) -> bytes:
        known = self.entry(request.fields().get("jobid")) is not None
        return answer(200, {"code": "00"}) if known else refusal("60")

    def _inbox(self, request: Request) -> bytes:
        """With dates, what came between them; without, what was never handed out before, and never again."""
        asked = request.params()
        if "startdate" in asked or "stopdate" in asked:
            since, until = (_bound(asked.get(name, ""), name) for name in ("startdate", "stopdate"))
            chosen = [each for _, each in self.world.came_in(self.vendor) if since <= each.at <= until]
        else:
            fresh = [pair for pair in self.world.came_in(self.vendor) if pair[0] not in self._handed_out]
            self._handed_out |= {n for n, _ in fresh}
            chosen = [each for _, each in fresh]
        return (
            answer(200, {"code": "00", "messages": list(map(_came_in, chosen))}) if chosen else refusal("40")
        )

    def _balance(self, request: Request) -> bytes:
        asked = request.fields()
        if not asked.get("usercode") or asked.get("password") in {None, "", "wrong"}:
            return refusal("30")
        if asked.get("stip") == 1:
            return answer(200, {"balance": [{"amount": 900, "balance_name": "Adet SMS"}]})
        return answer(200, {"code": "00", "balance": "125,40"})

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
        "operator": OPERATORS[msisdn // 10000 % len(OPERATORS)],
        "msglen": 1,
        "deliveredDate": at,
        "errorCode": cause,
        "referansID": ref,
    }


def _is_life(start: Any, stop: Any) -> bool:
    """Both dates or none; from 1 to 21 hours apart, and not begun in an earlier minute."""
    if start is None and stop is None:
        return True
    try:
        begins, ends = (datetime.strptime(each, MINUTES).replace(tzinfo=ISTANBUL) for each in (start, stop))
    except (TypeError, ValueError):
        return False
    now = datetime.now(ISTANBUL).replace(second=0, microsecond=0)
    return begins >= now and SHORTEST <= ends - begins <= LONGEST


def _bound(text: str, name: str) -> float:
    """The beginning of a day, or its end, where only the day is told. What it raises is answered with code 70."""
    at = datetime.strptime(text, INBOX[len(text)]).replace(tzinfo=ISTANBUL)
    whole_day = timedelta(days=1) if len(text) == 8 and name == "stopdate" else timedelta(0)
    return (at + whole_day).timestamp()


def _came_in(each: Incoming) -> dict[str, Any]:
    return {
        "message": each.text,
        "sender": str(each.sender)[2:],
        "receiver": each.receiver,
        "datetime": datetime.fromtimestamp(each.at, ISTANBUL).strftime(DAYS),
    }


def _seconds(text: str) -> float:
    return datetime.strptime(text, DAYS).replace(tzinfo=ISTANBUL).timestamp()
