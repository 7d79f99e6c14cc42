"""Verimor's words and rows, and what they mean here.

From the vendor's user guide and its page of error codes. Unverified, and harmless when wrong: DOUBLE_SEND_ERROR as the answer
to a send (the guide has it as a message's status only), and that no campaign of ours is told by HTTP 404 with NO_CAMPAIGN
(anything else is an answer that we do not understand, never "absent").
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from gateways.base import (
    DUPLICATE,
    REPEATED,
    Accepted,
    Inbound,
    NotSent,
    Outcome,
    Parcel,
    Pushed,
    Question,
    Refused,
    Report,
    Scope,
    Status,
    Unknown,
)
from gateways.http import Response
from gateways.vendor import PAUSE, digits, id_of, key_of, moment, plain, text_for, text_of, unaccepted

CAMPAIGN = re.compile(r"[1-9][0-9]{0,31}")  # a success is nothing but this
ROW_NUMBER = re.compile(r"[0-9]{1,18}")
AMOUNT = re.compile(r"-?[0-9]{1,15}([.,][0-9]{1,6})?")
NO_CAMPAIGN = "kampanya bulunamad"  # "Bu idye sahip kampanya bulunamadı"
CANCELLED = "kampanya silindi"
DOUBLE_SEND = "DOUBLE_SEND_ERROR"

WORDS: Mapping[str, Outcome] = MappingProxyType(
    {
        word: Refused(word)
        for word in (
            "INVALID_SOURCE_ADDRESS",
            "NUMERIC_SOURCE_ADDRESS_NOT_ALLOWED",
            "MISSING_MESSAGE",
            "MESSAGE_TOO_LONG",
            "FORBIDDEN_MESSAGE",
            "MISSING_DESTINATION_ADDRESS",
            "INVALID_DESTINATION_ADDRESS",
            "INVALID_PERIOD",
            "INVALID_DELIVERY_TIME",
            "INVALID_DATACODING",
            "INVALID_UTF8",
            "INVALID_JSON",
            "MISSING_IYS_BRAND_CODE",
            "AHS_AUTHORIZATION_ERROR",
            "NO_AHS_BRAND_ERROR",
            "COMMERCIAL_SENDING_ERROR_UNDER_150K",
            "INVALID_IYS_RECIPIENT_TYPE",
        )
    }
    | {
        # One number had the text before, from whichever message: it proves nothing about this one, so it is no DUPLICATE.
        DOUBLE_SEND: Refused(REPEATED, "same text, sender and number on the same day"),
        "MUKERRER_RAPORLAMA": Refused(REPEATED, "the same message within 24 hours"),
        "INSUFFICIENT_CREDITS": NotSent("INSUFFICIENT_CREDITS", retry_after=PAUSE, scope=Scope.ACCOUNT),
        "MESSAGE_COUNT_LIMIT_EXCEEDED": NotSent("MESSAGE_COUNT_LIMIT_EXCEEDED", too_big=True),
    }
)
# One message can be what such a word is about, and the whole request is refused for it: the others must not end with it.
OF_A_NUMBER = frozenset({"MISSING_DESTINATION_ADDRESS", "INVALID_DESTINATION_ADDRESS"})
OF_A_TEXT = frozenset({"MISSING_MESSAGE", "MESSAGE_TOO_LONG", "FORBIDDEN_MESSAGE"})

STATUSES = {
    "SENDING": Status.PENDING,
    "WAITING": Status.PENDING,
    "DELIVERED": Status.DELIVERED,
    "SENT": Status.DELIVERED,  # "delivered, but the operator abroad cannot confirm it": they will never say more
    "NOT_DELIVERED": Status.UNDELIVERED,
    "SEND_ERROR": Status.UNDELIVERED,
    "EXPIRED": Status.EXPIRED,
    "REJECTED": Status.REJECTED,
    "INVALID_DESTINATION_ADDRESS": Status.UNDELIVERED,  # no operator's subscriber
    DOUBLE_SEND: Status.REJECTED,
    "BLACKLISTED_DESTINATION_ADDRESS": Status.REJECTED,
    "NOT_ALLOWED_BY_IYS": Status.REJECTED,
    "MISSING_TARIFF": Status.REJECTED,
    "ROUTE_NOT_AVAILABLE": Status.REJECTED,
    "NETWORK_NOTCOVERED": Status.REJECTED,
    "INTERNATIONAL_DENIED": Status.REJECTED,
}
GSM_ERRORS = {  # why a handset got nothing; 0 is no error
    "1": "EC_UNKNOWN_SUBSCRIBER",
    "6": "EC_ABSENT_SUBSCRIBER_SM",
    "11": "EC_TELESERVICE_NOT_PROVISIONED",
    "13": "EC_CALL_BARRED",
    "27": "EC_ABSENT_SUBSCRIBER",
    "31": "EC_SUBSCRIBER_BUSY_FOR_MT_SMS",
    "32": "EC_SM_DELIVERY_FAILURE",
    "34": "EC_SYSTEM_FAILURE",
    "256": "EC_SM_DF_MEMORYCAPACITYEXCEEDED",
    "257": "EC_SM_DF_EQUIPMENTPROTOCOLERROR",
    "258": "EC_SM_DF_EQUIPMENTNOTSM_EQUIPPED",
    "500": "EC_PROVIDER_GENERAL_ERROR",
    "502": "EC_NO_RESPONSE",
    "1030": "EC_OR_POTENTIALVERSIONINCOMPATIBILITY",
    "1155": "EC_NNR_SUBSYSTEMFAILURE",
    "1157": "EC_NNR_MTPFAILURE",
    "1281": "EC_UA_USERSPECIFICREASON",
    "1536": "EC_PA_PROVIDERMALFUNCTION",
    "2048": "EC_TIME_OUT",
    "2049": "EC_IMSI_BLACKLISTED",
    "2050": "EC_DEST_ADDRESS_BLACKLISTED",
    "2051": "EC_INVALIDMSCADDRESS",
    "2053": "EC_BLACKLISTED_SENDERADDRESS",
    "4100": "EC_MESSAGE_CANCELED",
    "4101": "EC_VALIDITYEXPIRED",
    "4103": "EC_DESTINATION_FLOODING",
    "4104": "EC_DESTINATION_TXT_FLOODING",
}


def outcome(response: Response, parcel: Parcel) -> Outcome:
    """A number is a campaign; HTTP 400 and a word that we know is a refusal.

    A 400 with another word is Unknown, although nothing was taken then: what the word asks of us (wait, pay, never again) is
    not known, so neither a retry nor an end can be right; and our reference can be looked up, which settles it either way.
    """
    said = words(response)
    if response.status == 200:
        return Accepted(said) if CAMPAIGN.fullmatch(said) else Unknown("HTTP 200 without a campaign")
    if response.status == 413:
        return NotSent("HTTP 413", too_big=True)
    if response.status == 400 and said in WORDS:
        return NotSent(said, too_big=True) if _spares_others(said, parcel) else WORDS[said]
    return unaccepted(response)


def _spares_others(word: str, parcel: Parcel) -> bool:
    """Whether there are others in the parcel whom the word is not about."""
    if word in OF_A_NUMBER:
        return len(parcel.recipients) > 1
    return word in OF_A_TEXT and len({text_for(each, parcel) for each in parcel.recipients}) > 1


def words(response: Response) -> str:
    """An answer in plain text, or its beginning."""
    return response.body[:200].decode("utf-8", "replace").strip()


def report(row: Mapping[str, Any], question: Question | None = None) -> Report:
    """Our own number is the message's id; `dest` serves where it is missing, `question` where the campaign's names are."""
    word = text_of(row, "status")
    return Report(
        status=STATUSES.get(word, Status.PENDING),
        msisdn=_digits_only(text_of(row, "message_custom_id")) or digits(row.get("dest")),
        provider_id=id_of(row, "campaign_id") or (question.provider_id if question else ""),
        client_ref=id_of(row, "campaign_custom_id") or (question.client_ref if question else ""),
        error_code=_error_code(word, text_of(row, "gsm_error")),
        at=moment(row.get("done_at")) or moment(row.get("sent_at")),
    )


def _digits_only(text: str) -> int:
    return digits(text) if text.isascii() and text.isdigit() else 0


def _error_code(word: str, cause: str) -> str:
    if STATUSES.get(word) in {None, Status.PENDING, Status.DELIVERED}:
        return ""
    if word == DOUBLE_SEND:
        return DUPLICATE
    return GSM_ERRORS.get(cause, word)


def pushed(rows: Sequence[Mapping[str, Any]]) -> Pushed:
    """Reports where a row names us and somebody; a hint to ask where it names us only. What came in is pulled instead."""
    reports = [report(row) for row in rows if row.get("type") != "inbound"]
    named = [each for each in reports if each.client_ref or each.provider_id]
    return Pushed(
        tuple(each for each in named if each.msisdn),
        tuple(dict.fromkeys(each.client_ref or each.provider_id for each in named if not each.msisdn)),
    )


def inbound(row: Mapping[str, Any], *, otherwise: datetime) -> Inbound | None:
    """None for what nobody sent."""
    sender, receiver = digits(row.get("source_addr")), id_of(row, "destination_addr")
    text, date = plain(row.get("content")), text_of(row, "received_at")
    if not sender:
        return None
    key = id_of(row, "message_id") or key_of(str(sender), receiver, date, text)
    return Inbound(sender, receiver, text, moment(date) or otherwise, key)


def credits_of(rows: Sequence[Mapping[str, Any]]) -> int | None:
    """What a campaign cost; None while a row does not say."""
    costs = [row.get("credits") for row in rows]
    known = [cost for cost in costs if isinstance(cost, int) and not isinstance(cost, bool) and cost >= 0]
    return sum(known) if rows and len(known) == len(costs) else None


def row_number(row: Mapping[str, Any]) -> int:
    """A row's place among its campaign's, by which pages are turned; 0 when it has none."""
    number = text_of(row, "message_id")
    return int(number) if ROW_NUMBER.fullmatch(number) else 0
