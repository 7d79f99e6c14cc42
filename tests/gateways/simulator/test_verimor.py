"""Verimor's dialect as its operator speaks it, asked by our own client and by hand."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from gateways.base import (
    Absent,
    Accepted,
    Balance,
    Callback,
    Found,
    GatewayDown,
    SenderName,
    Status,
)
from gateways.verimor import Verimor
from tests.gateways import harness, hostile, parcels, simulators

REF = "a" * 32
KEYS = {"username": "908501234567", "password": "p"}
FATES = {
    parcels.DELIVERED: (Status.DELIVERED, ""),
    parcels.UNDELIVERED: (Status.UNDELIVERED, "EC_ABSENT_SUBSCRIBER_SM"),
    parcels.EXPIRED: (Status.EXPIRED, "EXPIRED"),
    parcels.REFUSED: (Status.REJECTED, "REJECTED"),
    parcels.SILENT: (Status.PENDING, ""),
}


def verimor(simulator, **options) -> Verimor:
    return harness.gateway(Verimor, simulator.url, **options)


def order(**fields):
    return {**KEYS, "messages": [{"msg": "Merhaba", "dest": "905321234567"}], **fields}


def send(simulator, body):
    answer = simulator.ask("POST", "/v2/send.json", body)
    return answer.status, answer.body.decode()


def fates(reports) -> dict[int, tuple[Status, str]]:
    return {report.msisdn: (report.status, report.error_code) for report in reports}


def test_our_client_is_understood_from_end_to_end(simulator):
    gateway = verimor(simulator)
    outcome = gateway.submit(parcels.parcel(*FATES, client_ref=REF))
    assert isinstance(outcome, Accepted)
    asked = parcels.question(REF, outcome.provider_id)

    assert gateway.look_up(asked) == Found(outcome.provider_id)
    assert set(fates(gateway.fetch_reports([asked])).values()) == {(Status.PENDING, "")}
    time.sleep(0.7)
    reports = gateway.fetch_reports([asked])
    assert fates(reports) == FATES
    assert {(report.provider_id, report.client_ref) for report in reports} == {(outcome.provider_id, REF)}
    assert gateway.balance() == [Balance("4532", "credits")]
    assert gateway.senders() == [SenderName("SMSMERKEZI"), SenderName("ORNEKFIRMA")]
    assert gateway.billed(asked) == 5


def test_a_reference_that_never_came_is_absent(simulator):
    assert verimor(simulator).look_up(parcels.question(REF)) == Absent()


def test_a_look_up_is_blind_for_a_while(simulator):
    gateway = verimor(simulator)
    simulator.faults(visibility_lag_ms=300)
    gateway.submit(parcels.parcel(client_ref=REF))

    assert gateway.look_up(parcels.question(REF)) == Absent()
    time.sleep(0.35)
    assert isinstance(gateway.look_up(parcels.question(REF)), Found)


def test_an_order_whose_answer_hung_is_found(simulator):
    gateway = verimor(simulator)
    gateway.submit(parcels.parcel(parcels.HANGS, client_ref=REF))
    assert isinstance(gateway.look_up(parcels.question(REF)), Found)


def test_many_recipients_are_reported_over_pages_within_the_real_rate(simulator):
    gateway = verimor(simulator)
    numbers = [905300000001 + 10_000 * n for n in range(250)]
    jobs = []
    for n in range(5):
        outcome = gateway.submit(parcels.parcel(*numbers, client_ref=f"{n:032x}"))
        jobs.append(parcels.question(f"{n:032x}", outcome.provider_id, msisdns=tuple(numbers)))
    time.sleep(0.4)

    found, rate = set(), 0
    while len(found) < 1250:
        rate += 4
        assert rate <= 16, len(found)
        simulator.faults(report_rate=rate)
        again = [parcels.still_open(job, found) for job in jobs]
        reports = gateway.fetch_reports([job for job in again if job.msisdns])
        found |= {
            (report.client_ref, report.msisdn) for report in reports if report.status is Status.DELIVERED
        }


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (order(source_addr="ONIKIHARFTEN"), "INVALID_SOURCE_ADDRESS"),
        (order(source_addr=7), "INVALID_SOURCE_ADDRESS"),
        (order(messages=[]), "MISSING_DESTINATION_ADDRESS"),
        (order(messages=None), "MISSING_DESTINATION_ADDRESS"),
        (order(datacoding=3), "INVALID_DATACODING"),
        (order(valid_for="00:00"), "INVALID_PERIOD"),
        (order(valid_for="48:01"), "INVALID_PERIOD"),
        (order(valid_for="24"), "INVALID_PERIOD"),
        (order(is_commercial=True), "INVALID_IYS_RECIPIENT_TYPE"),
        (order(messages=[{"dest": "905321234567"}]), "MISSING_MESSAGE"),
        (order(messages=["x"]), "MISSING_MESSAGE"),
        (order(messages=[{"msg": "x" * 1072, "dest": "905321234567"}]), "MESSAGE_TOO_LONG"),
        (order(datacoding=2, messages=[{"msg": "x" * 470, "dest": "905321234567"}]), "MESSAGE_TOO_LONG"),
        (order(messages=[{"msg": "x", "dest": "5321234567"}]), "INVALID_DESTINATION_ADDRESS"),
        (order(messages=[{"msg": "x"}]), "INVALID_DESTINATION_ADDRESS"),
    ],
)
def test_a_refused_order_is_a_400_with_a_word(body, word, simulator):
    assert send(simulator, body) == (400, word)
    assert simulator.book() == []


@pytest.mark.parametrize(
    "body",
    [
        order(),
        order(valid_for="2:00", datacoding="1", custom_id="x"),
        order(messages=[{"msg": "x", "dest": "004915112345678"}, {"msg": "y", "dest": "+4915112345678"}]),
        order(is_commercial=True, iys_recipient_type="TACIR"),
    ],
)
def test_a_sound_order_is_a_number(body, simulator):
    status, campaign = send(simulator, body)
    assert (status, campaign.isdigit()) == (200, True)
    assert len(simulator.book()) == 1


def test_a_password_is_wanted_everywhere(simulator):
    wrong = {"username": "u", "password": "wrong"}
    for path in ("status", "balance", "headers", "inbound_messages"):
        response = simulator._http.exchange("test", "GET", f"/v2/{path}", query=wrong)
        assert (response.status, response.body.decode()) == (401, "Geçersiz kullanıcı adı/şifre")
    for path in ("send.json", "cancel/1"):
        assert simulator.ask("POST", f"/v2/{path}", wrong).status == 401


def test_all_questions_share_one_allowance(simulator):
    gateway = verimor(simulator)
    for _ in range(5):
        gateway.balance()
        gateway.senders()

    with pytest.raises(GatewayDown, match="throttled") as refusal:
        gateway.look_up(parcels.question(REF))
    assert refusal.value.retry_after == timedelta(seconds=1)
    assert isinstance(gateway.submit(parcels.parcel()), Accepted)


def test_a_campaign_is_known_by_its_own_number_only(simulator):
    gateway = verimor(simulator)
    campaign = gateway.submit(parcels.parcel()).provider_id

    assert len(gateway.fetch_reports([parcels.question("", campaign)])) == 1
    for stranger in ("1", str(int(campaign) + 1), campaign[:-1]):
        assert gateway.fetch_reports([parcels.question("", stranger)]) == []
    assert gateway.cancel(parcels.question(REF, campaign)) is True
    assert gateway.cancel(parcels.question(REF, "1")) is False


def test_what_came_in_is_read_over_pages(simulator):
    gateway, now = verimor(simulator), datetime.now(UTC)
    for n in range(103):
        body = {"vendor": "verimor", "sender": 905321234567 + n, "receiver": "4609", "text": f"{n} ş"}
        simulator.ask("POST", "/inbox", body)
    body = {"vendor": "netgsm", "sender": 905321234567, "receiver": "4609", "text": "başka"}
    simulator.ask("POST", "/inbox", body)

    found = gateway.inbox(now - timedelta(hours=1), now + timedelta(minutes=1))

    assert [each.text for each in found] == [f"{n} ş" for n in range(103)]
    assert len({each.key for each in found}) == 103
    assert abs(found[0].at - now) < timedelta(seconds=10)
    assert gateway.inbox(now - timedelta(days=2), now - timedelta(days=1)) == []


def pushes(receiver: hostile.Server, count: int, seconds: float = 4.0) -> list[bytes]:
    until = time.monotonic() + seconds
    while len(receiver.requests) < count and time.monotonic() < until:
        time.sleep(0.05)
    return [request.partition(b"\r\n\r\n")[2] for request in receiver.requests]


def test_reports_are_pushed_as_rows_that_our_client_reads():
    with hostile.server(hostile.saying(hostile.answer())) as receiver, simulators.in_thread() as simulator:
        simulator.put("/push", url=f"{receiver.url}/cb", vendor="verimor")
        gateway = verimor(simulator)
        campaign = gateway.submit(parcels.parcel(*FATES, client_ref=REF)).provider_id
        bodies = pushes(receiver, 2)

    reports = [report for body in bodies for report in gateway.read_callback(Callback(body)).reports]
    silent = {parcels.SILENT: (Status.PENDING, "")}
    assert fates(reports) | silent == FATES
    assert {(report.client_ref, report.provider_id) for report in reports} == {(REF, campaign)}
    assert {row["type"] for row in json.loads(bodies[0])} == {"outbound"}


@pytest.mark.parametrize("status", ["500 No", "204 Nothing"])
def test_a_push_without_a_200_is_tried_three_times_more(status):
    with (
        hostile.server(hostile.saying(hostile.answer(status=status))) as receiver,
        simulators.in_thread() as simulator,
    ):
        simulator.put("/push", url=receiver.url, vendor="verimor")
        verimor(simulator).submit(parcels.parcel(parcels.DELIVERED))
        until = time.monotonic() + 5
        while simulator.get("/push")["failed"] == 0 and time.monotonic() < until:
            time.sleep(0.05)
        told = simulator.get("/push")

    assert (told["sent"], told["failed"], len(receiver.requests)) == (0, 1, 4)
