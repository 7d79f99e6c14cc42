"""iletiMerkezi (https://api.iletimerkezi.com), its JSON API of version 1.

Every request carries key and hash in its body, every answer a `response.status.code` that the HTTP status repeats; the code
decides. Orders have no reference of ours, so what is in doubt waits for a report (class D). One order has one text here:
several are said to be possible, in a form that the documents do not show.

From the vendor's pages: the codes, the paging of reports, and that a webhook's `packet_id` is the order and its `id` a single
message, which names nothing of ours. Unverified: that 115 leaves no recipient of an order to come, and the limit of 7 parts.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar

from gateways.base import (
    DUPLICATE,
    Accepted,
    BadCallback,
    Balance,
    Callback,
    Capabilities,
    GatewayDown,
    NotSent,
    Operation,
    Outcome,
    Parcel,
    Pushed,
    Question,
    Rate,
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
from gateways.segments import SegmentProfile
from gateways.unread import Reading, Unread
from gateways.vendor import (
    PAUSE,
    HttpGateway,
    id_of,
    international,
    labels_of,
    part_of,
    posted,
    rows_of,
    text_for,
    text_of,
    told_fields,
    unaccepted,
)

OK = "200"
CODES: Mapping[str, Outcome] = MappingProxyType(
    {
        "400": Refused("400", "request not understood"),
        "401": NotSent("401 credentials, API right or address", retry_after=PAUSE, scope=Scope.ACCOUNT),
        "402": NotSent("402 credit", retry_after=PAUSE, scope=Scope.ACCOUNT),
        "404": NotSent("404 no such method", retry_after=PAUSE, scope=Scope.ACCOUNT),
        "422": Refused("422", "values"),
        "450": Refused("450", "sender"),
        "451": Refused(DUPLICATE, "the same text to the same recipients within ten minutes"),
        "452": Refused("452", "recipients"),
        "453": Refused("453", "size"),
        "454": Refused("454", "no text"),
        "457": Refused("457", "date"),
        "459": Refused("459", "no sender"),
        "460": Refused("460", "sender's length or letters"),
        "466": Refused("466", "number"),
        "468": Refused("468", "IYS not chosen"),
        "469": Refused("469", "IYS list not chosen"),
        "470": Refused("470", "no IYS code"),
        # "Out of service, come back later": that nothing was taken then is plausible and proven nowhere. They would refuse the
        # same order, though for ten minutes only; an equal road would send it.
        "503": Unknown("503 out of service"),
    }
)
OF_SOME = frozenset(
    {"452", "453", "466"}
)  # a smaller order may pass: the others must not end with the one it is about
NO_REPORT_YET = frozenset({"455", "456"})  # no such order, or one that is not due

STATES = {"110": Status.PENDING, "111": Status.DELIVERED, "112": Status.UNDELIVERED}
ORDER_FAILED = "115"  # 113 is under way, 114 done
PUSHED = {"accepted": Status.PENDING, "delivered": Status.DELIVERED, "undelivered": Status.UNDELIVERED}

PAGE = 1000
SENDS = Rate(100, 1)  # of one recipient each; a request of many is of another kind, limited in size only

# The operator's code is appended to every message (reference §0.2); 7 parts are the longest text (code 453).
PROFILE = SegmentProfile(suffix_reserve=5, max_parts=7)


class IletiMerkezi(HttpGateway):
    """Options besides the common: `iys` ("1": they check consent) with `iysList` (BIREYSEL or TACIR)."""

    secrets: ClassVar[tuple[str, ...]] = ("key", "hash")

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            reference=Reference.NONE,
            max_batch=PAGE,  # they take 50,000; a page of reports is enough to be in doubt together
            quiet=self.quiet,
            profile=PROFILE,
            reports=Reports.BOTH,
            report_batch=50,
            report_page=PAGE,
            rates={Operation.SEND: SENDS},
            schedules=timedelta(minutes=1),
            cancels=True,
            senders=True,
            iys=True,
        )

    def send(self, parcel: Parcel) -> Outcome:
        texts = {text_for(outbound, parcel) for outbound in parcel.recipients}
        if len(texts) != 1:
            return NotSent("one text an order", too_big=True)
        (text,) = texts
        request = self._request(order=self._order(parcel, text))
        return _outcome(self.http.exchange("send", "POST", "/v1/send-sms/json", json=request), parcel)

    def fetch_reports(self, questions: Sequence[Question]) -> list[Report]:
        """One order a request, all of those asked about."""
        asked = [question for question in questions if question.provider_id]
        return self._unread.read(asked, turns=max(1, len(asked)), turn=self._turn)

    def read_callback(self, callback: Callback) -> Pushed:
        """One message each: as good as a pulled report, since it names our order and the number."""
        told = posted(callback)
        row = part_of(told, "report") if isinstance(told, dict) else {}
        order, number = id_of(row, "packet_id"), international(row.get("to"))
        if not order:
            raise BadCallback("no order is named")
        return Pushed((_pushed(row, order, number),)) if number else Pushed(ask=(order,))

    def balance(self) -> list[Balance]:
        held = part_of(self._answer("balance", "get-balance"), "balance")
        found = [Balance(text_of(held, "amount"), "TRY"), Balance(text_of(held, "sms"), "credits")]
        return [each for each in found if each.amount]

    def senders(self) -> list[SenderName]:
        return labels_of(part_of(self._answer("senders", "get-sender"), "senders").get("sender"))

    def cancel(self, question: Question) -> bool:
        """Only an order that has not begun can be taken back; of another they say that there is none."""
        if not question.provider_id:
            return False
        answer = self._answer("cancel", "cancel-order", NO_REPORT_YET, order={"id": question.provider_id})
        return _code(answer) == OK

    @cached_property
    def _unread(self) -> Unread:
        return Unread(first=1)

    def _turn(self, reading: Reading) -> tuple[list[Report], int | None]:
        (question,) = reading.questions
        asked = {"id": question.provider_id, "page": reading.page, "rowCount": PAGE}
        order = part_of(self._answer("report", "get-report", NO_REPORT_YET, order=asked), "order")
        rows = rows_of(order.get("message"))
        reports = [_report(row, question.provider_id) for row in rows]
        if text_of(order, "status") == ORDER_FAILED:
            return _all_failed(question, reports), None
        return reports, reading.page + 1 if len(rows) >= PAGE else None

    def _answer(
        self, operation: str, path: str, besides: frozenset[str] = frozenset(), **request: Any
    ) -> dict[str, Any]:
        """The `response` of an answer with code 200, or one of those besides. Raises GatewayDown."""
        response = self.ask(operation, "POST", f"/v1/{path}/json", json=self._request(**request))
        answer = part_of(told_fields(response), "response")
        code = _code(answer)
        if code != OK and code not in besides:
            wait = PAUSE if code == "401" else None
            raise GatewayDown(f"code {code[:8] or 'missing'}", retry_after=wait)
        return answer

    def _order(self, parcel: Parcel, text: str) -> dict[str, Any]:
        iys = str(self.options.get("iys", "0"))
        return {
            "sender": parcel.originator,
            "sendDateTime": [],
            "iys": iys,
            **({"iysList": str(self.options.get("iysList", "BIREYSEL"))} if iys == "1" else {}),
            "message": {
                "text": text,
                "receipents": {"number": [f"+{outbound.msisdn}" for outbound in parcel.recipients]},
            },
        }

    def _request(self, **content: Any) -> dict[str, Any]:
        keys = {name: self.credentials.get(name, "") for name in self.secrets}
        return {"request": {"authentication": keys, **content}}


def _outcome(response: Response, parcel: Parcel) -> Outcome:
    """The code decides; one that we do not know leaves it to the HTTP status, which ends nothing."""
    try:
        answer = part_of(response.fields(), "response")
    except Unreadable:
        return unaccepted(response)
    code = _code(answer)
    if code == OK:
        order = id_of(part_of(answer, "order"), "id")
        return Accepted(order) if order and response.status == 200 else Unknown("accepted without an order")
    if code in OF_SOME and len(parcel.recipients) > 1:
        return NotSent(f"{code} of {len(parcel.recipients)} recipients", too_big=True)
    return CODES.get(code) or unaccepted(response)


def _code(answer: Mapping[str, Any]) -> str:
    return text_of(part_of(answer, "status"), "code")


def _report(row: Mapping[str, Any], order: str) -> Report:
    state = text_of(row, "status")
    status = STATES.get(state, Status.PENDING)
    return Report(status, international(row.get("number")), order, error_code=_error_code(status, state))


def _pushed(row: Mapping[str, Any], order: str, number: int) -> Report:
    """Words here, numbers in pulled reports; an official client expects numbers here as well."""
    word = text_of(row, "status")
    status = PUSHED.get(word) or STATES.get(word, Status.PENDING)
    return Report(status, number, order, error_code=_error_code(status, word))


def _all_failed(question: Question, reports: Sequence[Report]) -> list[Report]:
    """An order that failed as a whole was refused: nobody gets it of whom it does not say that he has it."""
    delivered = {report.msisdn: report for report in reports if report.status is Status.DELIVERED}
    numbers = dict.fromkeys([*(report.msisdn for report in reports), *question.msisdns])
    return [
        delivered.get(msisdn)
        or Report(Status.REJECTED, msisdn, question.provider_id, error_code=ORDER_FAILED)
        for msisdn in numbers
    ]


def _error_code(status: Status, word: str) -> str:
    return word if status is Status.UNDELIVERED else ""
