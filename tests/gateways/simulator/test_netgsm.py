"""NetGSM's dialect where it is more than a send: real rate limits, dates, what came in, what is charged."""

import base64
import time
from collections import deque
from datetime import UTC, datetime, timedelta

import pytest

from gateways.base import Callback, GatewayDown, Network, SenderName, Status
from gateways.netgsm import NetGsm
from gateways.simulator import app
from gateways.simulator.netgsm import NetGsm as Dialect
from tests.gateways import harness, hostile, parcels, simulators

BASIC = {"Authorization": "Basic " + base64.b64encode(b"8501234567:p").decode()}
PATH = "/sms/rest/v2"


def netgsm(simulator, **options) -> NetGsm:
    return harness.gateway(NetGsm, simulator.url, **options)


def delivered(count: int, *more: int) -> list[int]:
    """Numbers whose report comes at once; in a job of their own each is another's."""
    return [*more, *(905300000001 + 10_000 * n for n in range(count - len(more)))]


def submitted(gateway, numbers: list[int]):
    outcome = gateway.submit(parcels.parcel(*numbers))
    return parcels.question(provider_id=outcome.provider_id, msisdns=tuple(numbers))


def ended(reports) -> set[tuple[str, int]]:
    return {(each.provider_id, each.msisdn) for each in reports if each.status is Status.DELIVERED}


def test_the_tenth_page_is_not_the_end_of_a_report(simulator):
    """Three jobs of 500 are fifteen pages, and ten a minute are allowed: what is left comes with the next minute."""
    gateway = netgsm(simulator)
    jobs = [submitted(gateway, delivered(500)) for _ in range(3)]
    time.sleep(0.4)

    first = ended(gateway.fetch_reports(jobs))
    assert {job for job, _ in first} == {job.provider_id for job in jobs[:2]}
    assert len(first) == 1000
    with pytest.raises(GatewayDown, match="code 80"):
        gateway.fetch_reports(jobs[2:])
    simulator.faults(report_rate=20)  # the next minute
    assert ended(gateway.fetch_reports(jobs[2:])) == {(jobs[2].provider_id, each) for each in delivered(500)}


def test_a_number_that_is_never_reported_holds_nobody_up(simulator):
    """The platform asks for the open job again and again; those behind it come to their end all the same."""
    gateway = netgsm(simulator)
    silent = submitted(gateway, delivered(500, parcels.SILENT))
    others = [submitted(gateway, delivered(500)) for _ in range(3)]
    time.sleep(0.4)

    found, minutes = set(), 0
    while len(found) < 499 + 1500:
        minutes += 1
        assert minutes <= 3, len(found)
        simulator.faults(report_rate=10 * minutes)
        again = [parcels.still_open(job, found) for job in (silent, *others)]
        found |= ended(gateway.fetch_reports([job for job in again if job.msisdns]))

    assert (silent.provider_id, parcels.SILENT) not in found


def test_an_allowance_that_comes_back_drop_by_drop_is_enough(simulator):
    gateway = netgsm(simulator)
    job = submitted(gateway, delivered(500))
    time.sleep(0.4)

    found = set()
    for rate in range(1, 6):
        simulator.faults(report_rate=rate)
        found |= ended(gateway.fetch_reports([job]))

    assert len(found) == 500


def test_a_minute_later_the_allowance_is_whole_again():
    dialect = Dialect(app.Simulator()._world)
    dialect._asked["account"] = deque([time.monotonic() - 61] * 10)

    assert [dialect.within_rate("account") for _ in range(11)] == [True] * 10 + [False]
    assert dialect.within_rate("another")


def test_fifty_small_jobs_cost_one_question(simulator):
    gateway = netgsm(simulator)
    jobs = [submitted(gateway, [number]) for number in delivered(50)]
    time.sleep(0.4)
    simulator.faults(report_rate=1)

    assert len(ended(gateway.fetch_reports(jobs))) == 50


def test_a_report_tells_whose_subscriber_a_number_is(simulator):
    gateway = netgsm(simulator)
    job = submitted(gateway, delivered(5))
    time.sleep(0.4)

    found = [report.network for report in gateway.fetch_reports([job])]

    assert found == [Network.TURKCELL, Network.VODAFONE, Network.TURK_TELEKOM, Network.VIRTUAL, None]


def test_a_life_that_our_client_asks_for_is_taken(simulator):
    gateway = netgsm(simulator)
    for minutes in (1, 60, 1259, 1260, 2880):
        assert submitted(gateway, delivered(1)).provider_id
        outcome = gateway.submit(parcels.parcel(validity_minutes=minutes))
        assert outcome.provider_id, minutes


