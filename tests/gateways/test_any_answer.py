"""Whatever JSON a vendor says, in its own vocabulary or in nobody's: one of the four outcomes, a declared error, or words
that a database takes.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import astuple
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.base import (
    Accepted,
    BadCallback,
    Callback,
    CannotTell,
    Gateway,
    GatewayDown,
    NotSent,
    Pushed,
    Refused,
    Unknown,
)
from gateways.kobikom import Kobikom
from gateways.mock import Mock
from gateways.netgsm import NetGsm
from gateways.nodeapi import NodeApi
from gateways.toplusms import TopluSms
from smsmerkezi.core.texts import storable
from tests.gateways import harness, hostile, parcels

OURS = [NodeApi, TopluSms, Kobikom]
REF = "a" * 32
NASTY = [
    "",
    "\0",
    "a\0b",
    "7" * 100,
    "ş" * 70,
    "\ud800",
    "\u202e",
    "-1",
    "1e9",
    "ok",
    "success",
    "error",
    "\n",
    REF,
]
VOCABULARY = (
    "err data pkgID code name status list stats totalRecord statistics credit state target operator error id customID "
    "deliveryDate title queueId errorCode errorMessage queue queue_id q_total_credit numbers number updated_datetime "
    "balance_credit balance_money uuid to message message_id packages amount balance sender_id"
)
WORDS = VOCABULARY.split()
nasty = st.sampled_from(NASTY)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-5, 6)
    | st.floats()
    | nasty
    | st.text(max_size=20)
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS) | st.text(), inner, max_size=6)
    ),
    max_leaves=25,
)
node = st.fixed_dictionaries({"err": st.none(), "data": anything}) | st.fixed_dictionaries(
    {
        "err": st.none(),
        "data": st.fixed_dictionaries({"pkgID": scalars | nasty, "credit": scalars, "status": scalars}),
    }
)
rows = st.lists(st.dictionaries(st.sampled_from(WORDS), anything, max_size=8), max_size=4)
listed = st.fixed_dictionaries(
    {"err": st.none(), "data": st.fixed_dictionaries({"stats": anything, "list": rows})}
)
states = st.sampled_from([-4, -2, -1, 0, 3, 4, 5, 6, None, "4", "x"])
items = st.fixed_dictionaries(
    {"id": scalars, "customID": st.just(REF), "state": states, "target": scalars, "error": nasty}
)
ours = st.fixed_dictionaries(
    {
        "err": st.none(),
        "data": st.fixed_dictionaries({"stats": anything, "list": st.lists(items, min_size=1, max_size=3)}),
    }
)
job = st.fixed_dictionaries(
    {"status": st.just("success"), "queueId": scalars | nasty, "numbers": rows, "queue": anything}
)
refused = st.fixed_dictionaries(
    {"status": st.just("error"), "errorCode": st.integers(-1, 9), "errorMessage": nasty}
)
named = st.fixed_dictionaries(
    {"data": st.lists(st.fixed_dictionaries({"uuid": nasty, "name": nasty, "status": nasty}))}
)
SHAPES = {NodeApi: [node, listed, ours], TopluSms: [job, refused], Kobikom: [named], NetGsm: [], Mock: []}
answers = {kind: st.one_of(anything, *shapes) for kind, shapes in SHAPES.items()}


class Speaker:
    """A server that says what it was last told to."""

    def __init__(self) -> None:
        self.words = hostile.answer()

    def behave(self, server: hostile.Server, sock) -> None:
        while server.read(sock):
            sock.sendall(self.words)

    def say(self, answer: object, status: int) -> None:
        self.words = hostile.answer(json.dumps(answer).encode(), status=f"{status} Answer")


@pytest.fixture(scope="module")
def speaker() -> Iterator[tuple[Speaker, str]]:
    said = Speaker()
    with hostile.server(said.behave) as server:
        yield said, server.url


def fits(*words: str) -> bool:
    """What PostgreSQL takes and a row has room for."""
    return all(len(word) <= 200 and storable(word) for word in words)


statuses = st.just(200) | st.sampled_from([200, 400, 401, 404, 422, 429, 500])


@pytest.mark.parametrize("kind", [Mock, NetGsm, *OURS])
@settings(max_examples=100, deadline=None)
@given(data=st.data(), status=statuses, flavour=st.sampled_from(["", "panel"]), otp=st.booleans())
def test_any_json_is_one_of_the_four_outcomes(kind, speaker, data, status, flavour, otp):
    said, url = speaker
    said.say(data.draw(answers[kind]), status)
    outcome = harness.gateway(kind, url, flavour=flavour).submit(parcels.parcel(otp=otp))

    assert type(outcome) in {Accepted, Refused, NotSent, Unknown}
    if kind in OURS:
        assert fits(*[word for word in astuple(outcome) if isinstance(word, str)])
        assert status == 200 or not isinstance(outcome, Accepted)


def questions(gateway: Gateway) -> list[Callable[[], object]]:
    asked = parcels.question(REF, "7", msisdns=(parcels.ORDINARY,))
    unnamed = parcels.question(REF, msisdns=(parcels.ORDINARY,))
    return [
        lambda: gateway.look_up(asked),
        lambda: gateway.fetch_reports([asked, unnamed]),
        gateway.balance,
        gateway.senders,
        lambda: gateway.cancel(asked),
        lambda: gateway.billed(asked),
        lambda: gateway.inbox(datetime.now(UTC), datetime.now(UTC)),
    ]


@pytest.mark.parametrize("kind", OURS)
@settings(max_examples=200, deadline=None)
@given(data=st.data(), status=statuses, flavour=st.sampled_from(["", "panel"]))
def test_any_json_to_a_question_is_read_or_a_gateway_that_is_down(kind, speaker, data, status, flavour):
    said, url = speaker
    said.say(data.draw(answers[kind]), status)
    gateway = harness.gateway(kind, url, flavour=flavour, report_path="/r")
    for ask in questions(gateway):
        with suppress(GatewayDown):
            told = ask()
            assert status == 200 or told in ([], None, False) or isinstance(told, CannotTell)
            for each in told if isinstance(told, list) else []:
                assert fits(*[word for word in astuple(each) if isinstance(word, str)])


@settings(max_examples=500, deadline=None)
@given(body=st.binary(max_size=80) | answers[NodeApi].map(lambda told: json.dumps(told).encode()))
def test_any_callback_is_a_hint_or_refused(body):
    gateway = harness.gateway(NodeApi, "http://127.0.0.1:1")
    with suppress(BadCallback):
        pushed = gateway.read_callback(Callback(body))
        assert pushed == Pushed(ask=pushed.ask)
        assert pushed.ask
        assert all(0 < len(name) <= 64 and fits(name) for name in pushed.ask)


@pytest.mark.parametrize("kind", [TopluSms, Kobikom])
def test_a_vendor_that_calls_nobody_has_no_callback(kind):
    with pytest.raises(BadCallback):
        harness.gateway(kind, "http://127.0.0.1:1").read_callback(Callback(b"{}"))
