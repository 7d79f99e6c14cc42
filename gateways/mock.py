"""The mock gateway: a real HTTP client of the simulator's own API, in every reconciliation class.

Option `class` (A, B, C or D; B when absent) is part of each path. Requests and answers are JSON:
`/mock/<class>/send` {ref, from, text, to[], texts[]?, encoding, validity, otp} -> {id, ref, refused?: [{to, code}]};
`lookup` {ref} -> {id, refused?} or {absent: true}; `window` {since, until, after} -> {rows: [[id, ref]], next};
`reports` {ids[], after} -> {entries: [{id, ref, rows: [[number, status, code, at]]}], next}; `balance` -> {credits}.
What it posts to an account's callback address: {reports: [{id, ref, vendor, msisdn, status, code, at}]}.
Times are seconds of the epoch; `next` is the following page's `after`, null on the last.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, ClassVar

from gateways.base import (
    Absent,
    Accepted,
    BadCallback,
    Balance,
    Callback,
    CannotTell,
    Capabilities,
    Found,
    GatewayDown,
    LookUp,
    NotSent,
    Outcome,
    Parcel,
    Pushed,
    Question,
    RecipientRefusal,
    Reference,
    Refused,
    Report,
    Reports,
    Scope,
    Status,
    Unknown,
)
from gateways.http import Response, Unreadable
from gateways.vendor import (
    PAUSE,
    HttpGateway,
    digits,
    id_of,
    integer_of,
    object_of,
    posted,
    rows_of,
    text_of,
    unaccepted,
    word_of,
)

STATUSES = {
    "delivered": Status.DELIVERED,
    "undelivered": Status.UNDELIVERED,
    "expired": Status.EXPIRED,
    "rejected": Status.REJECTED,
}
ERRORS: Mapping[str, Outcome] = MappingProxyType(
    {
        "invalid": Refused("invalid"),
        "originator": Refused("originator"),
        "credentials": NotSent("credentials", retry_after=PAUSE, scope=Scope.ACCOUNT),
        "credit": NotSent("credit", retry_after=PAUSE, scope=Scope.ACCOUNT),
        "busy": NotSent("busy"),
    }
)
PAGES = 100  # more than any sane answer has; a bound, so that a lying `next` cannot hold a worker
WINDOW = timedelta(minutes=2)


class Mock(HttpGateway):
    secrets: ClassVar[tuple[str, ...]] = ("token",)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            reference=Reference(str(self.options.get("class", "B")).upper()),
            max_batch=1000,
            quiet=self.quiet,
            personalised=True,
            reports=Reports.BOTH,
            report_batch=200,
        )

    def send(self, parcel: Parcel) -> Outcome:
        request = {
            "ref": parcel.client_ref,
            "from": parcel.originator,
            "text": parcel.body,
            "to": [outbound.msisdn for outbound in parcel.recipients],
            "encoding": parcel.encoding,
            "validity": parcel.validity_minutes,
            "otp": parcel.otp,
        }
        texts = [outbound.text for outbound in parcel.recipients]
        if any(text is not None for text in texts):
            request["texts"] = texts
        return _outcome(self._exchange("send", request), parcel)

    def look_up(self, question: Question) -> LookUp:
        reference = self.capabilities.reference
        if reference is Reference.WINDOW:
            return self._searched(question)
        if reference is Reference.NONE:
            return CannotTell("no look-up")
        answer = self._answer("lookup", {"ref": question.client_ref})
        if answer.get("absent") is True:
            return Absent()
        return _found(answer)

    def fetch_reports(self, questions: Sequence[Question]) -> list[Report]:
        ids = [question.provider_id for question in questions if question.provider_id]
        if not ids:
            return []
        return [report for page in self._pages("reports", {"ids": ids}) for report in _reports(page)]

    def read_callback(self, callback: Callback) -> Pushed:
        """Rows as good as pulled ones; one that names no number is a hint to ask, one that names no order is nothing."""
        told = object_of(posted(callback)).get("reports")
        rows = rows_of(told)
        if not isinstance(told, list) or len(rows) != len(told):
            raise BadCallback("not a list of reports")
        return _pushed(rows)

    def balance(self) -> list[Balance]:
        return [Balance(text_of(self._answer("balance", {}), "credits"), "credits")]

    def _searched(self, question: Question) -> LookUp:
        window = {
            "since": (question.attempted_at - WINDOW).timestamp(),
            "until": (question.attempted_at + WINDOW).timestamp(),
        }
        for page in self._pages("window", window):
            for provider_id, ref in _rows(page.get("rows"), width=2):
                if ref == question.client_ref:
                    return Found(str(provider_id))
        return CannotTell("not in the window")

    def _pages(self, operation: str, question: dict[str, Any]) -> Iterator[dict[str, Any]]:
        after: Any = 0
        for _ in range(PAGES):
            page = self._answer(operation, {**question, "after": after})
            yield page
            after = page.get("next")
            if after is None:
                return

    def _answer(self, operation: str, question: dict[str, Any]) -> dict[str, Any]:
        response = self.ask(operation, "POST", self._path(operation), headers=self._headers, json=question)
        if response.status != 200:
            raise GatewayDown(f"HTTP {response.status}")
        try:
            return response.fields()
        except Unreadable as error:
            raise GatewayDown(str(error)) from error

    def _exchange(self, operation: str, request: dict[str, Any]) -> Response:
        return self.http.exchange(
            operation, "POST", self._path(operation), headers=self._headers, json=request
        )

    def _path(self, operation: str) -> str:
        return f"/mock/{self.capabilities.reference.value.lower()}/{operation}"

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.credentials.get('token', '')}"}


def _outcome(response: Response, parcel: Parcel) -> Outcome:
    if response.status >= 500 or response.status < 200:
        return unaccepted(response)
    try:
        answer = response.fields()
    except Unreadable:
        return unaccepted(response)
    error = text_of(answer, "error")
    if error:
        return ERRORS.get(error) or unaccepted(response)
    provider_id = text_of(answer, "id")
    if response.status != 200 or not provider_id or answer.get("ref") != parcel.client_ref:
        return unaccepted(response) if response.status != 200 else Unknown("an answer to something else")
    return Accepted(provider_id, tuple(_refusals(answer)))


def _refusals(answer: dict[str, Any]) -> Iterator[RecipientRefusal]:
    for row in rows_of(answer.get("refused")):
        yield RecipientRefusal(digits(row.get("to")), text_of(row, "code"))


def _found(answer: dict[str, Any]) -> LookUp:
    provider_id = text_of(answer, "id")
    if not provider_id:
        return CannotTell("an answer without an id")
    return Found(provider_id, tuple(_refusals(answer)), integer_of(answer, "recipients"))


def _rows(rows: Any, *, width: int) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) and len(row) == width for row in rows):
        raise GatewayDown("unreadable rows")
    return rows


def _reports(page: dict[str, Any]) -> Iterator[Report]:
    for entry in rows_of(page.get("entries")):
        provider_id, ref = text_of(entry, "id"), text_of(entry, "ref")
        for number, status, code, at in _rows(entry.get("rows"), width=4):
            yield Report(
                status=STATUSES.get(str(status), Status.PENDING),
                msisdn=number if isinstance(number, int) else digits(number),
                provider_id=provider_id,
                client_ref=ref,
                error_code=str(code),
                at=_moment(at),
            )


def _pushed(rows: Sequence[Mapping[str, Any]]) -> Pushed:
    named = [each for row in rows if (each := _told(row)).provider_id or each.client_ref]
    nobody = (each.provider_id or each.client_ref for each in named if not each.msisdn)
    return Pushed(tuple(each for each in named if each.msisdn), tuple(dict.fromkeys(nobody)))


def _told(row: Mapping[str, Any]) -> Report:
    return Report(
        status=STATUSES.get(text_of(row, "status"), Status.PENDING),
        msisdn=digits(row.get("msisdn")),
        provider_id=id_of(row, "id"),
        client_ref=id_of(row, "ref"),
        error_code=word_of(row, "code"),
        at=_moment(row.get("at")),
    )


def _moment(at: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(at, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
