"""What every vendor module shares: turning what happened on the wire into the platform's four outcomes.

A vendor module says how to ask and how to read; `submit` and `ask` here say what it means when that fails, so
no vendor can mistake "certainly not sent" for "perhaps sent".
"""

import re
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property, partial
from hashlib import sha256
from time import monotonic
from typing import Any, ClassVar

import orjson

from gateways import throttle
from gateways.base import (
    LONGEST_ID,
    BadCallback,
    Callback,
    Gateway,
    GatewayDown,
    NotSent,
    Operation,
    Outbound,
    Outcome,
    Parcel,
    Question,
    Report,
    Scope,
    SenderName,
    Unknown,
    storable_id,
)
from gateways.http import ANSWER_LIMIT, HttpClient, MaybeSent, NeverSent, Response, Unreadable
from smsmerkezi.core.clock import ISTANBUL

PAUSE = timedelta(minutes=1)  # before an account that was refused is tried again
MAX_PAUSE = 3600.0
NO_OTP = 600.0  # seconds until a call for one-time passwords that the account does not have is tried again

# A server that answers so has not acted (RFC 9110 §15.5): the account or its address is wrong, not the
# message.
NOT_ALLOWED = frozenset({401, 402, 403, 404, 405, 407, 421})
THROTTLED = 429

YEARS = range(2000, 2100)  # what else a moment claims is somebody's word for "none"
INTEGER = re.compile(r"-?[0-9]{1,18}")


class HttpGateway(Gateway):
    """A gateway that speaks HTTP. Options: `timeout`, `connect_timeout` and `quiet` in seconds, `ca_file`."""

    # Which limit of `Capabilities.rates` a question counts against.
    paced: ClassVar[Mapping[str, Operation]] = {"report": Operation.REPORT, "look-up": Operation.LOOK_UP}
    answer_limit: ClassVar[int] = ANSWER_LIMIT  # bytes
    _no_otp_until = 0.0  # monotonic

    @cached_property
    def http(self) -> HttpClient:
        return HttpClient(
            self.base_url,
            timeout=float(self.options.get("timeout", 10)),
            connect_timeout=float(self.options.get("connect_timeout", 5)),
            secrets=[self.credentials.get(name, "") for name in self.secrets],
            ca_file=self.options.get("ca_file"),
            answer_limit=self.answer_limit,
        )

    @property
    def quiet(self) -> timedelta:
        return timedelta(seconds=float(self.options.get("quiet", 900)))

    def prepare(self) -> None:
        super().prepare()
        _ = self.http

    @abstractmethod
    def send(self, parcel: Parcel) -> Outcome:
        """One exchange. May raise what `gateways.http` raises."""

    def submit(self, parcel: Parcel) -> Outcome:
        try:
            return self.send(parcel)
        except NeverSent as failure:
            return NotSent(str(failure), scope=Scope.ROAD)
        except (MaybeSent, Unreadable) as failure:
            return Unknown(str(failure))

    @property
    def has_otp(self) -> bool:
        """Whether one-time passwords go by a call of their own now: option `otp`, and what that call said of late."""
        return bool(self.options.get("otp", True)) and monotonic() >= self._no_otp_until

    def otp_heeded(self, outcome: Outcome, *, missing: Outcome) -> Outcome:
        """What the call for one-time passwords answered. `missing` concerns that product and not the account: this one goes by
        the ordinary call at once, and so do all for some minutes.
        """
        if outcome != missing:
            return outcome
        self._no_otp_until = monotonic() + NO_OTP
        return NotSent("no product for one-time passwords", retry_after=timedelta(0))

    def ask(self, operation: str, method: str, path: str, **request: Any) -> Response:
        """A question that changes nothing, within the vendor's limits. Raises GatewayDown."""
        self._keep_pace(self.paced.get(operation))
        try:
            response = self.http.exchange(operation, method, path, **request)
        except (NeverSent, MaybeSent) as failure:
            raise GatewayDown(str(failure)) from failure
        if response.status == THROTTLED:
            raise GatewayDown("throttled", retry_after=retry_after(response))
        return response

    def _keep_pace(self, pace: Operation | None) -> None:
        rate = self.capabilities.rates.get(pace) if pace and self.account else None
        if pace and rate and not throttle.take(self.account, pace, rate, 1).granted:
            raise GatewayDown("our own limit", retry_after=timedelta(seconds=rate.seconds / rate.count))


def unaccepted(response: Response) -> Outcome:
    """What an answer to a send means by its HTTP status alone, when the vendor's own words are missing."""
    if response.status == THROTTLED:
        return NotSent("throttled", retry_after=retry_after(response), scope=Scope.ROAD)
    if response.status in NOT_ALLOWED:
        return NotSent(f"HTTP {response.status}", retry_after=PAUSE, scope=Scope.ACCOUNT)
    return Unknown(f"HTTP {response.status}")


