"""What the answers of Node API v1.8.3 mean: errors in every spelling, states, packages and items, callbacks.

A code or a state that stands in no table ends nothing (reference §3.4, §3.6).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from gateways.base import (
    DUPLICATE,
    Accepted,
    Callback,
    GatewayDown,
    Network,
    NotSent,
    Outcome,
    Question,
    Refused,
    Report,
    Scope,
    SenderState,
    Status,
    Unknown,
)
from gateways.http import Response, Unreadable
from gateways.vendor import (
    PAUSE,
    id_of,
    integer_of,
    international,
    moment,
    object_of,
    rows_of,
    text_of,
    unaccepted,
)

_REFUSED = (
    "ERR_BAD_REQUEST",
    "ERR_INVALID_PARAM",
    "ERR_INVALID_SMS_SENDER",
    "ERR_EMPTY_SMS_PACKAGE",
    "ERR_INVALID_SMS_SENDING_DATE",
    # These numbers had the same text within 30 minutes, from whichever message: it proves nothing about this one, so it
    # is no DUPLICATE.
    "ERR_SMS_PKG_DUPLICATION",
    "ERR_SMS_PKG_CREATING_FAILED",
    "ERR_NOT_FOUND",
)
_ACCOUNT = (
    "ERR_UNAUTHORIZED_REQUEST",
    "ERR_USER_NOT_AUTHORIZED",
    "ERR_USER_CREDIT_REQUIRED",
    "ERR_PARENT_USER_CREDIT_REQUIRED",
    "ERR_USER_IYS_SETTINGS_NOT_FOUND",
    "ERR_USER_BRAND_CODE_NOT_FOUND",
    "ERR_INVALID_PRICING_PLAN",
    "ERR_CREDIT_PLAN_NOT_FOUND",
)
_LATER = (
    ("ERR_DAILY_REQUEST_LIMIT", timedelta(hours=1), Scope.ROAD),
    ("ERR_SYSTEM_MAINTENANCE", timedelta(minutes=1), Scope.ROAD),
    ("ERR_CONCURRENT_REQUEST_LIMIT", timedelta(minutes=1), Scope.ROAD),
    ("ERR_MULTI_REQUEST_NOT_PERMITTED", timedelta(seconds=5), Scope.ROAD),
    # Hours may be closed to some messages and open to others.
    ("ERR_SMS_SENDING_TIME_LIMIT", timedelta(minutes=15), Scope.SUBMISSION),
)
ERRORS: Mapping[str, Outcome] = MappingProxyType(
    {
        **{name: Refused(name) for name in _REFUSED},
        **{name: NotSent(name, retry_after=PAUSE, scope=Scope.ACCOUNT) for name in _ACCOUNT},
        **{name: NotSent(name, retry_after=wait, scope=scope) for name, wait, scope in _LATER},
        "ERR_REQUEST_PARAM_LIMIT": NotSent("ERR_REQUEST_PARAM_LIMIT", too_big=True),
        "ERR_SMS_PKG_CUSTOM_ID_DUPLICATION": Refused(DUPLICATE, "customID was used before"),
        "ERR_INTERNAL_SERVER": Unknown("ERR_INTERNAL_SERVER"),
    }
)
NO_RIGHT = ERRORS[
    "ERR_USER_NOT_AUTHORIZED"
]  # of the call for one-time passwords: many accounts have no right to that one
NUMBERED = {
    "SMS00": "ERR_BAD_REQUEST",
    "SMS01": "ERR_USER_NOT_AUTHORIZED",
    "SMS05": "ERR_INVALID_PRICING_PLAN",
    "SMS06": "ERR_SMS_PKG_NOT_FOUND",
    "SMS07": "ERR_SMS_PKG_NOT_CHANGEABLE",
    "SMS08": "ERR_INVALID_SMS_SENDING_DATE",
    "SMS17": "ERR_CREDIT_PLAN_NOT_FOUND",
    "SMS18": "ERR_USER_CREDIT_REQUIRED",
    "SMS28": "ERR_PARENT_USER_CREDIT_REQUIRED",
    "SMS30": "ERR_USER_IYS_SETTINGS_NOT_FOUND",
    "SMS31": "ERR_INVALID_DATE_RANGE",
    "SMS42": "ERR_SMS_PKG_CUSTOM_ID_DUPLICATION",
    "SMS44": "ERR_SMS_SENDING_TIME_LIMIT",
    "SMS48": "ERR_REQUEST_PARAM_LIMIT",
    "SMS50": "ERR_MULTI_REQUEST_NOT_PERMITTED",
    "SMS99": "ERR_SYSTEM_MAINTENANCE",
}
# Refusals of a question that concern the package it named; any other concerns the account or the vendor.
ABOUT_ONE = frozenset(
    {*_REFUSED, "ERR_SMS_PKG_NOT_FOUND", "ERR_SMS_PKG_NOT_CHANGEABLE", "ERR_INVALID_DATE_RANGE"}
)
UNREADABLE = "an error that cannot be read"
CODE = re.compile(r"\b(?:SMS[0-9]{2}|ERR_[A-Z_]{1,50})\b", re.ASCII)

ITEM_STATES = {
    -2: Status.REJECTED,  # cancelled
    -1: Status.REJECTED,  # by the operator
    0: Status.PENDING,
    1: Status.PENDING,
    2: Status.PENDING,
    3: Status.DELIVERED,
    4: Status.UNDELIVERED,
    5: Status.EXPIRED,
}
NOT_BEGUN = frozenset({-2, 0})  # items that nothing was sent to; 1 is being sent, and may be on a handset
DEAD = frozenset({-2, -3, -4})  # packages: creation failed, sending failed, cancelled
UNREPORTED = range(5)  # packages, from "being saved" to "sent, nothing reported yet"
UNSENT = range(3)  # of these, the ones that may still be priced
NETWORKS = {0: Network.TURKCELL, 1: Network.VODAFONE, 2: Network.TURK_TELEKOM, 3: Network.VIRTUAL}
SENDER_STATES = {1: SenderState.APPROVED, 2: SenderState.REFUSED, 3: SenderState.REFUSED}  # 3: banned

PACKAGE_ID = re.compile(r"[1-9][0-9]{0,18}")
HINTS, NODES = 1000, 10_000  # what is read of one callback: packages named, values looked at


def outcome(response: Response) -> Outcome:
    """What an answer to a send means: judged by `err`, since errors come with HTTP 200 too."""
    try:
        answer = response.fields()
    except Unreadable:
        return unaccepted(response)
    error = error_of(answer)
    if error in ERRORS:
        return ERRORS[error]
    if response.status != 200:
        return unaccepted(response)
    package = package_id(object_of(answer.get("data")), "pkgID")
    return Accepted(package) if package and not error else Unknown(error or "no package id")


def error_of(answer: Mapping[str, Any]) -> str:
    """The name of the error; empty where there is none. `SMS18`, `ERR_...`, both in a sentence, or fields of an object."""
    err = answer.get("err")
    if not err:
        return ""
    spelled = " ".join(text_of(err, name) for name in ("code", "name")) if isinstance(err, dict) else str(err)
    found = [NUMBERED.get(code, code) for code in CODE.findall(spelled[:200].upper())]
    known = (name for name in found if name in ERRORS or name in ABOUT_ONE)
    return next(known, found[0] if found else UNREADABLE)


def down(error: str) -> GatewayDown:
    """A question that got no answer, and how long to ask none where the error says so."""
    refusal = ERRORS.get(error)
    return GatewayDown(error, retry_after=refusal.retry_after if isinstance(refusal, NotSent) else None)


def package_id(row: Mapping[str, Any], name: str = "id") -> str:
    found = id_of(row, name)
    return found if PACKAGE_ID.fullmatch(found) else ""


def package_of(rows: Sequence[dict[str, Any]], question: Question) -> dict[str, Any]:
    """The package that carries our reference, a living one before one that failed; empty where there is none."""
    ours = [row for row in rows if question.client_ref and text_of(row, "customID") == question.client_ref]
    named = [row for row in ours if package_id(row)]
    return next((row for row in named if state_of(row) not in DEAD), named[0] if named else {})


def state_of(row: Mapping[str, Any]) -> int | None:
    return integer_of(row, "state")


def total_of(page: Mapping[str, Any]) -> int | None:
    """How many rows there are on all pages."""
    return integer_of(object_of(page.get("stats")), "totalRecord")


def unsent(question: Question, items: Sequence[dict[str, Any]]) -> list[int]:
    """The numbers that a dead package never got to."""
    states = {international(item.get("target")): state_of(item) for item in items}
    return [number for number in question.msisdns if number not in states or states[number] in NOT_BEGUN]


def death(package: Mapping[str, Any]) -> str:
    """An error code for what was never sent."""
    return f"package{state_of(package)}"


def report(question: Question, item: Mapping[str, Any]) -> Report:
    """`state` is the recipient's; `setState` is not, whatever it says."""
    state = state_of(item)
    status = Status.PENDING if state is None else ITEM_STATES.get(state, Status.PENDING)
    operator = integer_of(item, "operator")
    return Report(
        status=status,
        msisdn=international(item.get("target")),
        provider_id=question.provider_id,
        client_ref=question.client_ref,
        error_code="" if status in {Status.PENDING, Status.DELIVERED} else _cause(item, state),
        at=moment(item.get("deliveryDate")),
        network=None if operator is None else NETWORKS.get(operator),
    )


