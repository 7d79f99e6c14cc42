"""Kobikom: one recipient a request, nothing to ask by. The key travels in the address, as the vendor wants it; the
exchange log never holds a query.

The current API is https://sms.kobikom.com.tr/api/…. No endpoint for delivery reports is known. Option `report_path` names
one for the day there is: it is asked as `GET <report_path>?api_token=&uuid=` and expected to answer
`{"data": [{"uuid", "to", "status"}]}`. That shape is a guess, and a wrong guess is harmless: whatever is not understood
leaves the message as it is.

Option `flavour: "panel"` speaks the API before it, https://smspaneli.kobikom.com.tr/sms/api (reference §2.3). It answers
only when the message was handed on: where it is used, SEND_TIMEOUT should be 30 and SEND_LEASE longer, or slow answers end
as doubt that nothing can settle. Its call for many recipients is left out: the answer names no message and no recipient,
and a time-out would put all of them in doubt at once.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
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
    Scope,
    SenderName,
    Status,
    Unknown,
)
from gateways.http import Response, Unreadable
from gateways.segments import Encoding, SegmentProfile
from gateways.vendor import (
    PAUSE,
    HttpGateway,
    digits,
    gathered,
    id_of,
    object_of,
    rows_of,
    text_of,
    texts_of,
    told_fields,
    unaccepted,
    word_of,
)

STATUSES = {
    "delivered": Status.DELIVERED,
    "undelivered": Status.UNDELIVERED,
    "expired": Status.EXPIRED,
    "rejected": Status.REJECTED,
}
REFUSED = frozenset({400, 422})  # with their `message`: the request was read and not taken
PANEL, PANEL_API = "panel", "/sms/api"
PANEL_OK = "ok"
# As clients of another brand of the same software list them; any other code ends nothing.
PANEL_CODES: Mapping[str, Outcome] = MappingProxyType(
    {
        "102": NotSent("102 authentication", retry_after=PAUSE, scope=Scope.ACCOUNT),
        "103": Refused("103", "number"),
        "105": NotSent("105 balance", retry_after=PAUSE, scope=Scope.ACCOUNT),
        "106": Refused("106", "sender"),
    }
)

# The operator's code takes 5 characters, and Turkish letters are not UCS-2 at any Turkish vendor
# (reference §0.2, findings 2 and 3).
PROFILE = SegmentProfile(suffix_reserve=5)


class Kobikom(HttpGateway):
    """Options besides the common: `flavour` and `report_path`."""

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
            senders=True,
        )

    def prepare(self) -> None:
        super().prepare()
        if self.options.get("flavour", "") not in {"", PANEL}:
            raise ValueError("no such flavour")

    def send(self, parcel: Parcel) -> Outcome:
        if len(parcel.recipients) != 1:
            return NotSent("one recipient a request", too_big=True)
        (outbound,), (text,) = parcel.recipients, texts_of(parcel)
        query = {
            "to": outbound.msisdn,
            "from": parcel.originator,
            "unicode": 0 if parcel.encoding is Encoding.GSM7 else 1,
        }
        if self._panel:
            query = {"action": "send-sms", "api_key": self._token, **query, "sms": text}
            return _panel_outcome(self.http.exchange("send", "GET", PANEL_API, query=query))
        query = {"api_token": self._token, **query, "message": text}
        return _outcome(self.http.exchange("send", "GET", "/api/message/send", query=query))

    def fetch_reports(self, questions: Sequence[Question]) -> list[Report]:
        if not self._report_path:
            return []
        return gathered([question for question in questions if question.provider_id], self._reports)

    def balance(self) -> list[Balance]:
        if self._panel:
            amount = word_of(object_of(self._asked_panel("balance", "", "check-balance")), "balance")
            return [Balance(amount, "credits")] if amount else []
        answer = self._answer("balance", "/api/balance", {})
        return [
            Balance(text_of(row, "amount", "balance", "remaining", "credit"), text_of(row, "name", "title"))
            for row in rows_of(answer.get("packages"))
        ]

    def senders(self) -> list[SenderName]:
        """The current API's field is not documented; any row's likely one is taken."""
        if self._panel:
            rows = rows_of(self._asked_panel("senders", "/sender-id", "list"))
        else:
            rows = rows_of(self._answer("senders", "/api/subscription", {}).get("data"))
        labels = (word_of(row, "sender_id", "sender", "title", "name") for row in rows)
        return [SenderName(label) for label in labels if label]

    def _reports(self, question: Question) -> list[Report]:
        answer = self._answer("report", self._report_path, {"uuid": question.provider_id})
        return [
            _report(row) for row in rows_of(answer.get("data")) if row.get("uuid") == question.provider_id
        ]

    def _answer(self, operation: str, path: str, query: dict[str, Any]) -> dict[str, Any]:
        response = self.ask(operation, "GET", path, query={"api_token": self._token, **query})
        if response.status != 200:
            raise GatewayDown(f"HTTP {response.status}")
        return told_fields(response)

    def _asked_panel(self, operation: str, path: str, action: str) -> Any:
        """Its answers are lists as well as objects."""
        query = {"action": action, "api_key": self._token, "response": "json"}
        response = self.ask(operation, "GET", PANEL_API + path, query=query)
        if response.status != 200:
            raise GatewayDown(f"HTTP {response.status}")
        try:
            return response.json()
        except Unreadable as error:
            raise GatewayDown(str(error)) from error

    @property
    def _panel(self) -> bool:
        return bool(self.options.get("flavour", "") == PANEL)

    @property
    def _token(self) -> str:
        return self.credentials.get("api_token", "")

    @property
    def _report_path(self) -> str:
        return "" if self._panel else str(self.options.get("report_path", ""))


def _outcome(response: Response) -> Outcome:
    """`data[0].uuid` is success, a `message` with a refusing status is a refusal, and all else is unknown."""
    try:
        answer = response.fields()
    except Unreadable:
        return unaccepted(response)
    uuids = [id_of(row, "uuid") for row in rows_of(answer.get("data"))]
    if response.status == 200 and uuids and uuids[0]:
        return Accepted(uuids[0])
    return Unknown("no uuid") if response.status == 200 else _refusal(response, answer)


def _panel_outcome(response: Response) -> Outcome:
    """`code` is the judge. An acceptance may come without an id, and there is nothing to ask by one."""
    try:
        answer = response.fields()
    except Unreadable:
        return unaccepted(response)
    code = text_of(answer, "code").lower()
    if response.status == 200 and code == PANEL_OK:
        return Accepted(id_of(answer, "message_id"))
    return PANEL_CODES.get(code) or _refusal(response, answer)


def _refusal(response: Response, answer: Mapping[str, Any]) -> Outcome:
    if response.status in REFUSED and text_of(answer, "message"):
        return Refused(str(response.status), "refused by the vendor")
    return unaccepted(response)


def _report(row: dict[str, Any]) -> Report:
    status = text_of(row, "status").lower()
    known = STATUSES.get(status, Status.PENDING)
    return Report(
        status=known,
        msisdn=digits(row.get("to")),
        provider_id=text_of(row, "uuid"),
        error_code="" if known in {Status.PENDING, Status.DELIVERED} else status,
    )
