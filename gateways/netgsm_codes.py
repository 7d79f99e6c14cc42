"""NetGSM's numbers and rows, and what they mean here (reference §1.9, §1.10).

The same number means different things at each endpoint, so each endpoint has its own table. A code that stands in no
table ends nothing: a send becomes Unknown, a report stays Pending.

Unverified, and harmless when wrong: the words of `chargeStatement` (others: not billed yet), the form of an inbox date
(others: the end of the window that was asked for), the body of a webhook (only job ids are taken from it, as hints).
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from gateways.base import (
    DUPLICATE,
    Accepted,
    Callback,
    GatewayDown,
    Inbound,
    Network,
    NotSent,
    Outcome,
    Refused,
    Report,
    Scope,
    Status,
    Unknown,
)
from gateways.http import Response
from gateways.vendor import (
    PAUSE,
    id_of,
    international,
    key_of,
    moment,
    plain,
    rows_of,
    text_of,
    unaccepted,
)
from smsmerkezi.core.clock import ISTANBUL

OK = "00"
ACCEPTED = frozenset({OK, "01", "02"})  # 01 and 02: a date was wrong and replaced, the message is taken

_ACCOUNT = {
    "30": NotSent("30 credentials, API right or address", retry_after=PAUSE, scope=Scope.ACCOUNT),
}
# A system error is said after reading the request; that nothing was taken then is plausible and proven
# nowhere.
_SYSTEM = {code: Unknown(f"{code} system error") for code in ("100", "101", "110")}
_COMMON: Mapping[str, Outcome] = {
    **_ACCOUNT,
    **_SYSTEM,
    "20": Refused("20", "text or length"),
    "70": Refused("70", "parameter"),
    "80": NotSent("80 sending rate", retry_after=PAUSE, scope=Scope.ROAD),
    "85": NotSent("85 too many tasks for one number", retry_after=timedelta(seconds=70)),
}
SEND_CODES: Mapping[str, Outcome] = MappingProxyType(
    {
        **_COMMON,
        "40": Refused("40", "header not defined"),
        "50": Refused("50", "no IYS sending right"),
        "51": Refused("51", "no IYS brand"),
    }
)
NO_OTP_PACKAGE = NotSent("60 no OTP package or no credit in it")
OTP_CODES: Mapping[str, Outcome] = MappingProxyType(
    {
        **_COMMON,
        "40": Refused("40", "header not defined"),
        "41": Refused("41", "header invalid"),
        "50": Refused("50", "number"),
        "51": Refused("51", "number"),
        "52": Refused("52", "number"),
        "60": NO_OTP_PACKAGE,
    }
)
NOTHING_FOUND = "60"  # reports, balance, statistics; of a cancellation: no such job
INBOX_EMPTY = "40"
PARAMETER = "70"
RATE_EXCEEDED = "80"

STATUSES = {
    "0": Status.PENDING,
    "1": Status.DELIVERED,
    "2": Status.EXPIRED,
    "3": Status.UNDELIVERED,  # wrong or restricted number
    "4": Status.UNDELIVERED,  # could not be handed to the operator
    "11": Status.REJECTED,  # refused by the operator
    "12": Status.UNDELIVERED,  # sending error
    "13": Status.REJECTED,  # duplicate
    "14": Status.REJECTED,  # insufficient credit
    "15": Status.REJECTED,  # blacklisted
    "16": Status.REJECTED,  # refused by IYS
    "17": Status.REJECTED,  # IYS error
    "22": Status.REJECTED,  # abroad not allowed
    "103": Status.UNDELIVERED,  # the whole job failed
}
DUPLICATE_STATUS = "13"
HANDSET_CODES = frozenset(
    ["101", "102", "103", "104", "105", "106", "111", "112", "113", "114", "115", "116", "117", "119"]
)  # 0 is no error; the rest tell why a handset got nothing
NETWORKS = {
    "10": Network.VODAFONE,
    "20": Network.TURK_TELEKOM,
    "30": Network.TURKCELL,
    "40": Network.VIRTUAL,
    "41": Network.VIRTUAL,
    "60": Network.TURK_TELEKOM,
    "160": Network.ABROAD,  # KKTC Vodafone
    "212": Network.ABROAD,
    "213": Network.ABROAD,
    "214": Network.ABROAD,
    "215": Network.ABROAD,
    "880": Network.ABROAD,  # KKTC Turkcell
}  # 70 is their word for "unknown"
CHARGED = {"Ücretlendirildi": True, "Ücretlendirilmedi": False, "İade edildi": False}

REPORT_DATE = "%d.%m.%Y %H:%M:%S"
# Without seconds first: the form with them would take half of the minutes for seconds.
INBOX_DATES = (REPORT_DATE, "%d.%m.%Y %H:%M", "%d%m%Y%H%M", "%d%m%Y%H%M%S", "%d/%m/%Y %H:%M:%S")
# By its name, or by a length that no telephone number has; and our own reference, which they echo.
JOBS = re.compile(
    r"job_?ids?\W{1,8}([0-9]{5,40})|(?<![0-9a-z])([0-9]{20,40}|[0-9a-f]{32})(?![0-9a-z])",
    re.IGNORECASE | re.ASCII,
)
MOST_JOBS = 100  # hints worth taking from one webhook


def outcome(response: Response, codes: Mapping[str, Outcome]) -> Outcome:
    """What an answer to a send means. Raises Unreadable."""
    if response.status not in {200, 406}:
        return unaccepted(response)
    answer = response.fields()
    code = text_of(answer, "code")
    if code not in ACCEPTED:
        return codes.get(code) or Unknown(f"code {code[:8] or 'missing'}")
    job = id_of(answer, "jobid", "jobId")
    return Accepted(job) if job else Unknown("accepted without a job id")


def report(row: Mapping[str, Any]) -> Report:
    status = text_of(row, "status")
    cause = text_of(row, "errorCode")
    return Report(
        status=STATUSES.get(status, Status.PENDING),
        msisdn=international(row.get("number", row.get("telno"))),
        provider_id=id_of(row, "jobid"),
        client_ref=id_of(row, "referansID"),
        error_code=_error_code(status, cause),
        at=moment(row.get("deliveredDate"), REPORT_DATE),
        network=NETWORKS.get(text_of(row, "operator")),
    )


def _error_code(status: str, cause: str) -> str:
    if status in {"0", "1"} or status not in STATUSES:
        return ""
    if status == DUPLICATE_STATUS:
        return DUPLICATE
    return cause if cause in HANDSET_CODES else status


def inbound(row: Mapping[str, Any], *, otherwise: datetime) -> Inbound | None:
    """None for what nobody sent. The key holds the date as they wrote it: `otherwise` changes with each question."""
    sender, receiver = international(row.get("sender")), id_of(row, "receiver")
    text, date = plain(row.get("message")), text_of(row, "datetime")
    if not sender:
        return None
    at = moment(date, *INBOX_DATES) or otherwise
    return Inbound(sender, receiver, text, at, key_of(str(sender), receiver, date, text))


def charged(answer: Mapping[str, Any]) -> int | None:
    """Parts that were charged, of a job's statistics.

    `totalSms` counts messages; `totalMessageLength` their length in parts, like `msglen` of a report, and parts are what we
    charge. Lines that are not charged say so in `chargeStatement`; a word that we do not know makes the whole unknown.
    """
    lines = [(CHARGED.get(text_of(row, "chargeStatement")), _count(row)) for row in _lines(answer)]
    if any(counts is None or parts is None for counts, parts in lines):
        return None
    return sum(parts or 0 for counts, parts in lines if counts)


def _lines(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A line for each state; or the totals alone, as the older description has them."""
    return [*rows_of(answer.get("stats"))] or [answer]


def _count(row: Mapping[str, Any]) -> int | None:
    parts = text_of(row, "totalMessageLength")
    return int(parts) if parts.isascii() and parts.isdigit() and len(parts) < 10 else None


def jobs_named(callback: Callback) -> tuple[str, ...]:
    """Jobs, or our references, that a webhook mentions anywhere."""
    words = [callback.body.decode("utf-8", "replace")]
    words += [f"{name}={value}" for name, value in callback.query.items()]
    found = (match[1] or match[2] for match in JOBS.finditer(" ".join(words)))
    return tuple(dict.fromkeys(found))[:MOST_JOBS]


def local(at: datetime, form: str = REPORT_DATE) -> str:
    return at.astimezone(ISTANBUL).strftime(form)


def down(code: str) -> GatewayDown:
    wait = timedelta(minutes=1) if code in {RATE_EXCEEDED, "30"} else None
    return GatewayDown(f"code {code[:8] or 'missing'}", retry_after=wait)
