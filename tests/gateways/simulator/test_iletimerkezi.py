"""iletiMerkezi's dialect as its operator speaks it, asked by our own client and by hand."""

import json
import time

import pytest

from gateways.base import Accepted, Balance, Callback, NotSent, SenderName, Status
from gateways.iletimerkezi import IletiMerkezi
from tests.gateways import harness, hostile, parcels, simulators

KEYS = {"key": "k", "hash": "h"}
FATES = {
    parcels.DELIVERED: (Status.DELIVERED, ""),
    parcels.UNDELIVERED: (Status.UNDELIVERED, "112"),
    parcels.EXPIRED: (Status.UNDELIVERED, "112"),
    parcels.REFUSED: (Status.UNDELIVERED, "112"),
    parcels.SILENT: (Status.PENDING, ""),
}


def ileti(simulator, **options) -> IletiMerkezi:
    return harness.gateway(IletiMerkezi, simulator.url, **options)


def ask(simulator, name: str, authentication=None, **content):
    body = {"request": {"authentication": KEYS if authentication is None else authentication, **content}}
    answer = simulator.ask("POST", f"/v1/{name}/json", body)
    envelope = answer.fields()["response"]
    assert envelope["status"]["code"] == answer.status
    return answer.status, envelope


def order(message=None, **fields):
    sound = {"text": "Merhaba", "receipents": {"number": ["905321234567"]}}
    return {"sender": "X", "sendDateTime": [], "iys": "0", "message": {**sound, **(message or {})}, **fields}


def fates(reports) -> dict[int, tuple[Status, str]]:
    return {report.msisdn: (report.status, report.error_code) for report in reports}


def test_our_client_is_understood_from_end_to_end(simulator):
    gateway = ileti(simulator)
    outcome = gateway.submit(parcels.parcel(*FATES, body="Ali & Ayşe"))
    assert isinstance(outcome, Accepted)
    asked = [parcels.question(provider_id=outcome.provider_id, msisdns=tuple(FATES))]

    assert set(fates(gateway.fetch_reports(asked)).values()) == {(Status.PENDING, "")}
    time.sleep(0.7)
    reports = gateway.fetch_reports(asked)
    assert fates(reports) == FATES
    assert {report.provider_id for report in reports} == {outcome.provider_id}
    assert simulator.book()[0]["text"] == "Ali & Ayşe"
    assert gateway.balance() == [Balance("0", "TRY"), Balance("18343", "credits")]
    assert gateway.senders() == [SenderName("SMSMERKEZI"), SenderName("APITEST")]


def test_an_order_that_the_operator_refuses_whole_is_refused(simulator):
    gateway = ileti(simulator)
    numbers = (parcels.REFUSED, parcels.REFUSED + 10_000)
    outcome = gateway.submit(parcels.parcel(*numbers))
    time.sleep(0.4)

    reports = gateway.fetch_reports([parcels.question(provider_id=outcome.provider_id, msisdns=numbers)])

    assert fates(reports) == dict.fromkeys(numbers, (Status.REJECTED, "115"))


@pytest.mark.parametrize("count", [1000, 1001, 2500])
def test_orders_are_reported_over_pages(count, simulator):
    gateway = ileti(simulator)
    numbers = [905300000001 + 10_000 * n for n in range(count)]
    outcome = gateway.submit(parcels.parcel(*numbers))
    time.sleep(0.4)

    found = {}
    for _ in range(3):
        asked = [parcels.question(provider_id=outcome.provider_id, msisdns=tuple(numbers))]
        found |= fates(gateway.fetch_reports(asked))

    assert found == dict.fromkeys(numbers, (Status.DELIVERED, ""))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (order(sender=""), 450),
        (order(sender="ONIKIHARFTEN"), 450),
        (order(iys=None), 468),
        (order(iys="1"), 469),
        (order(iys="1", iysList="HERKES"), 469),
        (order({"text": ""}), 454),
        (order({"text": "x" * 1072}), 453),
        (order({"receipents": {"number": []}}), 452),
        (order({"receipents": {"number": ["532"]}}), 452),
        (order({"receipents": ["905321234567"]}), 452),
        (order({"receipents": {"number": ["905321234567", "x"]}}), 452),
        ({"sender": "X"}, 400),
        ([], 400),
    ],
)
def test_a_refused_order_has_a_code_that_http_repeats(given, code, simulator):
    assert ask(simulator, "send-sms", order=given)[0] == code
    assert simulator.book() == []


@pytest.mark.parametrize("number", ["905321234567", "+905321234567", "5321234567"])
def test_a_number_is_taken_in_each_form(number, simulator):
    status, envelope = ask(simulator, "send-sms", order=order({"receipents": {"number": [number]}}))
    assert (status, envelope["order"]["id"].isdigit()) == (200, True)
    assert simulator.book()[0]["msisdns"] == [905321234567]


@pytest.mark.parametrize(
    "keys", [{"key": "", "hash": "h"}, {"key": "k", "hash": "wrong"}, {"key": "k"}, {}, []]
)
def test_keys_are_wanted_everywhere(keys, simulator):
    for name in ("send-sms", "get-report", "get-balance", "get-sender", "cancel-order"):
        assert ask(simulator, name, authentication=keys)[0] == 401


def test_orders_are_known_by_their_own_ids_only(simulator):
    gateway = ileti(simulator)
    name = gateway.submit(parcels.parcel()).provider_id

    for stranger in ("1", str(int(name) + 1), name[:-1]):
        assert gateway.fetch_reports([parcels.question(provider_id=stranger)]) == []
        assert gateway.cancel(parcels.question(provider_id=stranger)) is False
    assert gateway.cancel(parcels.question(provider_id=name)) is True
    for wrong in ({"page": 0}, {"rowCount": 0}, {"rowCount": 1001}):
        assert ask(simulator, "get-report", order={"id": name, **wrong})[0] == 464


def test_texts_that_differ_reach_nobody(simulator):
    outcome = ileti(simulator).submit(parcels.parcel(905321234567, 905421234567, texts=["a", "b"]))
    assert isinstance(outcome, NotSent)
    assert simulator.book() == []


def test_each_message_is_pushed_by_itself_and_our_client_reads_it():
    with hostile.server(hostile.saying(hostile.answer())) as receiver, simulators.in_thread() as simulator:
        simulator.put("/push", url=f"{receiver.url}/cb", vendor="iletimerkezi")
        gateway = ileti(simulator)
        name = gateway.submit(parcels.parcel(*FATES)).provider_id
        until = time.monotonic() + 4
        while len(receiver.requests) < 4 and time.monotonic() < until:
            time.sleep(0.05)
    bodies = [request.partition(b"\r\n\r\n")[2] for request in receiver.requests]

    assert {json.loads(body)["report"]["body"] for body in bodies} == {"Merhaba"}
    reports = [report for body in bodies for report in gateway.read_callback(Callback(body)).reports]
    assert {report.msisdn: report.status for report in reports} == {
        msisdn: status for msisdn, (status, _) in FATES.items() if status is not Status.PENDING
    }
    assert {report.provider_id for report in reports} == {name}
