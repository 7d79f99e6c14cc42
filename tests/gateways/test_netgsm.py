"""NetGSM: what goes over the wire, and every code of every table (reference/gateways.md §1)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways import netgsm, netgsm_codes
from gateways.base import (
    DUPLICATE,
    Accepted,
    CannotTell,
    Found,
    GatewayDown,
    Network,
    NotSent,
    Refused,
    Report,
    Scope,
    Status,
    Unknown,
)
from gateways.http import Response, Unreadable
from gateways.netgsm import NetGsm
from gateways.segments import Encoding
from tests.gateways import harness
from tests.gateways.parcels import parcel, question

OK = {"code": "00", "jobid": "17377215342605050417149344", "description": "queued"}
REF = "0123456789abcdef0123456789abcdef"
SEND, OTP, REPORT = "/sms/rest/v2/send", "/sms/rest/v2/otp", "/sms/rest/v2/report"


def test_an_order_on_the_wire():
    order = parcel(905321234567, 905421234567, body="Merhaba", client_ref=REF)
    with harness.vendor(NetGsm, OK) as (gateway, asked):
        assert gateway.submit(order) == Accepted("17377215342605050417149344")

    assert asked.lines == [f"POST {SEND} HTTP/1.1"]
    assert asked.headers("Authorization") == ["Basic ODUwMTIzNDU2Nzpw"]
    assert asked.bodies == [
        {
            "msgheader": "SMSMERKEZI",
            "iysfilter": "0",
            "appname": "smsmerkezi",
            "referansID": REF,
            "messages": [{"msg": "Merhaba", "no": "5321234567"}, {"msg": "Merhaba", "no": "5421234567"}],
        }
    ]


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"encoding": Encoding.GSM7}, "encoding", None),
        ({"encoding": Encoding.GSM7_TR}, "encoding", "TR"),
        ({"encoding": Encoding.UCS2}, "encoding", "UNICODE"),
    ],
)
def test_the_encoding_is_told_when_the_text_needs_it(fields, name, value):
    with harness.vendor(NetGsm, OK) as (gateway, asked):
        gateway.submit(parcel(**fields))

    assert asked.bodies[0].get(name) == value


def test_each_recipient_may_have_a_text():
    with harness.vendor(NetGsm, OK) as (gateway, asked):
        gateway.submit(parcel(905321234567, 905421234567, texts=["Ali", None], body="Herkese"))

    assert [row["msg"] for row in asked.bodies[0]["messages"]] == ["Ali", "Herkese"]


def test_a_foreign_number_keeps_its_country():
    with harness.vendor(NetGsm, OK) as (gateway, asked):
        gateway.submit(parcel(4915112345678))

    assert asked.bodies[0]["messages"][0]["no"] == "004915112345678"


def test_options_of_an_account():
    with harness.vendor(NetGsm, OK, iysfilter=11, appname="deneme") as (gateway, asked):
        gateway.submit(parcel())

    assert (asked.bodies[0]["iysfilter"], asked.bodies[0]["appname"]) == ("11", "deneme")


def life(**fields) -> tuple[datetime, timedelta] | None:
    """When a parcel's message begins to live, and how long it does."""
    options = fields.pop("options", {})
    with harness.vendor(NetGsm, OK, **options) as (gateway, asked):
        gateway.submit(parcel(**fields))
    (body,) = asked.bodies
    if "startdate" not in body and "stopdate" not in body:
        return None
    start, stop = (datetime.strptime(body[name], "%d%m%Y%H%M") for name in ("startdate", "stopdate"))
    return start.replace(tzinfo=ZoneInfo("Europe/Istanbul")), stop - start


@pytest.mark.parametrize(("minutes", "lives"), [(1, 60), (60, 60), (61, 61), (1259, 1259)])
def test_a_shorter_life_is_told_by_both_its_ends(minutes, lives):
    start, long = life(validity_minutes=minutes)

    assert timedelta(0) < start - datetime.now(UTC) <= timedelta(minutes=1)
    assert long == timedelta(minutes=lives)


