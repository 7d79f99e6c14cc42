"""Kobikom: what goes over the wire and what an answer means (reference/gateways.md §2.2)."""

import pytest

from gateways import kobikom, segments
from gateways.base import (
    Accepted,
    Balance,
    CannotTell,
    GatewayDown,
    NotSent,
    Reference,
    Refused,
    Report,
    Reports,
    Scope,
    SenderName,
    Status,
    Unknown,
)
from gateways.kobikom import Kobikom
from gateways.segments import Encoding
from tests.gateways import harness
from tests.gateways.parcels import parcel, question

OK = {"data": [{"uuid": "3b0c"}]}
INVALID = {"message": "The given data was invalid.", "errors": {"to": ["x"]}}


@pytest.mark.parametrize(
    ("encoding", "flag"), [(Encoding.GSM7, "0"), (Encoding.GSM7_TR, "1"), (Encoding.UCS2, "1")]
)
def test_a_send_on_the_wire(encoding, flag):
    with harness.vendor(Kobikom, OK) as (gateway, asked):
        assert gateway.submit(parcel(905321234567, body="Ali & Ayşe #1 +", encoding=encoding)) == Accepted(
            "3b0c"
        )

    assert asked.paths == ["/api/message/send"]
    assert asked.lines[0].startswith("GET ")
    assert asked.queries == [
        {
            "api_token": "t",
            "to": "905321234567",
            "from": "SMSMERKEZI",
            "message": "Ali & Ayşe #1 +",
            "unicode": flag,
        }
    ]


def test_a_recipients_own_text_is_sent():
    with harness.vendor(Kobikom, OK) as (gateway, asked):
        gateway.submit(parcel(905321234567, texts=["Sana"]))

    assert asked.queries[0]["message"] == "Sana"


def test_more_than_one_recipient_is_not_sent_at_all():
    with harness.vendor(Kobikom, OK) as (gateway, asked):
        outcome = gateway.submit(parcel(905321234567, 905321234568))
        assert outcome == NotSent("one recipient a request", too_big=True)

    assert asked.lines == []


@pytest.mark.parametrize("status", [400, 422])
def test_a_message_with_a_refusing_status_is_a_refusal(status):
    with harness.vendor(Kobikom, INVALID, status=status) as (gateway, _):
        assert gateway.submit(parcel()) == Refused(str(status), "refused by the vendor")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, INVALID),
        (200, {"data": []}),
        (200, {"data": [{"uuid": ""}]}),
        (200, {"data": [{"uuid": None}, {"uuid": "x"}]}),
        (200, {"data": {"uuid": "x"}}),
        (200, {"data": "x"}),
        (200, {"data": [{"uuid": "a\0"}]}),
        (200, {"data": [{"uuid": "7" * 100}]}),
        (500, INVALID),
        (418, INVALID),
        (422, {"errors": {}}),
        (422, b"<html>"),
        (201, OK),
    ],
)
def test_everything_else_is_unknown(status, body):
    with harness.vendor(Kobikom, body, status=status) as (gateway, _):
        assert isinstance(gateway.submit(parcel()), Unknown)


def test_it_can_be_asked_nothing():
    gateway = harness.gateway(Kobikom, "http://127.0.0.1:1")

    assert gateway.capabilities.reference is Reference.NONE
    assert gateway.capabilities.max_batch == 1
    assert gateway.capabilities.reports is Reports.NONE
    assert isinstance(gateway.look_up(question("a")), CannotTell)
    assert gateway.fetch_reports([question(provider_id="3b0c")]) == []


@pytest.mark.parametrize(
    ("word", "status", "code"),
    [
        ("delivered", Status.DELIVERED, ""),
        ("DELIVERED", Status.DELIVERED, ""),
        ("undelivered", Status.UNDELIVERED, "undelivered"),
        ("expired", Status.EXPIRED, "expired"),
        ("rejected", Status.REJECTED, "rejected"),
        ("iletildi", Status.PENDING, ""),
        ("", Status.PENDING, ""),
    ],
)
def test_a_configured_report_endpoint_is_asked(word, status, code):
    answer = {"data": [{"uuid": "3b0c", "to": "905321234567", "status": word}, {"uuid": "other", "to": "1"}]}
    with harness.vendor(Kobikom, answer, report_path="/api/message/report") as (gateway, asked):
        assert gateway.capabilities.reports is Reports.PULL
        reports = gateway.fetch_reports([question(provider_id="3b0c"), question("no id yet")])

    assert asked.queries == [{"api_token": "t", "uuid": "3b0c"}]
    assert reports == [Report(status, 905321234567, "3b0c", error_code=code)]


@pytest.mark.parametrize("answer", [{}, {"data": None}, {"data": [1, "x", []]}, {"message": "x"}])
def test_a_wrong_guess_about_reports_is_harmless(answer):
    with harness.vendor(Kobikom, answer, report_path="/api/message/report") as (gateway, _):
        assert gateway.fetch_reports([question(provider_id="3b0c")]) == []


def test_a_report_endpoint_that_does_not_exist_is_a_gateway_that_is_down():
    with (
        harness.vendor(Kobikom, {"message": "x"}, status=404, report_path="/x") as (gateway, _),
        pytest.raises(GatewayDown),
    ):
        gateway.fetch_reports([question(provider_id="3b0c")])


def test_balance_is_packages():
    answer = {"packages": [{"name": "SMS", "amount": 900}, {"title": "OTP", "remaining": "12"}, 3]}
    with harness.vendor(Kobikom, answer) as (gateway, asked):
        assert gateway.balance() == [Balance("900", "SMS"), Balance("12", "OTP")]

    assert asked.paths == ["/api/balance"]


