"""Node API v1.8.3: the software behind many brands, spoken to wherever an account's address says.

JSON over HTTP Basic; what answers mean stands in `nodeapi_words`. Our reference is the package's `customID`, unique for
each user by the document. Recipients are told apart by their number, which stands in a parcel once: the `xid` that some
brands take stands in no document and is left out.

Class B unless option `class` says otherwise. A sends again at once and relies on the refusal of the repeat, SMS42. That
would be safe if uniqueness were a constraint of their database, but nobody says so, and the first request may still be
under way when its repeat arrives. Nor can A tell a package that failed from one that was sent: both have used the id up.
B asks by that id after the quiet period, and only then sends again under it. C never sends again.

SMS42 is a refusal with the code DUPLICATE, which on a later attempt proves that an earlier one arrived. No package id is
known then, and everything is asked by `customID`.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from gateways import nodeapi_words as words
from gateways.base import (
    Absent,
    BadCallback,
    Balance,
    Callback,
    CannotTell,
    Capabilities,
    Found,
    GatewayDown,
    LookUp,
    Outcome,
    Parcel,
    Pushed,
    Question,
    RecipientRefusal,
    Reference,
    Report,
    Reports,
    SenderName,
    SenderState,
    Status,
)
from gateways.http import ANSWER_LIMIT, basic
from gateways.segments import Encoding, SegmentProfile
from gateways.vendor import HttpGateway, gathered, integer_of, object_of, texts_of, told_fields, word_of

ENCODINGS = {Encoding.GSM7: 0, Encoding.GSM7_TR: 1, Encoding.UCS2: 2}
VALIDITY, OTP_VALIDITY = (60, 1440), (3, 6)  # minutes
TITLE, TITLE_LENGTHS = "SMS Merkezi", range(5, 51)
NORMAL_SMS = 1
SINGLE, ONE_TO_MANY, MANY_TO_MANY = 0, 1, 2
FEW, PAGE = 10, 1000  # the smallest and the largest page
PAGES = 20  # a bound, so that a lying count cannot hold a worker

# The operator's code takes 5 characters (reference §0.2, finding 2).
PROFILE = SegmentProfile(suffix_reserve=5)


class PackageRefused(GatewayDown):
    """A question was refused for the package that it named."""


class NodeApi(HttpGateway):
    """Options besides the common: `class`, `otp` (false: OTPs go by the ordinary call), `title` of the packages (5 to 50
    characters), `commercial` (true: the vendor checks IYS consent), `concurrency` (requests at once), and `callback_url`
    for the vendor to call when something happens to a package.
    """

    secrets: ClassVar[tuple[str, ...]] = ("password",)
    logins: ClassVar[tuple[str, ...]] = ("username",)
    answer_limit: ClassVar[int] = 4 * ANSWER_LIMIT  # a page of items, each with a text of its own

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(
            reference=Reference(str(self.options.get("class", "B")).upper()),
            max_batch=1000,  # no figure is published (reference §3.3)
            quiet=self.quiet,
            personalised=True,
            profile=PROFILE,
            validity=VALIDITY,
            otp=self.has_otp,
            reports=Reports.BOTH if self._callback_url else Reports.PULL,
            report_batch=20,  # each is a request of its own: what is read is soon written down
            report_page=PAGE,
            concurrency=self._concurrency,
            schedules=timedelta(minutes=1),
            cancels=True,
            senders=True,
            bills=True,
            iys=True,
        )

    def prepare(self) -> None:
        super().prepare()
        if len(self._title) not in TITLE_LENGTHS:
            raise ValueError("a title has 5 to 50 characters")

    def send(self, parcel: Parcel) -> Outcome:
        if parcel.otp and self.has_otp and len(parcel.recipients) == 1:
            outcome = self._send("send-otp", "/sms/create-otp", self._otp(parcel))
            return self.otp_heeded(outcome, missing=words.NO_RIGHT)
        return self._send("send", "/sms/create", self._order(parcel))

    def look_up(self, question: Question) -> LookUp:
        """Absent only where the vendor counts no package at all: one that ignored `customIDs` would list others.

        A package that failed or was cancelled is Found, and refuses whoever it never got to. It is not Absent, for its
        id is used up: the resend would meet SMS42, and that reads as proof that the first attempt was sent.
        """
        try:
            page = self._page("look-up", "/sms/list", {"customIDs": [question.client_ref]}, 0, FEW)
            if package := words.package_of(words.rows_on(page), question):
                return self._found(question, package)
        except PackageRefused as refusal:
            # The list, or a dead package's items: then nobody knows whom it reached.
            return CannotTell(str(refusal))
        nothing = page.get("list") == [] and words.total_of(page) == 0
        return Absent() if nothing else CannotTell("packages of other references")

    def fetch_reports(self, questions: Sequence[Question]) -> list[Report]:
        """All packages are asked about at once, and recipients only where there is word of some: requests are limited
        by the day.
        """
        asked = [question for question in questions if question.client_ref or question.provider_id]
        packages = self._packages("report", asked)
        return gathered(asked, lambda question: self._reports(question, words.package_of(packages, question)))

    def read_callback(self, callback: Callback) -> Pushed:
        """A callback says only whom to ask about. Its body is documented nowhere (reference §3.5), and a state in it may
        be the package's as well as a recipient's.
        """
        ask = words.hints(callback)
        if not ask:
            raise BadCallback("names no package")
        return Pushed(ask=ask)

    def balance(self) -> list[Balance]:
        credit = integer_of(self._data("balance", "/user/credit", {}), "credit")
        return [] if credit is None else [Balance(str(credit), "credits")]

    def senders(self) -> list[SenderName]:
        return [
            SenderName(label, words.SENDER_STATES.get(integer_of(row, "status") or 0, SenderState.WAITING))
            for row in self._rows("senders", "/sms/list-sender", {})
            if (label := word_of(row, "title"))
        ]

    def cancel(self, question: Question) -> bool:
        try:
            answer = self._data("cancel", "/sms/cancel", _subject(question, "id"))
        except PackageRefused:
            return False
        return integer_of(answer, "status") == 1

    def billed(self, question: Question) -> int | None:
        """The package's credit, once its sending has begun."""
        package = words.package_of(self._packages("billed", [question]), question)
        state = words.state_of(package)
        credit = integer_of(object_of(package.get("statistics")), "credit")
        settled = state is not None and state not in words.UNSENT
        return credit if settled and credit is not None and credit >= 0 else None

    def _send(self, operation: str, path: str, order: dict[str, Any]) -> Outcome:
        return words.outcome(self.http.exchange(operation, "POST", path, headers=self._headers, json=order))

    def _order(self, parcel: Parcel) -> dict[str, Any]:
        order = {**self._common(parcel, VALIDITY), "type": NORMAL_SMS, "title": self._title}
        numbers, texts = [outbound.msisdn for outbound in parcel.recipients], texts_of(parcel)
        if len(numbers) == 1:
            return {**order, "sendingType": SINGLE, "number": numbers[0], "content": texts[0]}
        if len(set(texts)) == 1:
            return {**order, "sendingType": ONE_TO_MANY, "numbers": numbers, "content": texts[0]}
        rows = [{"nr": number, "msg": text} for number, text in zip(numbers, texts, strict=True)]
        return {**order, "sendingType": MANY_TO_MANY, "numbers": rows, "content": parcel.body}

    def _otp(self, parcel: Parcel) -> dict[str, Any]:
        number, content = parcel.recipients[0].msisdn, texts_of(parcel)[0]
        return {**self._common(parcel, OTP_VALIDITY), "number": number, "content": content}

    def _common(self, parcel: Parcel, validity: tuple[int, int]) -> dict[str, Any]:
        shortest, longest = validity
        common = {
            "sender": parcel.originator,
            "encoding": ENCODINGS[parcel.encoding],
            "validity": min(max(parcel.validity_minutes, shortest), longest),
            "commercial": bool(self.options.get("commercial", False)),
            "customID": parcel.client_ref,
        }
        return {**common, "pushSettings": {"url": self._callback_url}} if self._callback_url else common

    def _found(self, question: Question, package: dict[str, Any]) -> Found:
        unsent: list[int] = []
        if words.state_of(package) in words.DEAD:
            unsent = words.unsent(question, self._items("look-up", question))
        code = words.death(package)
        return Found(words.package_id(package), tuple(RecipientRefusal(number, code) for number in unsent))

    def _packages(self, operation: str, questions: Sequence[Question]) -> list[dict[str, Any]]:
        """What the vendor says of these packages; nothing where it does not take the question."""
        references = [question.client_ref for question in questions if question.client_ref]
        if not references:
            return []
        try:
            return list(self._rows(operation, "/sms/list", {"customIDs": references}))
        except PackageRefused:
            return []

    def _reports(self, question: Question, package: dict[str, Any]) -> list[Report]:
        state = words.state_of(package)
        if state in words.UNREPORTED:
            return []
        try:
            items = self._items("report", question)
        except PackageRefused:
            return []
        reports = [words.report(question, item) for item in items]
        if state in words.DEAD:
            ended = {report.msisdn for report in reports if report.status is not Status.PENDING}
            unsent = [number for number in words.unsent(question, items) if number not in ended]
            reports += [words.rejected(question, package, number) for number in unsent]
        return reports

    def _items(self, operation: str, question: Question) -> list[dict[str, Any]]:
        """Raises PackageRefused."""
        return list(self._rows(operation, "/sms/list-item", _subject(question, "pkgID")))

    def _rows(self, operation: str, path: str, question: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Pages until as many rows came as there are; where nobody counts them, until a page that is not full."""
        seen = 0
        for index in range(PAGES):
            page = self._page(operation, path, question, index, PAGE)
            rows, total = words.rows_on(page), words.total_of(page)
            yield from rows
            seen += len(rows)
            if not rows or (len(rows) < PAGE if total is None else seen >= total):
                return

    def _page(
        self, operation: str, path: str, question: dict[str, Any], index: int, size: int
    ) -> dict[str, Any]:
        return self._data(operation, path, {**question, "pageIndex": index, "pageSize": size})

    def _data(self, operation: str, path: str, question: dict[str, Any]) -> dict[str, Any]:
        """`data` of an answer without an error. Raises GatewayDown, PackageRefused."""
        response = self.ask(operation, "POST", path, headers=self._headers, json=question)
        answer = told_fields(response)
        error, data = words.error_of(answer), answer.get("data")
        if error in words.ABOUT_ONE:
            raise PackageRefused(error)
        if error or response.status != 200 or not isinstance(data, dict):
            raise words.down(error or f"HTTP {response.status} without data")
        return data

    @property
    def _title(self) -> str:
        return str(self.options.get("title", TITLE))

    @property
    def _concurrency(self) -> int | None:
        wish = int(self.options.get("concurrency", 0))
        if wish < 0:
            raise ValueError("concurrency is at least 1; 0 is no limit")
        return wish or None

    @property
    def _callback_url(self) -> str:
        return str(self.options.get("callback_url") or "")

    @property
    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": basic(self.credentials.get("username", ""), self.credentials.get("password", ""))
        }


def _subject(question: Question, name: str) -> dict[str, Any]:
    """A package by its id while we know it, else by our reference."""
    known = words.PACKAGE_ID.fullmatch(question.provider_id)
    return {name: int(question.provider_id)} if known else {"customID": question.client_ref}
