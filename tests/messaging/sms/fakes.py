"""An operator inside the test's process: a road to it, its book, and what it does to the coming sends.

The simulator plays operators over HTTP; this one can do things exactly between two of our statements.
"""

import itertools
import threading
from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.db import connection

from gateways import accounts, registry, segments
from gateways.base import (
    Absent,
    Accepted,
    BadCallback,
    CannotTell,
    Capabilities,
    Found,
    Gateway,
    GatewayDown,
    NotSent,
    Operation,
    Pushed,
    RecipientRefusal,
    Reference,
    Refused,
    Report,
    Reports,
    Status,
    Unknown,
)
from gateways.models import GatewayAccount
from messaging.sms import delivery

VENDOR = "tests-fake"
QUIET = 900.0
FATES = {1: Status.DELIVERED, 2: Status.UNDELIVERED, 3: Status.EXPIRED, 4: Status.REJECTED, 6: Status.PENDING}
_names = itertools.count(1)
_operators: dict[str, "Operator"] = {}


class Entry(NamedTuple):
    id: str
    ref: str
    msisdns: tuple[int, ...]
    refused: tuple[RecipientRefusal, ...] = ()

    @property
    def answer(self) -> Accepted:
        return Accepted(self.id, self.refused)


class Operator:
    """`usual` is what it does to a send unless `plan` says otherwise; `seen` False hides its book from look-ups."""

    def __init__(self, letter: str = "B", *, usual: str = "ok", max_batch: int = 1000, reports: bool = True):
        self.slug = f"fake-{next(_names)}"
        self.letter, self.usual, self.max_batch, self.reports = letter, usual, max_batch, reports
        self.plan: deque[str] = deque()
        self.book: list[Entry] = []
        self.parcels, self.questions = [], []
        self.seen, self.up = True, True
        self.counts = True  # whether a look-up tells how many recipients it has
        self.report_rate = None
        self.send_rate = None
        self.personalised = True
        self.concurrency = None
        self.profile = segments.DEFAULT_PROFILE
        self.before_answer: Callable[[], None] = lambda: None
        self.lock = threading.Lock()
        _operators[self.slug] = self

    def take(self, parcel, *, but: int = 0) -> Entry:
        """Into the book, without the first `but` recipients; class A answers a repeat from the book."""
        with self.lock:
            if self.letter == "A" and (known := self.known(parcel.client_ref)):
                return known
            told = tuple(outbound.msisdn for outbound in parcel.recipients)
            refused = tuple(RecipientRefusal(msisdn, "blocked") for msisdn in told[:but])
            entry = Entry(f"{self.slug}-{len(self.book)}", parcel.client_ref, told[but:], refused)
            self.book.append(entry)
            return entry

    def known(self, ref: str) -> Entry | None:
        return next((entry for entry in self.book if entry.ref == ref), None)

    def named(self, provider_id: str) -> Entry | None:
        return next((entry for entry in self.book if entry.id == provider_id), None)

    @property
    def numbers(self) -> list[int]:
        """Every number that was ever accepted, as often as it was."""
        return [msisdn for entry in self.book for msisdn in entry.msisdns]

    def reports_of(self, entry: Entry, *, by_ref: bool = False) -> list[Report]:
        name = {"client_ref": entry.ref} if by_ref else {"provider_id": entry.id, "client_ref": entry.ref}
        return [Report(status=FATES[msisdn % 10], msisdn=msisdn, **name) for msisdn in entry.msisdns]


class Fake(Gateway):
    """The road to the operator whose name stands in the account's address."""

    @property
    def operator(self) -> Operator:
        return _operators[self.base_url]

    @property
    def capabilities(self) -> Capabilities:
        operator = self.operator
        return Capabilities(
            reference=Reference(operator.letter),
            max_batch=operator.max_batch,
            quiet=timedelta(seconds=QUIET),
            reports=Reports.PULL if operator.reports else Reports.NONE,
            report_batch=3,
            rates={
                operation: rate
                for operation, rate in (
                    (Operation.REPORT, operator.report_rate),
                    (Operation.SEND, operator.send_rate),
                )
                if rate
            },
            personalised=operator.personalised,
            concurrency=operator.concurrency,
            profile=operator.profile,
        )

    def submit(self, parcel):
        operator = self.operator
        with operator.lock:
            operator.parcels.append(parcel)
            behaviour = operator.plan.popleft() if operator.plan else operator.usual
        try:
            return BEHAVIOURS[behaviour](operator, parcel)
        finally:
            connection.close()  # whatever a behaviour opened in this thread

    def look_up(self, question):
        operator = self.operator
        operator.questions.append(question)
        operator.before_answer()
        if not operator.up:
            raise GatewayDown("away")
        if operator.letter == "D":
            return super().look_up(question)
        entry = operator.known(question.client_ref) if operator.seen else None
        if entry is None:
            return CannotTell("not in the window") if operator.letter == "C" else Absent()
        return Found(entry.id, entry.refused, len(entry.msisdns) if operator.counts else None)

    def read_callback(self, callback):
        """Lines of `id ref msisdn status code`; "?" asks for a pull of the id."""
        if callback.body == b"junk":
            raise BadCallback("junk")
        reports, ask = [], []
        for line in callback.body.decode().splitlines():
            if line.startswith("?"):
                ask.append(line[1:])
            else:
                name, ref, msisdn, status, code = line.split(",")
                reports.append(Report(Status(status), int(msisdn), name, ref, code))
        return Pushed(tuple(reports), tuple(ask))

    def fetch_reports(self, questions: Sequence):
        operator = self.operator
        operator.questions.extend(questions)
        if not operator.up:
            raise GatewayDown("away")
        entries = [entry for question in questions if (entry := operator.named(question.provider_id))]
        return [report for entry in entries for report in operator.reports_of(entry)]


def _hang(operator, parcel):
    operator.take(parcel)
    return Unknown("timeout")


def _late(operator, parcel):
    """Taken, unanswered, and for a while unknown to its own look-up."""
    operator.seen = False
    return _hang(operator, parcel)


def _reported(operator, parcel):
    """Its report is here before our own record of the acceptance."""
    entry = operator.take(parcel)
    delivery.apply(gateway=operator.slug, reports=operator.reports_of(entry))
    return entry.answer


BEHAVIOURS = {
    "ok": lambda operator, parcel: operator.take(parcel).answer,
    "partly": lambda operator, parcel: operator.take(parcel, but=1).answer,
    "refuse": lambda operator, parcel: Refused("blocked"),
    "duplicate": lambda operator, parcel: Refused("duplicate"),
    "not_sent": lambda operator, parcel: NotSent("busy"),
    "hang": _hang,
    "lost": lambda operator, parcel: Unknown("reset"),
    "late": _late,
    "reported": _reported,
}


def road(operator: Operator, **fields) -> GatewayAccount:
    """An account that leads to the operator; its routing name is the operator's."""
    registry.VENDORS[VENDOR] = f"{__name__}.Fake"
    account = GatewayAccount.objects.create(
        slug=operator.slug,
        vendor=VENDOR,
        title=operator.slug,
        base_url=operator.slug,
        credentials={},
        **fields,
    )
    accounts.forget()
    return account