def rejected(question: Question, package: Mapping[str, Any], number: int) -> Report:
    """Of a recipient that a dead package never got to."""
    return Report(
        Status.REJECTED, number, question.provider_id, question.client_ref, error_code=death(package)
    )


def hints(callback: Callback) -> tuple[str, ...]:
    """The packages that a callback names, by their ids and by our references, wherever in it they stand."""
    body = _decoded(callback.body)
    told = [dict(callback.query), body]
    found = [*_named(told, "pkgID", "pkgId", "packageId"), *_named(told, "customID", "customId")]
    ids = found or [name for name in _named(body, "id") if PACKAGE_ID.fullmatch(name)]
    return tuple(dict.fromkeys(ids))[:HINTS]


def _cause(item: Mapping[str, Any], state: int | None) -> str:
    """The vendor's error where it has one (0 is none), else the state."""
    cause = id_of(item, "error")
    return str(state) if cause in {"", "0"} else cause


def _decoded(body: bytes) -> Any:
    try:
        return Response(200, body, {}).json()
    except Unreadable:
        return dict(parse_qsl(body.decode("utf-8", "replace")))


def _named(told: Any, *names: str) -> Iterator[str]:
    waiting, looked = [told], 0
    while waiting and looked < NODES:
        value, looked = waiting.pop(), looked + 1
        if isinstance(value, dict):
            if name := id_of(value, *names):
                yield name
            waiting += reversed(value.values())
        elif isinstance(value, list):
            waiting += reversed(value[:NODES])


def rows_on(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    return rows_of(page.get("list"))