def test_a_life_begins_by_the_databases_clock_whatever_the_workers_says():
    at = datetime(2026, 10, 6, 11, 30, 12, tzinfo=UTC)
    start, _ = life(validity_minutes=60, at=at)
    assert start == datetime(2026, 10, 6, 11, 31, tzinfo=UTC)


@pytest.mark.parametrize("minutes", [1260, 1261, 2880])
def test_a_life_as_long_as_theirs_needs_no_words(minutes):
    assert life(validity_minutes=minutes) is None


def test_an_otp_waits_for_no_minute():
    assert life(validity_minutes=5, otp=True, options={"otp": False}) is None
    assert life(validity_minutes=5, otp=True) is None


def test_an_account_can_do_without_dates():
    assert life(validity_minutes=60, options={"dates": False}) is None


@pytest.mark.parametrize("code", ["00", "01", "02"])
@pytest.mark.parametrize("job", ["jobid", "jobId"])
@pytest.mark.parametrize("given", [173, "173"])
def test_acceptance_in_every_spelling(code, job, given):
    with harness.vendor(NetGsm, {"code": code, job: given}) as (gateway, _):
        assert gateway.submit(parcel()) == Accepted("173")


def test_a_job_id_as_a_number_of_26_digits_stays_exact():
    with harness.vendor(NetGsm, b'{"code":"00","jobid":17377215342605050417149344}') as (gateway, _):
        assert gateway.submit(parcel()) == Accepted("17377215342605050417149344")


PAUSED = {"30"}
REFUSED = {"20", "40", "50", "51", "70"}
RETRIED = {"80": 60, "85": 70}
SYSTEM = {"100", "101", "110"}


def expect(outcome, code):
    if code in PAUSED:
        assert isinstance(outcome, NotSent)
        assert outcome.scope is Scope.ACCOUNT
    elif code in RETRIED:
        assert isinstance(outcome, NotSent)
        assert outcome.scope is (Scope.ROAD if code == "80" else Scope.SUBMISSION)
        assert outcome.retry_after >= timedelta(seconds=RETRIED[code])
    elif code in SYSTEM:
        assert isinstance(outcome, Unknown)
    else:
        assert isinstance(outcome, Refused)
        assert outcome.code == code


@pytest.mark.parametrize("status", [200, 406])
@pytest.mark.parametrize("code", sorted(PAUSED | REFUSED | RETRIED.keys() | SYSTEM))
def test_every_code_of_the_send_table(code, status):
    with harness.vendor(NetGsm, {"code": code, "jobid": None}, status=status) as (gateway, _):
        expect(gateway.submit(parcel()), code)
    assert set(netgsm_codes.SEND_CODES) == PAUSED | REFUSED | RETRIED.keys() | SYSTEM


@pytest.mark.parametrize(
    "code", sorted({"20", "30", "40", "41", "50", "51", "52", "60", "70", "80", "85"} | SYSTEM)
)
def test_every_code_of_the_otp_table(code):
    with harness.vendor(NetGsm, {"code": code}, status=406) as (gateway, asked):
        outcome = gateway.submit(parcel(otp=True))

    assert asked.paths == [OTP]
    if code == "60":
        assert (type(outcome), outcome.scope, outcome.retry_after) == (
            NotSent,
            Scope.SUBMISSION,
            timedelta(0),
        )
    else:
        expect(outcome, code)


@pytest.mark.parametrize("code", ["5000", "99", "", None, "03", "0", 0, [], "60", "kanarya" * 20])
def test_an_unknown_code_ends_nothing(code):
    with harness.vendor(NetGsm, {"code": code, "jobid": "1"}, status=406) as (gateway, _):
        outcome = gateway.submit(parcel())

    assert isinstance(outcome, Unknown)
    assert len(outcome.reason) < 30


