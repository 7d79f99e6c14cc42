"""Kobikom, the current API (https://sms.kobikom.com.tr/api/…): one recipient a request, nothing to ask by.

The token travels in the address, as the vendor wants it; the exchange log never holds a query.
No endpoint for delivery reports is known. Option `report_path` names one for the day there is: it is asked as
`GET <report_path>?api_token=&uuid=` and expected to answer `{"data": [{"uuid", "to", "status"}]}`. That shape
is a guess, and a wrong guess is harmless: whatever is not understood leaves the message as it is.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from gateways.base import (
    Accepted,
    Balance,
    Capabilities,
    GatewayDown,
    NotSent,
    Outcome,
    Parcel,
    Question,
    Reference,
    Refused,
    Report,
    Reports,
    Status,
    Unknown,
)
from gateways.http import Response, Unreadable
from gateways.segments import Encoding, SegmentProfile
from gateways.vendor import HttpGateway, digits, rows_of, text_of, unaccepted

STATUSES = {
    "delivered": Status.DELIVERED,
    "undelivered": Status.UNDELIVERED,
    "expired": Status.EXPIRED,
    "rejected": Status.REJECTED,
}
REFUSED = frozenset({400, 422})  # with their `message`: the request was read and not taken

# The operator's code takes 5 characters, and Turkish letters are not UCS-2 at any Turkish vendor
# (reference §0.2, findings 2 and 3).
PROFILE = SegmentProfile(suffix_reserve=5)


class Kobikom(HttpGateway):
    secrets: ClassVar[tuple[str, ...]] = ("api_token",)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            reference=Reference.NONE,
            max_batch=1,
            quiet=self.quiet,
            reports=Reports.PULL if self._report_path else Reports.NONE,
            report_batch=1,
            profile=PROFILE,
        )

    def send(self, parcel: Parcel) -> Outcome:
        if len(parcel.recipients) != 1:
            return NotSent("one recipient a request")
        (outbound,) = parcel.recipients
        query = {
            "api_token": self._token,
            "to": outbound.msisdn,
            "from": parcel.originator,
            "message": parcel.body if outbound.text is None else outbound.text,
            "unicode": 0 if parcel.encoding is Encoding.GSM7 else 1,
        }
        return _outcome(self.http.exchange("send", "GET", "/api/message/send", query=query))

    def fetch_reports(self, questions: Sequence[Question]) -> list[Report]:
        if not self._report_path:
            return []
        return [
            report for question in questions if question.provider_id for report in self._reports(question)
        ]

    def balance(self) -> list[Balance]:
        answer = self._answer("balance", "/api/balance", {})
        return [
            Balance(text_of(row, "amount", "balance", "remaining", "credit"), text_of(row, "name", "title"))
            for row in rows_of(answer.get("packages"))
        ]

    def _reports(self, question: Question) -> list[Report]:
        answer = self._answer("report", self._report_path, {"uuid": question.provider_id})
        return [
            _report(row) for row in rows_of(answer.get("data")) if row.get("uuid") == question.provider_id
        ]

    def _answer(self, operation: str, path: str, query: dict[str, Any]) -> dict[str, Any]:
        response = self.ask(operation, "GET", path, query={"api_token": self._token, **query})
        if response.status != 200:
            raise GatewayDown(f"HTTP {response.status}")
        try:
            return response.fields()
        except Unreadable as error:
            raise GatewayDown(str(error)) from error

    @property
    def _token(self) -> str:
        return self.credentials.get("api_token", "")

    @property
    def _report_path(self) -> str:
        return str(self.options.get("report_path", ""))


def _outcome(response: Response) -> Outcome:
    """`data[0].uuid` is success, a `message` with a refusing status is a refusal, and all else is unknown."""
    try:
        answer = response.fields()
    except Unreadable:
        return unaccepted(response)
    uuids = [text_of(row, "uuid") for row in rows_of(answer.get("data"))]
    if response.status == 200 and uuids and uuids[0]:
        return Accepted(uuids[0])
    if response.status in REFUSED and text_of(answer, "message"):
        return Refused(str(response.status), "refused by the vendor")
    return Unknown("no uuid") if response.status == 200 else unaccepted(response)


def _report(row: dict[str, Any]) -> Report:
    status = text_of(row, "status").lower()
    known = STATUSES.get(status, Status.PENDING)
    return Report(
        status=known,
        msisdn=digits(row.get("to")),
        provider_id=text_of(row, "uuid"),
        error_code="" if known in {Status.PENDING, Status.DELIVERED} else status,
    )