@pytest.mark.parametrize(
    ("start", "stop"),
    [(0, 59), (0, 21 * 60 + 1), (-2, 120), (0, None), (None, 60), ("x", "y"), (120, 60)],
)
def test_a_life_outside_of_their_limits_is_refused(start, stop, simulator):
    now = datetime.now(UTC) + timedelta(hours=3)

    def date(minutes):
        whole = isinstance(minutes, int)
        return f"{now + timedelta(minutes=minutes):%d%m%Y%H%M}" if whole else minutes

    body = {
        "msgheader": "X",
        "messages": [{"msg": "Merhaba", "no": "5321234567"}],
        "startdate": date(start),
        "stopdate": date(stop),
    }
    assert simulator.ask("POST", f"{PATH}/send", body, **BASIC).fields()["code"] == "70"
    assert simulator.book() == []


def write_in(simulator, text: str, *, vendor: str = "netgsm", **fields) -> None:
    body = {"vendor": vendor, "sender": 905321234567, "receiver": "8501234567", "text": text, **fields}
    assert simulator.ask("POST", "/inbox", body).status == 200


def test_what_came_in_is_handed_out_again_to_who_asks_with_dates(simulator):
    gateway, now = netgsm(simulator), datetime.now(UTC)
    write_in(simulator, "RET")
    write_in(simulator, "Merhaba ş")
    write_in(simulator, "eski", at=(now - timedelta(days=3)).timestamp())
    write_in(simulator, "başka", vendor="verimor")

    for _ in range(2):
        found = gateway.inbox(now - timedelta(hours=1), now + timedelta(minutes=1))
        assert [(each.sender, each.receiver, each.text) for each in found] == [
            (905321234567, "8501234567", "RET"),
            (905321234567, "8501234567", "Merhaba ş"),
        ]
    assert abs(found[0].at - now) < timedelta(seconds=10)
    assert gateway.inbox(now - timedelta(days=2), now - timedelta(days=1)) == []


def inbox(simulator, **dates) -> list[str] | str:
    answer = simulator._http.exchange("test", "GET", f"{PATH}/inbox", query=dates, headers=BASIC).fields()
    return [each["message"] for each in answer["messages"]] if answer["code"] == "00" else answer["code"]


def test_without_dates_each_message_is_handed_out_once(simulator):
    write_in(simulator, "bir")
    assert inbox(simulator) == ["bir"]
    assert inbox(simulator) == "40"
    write_in(simulator, "iki")
    assert inbox(simulator) == ["iki"]


def test_days_do_as_dates_and_nothing_else(simulator):
    write_in(simulator, "bir")
    today = f"{datetime.now(UTC) + timedelta(hours=3):%d%m%Y}"

    assert inbox(simulator, startdate=today, stopdate=today) == ["bir"]
    for wrong in ("2026-10-06", "0107202600", "", "99999999"):
        assert inbox(simulator, startdate=wrong, stopdate=today) == "70"


def test_an_sms_that_lacks_something_never_came_in(simulator):
    for wrong in ({}, {"vendor": "netgsm", "sender": "x", "receiver": "1", "text": "y"}):
        assert simulator.ask("POST", "/inbox", wrong).status == 422
    assert inbox(simulator) == "40"


def test_what_was_refused_is_not_charged(simulator):
    gateway = netgsm(simulator)
    job = submitted(gateway, [parcels.DELIVERED, parcels.UNDELIVERED, parcels.REFUSED])
    refused = submitted(gateway, [parcels.REFUSED])
    time.sleep(0.4)

    assert gateway.billed(job) == 2
    assert gateway.billed(refused) == 0
    assert gateway.billed(parcels.question(provider_id="9" * 26)) is None


def test_a_push_of_the_simulators_own_is_read_as_a_hint():
    """Nobody knows what they post, so the simulator posts its own shape; our client finds the job in any."""
    with hostile.server(hostile.saying(hostile.answer())) as receiver, simulators.in_thread() as simulator:
        simulator.put("/push", url=receiver.url, vendor="netgsm")
        gateway = netgsm(simulator)
        job = submitted(gateway, delivered(3))
        until = time.monotonic() + 4
        while not receiver.requests and time.monotonic() < until:
            time.sleep(0.05)
        body = receiver.requests[0].partition(b"\r\n\r\n")[2]

    told = gateway.read_callback(Callback(body))
    assert job.provider_id in told.ask
    assert told.reports == ()


def test_an_account_has_sender_ids_and_takes_jobs_back(simulator):
    gateway = netgsm(simulator)
    job = submitted(gateway, delivered(1))

    assert gateway.senders() == [SenderName("8501234567"), SenderName("SMSMERKEZI")]
    assert gateway.cancel(job) is True
    assert gateway.cancel(parcels.question(provider_id="9" * 26)) is False
