"""Node API as the simulator plays it, asked by our own client and by hand."""

import base64
import json
import time

import pytest

from gateways.base import (
    DUPLICATE,
    Absent,
    Accepted,
    Balance,
    Callback,
    Found,
    GatewayDown,
    NotSent,
    RecipientRefusal,
    Refused,
    SenderName,
    SenderState,
    Status,
    Unknown,
)
from gateways.nodeapi import NodeApi
from tests.gateways import harness, hostile, parcels, simulators

REF = "a" * 32
BASIC = {"Authorization": "Basic " + base64.b64encode(b"u:p").decode()}
OTP = {"sender": "X", "content": "Kod 1", "number": 905321234567}
ORDER = {**OTP, "type": 1, "sendingType": 0, "title": "Paket 1"}


def nodeapi(simulator, **options) -> NodeApi:
    return harness.gateway(NodeApi, simulator.url, **options)


def ask(simulator, path, body, **headers):
    return simulator.ask("POST", path, body, **(headers or BASIC)).fields()


def code(answer) -> str:
    assert answer["data"] is None
    return answer["err"]["code"]


def accepted(gateway, *numbers, **fields) -> str:
    outcome = gateway.submit(parcels.parcel(*numbers, **fields))
    assert isinstance(outcome, Accepted)
    return outcome.provider_id


def test_our_client_is_understood_from_end_to_end(simulator):
    gateway = nodeapi(simulator)
    numbers = (parcels.DELIVERED, parcels.UNDELIVERED, parcels.EXPIRED, parcels.REFUSED, parcels.SILENT)
    name = accepted(gateway, *numbers, client_ref=REF)
    asked = parcels.question(REF, name, msisdns=numbers)

    assert len(name) == 19
    assert gateway.look_up(asked) == Found(name)
    assert gateway.fetch_reports([asked]) == []
    time.sleep(0.7)
    reports = gateway.fetch_reports([asked])
    assert {report.msisdn: (report.status, report.error_code) for report in reports} == {
        parcels.DELIVERED: (Status.DELIVERED, ""),
        parcels.UNDELIVERED: (Status.UNDELIVERED, "4"),
        parcels.EXPIRED: (Status.EXPIRED, "5"),
        parcels.REFUSED: (Status.REJECTED, "-1"),
        parcels.SILENT: (Status.PENDING, ""),
    }
    assert {(report.provider_id, report.client_ref) for report in reports} == {(name, REF)}
    assert all(report.network is not None for report in reports)
    delivered = next(report for report in reports if report.status is Status.DELIVERED)
    assert abs(delivered.at.timestamp() - simulator.book()[0]["at"]) < 2
    assert gateway.billed(asked) == 5
    assert gateway.balance() == [Balance("316807", "credits")]
    assert gateway.senders() == [
        SenderName("SMSMERKEZI", SenderState.APPROVED),
        SenderName("YENIBASLIK", SenderState.WAITING),
        SenderName("YASAKLI", SenderState.REFUSED),
    ]


def test_texts_of_their_own_stand_in_the_book(simulator):
    accepted(nodeapi(simulator), 905321234567, 905421234567, texts=["Ali", "Ayşe"])
    (entry,) = simulator.book()
    assert (entry["text"], entry["texts"]) == ("Ali", ["Ali", "Ayşe"])
    accepted(nodeapi(simulator), 905321234567, 905421234567)
    assert "texts" not in simulator.book()[1]


def test_an_otp_is_reported_like_any_other(simulator):
    gateway = nodeapi(simulator)
    name = accepted(gateway, parcels.DELIVERED, otp=True, client_ref=REF)
    time.sleep(0.4)

    (report,) = gateway.fetch_reports([parcels.question(REF, name)])
    assert report.status is Status.DELIVERED
    assert simulator.book()[0]["otp"] is True


def test_a_used_reference_is_refused_as_a_duplicate_and_found_by_it(simulator):
    gateway = nodeapi(simulator)
    order = parcels.parcel(parcels.HANGS, client_ref=REF)
    assert gateway.look_up(parcels.question(REF)) == Absent()

    assert isinstance(gateway.submit(order), Unknown)
    assert gateway.submit(order) == Refused(DUPLICATE, "customID was used before")
    assert len(simulator.book()) == 1
    assert isinstance(gateway.look_up(parcels.question(REF)), Found)
    time.sleep(1.0)
    (report,) = gateway.fetch_reports([parcels.question(REF)])
    assert (report.status, report.provider_id, report.client_ref) == (Status.DELIVERED, "", REF)


def test_an_otp_uses_the_same_references(simulator):
    gateway = nodeapi(simulator)
    accepted(gateway, client_ref=REF)
    assert gateway.submit(parcels.parcel(client_ref=REF, otp=True)).code == DUPLICATE


