"""Vendors that answer anything at all: every call ends in what it may end in, and what it gives can be stored."""

import contextlib
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.base import (
    Absent,
    Accepted,
    BadCallback,
    Callback,
    CannotTell,
    Found,
    GatewayDown,
    NotSent,
    Pushed,
    Refused,
    Unknown,
)
from gateways.iletimerkezi import IletiMerkezi
from gateways.mock import Mock
from gateways.netgsm import NetGsm
from gateways.verimor import Verimor
from tests.gateways import harness, hostile
from tests.gateways.parcels import parcel, question

REF = "0123456789abcdef0123456789abcdef"
VENDORS = (NetGsm, Verimor, IletiMerkezi)
every_vendor = pytest.mark.parametrize("kind", VENDORS)
every_poster = pytest.mark.parametrize("kind", [*VENDORS, Mock])

WORDS = [
    "00", "200", "40", "60", "70", "451", "DELIVERED", "DOUBLE_SEND_ERROR", "INSUFFICIENT_CREDITS", "115", "111",
    "\0", "a\0b", "\ud800", "x" * 100, "9" * 100, "٣", "", " ", "-1", "1e309", REF, "905321234567", "+90 532", "06.10.2026 14:30:12",
    "Ücretlendirildi", "delivered", "2026-10-06 14:30:12", "0001-01-01", "9999-12-31T23:59:59-23:59",
]  # fmt: skip
NAMES = [
    "code", "jobid", "jobId", "jobs", "number", "telno", "status", "errorCode", "operator", "deliveredDate", "referansID",
    "msgheaders", "messages", "message", "sender", "receiver", "datetime", "stats", "totalMessageLength", "chargeStatement",
    "balance", "amount", "balance_name", "campaign_id", "campaign_custom_id", "message_id", "message_custom_id", "dest",
    "gsm_error", "credits", "done_at", "sent_at", "source_addr", "destination_addr", "content", "received_at", "type",
    "response", "order", "id", "senders", "sms", "report", "packet_id", "to", "reports", "ref", "msisdn", "at",
]  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.sampled_from(WORDS)
    | st.text(max_size=5)
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=8)
    ),
    max_leaves=25,
)
# Rows as they are, of which anything may be something else.
SOUND = [
    {"jobid": "9", "number": "5321234567", "status": 4, "errorCode": 102, "operator": 30, "referansID": REF},
    {"message": "Merhaba", "sender": "5321234567", "receiver": "850", "datetime": "06.10.2026 14:30:12"},
    {"totalMessageLength": 2, "chargeStatement": "Ücretlendirildi"},
    {
        "campaign_id": 1,
        "campaign_custom_id": REF,
        "message_id": "1",
        "message_custom_id": "905321234567",
        "credits": 1,
    },
    {"message_id": 1, "source_addr": "905321234567", "destination_addr": "4609", "content": "Merhaba"},
    {"number": "+905321234567", "status": 112},
    {"id": 1, "packet_id": 2, "status": "delivered", "to": "+905321234567"},
    {"id": "m-1-2", "ref": REF, "msisdn": 905321234567, "status": "undelivered", "code": "absent", "at": 1e9},
]
ROW = st.tuples(st.sampled_from(SOUND), st.dictionaries(st.sampled_from(NAMES), LEAVES, max_size=3)).map(
    lambda drawn: {**drawn[0], **drawn[1]}
)
ROWS = st.lists(ROW, max_size=4)


def wrapped(rows: list, labels: list) -> dict:
    """As both vendors that wrap do it at once; each reads its own."""
    lists = {"jobs": rows, "messages": rows, "stats": rows, "balance": rows, "msgheaders": labels}
    order = {"id": "428", "status": 115, "message": rows}
    return {
        "code": "00",
        **lists,
        "response": {"status": {"code": 200}, "order": order, "senders": {"sender": labels}},
    }


SHAPED = (
    ROWS
    | st.tuples(ROWS, st.lists(LEAVES, max_size=3)).map(lambda drawn: wrapped(*drawn))
    | ROW.map(lambda row: {"report": row})
    | ROWS.map(lambda rows: {"reports": rows})
)
HOSTILE = [
    *("\0", "a\0b", "\ud800", "x" * 100, "9" * 100, "٣", "", " ", "-1"),
    *(None, True, -1, 10**30, 1.5, float("nan"), [], {}, [["x"]], {"a": {}}),
]  # fmt: skip
BODIES = (
    (JSON | SHAPED).map(lambda told: json.dumps(told).encode())
    | st.binary(max_size=60)
    | st.sampled_from(WORDS).map(lambda word: word.encode("utf-8", "replace"))
)
STATUSES = st.sampled_from([200, 200, 200, 400, 401, 404, 406, 413, 450, 500, 503])