def retry_after(response: Response, default: float = 5.0) -> timedelta:
    """The server's wish in whole seconds, within reason. The date form would trust a foreign clock."""
    wish = response.headers.get("retry-after", "")
    seconds = float(wish) if wish.isascii() and wish.isdigit() else default
    return timedelta(seconds=min(seconds, MAX_PAUSE))


def gathered(
    questions: Sequence[Question], reports_of: Callable[[Question], Sequence[Report]]
) -> list[Report]:
    """Reports asked for one submission at a time. What was read before the vendor had enough of us stays.

    Raises GatewayDown when there was nothing before.
    """
    reports: list[Report] = []
    for question in questions:
        try:
            reports += reports_of(question)
        except GatewayDown:
            if not reports:
                raise
            break
    return reports


def posted(callback: Callback) -> Any:
    """What a callback's body says in JSON. Raises BadCallback."""
    try:
        return orjson.loads(callback.body)
    except orjson.JSONDecodeError as error:
        raise BadCallback("not JSON") from error


def told_fields(response: Response) -> dict[str, Any]:
    """The answer to a question as a JSON object. Raises GatewayDown."""
    try:
        return response.fields()
    except Unreadable as error:
        raise GatewayDown(f"HTTP {response.status}, {error}") from error


def text_of(fields: Mapping[str, Any], *names: str) -> str:
    """The first of these fields that holds a word or a number, as text; else an empty text."""
    for name in names:
        value = fields.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()
    return ""


def id_of(fields: Mapping[str, Any], *names: str) -> str:
    """The first of these fields that can be a vendor's id: what we could not store names nothing of ours."""
    return storable_id(text_of(fields, *names))


def word_of(fields: Mapping[str, Any], *names: str) -> str:
    """The first of these fields that holds anything, if that is short and printable: words for a person."""
    found = text_of(fields, *names)
    return found if len(found) <= LONGEST_ID and found.isprintable() else ""


def integer_of(fields: Mapping[str, Any], *names: str) -> int | None:
    """The first of these fields that holds anything, if that is a whole number, with quotes or without."""
    found = text_of(fields, *names)
    return int(found) if INTEGER.fullmatch(found) else None


def object_of(value: Any) -> dict[str, Any]:
    """An object; an empty one instead of anything else."""
    return value if isinstance(value, dict) else {}


def rows_of(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; anything else in it, or instead of it, is left out."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def digits(value: Any) -> int:
    """A telephone number's digits as a number; 0 when there are none or too many."""
    found = "".join(char for char in str(value) if char in "0123456789")
    return int(found) if 0 < len(found) <= 15 else 0


def part_of(fields: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object in this field; an empty one in place of anything else."""
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def labels_of(value: Any) -> list[SenderName]:
    """A list of sender IDs in use; what could not be one is left out."""
    found = [label.strip() for label in value if isinstance(label, str)] if isinstance(value, list) else []
    return [SenderName(label) for label in found if 0 < len(label) <= LONGEST_ID and label.isprintable()]


def plain(value: Any) -> str:
    """What somebody wrote, as it can be stored: without NUL and half characters."""
    return value.replace("\0", "").encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def key_of(*words: str) -> str:
    """The same 32 hex digits for the same words: for what a vendor gives no id."""
    return sha256("\0".join(words).encode("utf-8", "replace")).hexdigest()[:32]


def moment(value: Any, *forms: str) -> datetime | None:
    """A time in one of these forms or ISO 8601; Turkish time where it does not say. None when it is no such thing."""
    if not isinstance(value, str):
        return None
    readers: list[Callable[[str], datetime]] = [partial(_in_form, form=form) for form in forms]
    for read in [*readers, datetime.fromisoformat]:
        try:
            found = read(value)
        except ValueError:
            continue
        if found.year in YEARS:
            return found if found.tzinfo else found.replace(tzinfo=ISTANBUL)
    return None


def _in_form(value: str, *, form: str) -> datetime:
    return datetime.strptime(value, form).replace(tzinfo=ISTANBUL)


def is_turkish(msisdn: int) -> bool:
    return 90 * 10**10 <= msisdn < 91 * 10**10


def international(number: Any) -> int:
    """As `digits`, with the country that a Turkish vendor leaves out."""
    found = digits(number)
    return 90 * 10**10 + found if 10**9 <= found < 10**10 else found


def text_for(outbound: Outbound, parcel: Parcel) -> str:
    """What this recipient gets."""
    return parcel.body if outbound.text is None else outbound.text


def texts_of(parcel: Parcel) -> list[str]:
    """What each recipient is to read."""
    return [parcel.body if outbound.text is None else outbound.text for outbound in parcel.recipients]