def test_a_look_up_knows_of_nothing_younger_than_the_lag(simulator):
    gateway = nodeapi(simulator)
    accepted(gateway, client_ref=REF)
    simulator.faults(visibility_lag_ms=60_000)
    assert gateway.look_up(parcels.question(REF)) == Absent()


def test_a_package_that_was_cancelled_before_anybody_got_it_is_found_with_all_refused(simulator):
    gateway, numbers = nodeapi(simulator), (905321234567, 905421234567)
    simulator.faults(next=["reset"])
    assert isinstance(gateway.submit(parcels.parcel(*numbers, client_ref=REF)), Unknown)
    asked = parcels.question(REF, msisdns=numbers)

    assert gateway.cancel(asked) is True
    assert gateway.cancel(asked) is False
    found = gateway.look_up(asked)
    assert found.refused == tuple(RecipientRefusal(number, "package-4") for number in numbers)
    assert {
        (report.msisdn, report.status, report.error_code) for report in gateway.fetch_reports([asked])
    } == {(number, Status.REJECTED, "-2") for number in numbers}


def test_a_package_that_somebody_got_is_not_taken_back(simulator):
    gateway = nodeapi(simulator)
    name = accepted(gateway, parcels.DELIVERED)
    time.sleep(0.4)
    assert gateway.cancel(parcels.question(provider_id=name)) is False


@pytest.mark.parametrize("stranger", ["7", str(10**18)])
def test_a_package_of_nobody(stranger, simulator):
    gateway = nodeapi(simulator)
    assert gateway.fetch_reports([parcels.question(provider_id=stranger)]) == []
    assert gateway.cancel(parcels.question(provider_id=stranger)) is False
    assert ask(simulator, "/sms/list", {"ids": [int(stranger), "x"]})["data"]["list"] == []


def test_packages_are_listed_by_id_by_reference_or_all_newest_first(simulator):
    gateway = nodeapi(simulator)
    first, second = accepted(gateway, client_ref=REF), accepted(gateway, client_ref="b" * 32)

    def listed(**asked):
        return [row["id"] for row in ask(simulator, "/sms/list", asked)["data"]["list"]]

    assert listed() == [int(second), int(first)]
    assert listed(ids=[int(first)]) == [int(first)]
    assert listed(customIDs=["b" * 32, "c" * 32]) == [int(second)]
    simulator.ask(
        "POST",
        "/sms/rest/v2/send",
        {"msgheader": "X", "messages": [{"msg": "t", "no": "5321234567"}]},
        **BASIC,
    )
    assert len(listed()) == 2


def test_many_recipients_are_reported_over_pages(simulator):
    gateway = nodeapi(simulator)
    numbers = [905300000001 + 10_000 * n for n in range(1000)]
    name = accepted(gateway, *numbers)
    time.sleep(0.4)

    question = parcels.question(provider_id=name)
    assert [report.msisdn for report in gateway.fetch_reports([question])] == numbers
    page = ask(simulator, "/sms/list-item", {"pkgID": int(name), "pageIndex": 3, "pageSize": 300})
    assert (len(page["data"]["list"]), page["data"]["stats"]["totalRecord"]) == (100, 1000)


def test_more_than_a_thousand_recipients_are_too_many_at_once(simulator):
    numbers = [905300000001 + 10_000 * n for n in range(1001)]
    outcome = nodeapi(simulator).submit(parcels.parcel(*numbers))

    assert outcome == NotSent("ERR_REQUEST_PARAM_LIMIT", too_big=True)
    assert simulator.book() == []


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"sender": ""}, "ERR_INVALID_SMS_SENDER"),
        ({"title": "Kısa"}, "SMS00: ERR_BAD_REQUEST"),
        ({"type": 0}, "SMS00: ERR_BAD_REQUEST"),
        ({"validity": 5}, "SMS00: ERR_BAD_REQUEST"),
        ({"encoding": 3}, "SMS00: ERR_BAD_REQUEST"),
        ({"customID": "a_b"}, "SMS00: ERR_BAD_REQUEST"),
        ({"customID": "a" * 101}, "SMS00: ERR_BAD_REQUEST"),
        ({"customID": "ş"}, "SMS00: ERR_BAD_REQUEST"),
        ({"number": None}, "SMS00: ERR_BAD_REQUEST"),
        ({"sendingType": None}, "SMS00: ERR_BAD_REQUEST"),
        ({"sendingType": 1, "numbers": []}, "ERR_EMPTY_SMS_PACKAGE"),
        ({"sendingType": 2, "numbers": [{"nr": 1}]}, "SMS00: ERR_BAD_REQUEST"),
        ({"content": ""}, "ERR_EMPTY_SMS_PACKAGE"),
        ({"pushSettings": 7}, "SMS00: ERR_BAD_REQUEST"),
    ],
)
def test_a_refused_order_comes_with_http_200(fields, error, simulator):
    response = simulator.ask("POST", "/sms/create", {**ORDER, **fields}, **BASIC)

    assert (response.status, code(response.fields())) == (200, error)
    assert simulator.book() == []


