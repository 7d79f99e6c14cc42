"""NetGSM, REST v2 (api.netgsm.com.tr): how it is asked. What its codes mean stands in `netgsm_codes`.

Success is judged by `code`, never by the HTTP status alone. What is billed in the end, and what came in, are read from
answers whose fields are partly unverified; `netgsm_codes` says which.

An OTP carries no reference of ours, since its call has no field for one. No look-up and no report finds one in doubt, so for
OTPs class C is D: never sent again, and given up uncharged in the end although it may have arrived.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from gateways.base import (
    Balance,
    Callback,
    CannotTell,
    Capabilities,
    Found,
    GatewayDown,
    Inbound,
    LookUp,
    Operation,
    Outbound,
    Outcome,
    Parcel,
    Pushed,
    Question,
    Rate,
    Reference,
    Report,
    Reports,
    SenderName,
)
from gateways.http import basic
from gateways.netgsm_codes import (
    INBOX_EMPTY,
    NO_OTP_PACKAGE,
    NOTHING_FOUND,
    OK,
    OTP_CODES,
    PARAMETER,
    SEND_CODES,
    charged,
    down,
    inbound,
    jobs_named,
    local,
    outcome,
    report,
)
from gateways.segments import Encoding, SegmentProfile
from gateways.unread import Reading, Unread
from gateways.vendor import HttpGateway, id_of, is_turkish, labels_of, rows_of, text_for, text_of, told_fields

QUESTIONS = (
    10  # a minute: report queries, look-ups among them; option `report_rate` where an account may ask more
)
ENCODINGS = {Encoding.GSM7_TR: "TR", Encoding.UCS2: "UNICODE"}  # plain text goes without the field
MAX_BATCH = 500  # no limit is published
PAGE = 100
PAGES = QUESTIONS  # no question may take more than a minute's allowance
SEARCHED = 250  # pages of one window; then from its beginning again
SEARCHES = 1000  # that are remembered
REPORT_BATCH = 50  # jobs that a careful client names in one question (reference §1.7)
# How far the sending may lie from the moment that our rows keep of it: a lease, an answer that waited for a database that was
# away, their whole minutes; and their clock.
MARGIN = timedelta(minutes=10)
SKEW = timedelta(minutes=5)
OTP_TEXT = re.compile(r"[\x20-\x7e\n]{1,160}")
# Minutes that a message can live; the longest is what it lives unasked (reference §1.2).
SHORTEST, LONGEST = 60, 21 * 60
SEND_DATE = "%d%m%Y%H%M"
# Of their schema, and of their examples (reference §1.13).
INBOX_FORMS = ("%d%m%Y%H%M%S", "%d%m%Y")

# A lone part holds 155 characters, 150 of Turkish: the operator's code and a space are appended to every
# message (reference §0.2, findings 2 and 3; compliance §7.2). At most 6 parts (reference §1.2).
PROFILE = SegmentProfile(suffix_reserve=5, max_parts=6)


class NetGsm(HttpGateway):
    """Options besides the common: `otp` (false: OTPs go by the ordinary call), `iysfilter`, `appname`, and `dates` (false:
    every message lives 21 hours, see `_life`).
    """

    secrets: ClassVar[tuple[str, ...]] = ("password",)
    paced: ClassVar[Mapping[str, Operation]] = dict.fromkeys(("report", "look-up"), Operation.REPORT)
    logins: ClassVar[tuple[str, ...]] = ("username",)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            reference=Reference.WINDOW,
            max_batch=MAX_BATCH,
            quiet=self.quiet,
            personalised=True,
            profile=PROFILE,
            validity=(SHORTEST, LONGEST),
            otp=self.has_otp,
            reports=Reports.BOTH,  # what they push says only "pull now"
            report_batch=REPORT_BATCH,
            report_page=PAGE,
            rates={Operation.REPORT: Rate(int(self.options.get("report_rate", QUESTIONS)), 60)},
            schedules=timedelta(minutes=1),
            cancels=True,
            senders=True,
            inbox=True,
            bills=True,
            iys=True,
        )

    def send(self, parcel: Parcel) -> Outcome:
        if parcel.otp and self.has_otp and _fits_otp(parcel):
            outcome = self._send("send-otp", "otp", self._otp(parcel), OTP_CODES)
            return self.otp_heeded(outcome, missing=NO_OTP_PACKAGE)
        return self._send("send", "send", self._order(parcel), SEND_CODES)

    def look_up(self, question: Question) -> LookUp:
        """Reports carry our reference back; one that is not there yet proves nothing, so never Absent."""
        for row in self._rows_around(question):
            if row.get("referansID") == question.client_ref and id_of(row, "jobid"):
                return Found(id_of(row, "jobid"))
        return CannotTell("not in the window")

    def fetch_reports(self, questions: Sequence[Question]) -> list[Report]:
        """What a minute's allowance has room for; the next call goes on from there."""
        asked = [question for question in questions if question.provider_id]
        return self._unread.read(asked, turns=PAGES, turn=self._turn)

    def read_callback(self, callback: Callback) -> Pushed:
        """The body is documented nowhere (reference §1.8): it may make us ask, and never says what became of anybody."""
        return Pushed(ask=jobs_named(callback))

    def balance(self) -> list[Balance]:
        """Money and packages. This endpoint takes its credentials in the body."""
        money, packages = self._balance(2), self._balance(1)
        amount = text_of(money, "balance").replace(",", ".")
        held = [Balance(amount, "TRY")] if amount else []
        return held + [
            Balance(text_of(row, "amount").replace(",", "."), text_of(row, "balance_name"))
            for row in rows_of(packages.get("balance"))
        ]

    def senders(self) -> list[SenderName]:
        answer = self._answer("senders", "GET", "msgheader", query={"appname": self._appname})
        return labels_of(answer.get("msgheaders", answer.get("msgheader")))

    def inbox(self, since: datetime, until: datetime) -> list[Inbound]:
        """Always with dates: without them each message is handed out once and never again (reference §1.13).

        The second form knows only whole days, so it may give more than was asked for; keys tell what is known.
        """
        for form in INBOX_FORMS:
            dates = {"startdate": local(since, form), "stopdate": local(until, form)}
            query = {**dates, "appname": self._appname}
            answer = self._answer("inbox", "GET", "inbox", {OK, INBOX_EMPTY, PARAMETER}, query=query)
            if text_of(answer, "code") != PARAMETER:
                found = (inbound(row, otherwise=until) for row in rows_of(answer.get("messages")))
                return [message for message in found if message]
        raise down(PARAMETER)

    def cancel(self, question: Question) -> bool:
        """Only a job that has not begun can be taken back."""
        if not question.provider_id:
            return False
        request = {"jobid": question.provider_id, "appname": self._appname}
        answer = self._answer("cancel", "POST", "cancel", {OK, NOTHING_FOUND}, json=request)
        return text_of(answer, "code") == OK

    def billed(self, question: Question) -> int | None:
        """They answer once in ten minutes for each job, a client reports: not to be asked in a hurry."""
        if not question.provider_id:
            return None
        request = {"jobid": question.provider_id, "appname": self._appname}
        answer = self._answer("stats", "POST", "stats", {OK, NOTHING_FOUND}, json=request)
        return charged(answer) if text_of(answer, "code") == OK else None

    @cached_property
    def _unread(self) -> Unread:
        """A page costs a question, whether of one job of 100 recipients or of 50 jobs with two each."""
        return Unread(first=0, together=REPORT_BATCH, rows=PAGE)

    def _turn(self, reading: Reading) -> tuple[list[Report], int | None]:
        since = min(question.attempted_at for question in reading.questions) - MARGIN
        until = max(question.asked_at for question in reading.questions) + SKEW
        jobs = [question.provider_id for question in reading.questions]
        rows = self._report_page("report", {"jobids": jobs, **_period(since, until)}, reading.page)
        return [report(row) for row in rows], reading.page + 1 if len(rows) == PAGE else None

    def _rows_around(self, question: Question) -> Iterator[dict[str, Any]]:
        """Pages of what was sent when the question's submission was, until a short one.

        Where the rate ends before them, the next look-up goes on: a busy account has more than a minute's allowance shows. The
        rate's end after the first page is an end, not a failure.
        """
        period = _period(question.attempted_at - MARGIN, question.attempted_at + MARGIN + SKEW)
        first = self._searched.pop(question.client_ref, 0)
        for page in range(first, first + PAGES):
            try:
                rows = self._report_page("look-up", period, page)
            except GatewayDown:
                self._stopped(question, page)
                if page > first:
                    return
                raise
            yield from rows
            if len(rows) < PAGE:
                return
        self._stopped(question, first + PAGES)

    @cached_property
    def _searched(self) -> dict[str, int]:
        """The page with which a search goes on, by our reference. Losing it costs a minute's questions."""
        return {}

    def _stopped(self, question: Question, page: int) -> None:
        if page < SEARCHED:
            self._searched[question.client_ref] = page
        if len(self._searched) > SEARCHES:  # the oldest goes: perhaps a report has settled it
            self._searched.pop(next(iter(self._searched)), None)

    def _report_page(self, operation: str, request: dict[str, Any], page: int) -> list[dict[str, Any]]:
        paged = {**request, "pagenumber": page, "pagesize": PAGE}
        answer = self._answer(operation, "POST", "report", {OK, NOTHING_FOUND}, json=paged)
        return [row for value in answer.values() for row in rows_of(value)]  # whatever the list is called

    def _send(
        self, operation: str, path: str, order: dict[str, Any], codes: Mapping[str, Outcome]
    ) -> Outcome:
        path = f"/sms/rest/v2/{path}"
        return outcome(self.http.exchange(operation, "POST", path, headers=self._headers, json=order), codes)

    def _order(self, parcel: Parcel) -> dict[str, Any]:
        order = {
            "msgheader": parcel.originator,
            "iysfilter": str(self.options.get("iysfilter", "0")),
            "appname": self._appname,
            "referansID": parcel.client_ref,
            "messages": [
                {"msg": text_for(outbound, parcel), "no": _national(outbound)}
                for outbound in parcel.recipients
            ],
        }
        encoding = ENCODINGS.get(parcel.encoding)
        return {**order, **({"encoding": encoding} if encoding else {}), **self._life(parcel)}

    def _life(self, parcel: Parcel) -> dict[str, str]:
        """From the next whole minute until the validity ends, where that is sooner than their 21 hours.

        Without `stopdate` they try for 21 hours, and a window must be of 1 to 21; both dates count in minutes, and one in the
        past may be refused. So a message with a shorter life waits up to a minute. An OTP does not: it is in a hurry.
        """
        if parcel.otp or parcel.validity_minutes >= LONGEST or not self.options.get("dates", True):
            return {}
        start = parcel.at + timedelta(minutes=1)
        stop = start + timedelta(minutes=max(parcel.validity_minutes, SHORTEST))
        return {"startdate": local(start, SEND_DATE), "stopdate": local(stop, SEND_DATE)}

    def _otp(self, parcel: Parcel) -> dict[str, Any]:
        (outbound,) = parcel.recipients
        return {
            "msgheader": parcel.originator,
            "msg": text_for(outbound, parcel),
            "no": _national(outbound),
            "appname": self._appname,
        }

    def _balance(self, kind: int) -> dict[str, Any]:
        request = {
            "usercode": self.credentials.get("username", ""),
            "password": self.credentials.get("password", ""),
            "stip": kind,
        }
        answer = told_fields(self.ask("balance", "POST", "/balance", json=request))
        code = text_of(answer, "code") or OK  # packages come without one
        if code not in {OK, NOTHING_FOUND}:
            raise down(code)
        return answer if code == OK else {}

    def _answer(
        self, operation: str, method: str, path: str, codes: set[str] | None = None, **request: Any
    ) -> dict[str, Any]:
        """An answer with one of these codes. Raises GatewayDown for any other."""
        path = f"/sms/rest/v2/{path}"
        answer = told_fields(self.ask(operation, method, path, headers=self._headers, **request))
        code = text_of(answer, "code")
        if code not in (codes or {OK}):
            raise down(code)
        return answer

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
    return OTP_TEXT.fullmatch(text_for(parcel.recipients[0], parcel)) is not None


def _national(outbound: Outbound) -> str:
    """Ten digits for a Turkish number, as their schema demands; a foreign one keeps its country's prefix."""
    return str(outbound.msisdn)[2:] if is_turkish(outbound.msisdn) else f"00{outbound.msisdn}"


def _period(since: datetime, until: datetime) -> dict[str, str]:
    """In their local time."""
    return {"startdate": local(since), "stopdate": local(until)}
