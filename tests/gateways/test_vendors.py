"""What all vendors have in common: the four outcomes, whatever happens on the wire or in the operator's house."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from gateways import throttle, vendor
from gateways.base import (
    Accepted,
    BadCallback,
    Callback,
    CannotTell,
    Gateway,
    GatewayDown,
    NotSent,
    Operation,
    Pushed,
    Reference,
    Refused,
    Scope,
    Unknown,
)
from gateways.iletimerkezi import IletiMerkezi
from gateways.kobikom import Kobikom
from gateways.mock import Mock
from gateways.netgsm import NetGsm
from gateways.nodeapi import NodeApi
from gateways.toplusms import TopluSms
from gateways.verimor import Verimor
from tests.gateways import harness, hostile, parcels

VENDORS = [Mock, NetGsm, Kobikom, Verimor, IletiMerkezi, NodeApi, TopluSms]
SENDS = {
    Mock: "/mock/b/send",
    NetGsm: "/sms/rest/v2/send",
    Kobikom: "/api/message/send",
    Verimor: "/v2/send.json",
    IletiMerkezi: "/v1/send-sms/json",
    NodeApi: "/sms/create",
    TopluSms: "/api/v1/sms/send/normal",
}
MUTE = {Kobikom, IletiMerkezi, TopluSms}  # keep no reference of ours and can be asked about none
every_vendor = pytest.mark.parametrize("kind", VENDORS)


@every_vendor
def test_a_parcel_is_accepted_and_stands_in_the_book_once(kind, simulator):
    parcel = parcels.parcel()

    outcome = harness.gateway(kind, simulator.url).submit(parcel)

    assert isinstance(outcome, Accepted)
    assert outcome.refused == ()
    (entry,) = simulator.book()
    assert (entry["msisdns"], entry["originator"], entry["text"]) == (
        [parcels.ORDINARY],
        "SMSMERKEZI",
        "Merhaba",
    )
    assert entry["ref"] == ("" if kind in MUTE else parcel.client_ref)


@pytest.mark.parametrize("kind", [NetGsm, NodeApi])
def test_an_account_without_a_product_for_one_time_passwords_sends_them_by_the_ordinary_call(
    kind, simulator, monkeypatch
):
    """It says so of that call alone: nothing of the road is closed, and the password is not kept waiting."""
    simulator.faults(no_otp=1)
    gateway = harness.gateway(kind, simulator.url)
    refusal = gateway.submit(parcels.parcel(otp=True))
    assert (type(refusal), refusal.scope, refusal.retry_after) == (NotSent, Scope.SUBMISSION, timedelta(0))
    assert isinstance(gateway.submit(parcels.parcel(otp=True)), Accepted)
    assert not gateway.capabilities.otp

    simulator.faults()
    monkeypatch.setattr(vendor, "monotonic", lambda: time.monotonic() + vendor.NO_OTP)
    assert isinstance(gateway.submit(parcels.parcel(otp=True)), Accepted), "asked again after some minutes"
    assert [entry.get("otp", False) for entry in simulator.book()] == [False, True]


@pytest.mark.parametrize("kind", [NetGsm, NodeApi])
def test_an_account_that_may_send_nothing_is_paused_by_the_ordinary_call(kind, simulator):
    wrong = {"username": "u", "password": "wrong"}
    gateway = kind(base_url=simulator.url, credentials=wrong, options={"timeout": 0.5})
    outcomes = [gateway.submit(parcels.parcel(otp=True)) for _ in range(2)]
    assert outcomes[-1].scope is Scope.ACCOUNT


NOT_ACCEPTED = {
    "reset_before": Unknown,
    "error_before": Unknown,
    "throttle": NotSent,
    "error_body": {
        Mock: Refused,
        NetGsm: Refused,
        Kobikom: Unknown,
        Verimor: Unknown,
        IletiMerkezi: Refused,
        NodeApi: Refused,
        TopluSms: Refused,
    },
}
ACCEPTED_BUT = ["hang", "reset", "error", "cut_body", "invalid_json", "html", "wrong_id", "drip"]


@every_vendor
@pytest.mark.parametrize("fault", NOT_ACCEPTED)
def test_a_fault_before_acceptance(kind, fault, simulator):
    simulator.faults(next=[fault])
    expected = NOT_ACCEPTED[fault]

    outcome = harness.gateway(kind, simulator.url).submit(parcels.parcel())

    assert type(outcome) is (expected[kind] if isinstance(expected, dict) else expected)
    assert simulator.book() == []


@every_vendor
@pytest.mark.parametrize("fault", ACCEPTED_BUT)
def test_accepted_without_a_clear_word_is_unknown(kind, fault, simulator):
    simulator.faults(next=[fault])

    outcome = harness.gateway(kind, simulator.url).submit(parcels.parcel())

    assert type(outcome) is Unknown
    assert len(simulator.book()) == 1


@every_vendor
def test_the_number_that_hangs_is_accepted_and_unknown(kind, simulator):
    assert type(harness.gateway(kind, simulator.url).submit(parcels.parcel(parcels.HANGS))) is Unknown
    assert len(simulator.book()) == 1


@every_vendor
def test_an_operator_who_is_not_there_was_not_sent_to(kind):
    outcome = harness.gateway(kind, f"http://127.0.0.1:{hostile.unused_port()}").submit(parcels.parcel())

    assert outcome == NotSent("connection refused", scope=Scope.ROAD)


@every_vendor
def test_refused_credentials_pause_the_account_and_end_nothing(kind, simulator):
    wrong = kind(
        base_url=simulator.url,
        credentials=dict.fromkeys(harness.CREDENTIALS, "wrong"),
        options={},
    )

    outcome = wrong.submit(parcels.parcel())

    assert isinstance(outcome, NotSent)
    assert outcome.scope is Scope.ACCOUNT
    assert outcome.retry_after >= timedelta(seconds=30)


BODIES = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"<html>",
    b'{"code":',
    b'"00"',
    b"12",
    b"[[[[",
    b"\xff\xff",
    b"x" * 3000,
]


@every_vendor
@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("status", [200, 202, 302, 500, 502, 503])
def test_an_answer_that_says_nothing_is_unknown(kind, status, body):
    plain_id = kind is Verimor and (status, body) == (200, b"12")  # where nothing else is said, that says it
    with harness.vendor(kind, body, status=status) as (gateway, asked):
        assert type(gateway.submit(parcels.parcel())) is (Accepted if plain_id else Unknown)

    assert asked.paths == [SENDS[kind]]


@every_vendor
@pytest.mark.parametrize("status", [401, 403, 404, 405, 407])
def test_a_door_that_is_closed_by_http_pauses_the_account(kind, status):
    with harness.vendor(kind, b"no", status=status) as (gateway, _):
        outcome = gateway.submit(parcels.parcel())

    assert isinstance(outcome, NotSent)
    assert outcome.scope is Scope.ACCOUNT


@every_vendor
@pytest.mark.parametrize(
    ("wish", "seconds"), [("7", 7), ("", 5), ("soon", 5), ("99999999", 3600), ("-1", 5), ("٣", 5)]
)
def test_a_throttled_send_waits_as_asked_within_reason(kind, wish, seconds):
    more = f"Retry-After: {wish}\r\n".encode()
    with hostile.server(hostile.saying(hostile.answer(status="429 Slow", more=more))) as server:
        outcome = harness.gateway(kind, server.url).submit(parcels.parcel())

    assert outcome == NotSent("throttled", retry_after=timedelta(seconds=seconds), scope=Scope.ROAD)


def questions(gateway: Gateway):
    """Every question that this vendor can be asked."""
    asked, able = parcels.question("a" * 32, "1"), gateway.capabilities
    now = datetime.now(UTC)
    yield lambda: gateway.fetch_reports([asked])
    yield gateway.balance
    if able.reference is not Reference.NONE:
        yield lambda: gateway.look_up(asked)
    if able.senders:
        yield gateway.senders
    if able.inbox:
        yield lambda: gateway.inbox(now - timedelta(hours=1), now)
    if able.cancels:
        yield lambda: gateway.cancel(asked)
    if able.bills:
        yield lambda: gateway.billed(asked)


@every_vendor
@pytest.mark.parametrize("status", [200, 401, 429, 500, 503])
def test_a_question_without_a_readable_answer_is_a_gateway_that_is_down(kind, status):
    with harness.vendor(kind, b"<html>", status=status, report_path="/r") as (gateway, _):
        for ask in questions(gateway):
            with pytest.raises(GatewayDown):
                ask()


@every_vendor
def test_a_question_to_nobody_is_a_gateway_that_is_down(kind):
    gateway = harness.gateway(kind, f"http://127.0.0.1:{hostile.unused_port()}", report_path="/r")
    for ask in questions(gateway):
        with pytest.raises(GatewayDown, match="connection refused"):
            ask()


@every_vendor
def test_the_words_of_a_throttled_question_say_how_long_to_wait(kind):
    reply = hostile.answer(status="429 Slow", more=b"Retry-After: 9\r\n")
    with hostile.server(hostile.saying(reply)) as server:
        for ask in questions(harness.gateway(kind, server.url, report_path="/r")):
            with pytest.raises(GatewayDown) as refusal:
                ask()
            assert refusal.value.retry_after == timedelta(seconds=9)


def test_a_question_beyond_the_accounts_own_limit_is_not_asked():
    """An account that is only tried out has no routing name, and nothing is counted for it."""
    throttle.forget()
    with harness.vendor(NetGsm, {"jobs": []}) as (gateway, asked):
        gateway.account = f"own-limit-{uuid4().hex}"
        rate = gateway.capabilities.rates[Operation.REPORT]
        for _ in range(rate.count):
            gateway.ask("report", "GET", "/")
        with pytest.raises(GatewayDown, match="our own limit") as refusal:
            gateway.ask("report", "GET", "/")
        assert refusal.value.retry_after == timedelta(seconds=rate.seconds / rate.count)
        gateway.ask("balance", "GET", "/")
        with pytest.raises(GatewayDown):
            gateway.ask("look-up", "GET", "/")  # the same limit
        gateway.account = ""
        gateway.ask("report", "GET", "/")
    assert len(asked.lines) == rate.count + 2


@every_vendor
def test_no_question_is_asked_about_nothing(kind):
    with harness.vendor(kind, {}, report_path="/r") as (gateway, asked):
        assert gateway.fetch_reports([]) == []
        assert gateway.fetch_reports([parcels.question()]) == []
        if kind not in {Verimor, NodeApi}:  # which report by our reference as well
            assert gateway.fetch_reports([parcels.question("a" * 32)]) == []

    assert asked.lines == []


@every_vendor
def test_every_vendor_declares_what_it_can(kind):
    able = harness.gateway(kind, "http://127.0.0.1:1", quiet=0.25).capabilities

    assert able.max_batch >= 1
    assert able.report_batch >= 1
    assert able.quiet == timedelta(seconds=0.25)
    assert kind.secrets
    assert set(kind.secrets) <= harness.CREDENTIALS.keys()


@every_vendor
def test_quiet_is_a_quarter_of_an_hour_unless_an_account_says_otherwise(kind):
    assert harness.gateway(kind, "http://127.0.0.1:1").capabilities.quiet == timedelta(minutes=15)


@every_vendor
@pytest.mark.parametrize("body", [b"", b"null", b"<html>", b"\xff", b'{"reports": 1}'])
def test_a_post_that_no_vendor_makes_is_a_bad_callback_or_says_nothing(kind, body):
    try:
        pushed = harness.gateway(kind, "http://127.0.0.1:1").read_callback(Callback(body))
    except BadCallback:
        return
    assert pushed == Pushed()
    assert kind is NetGsm  # of whom no shape is known


class Plain(Gateway):
    """A gateway that can only send."""

    capabilities = None

    def submit(self, parcel):
        return Unknown("never tried")


def test_a_gateway_that_can_only_send_answers_questions_with_nothing():
    plain = Plain(base_url="http://x/", credentials={}, options={})

    assert plain.base_url == "http://x"
    assert plain.look_up(parcels.question("a")) == CannotTell("no look-up")
    assert (plain.fetch_reports([]), plain.balance(), plain.senders()) == ([], [], [])
    now = datetime.now(UTC)
    assert (plain.inbox(now, now), plain.cancel(None), plain.billed(None)) == ([], False, None)
    with pytest.raises(BadCallback):
        plain.read_callback(Callback(b"{}"))
    assert type(plain.submit(parcels.parcel())) is Unknown
