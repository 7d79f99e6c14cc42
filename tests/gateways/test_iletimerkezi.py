"""iletiMerkezi: what goes over the wire, every code and every state (reference/gateways.md §6)."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways import iletimerkezi, segments
from gateways.base import (
    DUPLICATE,
    Accepted,
    BadCallback,
    Balance,
    Callback,
    CannotTell,
    GatewayDown,
    NotSent,
    Operation,
    Pushed,
    Rate,
    Reference,
    Refused,
    Report,
    Reports,
    Scope,
    SenderName,
    Status,
    Unknown,
)
from gateways.iletimerkezi import IletiMerkezi
from tests.gateways import harness, hostile
from tests.gateways.parcels import parcel, question

KEYS = {"key": "k", "hash": "h"}
SEND, REPORT = "/v1/send-sms/json", "/v1/get-report/json"


def told(code=200, **content):
    return {"response": {"status": {"code": code, "message": "x"}, **content}}


ORDER = told("200", order={"id": "12323232"})


def test_an_order_on_the_wire():
    with harness.vendor(IletiMerkezi, ORDER) as (gateway, asked):
        assert gateway.submit(parcel(905321234567, 4915112345678)) == Accepted("12323232")

    assert asked.lines == [f"POST {SEND} HTTP/1.1"]
    assert asked.bodies == [
        {
            "request": {
                "authentication": KEYS,
                "order": {
                    "sender": "SMSMERKEZI",
                    "sendDateTime": [],
                    "iys": "0",
                    "message": {
                        "text": "Merhaba",
                        "receipents": {"number": ["+905321234567", "+4915112345678"]},
                    },
                },
            }
        }
    ]


@pytest.mark.parametrize(
    ("options", "iys", "known_list"),
    [
        ({}, "0", None),
        ({"iys": "0", "iysList": "TACIR"}, "0", None),
        ({"iys": "1"}, "1", "BIREYSEL"),
        ({"iys": 1, "iysList": "TACIR"}, "1", "TACIR"),
    ],
)
def test_an_account_may_have_consent_checked(options, iys, known_list):
    with harness.vendor(IletiMerkezi, ORDER, **options) as (gateway, asked):
        gateway.submit(parcel())
    order = asked.bodies[0]["request"]["order"]
    assert (order["iys"], order.get("iysList")) == (iys, known_list)


def test_texts_that_differ_do_not_go_into_one_order():
    with harness.vendor(IletiMerkezi, ORDER) as (gateway, asked):
        outcome = gateway.submit(parcel(905321234567, 905421234567, texts=["Ali", "Veli"]))
    assert outcome == NotSent("one text an order", too_big=True)
    assert asked.lines == []


@pytest.mark.parametrize(
    ("texts", "sent"), [(["Sana"], "Sana"), (["Size", "Size"], "Size"), ([None, "Merhaba"], "Merhaba")]
)
def test_one_text_for_all_does(texts, sent):
    numbers = [905321234567 + n for n in range(len(texts))]
    with harness.vendor(IletiMerkezi, ORDER) as (gateway, asked):
        assert isinstance(gateway.submit(parcel(*numbers, texts=texts)), Accepted)
    assert asked.bodies[0]["request"]["order"]["message"]["text"] == sent


@pytest.mark.parametrize("code", [200, "200"])
@pytest.mark.parametrize("order", [312891245, "312891245"])
def test_acceptance_in_every_spelling(code, order):
    with harness.vendor(IletiMerkezi, told(code, order={"id": order})) as (gateway, _):
        assert gateway.submit(parcel()) == Accepted("312891245")


@pytest.mark.parametrize(
    "order", [None, {}, {"id": None}, {"id": ""}, {"id": "x" * 65}, {"id": "\0"}, {"id": []}, [], "7"]
)
def test_an_acceptance_without_an_order_is_unknown(order):
    with harness.vendor(IletiMerkezi, told(200, order=order)) as (gateway, _):
        assert gateway.submit(parcel()) == Unknown("accepted without an order")


@pytest.mark.parametrize("status", [202, 400, 500])
def test_an_acceptance_that_http_contradicts_is_unknown(status):
    with harness.vendor(IletiMerkezi, ORDER, status=status) as (gateway, _):
        assert isinstance(gateway.submit(parcel()), Unknown)


REFUSED = {"400", "422", "450", "452", "453", "454", "457", "459", "460", "466", "468", "469", "470"}
PAUSED = {"401", "402", "404"}


@pytest.mark.parametrize("http", [200, None])
@pytest.mark.parametrize("code", sorted(iletimerkezi.CODES))
def test_every_code_whatever_http_says(code, http):
    with harness.vendor(IletiMerkezi, told(code), status=http or int(code)) as (gateway, _):
        outcome = gateway.submit(parcel())

    if code in REFUSED:
        assert (type(outcome), outcome.code) == (Refused, code)
    elif code in PAUSED:
        assert (type(outcome), outcome.scope) == (NotSent, Scope.ACCOUNT)
        assert outcome.retry_after >= timedelta(minutes=1)
    elif code == "451":
        assert (type(outcome), outcome.code) == (Refused, DUPLICATE)
    else:
        assert code == "503"
        assert isinstance(outcome, Unknown), "it may have been taken, and must not go by an equal road"


@pytest.mark.parametrize("code", ["452", "453", "466"])
def test_a_code_about_some_of_many_asks_for_fewer(code):
    with harness.vendor(IletiMerkezi, told(code)) as (gateway, _):
        outcome = gateway.submit(parcel(905321234567, 905421234567))
    assert (type(outcome), outcome.too_big, outcome.scope) == (NotSent, True, Scope.SUBMISSION)


@pytest.mark.parametrize("code", ["499", "471", "455", "", None, 0, [], {}, "OK", "kanarya" * 20])
def test_an_unknown_code_ends_nothing(code):
    with harness.vendor(IletiMerkezi, told(code)) as (gateway, _):
        assert gateway.submit(parcel()) == Unknown("HTTP 200")


@pytest.mark.parametrize(
    "answer",
    [{}, {"response": None}, {"response": []}, {"response": {"status": "200"}}, {"status": {"code": 200}}],
)
def test_an_envelope_that_is_none_is_unknown(answer):
    with harness.vendor(IletiMerkezi, answer) as (gateway, _):
        assert isinstance(gateway.submit(parcel()), Unknown)


def pulled(order: dict, *, msisdns: tuple[int, ...] = ()) -> list[Report]:
    with harness.vendor(IletiMerkezi, told(200, order=order)) as (gateway, _):
        return gateway.fetch_reports([question(provider_id="428", msisdns=msisdns)])


def test_a_report_question_on_the_wire():
    order = {"id": 428, "status": 114, "message": [{"number": "+905301234567", "status": 111}]}
    with harness.vendor(IletiMerkezi, told(200, order=order)) as (gateway, asked):
        reports = gateway.fetch_reports(
            [question(provider_id="428"), question("no id yet"), question(provider_id="9")]
        )

    assert asked.paths == [REPORT] * 2
    assert [body["request"] for body in asked.bodies] == [
        {"authentication": KEYS, "order": {"id": name, "page": 1, "rowCount": 1000}} for name in ("428", "9")
    ]
    assert reports[0] == Report(Status.DELIVERED, 905301234567, "428")


@pytest.mark.parametrize(
    ("state", "status", "code"),
    [
        (110, Status.PENDING, ""),
        (111, Status.DELIVERED, ""),
        (112, Status.UNDELIVERED, "112"),
        ("112", Status.UNDELIVERED, "112"),
        (113, Status.PENDING, ""),
        (999, Status.PENDING, ""),
        (None, Status.PENDING, ""),
        ([], Status.PENDING, ""),
    ],
)
def test_every_state_of_a_message(state, status, code):
    (report,) = pulled({"status": 114, "message": [{"number": 5301234567, "status": state}]})
    assert (report.status, report.error_code, report.msisdn) == (status, code, 905301234567)


@pytest.mark.parametrize("state", [113, 114, None, "x", 999])
def test_no_other_state_of_an_order_ends_anybody(state):
    assert pulled({"status": state, "message": []}, msisdns=(905301234567,)) == []


@pytest.mark.parametrize("state", [115, "115"])
def test_an_order_that_failed_ends_all_of_its_recipients(state):
    rows = [
        {"number": "+905300000001", "status": 111},
        {"number": "+905300000002", "status": 112},
        {"number": "+905300000003", "status": 110},
    ]
    reports = pulled({"status": state, "message": rows}, msisdns=(905300000003, 905300000004))

    assert {report.msisdn: (report.status, report.error_code) for report in reports} == {
        905300000001: (Status.DELIVERED, ""),
        905300000002: (Status.REJECTED, "115"),
        905300000003: (Status.REJECTED, "115"),
        905300000004: (Status.REJECTED, "115"),
    }
    assert {report.provider_id for report in reports} == {"428"}


def page(size: int, first: int = 0):
    rows = [{"number": f"+{905300000000 + first + n}", "status": 111} for n in range(size)]
    return told(200, order={"id": 428, "status": 114, "message": rows})


def test_pages_are_read_until_a_short_one():
    with harness.vendor(IletiMerkezi, page(1000), page(3, 1000)) as (gateway, asked):
        found = gateway.fetch_reports([question(provider_id="428")])
        found += gateway.fetch_reports([])

    assert len({report.msisdn for report in found}) == 1003
    assert [body["request"]["order"]["page"] for body in asked.bodies] == [1, 2]


def test_a_page_that_holds_all_whom_we_asked_about_is_the_last():
    numbers = tuple(905300000000 + n for n in range(1000))
    with harness.vendor(IletiMerkezi, page(1000)) as (gateway, asked):
        gateway.fetch_reports([question(provider_id="428", msisdns=numbers)])
        gateway.fetch_reports([])
    assert len(asked.lines) == 1


@pytest.mark.parametrize("code", [455, 456])
def test_an_order_that_they_do_not_know_yet_has_no_reports(code):
    with harness.vendor(IletiMerkezi, told(code), status=code) as (gateway, _):
        assert gateway.fetch_reports([question(provider_id="428")]) == []


@pytest.mark.parametrize(
    ("code", "seconds"), [(401, 60), (400, None), (404, None), (503, None), (None, None), ("x" * 99, None)]
)
def test_a_question_that_is_refused_says_when_to_ask_again(code, seconds):
    with harness.vendor(IletiMerkezi, told(code)) as (gateway, _), pytest.raises(GatewayDown) as refusal:
        gateway.fetch_reports([question(provider_id="428")])
    assert refusal.value.retry_after == (timedelta(seconds=seconds) if seconds else None)
    assert len(str(refusal.value)) < 30


def test_it_cannot_be_asked_by_our_reference():
    gateway = harness.gateway(IletiMerkezi, "http://127.0.0.1:1")
    assert isinstance(gateway.look_up(question("a" * 32)), CannotTell)


def pushed(told) -> Pushed:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return harness.gateway(IletiMerkezi, "http://127.0.0.1:1").read_callback(Callback(body))


def event(**fields):
    return {
        "report": {
            "id": 1599558518,
            "packet_id": 104525848,
            "status": "delivered",
            "to": "+905057021234",
            "body": "x",
            **fields,
        }
    }


@pytest.mark.parametrize(
    ("word", "status", "code"),
    [
        ("accepted", Status.PENDING, ""),
        ("delivered", Status.DELIVERED, ""),
        ("undelivered", Status.UNDELIVERED, "undelivered"),
        (110, Status.PENDING, ""),
        (111, Status.DELIVERED, ""),
        ("112", Status.UNDELIVERED, "112"),
        ("Delivered", Status.PENDING, ""),
        ("expired", Status.PENDING, ""),
        (None, Status.PENDING, ""),
    ],
)
def test_every_word_of_a_webhook(word, status, code):
    assert pushed(event(status=word)) == Pushed((Report(status, 905057021234, "104525848", error_code=code),))


def test_a_webhook_about_nobody_makes_us_ask():
    assert pushed(event(to=None)) == Pushed(ask=("104525848",))


@pytest.mark.parametrize(
    "told",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"<html>",
        b"\xff",
        {"report": []},
        {"report": None},
        event(packet_id=None),
        event(packet_id="x" * 65),
        event(packet_id="\0"),
        event(packet_id={}),
        event()["report"],
        [event()],
    ],
)
def test_what_names_no_order_is_a_bad_callback(told):
    with pytest.raises(BadCallback):
        pushed(told)


@given(
    st.dictionaries(
        st.sampled_from(["id", "packet_id", "status", "to"]), st.none() | st.integers() | st.text(max_size=9)
    )
)
def test_any_report_can_be_pushed(row):
    try:
        told = pushed({"report": row})
    except BadCallback:
        return
    assert len(told.reports) + len(told.ask) == 1


def test_balance_is_money_and_credits():
    with harness.vendor(IletiMerkezi, told(200, balance={"amount": "12.5", "sms": 18343})) as (
        gateway,
        asked,
    ):
        assert gateway.balance() == [Balance("12.5", "TRY"), Balance("18343", "credits")]
    assert asked.paths == ["/v1/get-balance/json"]
    assert asked.bodies == [{"request": {"authentication": KEYS}}]


@pytest.mark.parametrize("balance", [None, [], {}, {"amount": None, "sms": ""}])
def test_an_account_that_holds_nothing(balance):
    with harness.vendor(IletiMerkezi, told(200, balance=balance)) as (gateway, _):
        assert gateway.balance() == []


@pytest.mark.parametrize(
    ("senders", "names"),
    [
        ({"sender": ["eMarka", 7, "APITEST"]}, ["eMarka", "APITEST"]),
        ({"sender": "eMarka"}, []),
        ({}, []),
        (None, []),
    ],
)
def test_sender_ids_are_a_list(senders, names):
    with harness.vendor(IletiMerkezi, told(200, senders=senders)) as (gateway, asked):
        assert gateway.senders() == [SenderName(name) for name in names]
    assert asked.paths == ["/v1/get-sender/json"]


@pytest.mark.parametrize(("code", "done"), [(200, True), (455, False), (456, False)])
def test_an_order_is_taken_back_or_not(code, done):
    with harness.vendor(IletiMerkezi, told(code)) as (gateway, asked):
        assert gateway.cancel(question(provider_id="428")) is done
        assert gateway.cancel(question("no id yet")) is False

    assert asked.paths == ["/v1/cancel-order/json"]
    assert asked.bodies == [{"request": {"authentication": KEYS, "order": {"id": "428"}}}]


@pytest.mark.parametrize("code", [400, 401, 503, None])
def test_a_cancellation_without_a_word_is_not_known_to_have_worked(code):
    with harness.vendor(IletiMerkezi, told(code)) as (gateway, _), pytest.raises(GatewayDown):
        gateway.cancel(question(provider_id="428"))


def test_what_it_can():
    able = harness.gateway(IletiMerkezi, "http://127.0.0.1:1").capabilities

    assert able.reference is Reference.NONE
    assert able.reports is Reports.BOTH
    assert able.rates == {Operation.SEND: Rate(100, 1)}
    assert (able.personalised, able.otp, able.inbox, able.bills) == (False,) * 4
    assert (able.cancels, able.senders, able.iys) == (True,) * 3
    assert able.max_batch == able.report_page == 1000


def test_keys_are_secrets():
    assert set(IletiMerkezi.secrets) == {"key", "hash"}


def test_a_throttled_account_waits():
    reply = hostile.answer(json.dumps(told(429)).encode(), status="429 Slow", more=b"Retry-After: 7\r\n")
    with hostile.server(hostile.saying(reply)) as server:
        outcome = harness.gateway(IletiMerkezi, server.url).submit(parcel())
    assert outcome == NotSent("throttled", retry_after=timedelta(seconds=7), scope=Scope.ROAD)


@pytest.mark.parametrize(
    ("text", "parts"), [("a" * 155, 1), ("a" * 156, 2), ("ş" + "a" * 149, 1), ("ş" + "a" * 150, 2)]
)
def test_parts_leave_room_for_the_operators_code(text, parts):
    assert segments.count(text, iletimerkezi.PROFILE).parts == parts