def test_an_otp_on_the_wire():
    with harness.vendor(NetGsm, {"code": "00", "jobId": "77"}) as (gateway, asked):
        assert gateway.submit(parcel(otp=True, body="Kod 123456")) == Accepted("77")

    assert asked.paths == [OTP]
    assert asked.bodies == [
        {"msgheader": "SMSMERKEZI", "msg": "Kod 123456", "no": "5321234567", "appname": "smsmerkezi"}
    ]


@pytest.mark.parametrize(
    "unfit",
    [
        parcel(905321234567, 905321234568, otp=True),
        parcel(otp=True, body="Şifreniz 1"),
        parcel(otp=True, body="1" * 161),
        parcel(otp=True, body="Kod\t1"),
    ],
    ids=["two recipients", "Turkish", "long", "tab"],
)
def test_an_otp_that_does_not_fit_goes_by_the_ordinary_call(unfit):
    with harness.vendor(NetGsm, OK) as (gateway, asked):
        gateway.submit(unfit)

    assert asked.paths == [SEND]


def test_an_account_without_an_otp_package_sends_otps_by_the_ordinary_call():
    with harness.vendor(NetGsm, OK, otp=False) as (gateway, asked):
        gateway.submit(parcel(otp=True))

    assert asked.paths == [SEND]


def row(**fields):
    return {
        "jobid": "9",
        "number": "5321234567",
        "status": 1,
        "deliveredDate": "06.10.2026 14:30:12",
        "errorCode": 0,
        "referansID": REF,
        **fields,
    }


def test_a_report_question_on_the_wire():
    at = datetime(2026, 10, 6, 11, 30, 12, tzinfo=UTC)
    asks = [question(provider_id=job, at=at, asked_at=at + timedelta(hours=1)) for job in ("9", "8")]
    with harness.vendor(NetGsm, {"code": "00", "jobs": [row()]}) as (gateway, asked):
        reports = gateway.fetch_reports(asks)

    (body,) = asked.bodies
    assert asked.paths == [REPORT]
    assert (body["jobids"], body["pagenumber"], body["pagesize"]) == (["9", "8"], 0, 100)
    assert (body["startdate"], body["stopdate"]) == ("06.10.2026 14:20:12", "06.10.2026 15:35:12")
    assert reports == [Report(Status.DELIVERED, 905321234567, "9", REF, "", at)]


STATES = {
    "0": (Status.PENDING, ""),
    "1": (Status.DELIVERED, ""),
    "2": (Status.EXPIRED, "2"),
    "3": (Status.UNDELIVERED, "3"),
    "4": (Status.UNDELIVERED, "4"),
    "11": (Status.REJECTED, "11"),
    "12": (Status.UNDELIVERED, "12"),
    "13": (Status.REJECTED, DUPLICATE),
    "14": (Status.REJECTED, "14"),
    "15": (Status.REJECTED, "15"),
    "16": (Status.REJECTED, "16"),
    "17": (Status.REJECTED, "17"),
    "22": (Status.REJECTED, "22"),
    "103": (Status.UNDELIVERED, "103"),
    "5": (Status.PENDING, ""),
    "100": (Status.PENDING, ""),
    "": (Status.PENDING, ""),
    "teslim": (Status.PENDING, ""),
}


def reported(**fields):
    with harness.vendor(NetGsm, {"code": "00", "jobs": [row(**fields)]}) as (gateway, _):
        return gateway.fetch_reports([question(provider_id="9")])[0]


@pytest.mark.parametrize(("code", "expected"), STATES.items())
def test_every_state_of_a_report(code, expected):
    report = reported(status=code)
    assert (report.status, report.error_code) == expected
    assert netgsm_codes.STATUSES.keys() <= STATES.keys()


OPERATORS = {
    **dict.fromkeys(["10"], Network.VODAFONE),
    **dict.fromkeys(["20", "60"], Network.TURK_TELEKOM),
    **dict.fromkeys(["30"], Network.TURKCELL),
    **dict.fromkeys(["40", "41"], Network.VIRTUAL),
    **dict.fromkeys(["160", "212", "213", "214", "215", "880"], Network.ABROAD),
    **dict.fromkeys(["70", "", "0", "31", "Turkcell"], None),
}


