"""What every vendor module shares: turning what happened on the wire into the platform's four outcomes.

A vendor module says how to ask and how to read; `submit` and `ask` here say what it means when that fails, so
no vendor can mistake "certainly not sent" for "perhaps sent".
"""

from abc import abstractmethod
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any

from gateways import throttle
from gateways.base import (
    Gateway,
    GatewayDown,
    NotSent,
    Operation,
    Outcome,
    Parcel,
    Scope,
    Unknown,
    storable_id,
)
from gateways.http import HttpClient, MaybeSent, NeverSent, Response, Unreadable

PAUSE = timedelta(minutes=1)  # before an account that was refused is tried again
MAX_PAUSE = 3600.0

# A server that answers so has not acted (RFC 9110 §15.5): the account or its address is wrong, not the
# message.
NOT_ALLOWED = frozenset({401, 402, 403, 404, 405, 407, 421})
THROTTLED = 429


class HttpGateway(Gateway):
    """A gateway that speaks HTTP. Options: `timeout`, `connect_timeout` and `quiet` in seconds, `ca_file`."""

    @cached_property
    def http(self) -> HttpClient:
        return HttpClient(
            self.base_url,
            timeout=float(self.options.get("timeout", 10)),
            connect_timeout=float(self.options.get("connect_timeout", 5)),
            secrets=[self.credentials.get(name, "") for name in self.secrets],
            ca_file=self.options.get("ca_file"),
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

    def ask(
        self, operation: str, method: str, path: str, *, pace: Operation | None = None, **request: Any
    ) -> Response:
        """A question that changes nothing. `pace` names the limit that it counts against. Raises GatewayDown."""
        self._keep_pace(pace)
        try:
            response = self.http.exchange(operation, method, path, **request)
        except (NeverSent, MaybeSent) as failure:
            raise GatewayDown(str(failure)) from failure
        if response.status == THROTTLED:
            raise GatewayDown("throttled", retry_after=retry_after(response))
        return response

    def _keep_pace(self, pace: Operation | None) -> None:
        rate = self.capabilities.rates.get(pace) if pace and self.account else None
        if rate and not throttle.take(self.account, pace or Operation.REPORT, rate, 1).granted:
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


def rows_of(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; anything else in it, or instead of it, is left out."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def digits(value: Any) -> int:
    """A telephone number's digits as a number; 0 when there are none or too many."""
    found = "".join(char for char in str(value) if char in "0123456789")
    return int(found) if 0 < len(found) <= 15 else 0
