"""The language between the platform and every operator's gateway.

A gateway takes a `Parcel` and answers with exactly one of four outcomes. The difference between `NotSent` and
`Unknown` carries the promise that nobody gets a message twice: only what is certainly not sent may be sent
again. This package knows no tenant, no message row and no credit.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from functools import partial
from typing import Any, ClassVar, NamedTuple

from gateways.segments import DEFAULT_PROFILE, Encoding, SegmentProfile
from smsmerkezi.core import texts

LONGEST_ID = 64  # characters of a gateway's id that a submission keeps
MAX_MSISDN = 10**15 - 1  # E.164


def storable(text: str, longest: int = LONGEST_ID) -> str:
    """A gateway's word as we can keep it."""
    return texts.without_unstorable(text)[:longest]


def storable_id(text: str) -> str:
    """A gateway's id; empty where we could not have kept it, since then it names nothing of ours."""
    return text if len(text) <= LONGEST_ID and text.isascii() and text.isprintable() else ""


class Reference(StrEnum):
    """What a gateway does with our own reference when an answer was lost (send-protocol §3.4)."""

    UNIQUE = "A"  # drops a repeated reference itself: resend at once
    LOOKUP = "B"  # can be asked by our reference: resend only if absent after the quiet period
    WINDOW = "C"  # can be searched by time and number: may prove "found", never "absent"
    NONE = "D"  # can say nothing: only a delivery report settles it


class Scope(StrEnum):
    """How far a refusal reaches."""

    RECIPIENT = "recipient"
    SUBMISSION = "submission"
    ROAD = "road"  # nothing gets through now: not reached, or too much at once
    ACCOUNT = "account"  # credentials, address, credit: pause the road, do not burn the queue


# The error code of a report or refusal that says "you have sent this already": this very order. On a second attempt of ours
# it is evidence that the first was accepted (send-protocol §3.4); only the platform knows which attempt it was.
DUPLICATE = "duplicate"
# The error code of a refusal that says "somebody here had this text already", from whichever message: for gateways that can
# be asked by our reference, since it proves nothing about the order that it refuses.
REPEATED = "repeated"


class Status(StrEnum):
    """A recipient's fate in a gateway's words, already translated."""

    PENDING = "pending"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
    REJECTED = "rejected"


class Network(IntEnum):
    """Whose subscriber a number is, by what a report said; never by its prefix, since numbers move."""

    TURKCELL = 0
    VODAFONE = 1
    TURK_TELEKOM = 2
    VIRTUAL = 3  # fixed-line and virtual operators
    ABROAD = 4


class Reports(StrEnum):
    """How a gateway tells what became of recipients."""

    NONE = "none"
    PULL = "pull"
    PUSH = "push"
    BOTH = "both"

    @property
    def pulled(self) -> bool:
        return self in {Reports.PULL, Reports.BOTH}

    @property
    def pushed(self) -> bool:
        return self in {Reports.PUSH, Reports.BOTH}