@pytest.mark.parametrize(("operator", "network"), OPERATORS.items())
def test_every_operator_is_a_network(operator, network):
    assert reported(operator=operator).network is network
    assert netgsm_codes.NETWORKS.keys() <= OPERATORS.keys()


def test_an_operator_may_be_a_number():
    assert reported(operator=30).network is Network.TURKCELL


@pytest.mark.parametrize("cause", sorted(netgsm_codes.HANDSET_CODES))
def test_the_handset_says_why(cause):
    assert reported(status="4", errorCode=int(cause)).error_code == cause


@pytest.mark.parametrize("cause", [0, "0", "", None, "999"])
def test_a_handset_that_says_nothing_leaves_the_state_as_the_cause(cause):
    assert reported(status="3", errorCode=cause).error_code == "3"


def test_a_row_in_another_spelling_is_read():
    report = reported(number=None, telno="905321234567", deliveredDate="", status="1")
    assert (report.msisdn, report.at) == (0, None)
    with harness.vendor(
        NetGsm, {"code": "00", "rows": [{"jobid": 9, "telno": "0 532 123 45 67", "status": 1}, "junk"]}
    ) as (gateway, _):
        (report,) = gateway.fetch_reports([question(provider_id="9")])
    assert (report.msisdn, report.provider_id, report.client_ref) == (905321234567, "9", "")


def page(size: int, **fields):
    return {"code": "00", "jobs": [row(number=f"{5320000000 + i}", **fields) for i in range(size)]}


def test_pages_are_read_until_a_short_one():
    with harness.vendor(NetGsm, page(100), page(100), page(3)) as (gateway, asked):
        reports = gateway.fetch_reports([question(provider_id="9")])

    assert len(reports) == 203
    assert [body["pagenumber"] for body in asked.bodies] == [0, 1, 2]


@pytest.mark.parametrize("last", [{"code": "80"}, {"code": "60"}, b"<html>"])
def test_pages_end_where_the_vendor_ends_them_and_what_was_read_stays(last):
    with harness.vendor(NetGsm, page(100), last) as (gateway, _):
        assert len(gateway.fetch_reports([question(provider_id="9")])) == 100


def test_no_question_takes_more_than_a_minutes_allowance():
    with harness.vendor(NetGsm, page(100)) as (gateway, asked):
        gateway.fetch_reports([question(provider_id="9")])

    assert len(asked.lines) == netgsm.QUESTIONS


def test_nothing_found_is_no_failure():
    with harness.vendor(NetGsm, {"code": "60"}, status=406) as (gateway, _):
        assert gateway.fetch_reports([question(provider_id="9")]) == []


@pytest.mark.parametrize(
    ("code", "seconds"), [("80", 60), ("30", 60), ("100", None), ("70", None), ("?", None), (None, None)]
)
def test_a_report_question_that_is_refused_says_when_to_ask_again(code, seconds):
    with (
        harness.vendor(NetGsm, {"code": code}, status=406) as (gateway, _),
        pytest.raises(GatewayDown) as refusal,
    ):
        gateway.fetch_reports([question(provider_id="9")])

    assert refusal.value.retry_after == (timedelta(seconds=seconds) if seconds else None)


def test_a_window_is_searched_for_our_reference():
    other = row(referansID="f" * 32, jobid="1")
    at = datetime(2026, 10, 6, 11, 30, 12, tzinfo=UTC)
    with harness.vendor(NetGsm, {"code": "00", "jobs": [other, row()]}) as (gateway, asked):
        assert gateway.look_up(question(REF, at=at)) == Found("9")

    assert "jobids" not in asked.bodies[0]
    (body,) = asked.bodies
    assert (body["startdate"], body["stopdate"]) == ("06.10.2026 14:20:12", "06.10.2026 14:45:12")


