"""Each dialect as its operator speaks it, asked by our own clients and by hand."""

import base64
import time

import pytest

from gateways.base import (
    Accepted,
    Balance,
    CannotTell,
    Found,
    GatewayDown,
    NotSent,
    Refused,
    SenderName,
    Status,
    Unknown,
)
from gateways.kobikom import Kobikom
from gateways.netgsm import NetGsm
from tests.gateways import harness, parcels

REF = "a" * 32
BASIC = {"Authorization": "Basic " + base64.b64encode(b"8501234567:p").decode()}


def ask(simulator, name, body, **headers):
    return simulator.ask("POST", f"/sms/rest/v2/{name}", body, **(headers or BASIC))


def message(**fields):
    return {"msgheader": "X", "messages": [{"msg": "Merhaba", "no": "5321234567"}], **fields}


def netgsm(simulator, **options) -> NetGsm:
    return harness.gateway(NetGsm, simulator.url, **options)


def test_an_accepted_order_has_a_job_of_26_digits(simulator):
    response = ask(simulator, "send", message(referansID=REF))
    job = response.fields()["jobid"]

    assert (response.status, response.fields()["code"]) == (200, "00")
    assert len(job) == 26
    assert job.isdigit()
    assert simulator.book(client_ref=REF)[0]["msisdns"] == [905321234567]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (message(msgheader=""), "40"),
        (message(messages=[]), "70"),
        (message(messages=None), "70"),
        (message(messages=[{"no": "5321234567"}]), "70"),
        (message(messages=[{"msg": "x", "no": "905321234567"}]), "70"),
        (message(messages=[{"msg": 1, "no": "5321234567"}]), "70"),
        (message(messages=[{"msg": "", "no": "5321234567"}]), "20"),
        (message(messages=[{"msg": "x" * 918, "no": "5321234567"}]), "20"),
        ("junk", "40"),
    ],
)
def test_a_refused_order_is_a_406_with_a_code(body, code, simulator):
    response = ask(simulator, "send", body)

    assert (response.status, response.fields()["code"], response.fields()["jobid"]) == (406, code, None)
    assert simulator.book() == []


@pytest.mark.parametrize(
    "authorization", ["", "Basic ???", "Bearer x", "Basic " + base64.b64encode(b"u:wrong").decode()]
)
def test_bad_credentials_are_code_30_everywhere(authorization, simulator):
    for name in ("send", "otp", "report", "stats", "cancel", "msgheader"):
        assert ask(simulator, name, message(), Authorization=authorization).fields()["code"] == "30"
    body = {"usercode": "u", "password": "wrong"}
    assert simulator.ask("POST", "/balance", body).fields()["code"] == "30"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "00"),
        ({"msgheader": ""}, "40"),
        ({"no": "532"}, "50"),
        ({"no": None}, "50"),
        ({"msg": "şifre"}, "20"),
        ({"msg": "1" * 161}, "20"),
        ({"msg": ""}, "20"),
    ],
)
def test_an_otp_is_judged_by_its_own_table(fields, code, simulator):
    answer = ask(simulator, "otp", {"msgheader": "X", "msg": "Kod 1", "no": "5321234567", **fields}).fields()

    assert answer["code"] == code
    assert ("jobId" in answer) is (code == "00")


def test_our_client_is_understood_from_end_to_end(simulator):
    gateway = netgsm(simulator)
    numbers = (parcels.DELIVERED, parcels.UNDELIVERED, parcels.EXPIRED, parcels.REFUSED, parcels.SILENT)
    outcome = gateway.submit(parcels.parcel(*numbers, client_ref=REF))
    assert isinstance(outcome, Accepted)
    asked = parcels.question(REF, outcome.provider_id)

    assert gateway.look_up(asked) == Found(outcome.provider_id)
    assert {report.status for report in gateway.fetch_reports([asked])} == {Status.PENDING}
    time.sleep(0.7)
    reports = gateway.fetch_reports([asked])
    assert {report.msisdn: (report.status, report.error_code) for report in reports} == {
        parcels.DELIVERED: (Status.DELIVERED, ""),
        parcels.UNDELIVERED: (Status.UNDELIVERED, "102"),
        parcels.EXPIRED: (Status.EXPIRED, "2"),
        parcels.REFUSED: (Status.REJECTED, "11"),
        parcels.SILENT: (Status.PENDING, ""),
    }
    assert {(report.provider_id, report.client_ref) for report in reports} == {(outcome.provider_id, REF)}
    assert gateway.balance() == [Balance("125.40", "TRY"), Balance("900", "Adet SMS")]


def test_many_recipients_are_reported_over_pages(simulator):
    gateway = netgsm(simulator)
    numbers = [905300000001 + 10_000 * n for n in range(250)]
    outcome = gateway.submit(parcels.parcel(*numbers))
    time.sleep(0.4)

    reports = gateway.fetch_reports([parcels.question(provider_id=outcome.provider_id)])

    assert [report.msisdn for report in reports] == numbers


def test_an_otp_is_reported_like_any_other(simulator):
    gateway = netgsm(simulator)
    outcome = gateway.submit(parcels.parcel(parcels.DELIVERED, otp=True))
    time.sleep(0.4)

    (report,) = gateway.fetch_reports([parcels.question(provider_id=outcome.provider_id)])
    assert report.status is Status.DELIVERED
    assert simulator.book()[0]["otp"] is True


def test_ten_report_questions_a_minute_and_no_more(simulator):
    gateway = netgsm(simulator)
    for _ in range(10):
        assert isinstance(gateway.look_up(parcels.question(REF)), CannotTell)

    with pytest.raises(GatewayDown, match="code 80") as refusal:
        gateway.look_up(parcels.question(REF))
    assert refusal.value.retry_after.total_seconds() == 60
    simulator.faults(report_rate=100)
    assert isinstance(gateway.look_up(parcels.question(REF)), CannotTell)


