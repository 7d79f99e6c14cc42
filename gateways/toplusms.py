"""toplusms.tc REST v1 (https://panel.toplusms.tc; an address that ends in /api/v1 will do as well).

Requests are form fields, since nobody has seen that the server takes JSON. The password goes as the lower-case hex MD5
of it; an account may hold that hash instead. HTTP says 200 whatever happens, so `status` is the judge (reference §4).

Class D: there is no reference of ours and no list of jobs, so a send whose answer was lost can be asked about nowhere,
not even for reports. That is why a batch is small.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from hashlib import md5
from typing import Any, ClassVar
from urllib.parse import quote

from gateways.base import (
    Accepted,
    Balance,
    Capabilities,
    GatewayDown,
    NotSent,
    Outcome,
    Parcel,
    Question,
    RecipientRefusal,
    Reference,
    Refused,
    Report,
    Scope,
    Status,
    Unknown,
)
from gateways.http import Response, Unreadable, basic
from gateways.segments import Encoding, SegmentProfile, Table
from gateways.vendor import (
    PAUSE,
    HttpGateway,
    gathered,
    id_of,
    integer_of,
    international,
    moment,
    object_of,
    rows_of,
    text_of,
    texts_of,
    told_fields,
    unaccepted,
    word_of,
)

SUCCESS, ERROR = "success", "error"
BAD_CREDENTIALS = 3  # the only error code that is documented
API = "/api/v1"

# Only "delivered" was ever seen; the others are what the report's counters and plain English call an end. Any other word
# leaves the message as it is.
STATUSES = {
    "delivered": Status.DELIVERED,
    "not_delivered": Status.UNDELIVERED,
    "undelivered": Status.UNDELIVERED,
    "expired": Status.EXPIRED,
    "rejected": Status.REJECTED,
}
ENCODINGS = {Encoding.GSM7: "en", Encoding.GSM7_TR: "tr"}
HOURS = (1, 48)
MD5 = re.compile(r"[0-9a-fA-F]{32}")

# The operator's code takes 5 characters (reference §0.2, finding 2), and there is no encoding but English and Turkish.
PROFILE = SegmentProfile(tables=(Table.GSM7, Table.TR_SINGLE, Table.TR_LOCKING), suffix_reserve=5)


class JobRefused(GatewayDown):
    """The vendor has no answer about this job."""


class TopluSms(HttpGateway):
    secrets: ClassVar[tuple[str, ...]] = ("password",)
    logins: ClassVar[tuple[str, ...]] = ("username",)

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            reference=Reference.NONE,
            max_batch=100,
            quiet=self.quiet,
            profile=PROFILE,
            encodings=frozenset(ENCODINGS),
            validity=(60 * HOURS[0], 60 * HOURS[1]),
            report_batch=1,
            schedules=timedelta(seconds=1),
            bills=True,
        )

    def send(self, parcel: Parcel) -> Outcome:
        texts = set(texts_of(parcel))
        numbers = {outbound.msisdn: _national(outbound.msisdn) for outbound in parcel.recipients}
        refused = tuple(RecipientRefusal(number, "number") for number, short in numbers.items() if not short)
        if len(texts) != 1:
            return NotSent("one text a request", too_big=True)
        if parcel.encoding not in ENCODINGS:
            return Refused("encoding", "neither English nor Turkish")
        if len(refused) == len(numbers):
            return Refused("number", "not Turkish")
        order = {
            "caption": parcel.originator,
            "message": texts.pop(),
            "numbers": ",".join(filter(None, numbers.values())),
            "encoding": ENCODINGS[parcel.encoding],
            "validity": _hours(parcel.validity_minutes),
        }
        path = self._path("sms/send/normal")
        return _outcome(self.http.exchange("send", "POST", path, headers=self._headers, form=order), refused)

    def fetch_reports(self, questions: Sequence[Question]) -> list[Report]:
        return gathered(questions, self._reports)

    def balance(self) -> list[Balance]:
        """The answer holds a person's identity besides; nothing else of it is read."""
        profile = self._answer("balance", "user/profileDetails")
        held = [(word_of(profile, "balance_credit"), "credits"), (word_of(profile, "balance_money"), "TRY")]
        return [Balance(amount.replace(",", "."), unit) for amount, unit in held if amount]

    def billed(self, question: Question) -> int | None:
        total = integer_of(object_of(self._job("billed", question).get("queue")), "q_total_credit")
        return total if total is not None and total >= 0 else None

    def _reports(self, question: Question) -> list[Report]:
        return [_report(question, row) for row in rows_of(self._job("report", question).get("numbers"))]

    def _job(self, operation: str, question: Question) -> dict[str, Any]:
        """A job's report; empty where there is none, or one of another job. Raises GatewayDown."""
        if not question.provider_id:
            return {}
        try:
            answer = self._answer(operation, f"sms/reports/{quote(question.provider_id, safe='')}")
        except JobRefused:
            return {}
        named = text_of(object_of(answer.get("queue")), "queue_id")
        return answer if named in {"", question.provider_id} else {}

    def _answer(self, operation: str, command: str) -> dict[str, Any]:
        """Raises GatewayDown, JobRefused."""
        response = self.ask(operation, "GET", self._path(command), headers=self._headers)
        answer = told_fields(response)
        if response.status == 200 and answer.get("status") == SUCCESS:
            return answer
        if integer_of(answer, "errorCode") == BAD_CREDENTIALS:
            raise GatewayDown("error 3, credentials", retry_after=PAUSE)
        if response.status == 200 and answer.get("status") == ERROR:
            raise JobRefused(f"error {word_of(answer, 'errorCode')}")
        raise GatewayDown(f"HTTP {response.status} without a status")

    def _path(self, command: str) -> str:
        return f"/{command}" if self.base_url.endswith(API) else f"{API}/{command}"

    @property
    def _headers(self) -> dict[str, str]:
        password = self.credentials.get("password", "")
        if not MD5.fullmatch(password):
            password = md5(password.encode(), usedforsecurity=False).hexdigest()
        return {"Authorization": basic(self.credentials.get("username", ""), password.lower())}


def _outcome(response: Response, refused: tuple[RecipientRefusal, ...]) -> Outcome:
    try:
        answer = response.fields()
    except Unreadable:
        return unaccepted(response)
    if response.status != 200:
        return unaccepted(response)
    status, queue = answer.get("status", SUCCESS), id_of(answer, "queueId")
    if status == SUCCESS:
        return Accepted(queue, refused) if queue else Unknown("no queue id")
    code = integer_of(answer, "errorCode")
    if status != ERROR or code is None or queue:
        return Unknown("neither success nor an error")
    if code == BAD_CREDENTIALS:
        return NotSent("error 3, credentials", retry_after=PAUSE, scope=Scope.ACCOUNT)
    return Refused(str(code), word_of(answer, "errorMessage"))


def _report(question: Question, row: dict[str, Any]) -> Report:
    word = text_of(row, "status").lower().replace(" ", "_").replace("-", "_")
    status = STATUSES.get(word, Status.PENDING)
    return Report(
        status=status,
        msisdn=international(row.get("number")),
        provider_id=question.provider_id,
        error_code="" if status in {Status.PENDING, Status.DELIVERED} else word,
        at=moment(row.get("updated_datetime")),
    )


def _national(msisdn: int) -> str:
    """Ten digits; empty for a number of another country."""
    number = str(msisdn)
    return number[2:] if len(number) == 12 and number.startswith("90") else ""


def _hours(minutes: int) -> int:
    """Whole hours, never longer than was asked for unless it was less than one."""
    shortest, longest = HOURS
    return min(max(minutes // 60, shortest), longest)