def test_a_window_is_searched_over_pages():
    other = page(100, referansID="f" * 32)
    with harness.vendor(NetGsm, other, other, {"code": "00", "jobs": [row()]}) as (gateway, asked):
        assert gateway.look_up(question(REF)) == Found("9")
    assert [body["pagenumber"] for body in asked.bodies] == [0, 1, 2]


@pytest.mark.parametrize("last", [{"code": "80"}, {"code": "60"}, b"<html>"])
def test_a_search_that_the_vendor_ends_proves_nothing(last):
    with harness.vendor(NetGsm, page(100, referansID=""), last) as (gateway, asked):
        assert isinstance(gateway.look_up(question(REF)), CannotTell)
    assert len(asked.lines) == 2


def test_a_search_goes_on_where_the_last_one_had_to_stop():
    other = page(100, referansID="f" * 32)
    ours, another = question(REF), question("e" * 32)
    with harness.vendor(NetGsm, *[other] * 13, {"code": "00", "jobs": [row()]}) as (gateway, asked):
        assert isinstance(gateway.look_up(ours), CannotTell)
        assert gateway.look_up(ours) == Found("9")
        gateway.look_up(ours)
        gateway.look_up(another)
    assert [body["pagenumber"] for body in asked.bodies] == [*range(14), 0, 0]


@pytest.mark.parametrize("last", [{"code": "80"}, b"<html>"])
def test_a_search_that_the_vendor_ends_goes_on_with_that_page(last):
    other = page(100, referansID="")
    with harness.vendor(NetGsm, other, last, last, other, {"code": "60"}, {"code": "60"}) as (gateway, asked):
        assert isinstance(gateway.look_up(question(REF)), CannotTell)
        with pytest.raises(GatewayDown):
            gateway.look_up(question(REF))
        for _ in range(2):
            assert isinstance(gateway.look_up(question(REF)), CannotTell)
    assert [body["pagenumber"] for body in asked.bodies] == [0, 1, 1, 1, 2, 0]


def test_pages_without_end_are_searched_from_the_beginning_again(monkeypatch):
    monkeypatch.setattr(netgsm, "SEARCHED", 20)
    with harness.vendor(NetGsm, page(100, referansID="")) as (gateway, asked):
        for _ in range(3):
            gateway.look_up(question(REF))
    assert [body["pagenumber"] for body in asked.bodies] == [*range(20), *range(10)]


def test_of_too_many_searches_the_oldest_is_forgotten(monkeypatch):
    monkeypatch.setattr(netgsm, "SEARCHES", 1)
    with harness.vendor(NetGsm, page(100, referansID="")) as (gateway, asked):
        for ref in ("a" * 32, "b" * 32, "b" * 32, "a" * 32):
            gateway.look_up(question(ref))
    assert [body["pagenumber"] for body in asked.bodies[::10]] == [0, 0, 10, 0]


def test_a_search_takes_no_more_than_a_minutes_allowance():
    with harness.vendor(NetGsm, page(100, referansID="")) as (gateway, asked):
        assert isinstance(gateway.look_up(question(REF)), CannotTell)
    assert len(asked.lines) == 10


@pytest.mark.parametrize(
    "answer",
    [
        {"code": "60"},
        {"code": "00", "jobs": []},
        {"code": "00", "jobs": [row(referansID="")]},
        page(1, referansID=REF, jobid=""),
    ],
)
def test_a_window_without_it_proves_nothing(answer):
    with harness.vendor(NetGsm, answer) as (gateway, _):
        assert isinstance(gateway.look_up(question(REF)), CannotTell)


@given(st.binary(max_size=200))
def test_no_bytes_make_an_acceptance_or_a_crash(body):
    response = Response(200, body, {})
    try:
        answer = netgsm_codes.outcome(response, netgsm_codes.SEND_CODES)
    except Unreadable:
        return
    assert isinstance(answer, Unknown)