class Operation(StrEnum):
    """What a vendor limits the rate of."""

    SEND = "send"
    REPORT = "report"
    LOOK_UP = "look-up"


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` in any `seconds`."""

    count: int
    seconds: float


class Outbound(NamedTuple):
    """`msisdn` is E.164 digits; `text` stands only where it differs from the parcel's body."""

    msisdn: int
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """What crosses the wire at once. `client_ref` is ours, unique, 32 hex digits, the same on a resend.

    `at` is now by the database's clock: a worker's may be wrong.
    """

    client_ref: str
    originator: str
    body: str
    encoding: Encoding
    recipients: Sequence[Outbound]
    validity_minutes: int = 1440
    otp: bool = False
    at: datetime = field(default_factory=partial(datetime.now, UTC))


@dataclass(frozen=True, slots=True)
class RecipientRefusal:
    msisdn: int
    code: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """The gateway has it. `refused` lists the recipients that it took out of the parcel, for good."""

    provider_id: str
    refused: tuple[RecipientRefusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The gateway said no for good; nothing of the parcel will be sent."""

    code: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """Certainly not accepted: may be tried again, here or elsewhere, after `retry_after`.

    `too_big`: not with so many recipients at once.
    """

    reason: str
    retry_after: timedelta = timedelta(seconds=2)
    scope: Scope = Scope.SUBMISSION
    too_big: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """The gateway may have it. Ask, wait for a report, never guess."""

    reason: str


Outcome = Accepted | Refused | NotSent | Unknown


@dataclass(frozen=True, slots=True)
class Found:
    """The gateway has it. `refused` as in Accepted, and to how many recipients it goes, from gateways that still know."""

    provider_id: str
    refused: tuple[RecipientRefusal, ...] = ()
    recipients: int | None = None


@dataclass(frozen=True, slots=True)
class Absent:
    """The gateway says, with authority, that it never took this reference."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    reason: str


LookUp = Found | Absent | CannotTell


@dataclass(frozen=True, slots=True)
class Question:
    """A submission that we ask about. `provider_id` is empty while its answer is unknown.

    Both moments are the database's, whatever a worker's clock says; `attempted_at` may be minutes off the first byte.
    """

    client_ref: str
    provider_id: str
    attempted_at: datetime
    asked_at: datetime
    msisdns: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One word of a gateway about one recipient. It names the submission by `provider_id` or `client_ref`."""

    status: Status
    msisdn: int
    provider_id: str = ""
    client_ref: str = ""
    error_code: str = ""
    at: datetime | None = None
    network: Network | None = None


@dataclass(frozen=True, slots=True)
class Callback:
    """A request that a gateway made to us, at its account's own address. Header names are lower case."""

    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a callback says: reports that are as good as pulled ones, or mere hints.

    `ask` names submissions, by the gateway's id or by our reference, whose reports are to be pulled now.
    """

    reports: tuple[Report, ...] = ()
    ask: tuple[str, ...] = ()


class BadCallback(ValueError):
    """Not what this vendor posts."""


class SenderState(StrEnum):
    APPROVED = "approved"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SenderName:
    """A sender ID as the vendor's account knows it."""

    label: str
    state: SenderState = SenderState.APPROVED


@dataclass(frozen=True, slots=True)
class Inbound:
    """An SMS that somebody sent to one of the account's numbers. Vendors give no id: `key` is ours, equal for a repeat."""

    sender: int
    receiver: str
    text: str
    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class Balance:
    """`unit` is `credits`, `TRY` or the vendor's own package name."""

    amount: str
    unit: str


class GatewayDown(Exception):
    """A question (report, look-up, balance) could not be asked, or its answer not be read.

    `retry_after` is the gateway's wish, None where it has none.
    """

    def __init__(self, reason: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a vendor can do; dispatch and reconciliation obey it, nothing asks for a vendor's name (reference §7.1)."""

    reference: Reference
    max_batch: int  # recipients in one request
    quiet: timedelta  # after this, an authoritative "absent" is believed (send-protocol §3.4)
    personalised: bool = False  # a text for each recipient in one request
    profile: SegmentProfile = field(default_factory=lambda: DEFAULT_PROFILE)
    encodings: frozenset[Encoding] = frozenset(Encoding)
    validity: tuple[int, int] = (1, 2880)  # minutes that a request may ask for; others are brought within
    otp: bool = False  # a call of its own for one-time passwords
    reports: Reports = Reports.PULL
    report_batch: int = 50  # submissions named in one question
    report_page: int | None = None  # recipients in one answer; None: all of them
    rates: Mapping[Operation, Rate] = field(default_factory=dict)
    concurrency: int | None = None  # requests at the same time; None: as many as we like
    schedules: timedelta | None = None  # how exactly it could send later by itself; None: not at all
    cancels: bool = False  # can take back what it has not sent yet
    senders: bool = False  # lists its sender IDs
    inbox: bool = False  # hands over what came in
    bills: bool = False  # tells the parts that it charged for a submission
    iys: bool = False  # checks consent itself where it is asked to


class Gateway(ABC):
    """One account at one vendor, shared by threads. What it holds, like its connections, may be lost at any time."""

    secrets: ClassVar[tuple[str, ...]] = ()  # keys of `credentials` that must never be shown or logged
    logins: ClassVar[tuple[str, ...]] = ()  # its other keys: names of accounts
    account = ""  # its routing name, by which limits are kept; empty for one that is only tried out

    def __init__(self, *, base_url: str, credentials: Mapping[str, str], options: Mapping[str, Any]) -> None:
        self.base_url = base_url.rstrip("/")
        self.credentials = credentials
        self.options = options

    @property
    @abstractmethod
    def capabilities(self) -> Capabilities: ...

    def prepare(self) -> None:
        """Build what the first message would build. Raises ValueError, TypeError, OSError on options that do not fit."""
        _ = self.capabilities

    @abstractmethod
    def submit(self, parcel: Parcel) -> Outcome:
        """Hand over one parcel. Never raises for anything a gateway can do."""

    def look_up(self, question: Question) -> LookUp:  # noqa: ARG002 - the shape of an answer
        """Does the gateway have this reference? Raises GatewayDown when it cannot be asked."""
        return CannotTell("no look-up")

    def fetch_reports(self, questions: Sequence[Question]) -> list[Report]:  # noqa: ARG002
        """Delivery reports of these submissions. Raises GatewayDown."""
        return []

    def read_callback(self, callback: Callback) -> Pushed:  # noqa: ARG002
        """What the vendor posted to us. Raises BadCallback."""
        raise BadCallback("this vendor posts nothing")

    def balance(self) -> list[Balance]:
        """What the account holds. Raises GatewayDown."""
        return []

    def senders(self) -> list[SenderName]:
        """The account's sender IDs. Raises GatewayDown."""
        return []

    def inbox(self, since: datetime, until: datetime) -> list[Inbound]:  # noqa: ARG002
        """What came in between; asking again gives it again. Raises GatewayDown."""
        return []

    def cancel(self, question: Question) -> bool:  # noqa: ARG002
        """Take back what has not left the gateway; whether it did. Raises GatewayDown."""
        return False

    def billed(self, question: Question) -> int | None:  # noqa: ARG002
        """The parts that the vendor charged for this submission; None while it does not tell. Raises GatewayDown."""
        return None