@pytest.mark.parametrize(
    ("text", "parts"), [("a" * 155, 1), ("a" * 156, 2), ("ş" + "a" * 149, 1), ("ş" + "a" * 150, 2)]
)
def test_parts_leave_room_for_the_operators_code(text, parts):
    assert segments.count(text, kobikom.PROFILE).parts == parts


def test_sender_ids_are_the_subscriptions():
    rows = [{"name": "BIR"}, {"title": "IKI"}, {"sender_id": "UC"}, {"name": "a\0"}, {"id": 4}, "junk"]
    with harness.vendor(Kobikom, {"data": rows}) as (gateway, asked):
        assert gateway.senders() == [SenderName("BIR"), SenderName("IKI"), SenderName("UC")]

    assert asked.paths == ["/api/subscription"]
    assert asked.queries == [{"api_token": "t"}]


def test_sender_ids_that_cannot_be_asked_for():
    with harness.vendor(Kobikom, {"message": "x"}, status=401) as (gateway, _), pytest.raises(GatewayDown):
        gateway.senders()


def panel(*answers, status=200):
    return harness.vendor(Kobikom, *answers, status=status, flavour="panel", report_path="/r")


PANEL_OK = {"code": "ok", "message": "Successfully Send", "message_id": "77"}


@pytest.mark.parametrize(("encoding", "flag"), [(Encoding.GSM7, "0"), (Encoding.GSM7_TR, "1")])
def test_a_send_to_the_panel_on_the_wire(encoding, flag):
    with panel(PANEL_OK) as (gateway, asked):
        assert gateway.submit(parcel(905321234567, texts=["Ali & Ayşe"], encoding=encoding)) == Accepted("77")

    assert asked.lines[0].startswith("GET ")
    assert asked.paths == ["/sms/api"]
    assert asked.queries == [
        {
            "action": "send-sms",
            "api_key": "t",
            "to": "905321234567",
            "from": "SMSMERKEZI",
            "sms": "Ali & Ayşe",
            "unicode": flag,
        }
    ]


@pytest.mark.parametrize("code", ["ok", "OK", " ok "])
@pytest.mark.parametrize(
    ("named", "provider_id"), [("77", "77"), (77, "77"), (None, ""), ("a\0", ""), ([], "")]
)
def test_the_panels_acceptance_needs_no_id(code, named, provider_id):
    with panel({"code": code, "message_id": named}) as (gateway, _):
        assert gateway.submit(parcel()) == Accepted(provider_id)


@pytest.mark.parametrize("status", [200, 400, 401])
@pytest.mark.parametrize("code", ["102", 105])
def test_the_panels_refusal_of_the_account_pauses_it(code, status):
    with panel({"code": code, "message": "x"}, status=status) as (gateway, _):
        outcome = gateway.submit(parcel())

    assert isinstance(outcome, NotSent)
    assert outcome.scope is Scope.ACCOUNT


@pytest.mark.parametrize(("code", "reason"), [("103", "number"), (106, "sender")])
def test_the_panels_refusal_of_a_message(code, reason):
    with panel({"code": code, "message": "x"}) as (gateway, _):
        assert gateway.submit(parcel()) == Refused(str(code), reason)
    assert kobikom.PANEL_CODES.keys() == {"102", "103", "105", "106"}


@pytest.mark.parametrize("status", [400, 422])
def test_the_panels_unknown_code_with_a_refusing_status_is_a_refusal(status):
    with panel({"code": "?", "message": "x"}, status=status) as (gateway, _):
        assert gateway.submit(parcel()) == Refused(str(status), "refused by the vendor")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, {"code": "100", "message": "x"}),
        (200, {"code": ["ok"]}),
        (200, {"message": "x"}),
        (200, []),
        (200, b"<html>"),
        (500, PANEL_OK),
        (302, PANEL_OK),
        (500, {"code": "?", "message": "x"}),
    ],
)
def test_everything_else_from_the_panel_is_unknown(status, body):
    with panel(body, status=status) as (gateway, _):
        assert isinstance(gateway.submit(parcel()), Unknown)


def test_the_panel_reports_nothing():
    with panel({}) as (gateway, asked):
        assert gateway.capabilities.reports is Reports.NONE
        assert gateway.fetch_reports([question(provider_id="77")]) == []
    assert asked.lines == []


def test_the_panels_balance():
    with panel({"balance": 523, "user": "x"}, {"message": "x"}, []) as (gateway, asked):
        assert gateway.balance() == [Balance("523", "credits")]
        assert gateway.balance() == []
        assert gateway.balance() == []

    assert asked.paths[0] == "/sms/api"
    assert asked.queries[0] == {"action": "check-balance", "api_key": "t", "response": "json"}


def test_the_panels_sender_ids():
    with panel([{"sender_id": "BIR"}, {"sender_id": None}, 7], {"code": "102"}) as (gateway, asked):
        assert gateway.senders() == [SenderName("BIR")]
        assert gateway.senders() == []

    assert asked.paths[0] == "/sms/api/sender-id"
    assert asked.queries[0] == {"action": "list", "api_key": "t", "response": "json"}


@pytest.mark.parametrize(("status", "body"), [(500, {"balance": 1}), (200, b"<html>")])
def test_the_panel_is_down_where_it_does_not_answer(status, body):
    with panel(body, status=status) as (gateway, _), pytest.raises(GatewayDown):
        gateway.balance()


def test_a_flavour_that_does_not_exist_is_refused_when_an_account_is_set_up():
    for fits in ({}, {"flavour": ""}, {"flavour": "panel"}):
        harness.gateway(Kobikom, "http://127.0.0.1:1", **fits).prepare()
    with pytest.raises(ValueError, match="flavour"):
        harness.gateway(Kobikom, "http://127.0.0.1:1", flavour="xml").prepare()
