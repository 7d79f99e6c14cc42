"""toplusms.tc as the simulator plays it, asked by our own client and by hand."""

import base64
import time
from hashlib import md5

import pytest

from gateways.base import Accepted, Balance, GatewayDown, NotSent, Refused, Scope, Status
from gateways.http import HttpClient
from gateways.segments import Encoding
from gateways.toplusms import TopluSms
from tests.gateways import harness, parcels

API = "/api/v1"
ORDER = {"caption": "X", "message": "Merhaba", "numbers": "5321234567", "encoding": "en"}


def header(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"u:{password}".encode()).decode()}


HASHED = header(md5(b"p").hexdigest())


def send(simulator, fields, headers=None):
    client = HttpClient(simulator.url)
    return client.exchange("test", "POST", f"{API}/sms/send/normal", form=fields, headers=headers or HASHED)


def test_our_client_is_understood_from_end_to_end(simulator):
    gateway = harness.gateway(TopluSms, simulator.url)
    numbers = (parcels.DELIVERED, parcels.UNDELIVERED, parcels.EXPIRED, parcels.REFUSED, parcels.SILENT)
    order = parcels.parcel(*numbers, body="Örnek & deneme\n1", encoding=Encoding.GSM7_TR)
    outcome = gateway.submit(order)
    assert isinstance(outcome, Accepted)
    asked = parcels.question(provider_id=outcome.provider_id)

    assert simulator.book()[0]["text"] == "Örnek & deneme\n1"
    assert {report.status for report in gateway.fetch_reports([asked])} == {Status.PENDING}
    time.sleep(0.7)
    reports = gateway.fetch_reports([asked])
    assert {report.msisdn: (report.status, report.error_code) for report in reports} == {
        parcels.DELIVERED: (Status.DELIVERED, ""),
        parcels.UNDELIVERED: (Status.UNDELIVERED, "not_delivered"),
        parcels.EXPIRED: (Status.UNDELIVERED, "not_delivered"),
        parcels.REFUSED: (Status.UNDELIVERED, "not_delivered"),
        parcels.SILENT: (Status.PENDING, ""),
    }
    assert abs(reports[0].at.timestamp() - simulator.book()[0]["at"]) < 2
    assert gateway.billed(asked) == 5
    assert gateway.balance() == [Balance("5555", "credits"), Balance("0", "TRY")]


def test_a_job_counts_its_numbers_and_is_completed_when_all_are_told(simulator):
    numbers = f"{parcels.DELIVERED % 10**10},{parcels.UNDELIVERED % 10**10}"
    queue = send(simulator, {**ORDER, "numbers": numbers}).fields()["queueId"]

    def job():
        path = f"{API}/sms/reports/{queue}"
        return simulator.ask("GET", path, None, **HASHED).fields()["queue"]

    def counts(job):
        return [
            job[name]
            for name in ("delivered_cnt", "not_delivered_cnt", "sent_cnt", "waiting_cnt", "total_numbers")
        ]

    assert (job()["queue_status"], counts(job())) == ("sending", ["0", "0", "2", "0", "2"])
    time.sleep(0.5)
    assert (job()["queue_status"], counts(job())) == ("completed", ["1", "1", "0", "0", "2"])


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"caption": ""}, 4),
        ({"message": ""}, 4),
        ({"numbers": ""}, 4),
        ({"encoding": ""}, 9),
        ({"encoding": "TR"}, 9),
        ({"numbers": "905321234567"}, 6),
        ({"numbers": "532123456,abcdefghij"}, 6),
    ],
)
def test_a_refused_order_comes_with_http_200(fields, code, simulator):
    response = send(simulator, {**ORDER, **fields})

    assert response.status == 200
    assert response.fields() == {
        "status": "error",
        "errorMessage": "İstek kabul edilmedi.",
        "errorCode": code,
    }
    assert simulator.book() == []


def test_numbers_that_are_none_are_dropped(simulator):
    assert send(simulator, {**ORDER, "numbers": "5321234567\n5421234567,55"}).fields()["status"] == "success"
    assert simulator.book()[0]["msisdns"] == [905321234567, 905421234567]


def test_json_is_not_understood(simulator):
    response = simulator.ask("POST", f"{API}/sms/send/normal", ORDER, **HASHED)
    assert response.fields()["errorCode"] == 4


@pytest.mark.parametrize(
    "headers", [{"Authorization": ""}, header("p"), header(md5(b"wrong").hexdigest()), header("A" * 32)]
)
def test_bad_credentials_are_error_3_everywhere(headers, simulator):
    assert send(simulator, ORDER, headers).fields()["errorCode"] == 3
    for path in ("sms/reports/7", "user/profileDetails"):
        answer = simulator.ask("GET", f"{API}/{path}", None, **headers)
        assert (answer.status, answer.fields()["errorCode"]) == (200, 3)


def test_our_client_tells_bad_credentials_from_the_rest(simulator):
    wrong = TopluSms(base_url=simulator.url, credentials={"username": "u", "password": "wrong"}, options={})
    assert wrong.submit(parcels.parcel()).scope is Scope.ACCOUNT
    with pytest.raises(GatewayDown, match="credentials"):
        wrong.balance()


@pytest.mark.parametrize("stranger", ["7", "x", "", str(10**18)])
def test_a_job_of_nobody(stranger, simulator):
    answer = simulator.ask("GET", f"{API}/sms/reports/{stranger}", None, **HASHED).fields()
    assert answer["errorCode"] == 10
    assert (
        harness.gateway(TopluSms, simulator.url).fetch_reports([parcels.question(provider_id=stranger)]) == []
    )


@pytest.mark.parametrize(("fault", "kind"), [("throttle", NotSent), ("error_body", Refused)])
def test_faults_before_acceptance(fault, kind, simulator):
    simulator.faults(next=[fault])
    assert type(harness.gateway(TopluSms, simulator.url).submit(parcels.parcel())) is kind
    assert simulator.book() == []


def test_a_form_is_read_as_browsers_write_it(simulator):
    send(simulator, {**ORDER, "message": "a+b & c=d %20"})
    assert simulator.book()[0]["text"] == "a+b & c=d %20"
