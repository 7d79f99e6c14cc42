"""Verimor (https://sms.verimor.com.tr), its API of version 2: how it is asked. Its words stand in `verimor_codes`.

Our reference is the campaign's `custom_id`, and a recipient's digits are the message's `id`, so a report names both in our own
terms, pulled or pushed, and needs no other key. Only addresses that the account lists may call (401 pauses the account).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from gateways.base import (
    Absent,
    BadCallback,
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
from gateways.http import Response, Unreadable
from gateways.segments import Encoding, SegmentProfile
from gateways.unread import Reading, Unread
from gateways.vendor import (
    PAUSE,
    HttpGateway,
    id_of,
    is_turkish,
    labels_of,
    posted,
    rows_of,
    text_for,
)
from gateways.verimor_codes import (
    AMOUNT,
    CANCELLED,
    NO_CAMPAIGN,
    credits_of,
    inbound,
    outcome,
    pushed,
    report,
    row_number,
    words,
)
from smsmerkezi.core.clock import ISTANBUL

# Requests a minute: the guide's figure (their newer site says 240); and the newer site's for all questions together, of which
# it takes ten at once.
SENDS, QUESTIONS = 150, 20
BURST = 10
DATACODING = {Encoding.GSM7: 0, Encoding.GSM7_TR: 1, Encoding.UCS2: 2}
SHORTEST, LONGEST = 1, 48 * 60  # minutes of `valid_for`
PAGE = 100
PAGES = 100  # a bound, not a limit of theirs

# The operator's code is appended to every message; at most 7 parts (reference §0.2, compliance §7.2 and §7.3).
PROFILE = SegmentProfile(suffix_reserve=5, max_parts=7)


class Verimor(HttpGateway):
    """Options besides the common: `rate` (sends a minute), `report_rate` (questions a minute), `commercial` (true: they check
    consent) with `recipient_type` (BIREYSEL or TACIR).
    """

    secrets: ClassVar[tuple[str, ...]] = ("password",)
    logins: ClassVar[tuple[str, ...]] = ("username",)
    paced: ClassVar[Mapping[str, Operation]] = dict.fromkeys(
        ("report", "look-up", "billed", "inbox", "balance", "senders"), Operation.REPORT
    )

    @property
    def capabilities(self) -> Capabilities:
        questions = Rate(int(self.options.get("report_rate", QUESTIONS)), 60)
        return Capabilities(
            reference=Reference.LOOKUP,
            max_batch=500,  # they take 50,000; what is in doubt together, and five pages of reports, are ours to bound
            quiet=self.quiet,
            personalised=True,
            profile=PROFILE,
            validity=(SHORTEST, LONGEST),
            reports=Reports.BOTH,
            report_batch=BURST,
            report_page=PAGE,
            rates={
                Operation.SEND: Rate(int(self.options.get("rate", SENDS)), 60),
                Operation.REPORT: questions,
            },
            schedules=timedelta(seconds=1),
            cancels=True,
            senders=True,
            inbox=True,
            bills=True,
            iys=True,
        )

    def send(self, parcel: Parcel) -> Outcome:
        order = self._order(parcel)
        return outcome(self.http.exchange("send", "POST", "/v2/send.json", json=order), parcel)

    def look_up(self, question: Question) -> LookUp:
        response = self._asked("look-up", "/v2/status", custom_id=question.client_ref, greater_than=0)
        if _no_campaign(response):
            return Absent()
        for row in _rows(response):
            if row.get("campaign_custom_id") == question.client_ref and id_of(row, "campaign_id"):
                return Found(id_of(row, "campaign_id"))
        return CannotTell("an answer about something else")

    def fetch_reports(self, questions: Sequence[Question]) -> list[Report]:
        """What their burst has room for; the next call goes on from there."""
        asked = [question for question in questions if question.client_ref or question.provider_id]
        return self._unread.read(asked, turns=BURST, turn=self._turn)

    def read_callback(self, callback: Callback) -> Pushed:
        """An array of rows like those of a pulled report: as good as pulled, since they name our reference and our number."""
        told = posted(callback)
        if not isinstance(told, list) or (told and not rows_of(told)):
            raise BadCallback("not a list of rows")
        return pushed(rows_of(told))

    def balance(self) -> list[Balance]:
        amount = words(_ok(self._asked("balance", "/v2/balance")))
        if not AMOUNT.fullmatch(amount):
            raise GatewayDown("not a number")
        return [Balance(amount.replace(",", "."), "credits")]

    def senders(self) -> list[SenderName]:
        return labels_of(_json(self._asked("senders", "/v2/headers")))

    def inbox(self, since: datetime, until: datetime) -> list[Inbound]:
        """Page by page, as far as the numbers of the rows grow."""
        window = {"from_time": _local(since), "to_time": _local(until)}
        pages = _turned(
            lambda after: _rows(self._asked("inbox", "/v2/inbound_messages", **window, **_after(after)))
        )
        messages = (inbound(row, otherwise=until) for rows in pages for row in rows)
        return list({message.key: message for message in messages if message}.values())

    def cancel(self, question: Question) -> bool:
        """Only what is to be sent later can be taken back. Raises GatewayDown."""
        if not question.provider_id.isdigit():
            return False
        path = f"/v2/cancel/{question.provider_id}"
        response = self.ask("cancel", "POST", path, json=self._credentials)
        if response.status == 400:
            return False
        if CANCELLED in words(_ok(response)).lower():
            return True
        raise GatewayDown("neither cancelled nor refused")

    def billed(self, question: Question) -> int | None:
        pages = _turned(lambda after: self._page("billed", question, after))
        return credits_of([row for rows in pages for row in rows])

    @cached_property
    def _unread(self) -> Unread:
        return Unread(first=0)

    def _turn(self, reading: Reading) -> tuple[list[Report], int | None]:
        (question,) = reading.questions
        rows = self._page("report", question, reading.page)
        return [report(row, question) for row in rows], _next(rows, reading.page)

    def _page(self, operation: str, question: Question, after: int) -> list[dict[str, Any]]:
        """By our own reference, which is known even where the campaign's number is not."""
        named = {"custom_id": question.client_ref} if question.client_ref else {"id": question.provider_id}
        response = self._asked(operation, "/v2/status", **named, greater_than=after)
        return [] if _no_campaign(response) else _rows(response)

    def _asked(self, operation: str, path: str, **query: Any) -> Response:
        return self.ask(operation, "GET", path, query={**self._credentials, **query})

    def _order(self, parcel: Parcel) -> dict[str, Any]:
        order = {
            **self._credentials,
            "source_addr": parcel.originator,
            "custom_id": parcel.client_ref,
            "valid_for": _valid_for(parcel.validity_minutes),
            "messages": [
                {"msg": text_for(outbound, parcel), "dest": _dest(outbound), "id": str(outbound.msisdn)}
                for outbound in parcel.recipients
            ],
        }
        return {**order, **_datacoding(parcel), **self._consent}

    @property
    def _consent(self) -> dict[str, Any]:
        if not self.options.get("commercial"):
            return {}
        return {
            "is_commercial": True,
            "iys_recipient_type": str(self.options.get("recipient_type", "BIREYSEL")),
        }

    @property
    def _credentials(self) -> dict[str, str]:
        return {name: self.credentials.get(name, "") for name in ("username", "password")}


