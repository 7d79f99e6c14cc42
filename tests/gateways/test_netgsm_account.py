"""NetGSM: what an account is asked besides messages, and what its webhooks may say (reference/gateways.md §1.4-1.8, 1.13)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways import netgsm, netgsm_codes, segments
from gateways.base import (
    Balance,
    Callback,
    GatewayDown,
    Inbound,
    Operation,
    Pushed,
    Rate,
    Reference,
    Reports,
    SenderName,
)
from gateways.netgsm import NetGsm
from tests.gateways import harness
from tests.gateways.parcels import question

JOB = "17377215342605050417149344"
REF = "0123456789abcdef0123456789abcdef"
SINCE = datetime(2026, 10, 6, 21, 30, 0, tzinfo=UTC)
UNTIL = datetime(2026, 10, 7, 9, 15, 30, tzinfo=UTC)


def test_balance_is_money_and_packages():
    packages = {"balance": [{"amount": 900, "balance_name": "Adet SMS"}, "junk"]}
    with harness.vendor(NetGsm, {"code": "00", "balance": "125,40"}, packages) as (gateway, asked):
        assert gateway.balance() == [Balance("125.40", "TRY"), Balance("900", "Adet SMS")]

    assert asked.paths == ["/balance"] * 2
    assert asked.bodies == [{"usercode": "8501234567", "password": "p", "stip": kind} for kind in (2, 1)]
    assert asked.headers("Authorization") == ["", ""]


@pytest.mark.parametrize("answer", [{"code": "60"}, {}])
def test_an_account_that_holds_nothing(answer):
    with harness.vendor(NetGsm, answer) as (gateway, _):
        assert gateway.balance() == []


@pytest.mark.parametrize("code", ["30", "70", "100"])
def test_a_balance_that_is_refused(code):
    with harness.vendor(NetGsm, {"code": code}) as (gateway, _), pytest.raises(GatewayDown, match=code):
        gateway.balance()


def test_what_it_can():
    able = harness.gateway(NetGsm, "http://127.0.0.1:1").capabilities

    assert able.reference is Reference.WINDOW
    assert able.rates == {Operation.REPORT: Rate(10, 60)}
    assert able.personalised
    assert (able.otp, able.reports, able.validity) == (True, Reports.BOTH, (60, 1260))
    assert (able.cancels, able.senders, able.inbox, able.bills, able.iys) == (True,) * 5
    assert able.schedules == timedelta(minutes=1)
    assert not harness.gateway(NetGsm, "http://127.0.0.1:1", otp=False).capabilities.otp


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a" * 155, 1), ("a" * 156, 2), ("ş" + "a" * 149, 1), ("ş" + "a" * 150, 2), ("😀" * 33, 2)],
)
def test_parts_leave_room_for_the_operators_code(text, parts):
    assert segments.count(text, netgsm.PROFILE).parts == parts


def test_sender_ids_on_the_wire():
    answer = {"code": "00", "msgheaders": ["8501234567", " ORNEKMRKZ "]}
    with harness.vendor(NetGsm, answer, appname="deneme") as (gateway, asked):
        assert gateway.senders() == [SenderName("8501234567"), SenderName("ORNEKMRKZ")]

    assert asked.lines == ["GET /sms/rest/v2/msgheader?appname=deneme HTTP/1.1"]
    assert asked.headers("Authorization") == ["Basic ODUwMTIzNDU2Nzpw"]


@pytest.mark.parametrize(
    ("answer", "names"),
    [
        ({"msgheader": ["ESKI"]}, ["ESKI"]),
        ({"msgheaders": None, "msgheader": ["ESKI"]}, []),
        ({"msgheaders": []}, []),
        ({"msgheaders": "ORNEK"}, []),
        ({"msgheaders": [1, None, "", "  ", "A\0B", "x" * 65, "\ud800", ["y"], "SON"]}, ["SON"]),
        ({}, []),
    ],
)
def test_what_is_no_sender_id_is_left_out(answer, names):
    with harness.vendor(NetGsm, {"code": "00", **answer}) as (gateway, _):
        assert [name.label for name in gateway.senders()] == names


def message(**fields):
    return {
        "message": "Merhaba",
        "sender": "5321234567",
        "receiver": "8501234567",
        "datetime": "06.10.2026 14:30:12",
        **fields,
    }


def received(*messages) -> list[Inbound]:
    with harness.vendor(NetGsm, {"code": "00", "messages": list(messages)}) as (gateway, _):
        return gateway.inbox(SINCE, UNTIL)


def test_an_inbox_question_always_has_dates():
    with harness.vendor(NetGsm, {"code": "00", "messages": [message()]}) as (gateway, asked):
        (found,) = gateway.inbox(SINCE, UNTIL)

    assert asked.lines[0].startswith("GET /sms/rest/v2/inbox?")
    assert asked.queries == [
        {"startdate": "07102026003000", "stopdate": "07102026121530", "appname": "smsmerkezi"}
    ]
    assert (found.sender, found.receiver, found.text) == (905321234567, "8501234567", "Merhaba")
    assert found.at == datetime(2026, 10, 6, 11, 30, 12, tzinfo=UTC)


def test_the_second_form_of_dates_is_tried_where_the_first_is_refused():
    with harness.vendor(NetGsm, {"code": "70"}, {"code": "00", "messages": [message()]}) as (gateway, asked):
        assert len(gateway.inbox(SINCE, UNTIL)) == 1

    assert [query["startdate"] for query in asked.queries] == ["07102026003000", "07102026"]


def test_dates_that_are_refused_in_both_forms_are_a_gateway_that_is_down():
    with (
        harness.vendor(NetGsm, {"code": "70"}, status=406) as (gateway, asked),
        pytest.raises(GatewayDown, match="70"),
    ):
        gateway.inbox(SINCE, UNTIL)
    assert len(asked.lines) == 2


def test_an_empty_inbox_is_no_failure():
    with harness.vendor(NetGsm, {"code": "40"}, status=406) as (gateway, asked):
        assert gateway.inbox(SINCE, UNTIL) == []
    assert len(asked.lines) == 1


@pytest.mark.parametrize("code", ["30", "80", "100", "60", "", None])
def test_an_inbox_that_is_refused(code):
    with harness.vendor(NetGsm, {"code": code}, status=406) as (gateway, _), pytest.raises(GatewayDown):
        gateway.inbox(SINCE, UNTIL)


@pytest.mark.parametrize(
    "date",
    ["06.10.2026 14:30:12", "06102026143012", "06/10/2026 14:30:12", "2026-10-06T14:30:12+03:00"],
)
def test_a_date_is_read_in_each_form_that_was_seen(date):
    (found,) = received(message(datetime=date))
    assert found.at == datetime(2026, 10, 6, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize("date", ["06.10.2026 14:30", "061020261430"])
def test_a_date_may_lack_its_seconds(date):
    (found,) = received(message(datetime=date))
    assert found.at == datetime(2026, 10, 6, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize("date", ["dün", "", None, 7, ["06.10.2026"], "01.01.0001 00:00:00", "9" * 400])
def test_a_date_that_nobody_understands_loses_no_message(date):
    (found,) = received(message(datetime=date))
    assert found.at == UNTIL


def test_a_repeat_has_the_key_of_the_first():
    first, again = received(message(), message())
    assert first.key == again.key
    assert received(message(datetime="dün"))[0].key == received(message(datetime="dün"))[0].key
    others = received(
        message(message="Selam"),
        message(sender="5321234568"),
        message(receiver="8501234568"),
        message(datetime="06.10.2026 14:30:13"),
    )
    assert len({first.key, *(other.key for other in others)}) == 5


def test_what_nobody_sent_is_left_out_and_the_text_can_be_stored():
    found = received(message(sender="SIRKET"), message(sender=None), 7, message(message="a\0b\ud800"))
    assert [each.text for each in found] == ["ab?"]
    (found,) = received(message(message=None, receiver="x" * 65))
    assert (found.text, found.receiver) == ("", "")


@pytest.mark.parametrize(("code", "done"), [("00", True), ("60", False)])
def test_a_job_is_taken_back_or_not(code, done):
    with harness.vendor(NetGsm, {"code": code, "jobid": JOB}, status=200) as (gateway, asked):
        assert gateway.cancel(question(provider_id=JOB)) is done

    assert asked.paths == ["/sms/rest/v2/cancel"]
    assert asked.bodies == [{"jobid": JOB, "appname": "smsmerkezi"}]


@pytest.mark.parametrize("code", ["30", "70", "100", "", None])
def test_a_cancellation_without_a_word_is_not_known_to_have_worked(code):
    with harness.vendor(NetGsm, {"code": code}) as (gateway, _), pytest.raises(GatewayDown):
        gateway.cancel(question(provider_id=JOB))


def test_without_a_job_nothing_is_asked():
    with harness.vendor(NetGsm, {"code": "00"}) as (gateway, asked):
        assert gateway.cancel(question(REF)) is False
        assert gateway.billed(question(REF)) is None
    assert asked.lines == []


def line(**fields):
    return {
        "status": "İletildi",
        "totalSms": 2,
        "totalMessageLength": 4,
        "chargeStatement": "Ücretlendirildi",
        **fields,
    }


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        ({"stats": [line()]}, 4),
        ({"stats": [line(), line(totalMessageLength="3")]}, 7),
        ({"stats": [line(), line(chargeStatement="Ücretlendirilmedi")]}, 4),
        ({"stats": [line(chargeStatement="İade edildi")]}, 0),
        (line(), 4),
        ({"stats": [line(), line(chargeStatement="Belki")]}, None),
        ({"stats": [line(chargeStatement=None)]}, None),
        ({"stats": [line(totalMessageLength=None)]}, None),
        ({"stats": [line(totalMessageLength="9" * 20)]}, None),
        ({"stats": [line(totalMessageLength=-1)]}, None),
        ({"stats": [line(totalMessageLength="٣")]}, None),
        ({"stats": []}, None),
        ({"stats": 7}, None),
        ({}, None),
    ],
)
def test_only_what_is_surely_charged_is_billed(answer, parts):
    with harness.vendor(NetGsm, {"code": "00", **answer}) as (gateway, asked):
        assert gateway.billed(question(provider_id=JOB)) == parts

    assert asked.paths == ["/sms/rest/v2/stats"]
    assert asked.bodies == [{"jobid": JOB, "appname": "smsmerkezi"}]


def test_a_job_without_statistics_is_not_billed_yet():
    with harness.vendor(NetGsm, {"code": "60"}, status=406) as (gateway, _):
        assert gateway.billed(question(provider_id=JOB)) is None
    with harness.vendor(NetGsm, {"code": "30"}) as (gateway, _), pytest.raises(GatewayDown):
        gateway.billed(question(provider_id=JOB))


def hints(body: bytes, **query: str) -> tuple[str, ...]:
    gateway = harness.gateway(NetGsm, "http://127.0.0.1:1")
    pushed = gateway.read_callback(Callback(body, query))
    assert pushed.reports == ()
    return pushed.ask


@pytest.mark.parametrize(
    ("body", "jobs"),
    [
        (f'{{"jobid":"{JOB}"}}', (JOB,)),
        (f'{{"report": [{{"jobId" : {JOB}, "status": 1}}]}}', (JOB,)),
        (f'{{"jobids":["{JOB}","{JOB[:-1]}5"]}}', (JOB, JOB[:-1] + "5")),
        (f"bulkid={JOB}&status=1", (JOB,)),
        (f"<main><jobID>{JOB}</jobID></main>", (JOB,)),
        ("jobid=1311033503", ("1311033503",)),
        ('{\\"job_id\\":\\"1311033503\\"}', ("1311033503",)),
        (f'{{"referansID":"{REF}"}}', (REF,)),
        (f"{JOB} {JOB}", (JOB,)),
        ('{"number":"905321234567","id":123456}', ()),
        ('{"jobid":null}', ()),
        (f"{REF}0", ()),
        ("", ()),
        ("\xff\x00", ()),
    ],
)
def test_jobs_are_taken_from_any_webhook_and_nothing_else(body, jobs):
    assert hints(body.encode("latin-1")) == jobs


def test_a_webhook_may_speak_in_its_address():
    assert hints(b"", jobid=JOB, status="1") == (JOB,)


def test_a_webhook_gives_so_many_hints_and_no_more():
    body = " ".join(f"{10**25 + n}" for n in range(5000)).encode()
    assert len(hints(body)) == netgsm_codes.MOST_JOBS


@given(st.binary(max_size=400))
def test_no_webhook_is_bad_and_none_says_what_became_of_anybody(body):
    pushed = harness.gateway(NetGsm, "http://127.0.0.1:1").read_callback(Callback(body))
    assert isinstance(pushed, Pushed)
    assert pushed.reports == ()


def test_dates_are_told_to_the_second_and_in_their_time():
    assert netgsm_codes.local(SINCE + timedelta(seconds=1)) == "07.10.2026 00:30:01"
