"""NetGSM, REST v2 (api.netgsm.com.tr).

Success is judged by `code`, never by the HTTP status alone, and the same number means different things at
each endpoint, so each endpoint has its own table. A code that stands in no table ends nothing: a send becomes
Unknown, a report stays Pending.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from gateways.base import (
    DUPLICATE,
    Accepted,
    Balance,
    CannotTell,
    Capabilities,
    Found,
    GatewayDown,
    LookUp,
    NotSent,
    Operation,
    Outbound,
    Outcome,
    Parcel,
    Question,
    Rate,
    Reference,
    Refused,
    Report,
    Scope,
    Status,
    Unknown,
)
from gateways.http import Response, Unreadable, basic
from gateways.segments import Encoding, SegmentProfile
from gateways.vendor import PAUSE, HttpGateway, digits, rows_of, text_of, unaccepted

ISTANBUL = ZoneInfo("Europe/Istanbul")
OK = "00"
ACCEPTED = frozenset({OK, "01", "02"})  # 01 and 02: a date was wrong and replaced, the message is taken

_ACCOUNT = {
    "30": NotSent("30 credentials, API right or address", retry_after=PAUSE, scope=Scope.ACCOUNT),
}
# A system error is said after reading the request; that nothing was taken then is plausible and proven
# nowhere.
_SYSTEM = {code: Unknown(f"{code} system error") for code in ("100", "101", "110")}
_COMMON: Mapping[str, Outcome] = {
    **_ACCOUNT,
    **_SYSTEM,
    "20": Refused("20", "text or length"),
    "70": Refused("70", "parameter"),
    "80": NotSent("80 sending rate", retry_after=PAUSE, scope=Scope.ROAD),
    "85": NotSent("85 too many tasks for one number", retry_after=timedelta(seconds=70)),
}
SEND_CODES: Mapping[str, Outcome] = MappingProxyType(
    {
        **_COMMON,
        "40": Refused("40", "header not defined"),
        "50": Refused("50", "no IYS sending right"),
        "51": Refused("51", "no IYS brand"),
    }
)
OTP_CODES: Mapping[str, Outcome] = MappingProxyType(
    {
        **_COMMON,
        "40": Refused("40", "header not defined"),
        "41": Refused("41", "header invalid"),
        "50": Refused("50", "number"),
        "51": Refused("51", "number"),
        "52": Refused("52", "number"),
        "60": NotSent("60 no OTP package", retry_after=PAUSE, scope=Scope.ACCOUNT),
    }
)
REPORT_EMPTY = BALANCE_EMPTY = frozenset({"60"})
RATE_EXCEEDED = "80"
RATE = Rate(10, 60)  # report queries

STATUSES = {
    "0": Status.PENDING,
    "1": Status.DELIVERED,
    "2": Status.EXPIRED,
    "3": Status.UNDELIVERED,  # wrong or restricted number
    "4": Status.UNDELIVERED,  # could not be handed to the operator
    "11": Status.REJECTED,  # refused by the operator
    "12": Status.UNDELIVERED,  # sending error
    "13": Status.REJECTED,  # duplicate
    "14": Status.REJECTED,  # insufficient credit
    "15": Status.REJECTED,  # blacklisted
    "16": Status.REJECTED,  # refused by IYS
    "17": Status.REJECTED,  # IYS error
    "22": Status.REJECTED,  # abroad not allowed
    "103": Status.UNDELIVERED,  # the whole job failed
}
DUPLICATE_STATUS = "13"
HANDSET_CODES = frozenset(
    ["101", "102", "103", "104", "105", "106", "111", "112", "113", "114", "115", "116", "117", "119"]
)  # 0 is no error; the rest tell why a handset got nothing

ENCODINGS = {Encoding.GSM7_TR: "TR", Encoding.UCS2: "UNICODE"}  # plain text goes without the field
PAGE = 100
PAGES = RATE.count  # no question may take more than a minute's allowance
WINDOW = timedelta(minutes=2)
OTP_TEXT = re.compile(r"[\x20-\x7e\n]{1,160}")

# A lone part holds 155 characters, 150 of Turkish: the operator's code and a space are appended to every
# message (reference §0.2, findings 2 and 3; compliance §7.2). At most 6 parts (reference §1.2).
PROFILE = SegmentProfile(suffix_reserve=5, max_parts=6)


class NetGsm(HttpGateway):
    """Options besides the common: `otp` (false: OTPs go by the ordinary call), `iysfilter`, `appname`."""

    secrets: ClassVar[tuple[str, ...]] = ("password",)
    logins: ClassVar[tuple[str, ...]] = ("username",)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            reference=Reference.WINDOW,
            max_batch=500,  # no limit is published
            quiet=self.quiet,
            personalised=True,
            report_batch=50,
            report_page=PAGE,
            rates={Operation.REPORT: RATE},
            otp=True,
            profile=PROFILE,
        )

    def send(self, parcel: Parcel) -> Outcome:
        if parcel.otp and self.options.get("otp", True) and _fits_otp(parcel):
            return self._send("send-otp", "/sms/rest/v2/otp", self._otp(parcel), OTP_CODES)
        return self._send("send", "/sms/rest/v2/send", self._order(parcel), SEND_CODES)

    def look_up(self, question: Question) -> LookUp:
        """Reports carry our reference back; one that is not there yet proves nothing, so never Absent."""
        period = _period(question.attempted_at - WINDOW, datetime.now(UTC))
        for row in self._report_rows("look-up", period):
            if row.get("referansID") == question.client_ref and text_of(row, "jobid"):
                return Found(text_of(row, "jobid"))
        return CannotTell("not in the window")

    def fetch_reports(self, questions: Sequence[Question]) -> list[Report]:
        """What fits in a minute's allowance; the rest is there at the next question."""
        asked = [question for question in questions if question.provider_id]
        if not asked:
            return []
        since = min(question.attempted_at for question in asked) - WINDOW
        request = {
            "jobids": [question.provider_id for question in asked],
            **_period(since, datetime.now(UTC)),
        }
        return [_report(row) for row in self._report_rows("report", request)]

    def balance(self) -> list[Balance]:
        """Money and packages. This endpoint takes its credentials in the body."""
        money, packages = self._balance(2), self._balance(1)
        amount = text_of(money, "balance").replace(",", ".")
        held = [Balance(amount, "TRY")] if amount else []
        return held + [
            Balance(text_of(row, "amount").replace(",", "."), text_of(row, "balance_name"))
            for row in rows_of(packages.get("balance"))
        ]

    def _send(
        self, operation: str, path: str, order: dict[str, Any], codes: Mapping[str, Outcome]
    ) -> Outcome:
        return _outcome(self.http.exchange(operation, "POST", path, headers=self._headers, json=order), codes)

    def _order(self, parcel: Parcel) -> dict[str, Any]:
        order = {
            "msgheader": parcel.originator,
            "iysfilter": str(self.options.get("iysfilter", "0")),
            "appname": self._appname,
            "referansID": parcel.client_ref,
            "messages": [
                {"msg": _text(outbound, parcel), "no": _national(outbound)} for outbound in parcel.recipients
            ],
        }
        encoding = ENCODINGS.get(parcel.encoding)
        return {**order, "encoding": encoding} if encoding else order

    def _otp(self, parcel: Parcel) -> dict[str, Any]:
        (outbound,) = parcel.recipients
        return {
            "msgheader": parcel.originator,
            "msg": _text(outbound, parcel),
            "no": _national(outbound),
            "appname": self._appname,
        }

    def _report_rows(self, operation: str, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Pages until a short one. The rate's end after the first page is an end, not a failure."""
        for page in range(PAGES):
            paged = {**request, "pagenumber": page, "pagesize": PAGE}
            try:
                rows = self._report_page(operation, paged)
            except GatewayDown:
                if page:
                    return
                raise
            yield from rows
            if len(rows) < PAGE:
                return

    def _report_page(self, operation: str, request: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self._read(
            self.ask(operation, "POST", "/sms/rest/v2/report", headers=self._headers, json=request)
        )
        code = text_of(answer, "code")
        if code in REPORT_EMPTY:
            return []
        if code != OK:
            raise _down(code)
        return [
            row for value in answer.values() for row in rows_of(value)
        ]  # the list's name is not documented

    def _balance(self, kind: int) -> dict[str, Any]:
        request = {
            "usercode": self.credentials.get("username", ""),
            "password": self.credentials.get("password", ""),
            "stip": kind,
        }
        answer = self._read(self.ask("balance", "POST", "/balance", json=request))
        code = text_of(answer, "code") or OK  # packages come without one
        if code in BALANCE_EMPTY:
            return {}
        if code != OK:
            raise _down(code)
        return answer

    def _read(self, response: Response) -> dict[str, Any]:
        try:
            return response.fields()
        except Unreadable as error:
            raise GatewayDown(f"HTTP {response.status}, {error}") from error

    @property
    def _appname(self) -> str:
        return str(self.options.get("appname", "smsmerkezi"))

    @property
    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": basic(self.credentials.get("username", ""), self.credentials.get("password", ""))
        }


def _fits_otp(parcel: Parcel) -> bool:
    """One recipient, 160 plain characters (reference §1.3); what does not fit goes by the ordinary call."""
    if len(parcel.recipients) != 1:
        return False
    return OTP_TEXT.fullmatch(_text(parcel.recipients[0], parcel)) is not None


def _text(outbound: Outbound, parcel: Parcel) -> str:
    return parcel.body if outbound.text is None else outbound.text


def _national(outbound: Outbound) -> str:
    """Ten digits for a Turkish number, as their schema demands; a foreign one keeps its country's prefix."""
    number = str(outbound.msisdn)
    return number[2:] if len(number) == 12 and number.startswith("90") else f"00{number}"


def _international(number: Any) -> int:
    found = digits(number)
    return int(f"90{found}") if 10**9 <= found < 10**10 else found


def _outcome(response: Response, codes: Mapping[str, Outcome]) -> Outcome:
    if response.status not in {200, 406}:
        return unaccepted(response)
    answer = response.fields()
    code = text_of(answer, "code")
    if code not in ACCEPTED:
        return codes.get(code) or Unknown(f"code {code[:8] or 'missing'}")
    job = text_of(answer, "jobid", "jobId")
    return Accepted(job) if job else Unknown("accepted without a job id")


def _report(row: dict[str, Any]) -> Report:
    status = text_of(row, "status")
    cause = text_of(row, "errorCode")
    return Report(
        status=STATUSES.get(status, Status.PENDING),
        msisdn=_international(row.get("number", row.get("telno"))),
        provider_id=text_of(row, "jobid"),
        client_ref=text_of(row, "referansID"),
        error_code=_error_code(status, cause),
        at=_moment(row.get("deliveredDate")),
    )


def _error_code(status: str, cause: str) -> str:
    if status in {"0", "1"} or status not in STATUSES:
        return ""
    if status == DUPLICATE_STATUS:
        return DUPLICATE
    return cause if cause in HANDSET_CODES else status


def _down(code: str) -> GatewayDown:
    wait = timedelta(minutes=1) if code in {RATE_EXCEEDED, "30"} else timedelta(seconds=15)
    return GatewayDown(f"code {code[:8] or 'missing'}", retry_after=wait)


def _period(since: datetime, until: datetime) -> dict[str, str]:
    """Both ends, in their local time; the last second is included by asking for a minute more."""
    return {"startdate": _local(since), "stopdate": _local(until + timedelta(minutes=1))}


def _local(moment: datetime) -> str:
    return moment.astimezone(ISTANBUL).strftime("%d.%m.%Y %H:%M:%S")


def _moment(text: Any) -> datetime | None:
    try:
        return datetime.strptime(text, "%d.%m.%Y %H:%M:%S").replace(tzinfo=ISTANBUL)
    except (TypeError, ValueError):
        return None