def _valid_for(minutes: int) -> str:
    within = min(max(minutes, SHORTEST), LONGEST)
    return f"{within // 60:02}:{within % 60:02}"


def _dest(outbound: Outbound) -> str:
    return str(outbound.msisdn) if is_turkish(outbound.msisdn) else f"00{outbound.msisdn}"


def _datacoding(parcel: Parcel) -> dict[str, int]:
    """Not to be given for numbers abroad, says the guide: they choose by the text then."""
    at_home = all(is_turkish(outbound.msisdn) for outbound in parcel.recipients)
    return {"datacoding": DATACODING[parcel.encoding]} if at_home else {}


def _local(at: datetime) -> str:
    return at.astimezone(ISTANBUL).strftime("%Y-%m-%d %H:%M:%S")


def _no_campaign(response: Response) -> bool:
    return response.status == 404 and NO_CAMPAIGN in words(response).lower()


def _ok(response: Response) -> Response:
    """Raises GatewayDown."""
    if response.status == 200:
        return response
    raise GatewayDown(f"HTTP {response.status}", retry_after=PAUSE if response.status == 401 else None)


def _json(response: Response) -> Any:
    """Raises GatewayDown."""
    try:
        return _ok(response).json()
    except Unreadable as error:
        raise GatewayDown(str(error)) from error


def _rows(response: Response) -> list[dict[str, Any]]:
    """Raises GatewayDown."""
    found = _json(response)
    if not isinstance(found, list):
        raise GatewayDown("not a list")
    return rows_of(found)


def _after(number: int) -> dict[str, int]:
    return {"greater_than": number} if number else {}


def _turned(page: Callable[[int], list[dict[str, Any]]]) -> Iterator[list[dict[str, Any]]]:
    """All pages. Raises GatewayDown, also when they do not end."""
    after: int | None = 0
    for _ in range(PAGES):
        rows = page(after or 0)
        yield rows
        after = _next(rows, after or 0)
        if after is None:
            return
    raise GatewayDown("pages without end")


def _next(rows: Sequence[Mapping[str, Any]], after: int) -> int | None:
    """After which row the next page begins; None when this one was not full, or leads nowhere."""
    last = max(map(row_number, rows), default=0)
    return last if len(rows) >= PAGE and last > after else None
