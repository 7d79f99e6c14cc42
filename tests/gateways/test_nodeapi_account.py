"""Node API as an upstream: what it pushes, and what an account is asked besides messages (reference/gateways.md §3)."""

import json

import pytest

from gateways.base import (
    BadCallback,
    Balance,
    Callback,
    GatewayDown,
    Pushed,
    SenderName,
    SenderState,
)
from gateways.nodeapi import NodeApi
from tests.gateways import harness
from tests.gateways.parcels import question
from tests.gateways.test_nodeapi_questions import LIST, OTHER, REF, package, page, refusal


def pushed(body, **query):
    told = body if isinstance(body, bytes) else json.dumps(body).encode()
    return harness.gateway(NodeApi, "http://127.0.0.1:1").read_callback(Callback(told, query=query))


@pytest.mark.parametrize(
    ("body", "ask"),
    [
        ({"pkgID": 1001, "customID": REF, "state": 6}, ("1001", REF)),
        ({"pkgId": "1001"}, ("1001",)),
        ({"packageId": 1001}, ("1001",)),
        ({"customId": REF}, (REF,)),
        ([{"pkgID": 1001}, {"pkgID": 1002}, {"pkgID": 1001}], ("1001", "1002")),
        ({"data": {"list": [{"pkgID": 1001, "items": [{"id": 5, "state": 3}]}]}}, ("1001",)),
        ({"id": 1001, "state": 6}, ("1001",)),
        ([[{"x": {"customID": REF}}]], (REF,)),
        (b"pkgID=1001&state=3", ("1001",)),
        ({"pkgID": "\0", "customID": REF}, (REF,)),
        ({"pkgID": None, "pkgId": 1001}, ("1001",)),
    ],
)
def test_a_callback_says_whom_to_ask_about_and_nothing_else(body, ask):
    assert pushed(body) == Pushed(ask=ask)


def test_a_callback_may_name_its_package_in_the_address():
    assert pushed(b"", pkgID="1001") == Pushed(ask=("1001",))
    with pytest.raises(BadCallback):
        pushed(b"", id="1001")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"7",
        b"\xff\xfe",
        b"<xml/>",
        b"[" * 100_000,
        {},
        {"state": 3},
        {"id": "abc"},
        {"pkgID": "7" * 100},
        {"customID": "a\0"},
        {"pkgID": [1]},
    ],
)
def test_a_callback_that_names_no_package_is_refused(body):
    with pytest.raises(BadCallback):
        pushed(body)


def test_a_callback_of_a_million_packages_names_a_thousand():
    assert len(pushed([{"pkgID": 1 + n} for n in range(50_000)]).ask) == 1000


def test_credit_is_the_balance():
    with harness.vendor(NodeApi, {"err": None, "data": {"credit": 316807}}) as (gateway, asked):
        assert gateway.balance() == [Balance("316807", "credits")]
    assert asked.paths == ["/user/credit"]


@pytest.mark.parametrize("credit", [None, "çok", 1.5, [], True])
def test_a_credit_that_is_no_number_is_left_out(credit):
    with harness.vendor(NodeApi, {"err": None, "data": {"credit": credit}}) as (gateway, _):
        assert gateway.balance() == []


def test_senders_in_every_state():
    rows = [{"title": f"BASLIK{status}", "status": status} for status in (0, 1, 2, 3, 4, None)]
    with harness.vendor(NodeApi, page(*rows, {"title": "a\0", "status": 1}, {"status": 1})) as (
        gateway,
        asked,
    ):
        senders = gateway.senders()

    assert asked.paths == ["/sms/list-sender"]
    waiting, approved, refused = SenderState.WAITING, SenderState.APPROVED, SenderState.REFUSED
    states = [waiting, approved, refused, refused, waiting, waiting]
    assert senders == [SenderName(row["title"], state) for row, state in zip(rows, states, strict=True)]


@pytest.mark.parametrize(
    ("answer", "taken_back"),
    [
        ({"err": None, "data": {"status": 1}}, True),
        ({"err": None, "data": {"status": "1"}}, True),
        ({"err": None, "data": {"status": 0}}, False),
        ({"err": None, "data": {}}, False),
        (refusal("SMS06"), False),
        (refusal("SMS07"), False),
    ],
)
def test_a_package_is_taken_back_while_it_can_be(answer, taken_back):
    with harness.vendor(NodeApi, answer) as (gateway, asked):
        assert gateway.cancel(question(REF, "1001")) is taken_back
        assert gateway.cancel(question(REF)) is taken_back

    assert asked.paths == ["/sms/cancel"] * 2
    assert asked.bodies == [{"id": 1001}, {"customID": REF}]


def test_a_cancellation_that_nobody_answers():
    with harness.vendor(NodeApi, refusal("SMS99")) as (gateway, _), pytest.raises(GatewayDown):
        gateway.cancel(question(REF))


@pytest.mark.parametrize(
    ("row", "parts"),
    [
        (package(6), 3),
        (package(3), 3),
        (package(-4), 3),
        (package("6", statistics={"credit": "12"}), 12),
        (package(0), None),
        (package(2), None),
        (package(None), None),
        (package(6, statistics=None), None),
        (package(6, statistics={"credit": -1}), None),
        (package(6, statistics={"credit": 1.5}), None),
        (package(6, ref=OTHER), None),
    ],
)
def test_what_a_package_cost(row, parts):
    with harness.vendor(NodeApi, page(row)) as (gateway, asked):
        assert gateway.billed(question(REF, "1001")) == parts
    assert asked.paths == [LIST]


def test_nothing_is_billed_for_what_has_no_reference():
    assert harness.gateway(NodeApi, "http://127.0.0.1:1").billed(question()) is None