class Liar:
    """A server that says the same again and again until it is told to say something else."""

    def __init__(self, server: hostile.Server) -> None:
        self.url = server.url
        self.answer = b""

    def say(self, status: int, body: bytes) -> None:
        self.answer = hostile.answer(body, status=f"{status} Answer")


@contextmanager
def lying() -> Iterator[Liar]:
    held: list[Liar] = []

    def behave(running, sock):
        while running.read(sock):
            sock.sendall(held[0].answer)

    with hostile.server(behave) as server:
        held.append(Liar(server))
        yield held[0]


@pytest.fixture(scope="module")
def liar():
    with lying() as found:
        yield found


def storable(text: str) -> bool:
    return "\0" not in text and text.encode() is not None


@every_vendor
@settings(max_examples=150, deadline=None)
@given(status=STATUSES, body=BODIES, many=st.booleans(), otp=st.booleans())
def test_any_answer_to_a_send_is_one_of_the_four_outcomes(kind, liar, status, body, many, otp):
    liar.say(status, body)
    order = parcel(905321234567, 905421234567) if many else parcel(otp=otp)

    outcome = harness.gateway(kind, liar.url).submit(order)

    assert type(outcome) in {Accepted, Refused, NotSent, Unknown}
    if isinstance(outcome, Accepted):
        assert 0 < len(outcome.provider_id) <= 64
        assert outcome.provider_id.isprintable()
    assert storable(getattr(outcome, "reason", "") + getattr(outcome, "code", ""))


def answers(gateway) -> dict:
    """What each question that a gateway can be asked is told; those that fail as they may are left out."""
    asked, now = question(REF, "428", msisdns=(905321234567,)), datetime.now(UTC)
    calls = {
        "look_up": lambda: gateway.look_up(asked),
        "reports": lambda: gateway.fetch_reports([asked]),
        "balance": gateway.balance,
        "senders": gateway.senders,
        "inbox": lambda: gateway.inbox(now - timedelta(hours=1), now),
        "cancel": lambda: gateway.cancel(asked),
        "billed": lambda: gateway.billed(asked),
    }
    told = {}
    for name, call in calls.items():
        with contextlib.suppress(GatewayDown):
            told[name] = call()
    return told


@every_vendor
@settings(max_examples=100, deadline=None)
@given(status=STATUSES, body=BODIES)
def test_any_answer_to_a_question_is_read_or_a_gateway_that_is_down(kind, liar, status, body):
    liar.say(status, body)
    check(answers(harness.gateway(kind, liar.url)))


@every_vendor
def test_each_field_of_a_sound_answer_may_be_anything(kind, liar):
    gateway, seen = harness.gateway(kind, liar.url), set()
    for sound in SOUND:
        for name, value in itertools.product(sound, HOSTILE):
            rows = [{**sound, name: value}]
            told = rows if kind is Verimor else wrapped(rows, [value, "SMSMERKEZI"])
            liar.say(200, json.dumps(told).encode())
            found = answers(gateway)
            check(found)
            seen |= {question for question, answer in found.items() if answer}

    assert {"reports", "senders"} <= seen | ({"senders"} if kind is Verimor else set())


def check(told: dict) -> None:
    assert type(told.get("look_up", Absent())) in {Found, Absent, CannotTell}
    for report in told.get("reports", []):
        assert 0 <= report.msisdn < 10**15
        assert all(len(name) <= 64 and name.isascii() for name in (report.provider_id, report.client_ref))
        assert storable(report.error_code)
        assert len(report.error_code) <= 64
        assert report.at is None or report.at.tzinfo is not None
    assert all(storable(name.label) for name in told.get("senders", []))
    for message in told.get("inbox", []):
        assert storable(message.text + message.receiver + message.key)
        assert message.sender > 0
        assert message.at.tzinfo is not None
    assert type(told.get("cancel", False)) is bool
    assert type(told.get("billed")) in {int, type(None)}


@every_poster
@settings(max_examples=200, deadline=None)
@given(
    body=BODIES | st.binary(max_size=300),
    query=st.dictionaries(st.text(max_size=5), st.text(max_size=40), max_size=3),
)
def test_any_body_of_a_callback_is_read_or_bad(kind, body, query):
    gateway = harness.gateway(kind, "http://127.0.0.1:1")
    try:
        pushed = gateway.read_callback(Callback(body, query, {"content-type": "application/json"}))
    except BadCallback:
        return
    assert isinstance(pushed, Pushed)
    check({"reports": pushed.reports})
    assert all(report.msisdn and (report.provider_id or report.client_ref) for report in pushed.reports)
    assert all(0 < len(name) <= 64 and name.isascii() and name.isprintable() for name in pushed.ask)