@pytest.mark.parametrize(
    "fields", [{"validity": 2}, {"validity": 7}, {"content": ""}, {"number": "x"}, {"sender": ""}]
)
def test_a_refused_otp(fields, simulator):
    assert code(ask(simulator, "/sms/create-otp", {**OTP, **fields})).startswith(("SMS00", "ERR_INVALID"))
    assert simulator.book() == []


def test_the_fallback_text_is_for_whoever_has_none(simulator):
    numbers = [{"nr": 905321234567, "msg": ""}, {"nr": "905421234567", "msg": "Sana"}]
    ask(simulator, "/sms/create", {**ORDER, "sendingType": 2, "numbers": numbers, "customID": "a-1.b"})
    assert simulator.book(client_ref="a-1.b")[0]["texts"] == ["Kod 1", "Sana"]


@pytest.mark.parametrize("authorization", ["", "Basic ???", "Bearer x", "Basic dTp3cm9uZw==", "Basic OnA="])
def test_bad_credentials_are_refused_everywhere(authorization, simulator):
    paths = ["create", "create-otp", "list", "list-item", "list-sender", "cancel"]
    for path in [*(f"/sms/{name}" for name in paths), "/user/credit"]:
        response = simulator.ask("POST", path, ORDER, Authorization=authorization)
        assert (response.status, code(response.fields())) == (401, "SMS01: ERR_USER_NOT_AUTHORIZED")


@pytest.mark.parametrize(
    "fields", [{"pageIndex": -1}, {"pageSize": 9}, {"pageSize": 1001}, {"pageSize": "x"}]
)
def test_pages_have_limits(fields, simulator):
    for path in ("/sms/list", "/sms/list-sender"):
        assert code(ask(simulator, path, fields)) == "SMS00: ERR_BAD_REQUEST"


def test_a_days_questions_have_an_end(simulator):
    gateway = nodeapi(simulator)
    simulator.faults(daily_questions=2)
    assert gateway.balance()
    assert gateway.balance()
    with pytest.raises(GatewayDown, match="ERR_DAILY_REQUEST_LIMIT") as down:
        gateway.balance()
    assert down.value.retry_after.total_seconds() == 3600
    accepted(gateway)
    simulator.faults()
    assert gateway.balance()


def told(receiver, count: int):
    until = time.monotonic() + 3
    while len(receiver.requests) < count and time.monotonic() < until:
        time.sleep(0.05)
    return harness.Asked(receiver).bodies


def test_what_it_pushes_names_a_package_that_can_be_asked_about():
    with hostile.server(hostile.saying(hostile.answer())) as receiver, simulators.in_thread() as simulator:
        gateway = nodeapi(simulator, callback_url=f"{receiver.url}/callback/gizli")
        name = accepted(gateway, parcels.DELIVERED, parcels.UNDELIVERED, client_ref=REF)
        (body,) = told(receiver, 1)
        pushed = gateway.read_callback(Callback(json.dumps(body).encode()))
        reports = gateway.fetch_reports([parcels.question(REF, pushed.ask[0])])

    assert receiver.requests[0].startswith(b"POST /callback/gizli HTTP/1.1\r\n")
    assert body == {"pkgID": int(name), "customID": REF, "state": 6}
    assert pushed.ask == (name, REF)
    assert {report.status for report in reports} == {Status.DELIVERED, Status.UNDELIVERED}


def test_several_packages_are_pushed_as_a_list():
    with hostile.server(hostile.saying(hostile.answer())) as receiver, simulators.in_thread() as simulator:
        gateway = nodeapi(simulator, callback_url=receiver.url)
        names = {int(accepted(gateway, parcels.DELIVERED, parcels.SILENT)) for _ in range(20)}
        bodies = told(receiver, 2)
        rows = [row for body in bodies for row in (body if isinstance(body, list) else [body])]

    assert any(isinstance(body, list) for body in bodies)
    assert {row["pkgID"] for row in rows} <= names
    assert {row["state"] for row in rows} == {5}


def test_nothing_is_pushed_to_an_address_that_is_none(simulator):
    body = {**ORDER, "number": parcels.DELIVERED, "pushSettings": {"url": "ftp://x"}}
    assert ask(simulator, "/sms/create", body)["err"] is None
    time.sleep(0.6)
    assert simulator.get("/push") == {"url": "", "sent": 0, "failed": 0}