def test_pages_have_limits(simulator):
    for wrong in ({"pagenumber": -1}, {"pagesize": 0}, {"pagesize": 101}):
        assert ask(simulator, "report", {"jobids": [], **wrong}).fields()["code"] == "70"


def test_jobs_can_be_asked_about_and_cancelled_by_their_own_ids_only(simulator):
    job = ask(simulator, "send", message()).fields()["jobid"]

    (line,) = ask(simulator, "stats", {"jobid": job}).fields()["stats"]
    assert (line["totalSms"], line["chargeStatement"]) == (1, "Ücretlendirildi")
    assert ask(simulator, "cancel", {"jobid": job}).fields()["code"] == "00"
    for stranger in ("9" * 26, job[:-1], f"{int(job) + 1:026d}", "", None):
        assert ask(simulator, "cancel", {"jobid": stranger}).fields()["code"] == "60"
        assert ask(simulator, "stats", {"jobid": stranger}).fields()["code"] == "60"
    assert ask(simulator, "msgheader", {}).fields()["msgheaders"]


def kobikom(simulator, **options) -> Kobikom:
    return harness.gateway(Kobikom, simulator.url, report_path="/api/message/report", **options)


def test_the_other_client_is_understood_from_end_to_end(simulator):
    gateway = kobikom(simulator)
    outcome = gateway.submit(parcels.parcel(parcels.DELIVERED, body="Ali & Ayşe #1"))
    assert isinstance(outcome, Accepted)
    asked = [parcels.question(provider_id=outcome.provider_id)]

    assert gateway.fetch_reports(asked) == []
    time.sleep(0.4)
    (report,) = gateway.fetch_reports(asked)
    assert (report.status, report.msisdn) == (Status.DELIVERED, parcels.DELIVERED)
    assert simulator.book()[0]["text"] == "Ali & Ayşe #1"
    assert gateway.balance() == [Balance("900", "SMS")]


def test_its_operator_refuses_at_once(simulator):
    assert isinstance(kobikom(simulator).submit(parcels.parcel(parcels.REFUSED)), Refused)
    assert simulator.book() == []


@pytest.mark.parametrize("stranger", ["x", "00000000-0000-0000-0000-000000000001"])
def test_a_uuid_of_nobody_is_not_found(stranger, simulator):
    with pytest.raises(GatewayDown, match="404"):
        kobikom(simulator).fetch_reports([parcels.question(provider_id=stranger)])


def test_a_token_is_wanted_everywhere(simulator):
    for path in ("/api/balance", "/api/subscription", "/api/message/report", "/api/message/send"):
        response = simulator._http.exchange("test", "GET", path, query={"api_token": "wrong"})
        assert (response.status, response.fields()) == (401, {"message": "Unauthenticated."})
    assert simulator.get("/api/subscription", api_token="t")["data"]


def test_its_sender_ids_are_read(simulator):
    assert kobikom(simulator).senders() == [SenderName("SMSMERKEZI")]


def panel(simulator) -> Kobikom:
    return harness.gateway(Kobikom, simulator.url, flavour="panel")


def test_its_older_api_is_understood_from_end_to_end(simulator):
    gateway = panel(simulator)
    outcome = gateway.submit(parcels.parcel(parcels.DELIVERED, body="Ali & Ayşe #1"))

    assert isinstance(outcome, Accepted)
    assert outcome.provider_id
    (entry,) = simulator.book()
    assert (entry["vendor"], entry["msisdns"], entry["text"]) == (
        "kobikom-panel",
        [parcels.DELIVERED],
        "Ali & Ayşe #1",
    )
    assert gateway.balance() == [Balance("900", "credits")]
    assert gateway.senders() == [SenderName("SMSMERKEZI")]


def test_its_older_api_refuses_with_a_code(simulator):
    gateway = panel(simulator)
    assert gateway.submit(parcels.parcel(parcels.REFUSED)) == Refused("103", "number")
    assert gateway.submit(parcels.parcel(originator="")) == Refused("106", "sender")
    wrong = Kobikom(base_url=simulator.url, credentials={"api_token": "wrong"}, options={"flavour": "panel"})
    assert isinstance(wrong.submit(parcels.parcel()), NotSent)
    assert (wrong.balance(), wrong.senders(), simulator.book()) == ([], [], [])


@pytest.mark.parametrize(
    ("fault", "kind"),
    [("throttle", NotSent), ("error_body", Refused), ("wrong_id", Unknown), ("hang", Unknown)],
)
def test_faults_of_its_older_api(fault, kind, simulator):
    simulator.faults(next=[fault])
    assert type(panel(simulator).submit(parcels.parcel())) is kind


BEARER = {"Authorization": "Bearer t"}


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"to": []}, "invalid"),
        ({"to": [1] * 1001}, "invalid"),
        ({"to": ["905321234567"]}, "invalid"),
        ({"to": [1, True]}, "invalid"),
        ({"to": None}, "invalid"),
        ({"text": None}, "invalid"),
        ({"ref": ""}, "invalid"),
        ({"from": ""}, "originator"),
    ],
)
def test_the_mock_refuses_what_makes_no_sense(fields, error, simulator):
    body = {"ref": "r", "from": "X", "text": "t", "to": [1], **fields}
    response = simulator.ask("POST", "/mock/b/send", body, **BEARER)

    assert (response.status, response.fields()["error"]) == (422, error)
    assert simulator.book() == []


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer wrong"])
def test_the_mock_wants_a_token(token, simulator):
    for name in ("send", "lookup", "reports", "balance"):
        assert simulator.ask("POST", f"/mock/b/{name}", {}, Authorization=token).status == 401
