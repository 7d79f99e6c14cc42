"""toplusms.tc: what goes over the wire and what an answer means (reference/gateways.md §4)."""

import logging
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from hashlib import md5

import pytest

from gateways import segments, toplusms
from gateways.base import (
    Accepted,
    Balance,
    CannotTell,
    GatewayDown,
    NotSent,
    RecipientRefusal,
    Reference,
    Refused,
    Report,
    Scope,
    Status,
    Unknown,
)
from gateways.segments import Encoding, Unencodable
from gateways.toplusms import TopluSms
from tests.gateways import harness
from tests.gateways.parcels import parcel, question

OK = {"status": "success", "queueId": 112233}
ALI, AYSE, FOREIGN = 905321234567, 905421234567, 4915112345678


def error(code, **fields):
    return {"status": "error", "errorMessage": "Kullanıcı doğrulanamadı.", "errorCode": code, **fields}


def submitted(answer=OK, *, status=200, order=None):
    """The outcome, and the request's fields."""
    with harness.vendor(TopluSms, answer, status=status) as (gateway, asked):
        outcome = gateway.submit(order or parcel())
        return outcome, asked.forms


def test_an_order_on_the_wire():
    order = parcel(ALI, AYSE, body="Örnek & deneme\n+%=", encoding=Encoding.GSM7_TR)
    with harness.vendor(TopluSms, OK) as (gateway, asked):
        assert gateway.submit(order) == Accepted("112233")

    assert asked.lines == ["POST /api/v1/sms/send/normal HTTP/1.1"]
    assert asked.headers("Content-Type") == ["application/x-www-form-urlencoded"]
    assert asked.forms == [
        {
            "caption": "SMSMERKEZI",
            "message": "Örnek & deneme\n+%=",
            "numbers": "5321234567,5421234567",
            "encoding": "tr",
            "validity": "24",
        }
    ]


# The seed's own credentials: its printed header belongs to others (contract §1).
SEEDS = "Basic NTU1MTExMjIzMzo1NDE1NGQyZjU3NmU4YmZmNTI0MGY2NTU3OTZkYjA3NA=="


@pytest.mark.parametrize(
    "password",
    ["aabbcc112233", "54154d2f576e8bff5240f655796db074", "54154D2F576E8BFF5240F655796DB074"],
    ids=["plain", "hashed", "hashed in capitals"],
)
def test_the_password_goes_as_its_md5_in_lower_case(password):
    with harness.vendor(TopluSms, OK) as (template, asked):
        credentials = {"username": "5551112233", "password": password}
        TopluSms(base_url=template.base_url, credentials=credentials, options={}).submit(parcel())

    assert asked.headers("Authorization") == [SEEDS]


@pytest.mark.parametrize("password", ["a" * 31, "a" * 33, "g" * 32])
def test_what_is_not_quite_a_hash_is_a_password(password):
    with harness.vendor(TopluSms, OK) as (template, asked):
        TopluSms(base_url=template.base_url, credentials={"password": password}, options={}).submit(parcel())

    told = b64decode(asked.headers("Authorization")[0].removeprefix("Basic ")).decode()
    assert told == f":{md5(password.encode()).hexdigest()}"


@pytest.mark.parametrize("suffix", ["", "/", "/api/v1", "/api/v1/"])
def test_an_address_with_or_without_the_path(suffix):
    with harness.vendor(TopluSms, OK) as (gateway, asked):
        harness.gateway(TopluSms, gateway.base_url + suffix).submit(parcel())

    assert asked.paths == ["/api/v1/sms/send/normal"]


@pytest.mark.parametrize(("encoding", "told"), [(Encoding.GSM7, "en"), (Encoding.GSM7_TR, "tr")])
def test_the_encoding_is_told(encoding, told):
    assert submitted(order=parcel(encoding=encoding))[1][0]["encoding"] == told


@pytest.mark.parametrize(
    ("minutes", "hours"), [(3, "1"), (59, "1"), (60, "1"), (119, "1"), (120, "2"), (1440, "24"), (9999, "48")]
)
def test_a_validity_is_whole_hours_and_never_longer_than_asked_for(minutes, hours):
    assert submitted(order=parcel(validity_minutes=minutes))[1][0]["validity"] == hours


def test_a_text_that_all_share_is_sent_once():
    outcome, (form,) = submitted(order=parcel(ALI, AYSE, texts=["Aynı", "Aynı"], body="Başka"))

    assert outcome == Accepted("112233")
    assert form["message"] == "Aynı"


def test_texts_that_differ_are_not_sent_together():
    outcome, forms = submitted(order=parcel(ALI, AYSE, texts=["Ali", None]))

    assert outcome == NotSent("one text a request", too_big=True)
    assert forms == []


def test_a_text_in_no_encoding_of_theirs_is_refused_at_once():
    outcome, forms = submitted(order=parcel(encoding=Encoding.UCS2, body="😀"))

    assert outcome == Refused("encoding", "neither English nor Turkish")
    assert forms == []


def test_numbers_of_other_countries_are_taken_out():
    outcome, (form,) = submitted(order=parcel(FOREIGN, ALI))

    assert outcome == Accepted("112233", (RecipientRefusal(FOREIGN, "number"),))
    assert form["numbers"] == "5321234567"


def test_an_order_for_other_countries_alone_is_refused_at_once():
    outcome, forms = submitted(order=parcel(FOREIGN))

    assert outcome == Refused("number", "not Turkish")
    assert forms == []


@pytest.mark.parametrize("queue", [112233, "112233", " 112233 "])
@pytest.mark.parametrize("status", [{"status": "success"}, {}])
def test_acceptance_in_every_spelling(queue, status):
    assert submitted({**status, "queueId": queue})[0] == Accepted("112233")


def test_bad_credentials_pause_the_account():
    outcome, _ = submitted(error(3))

    assert isinstance(outcome, NotSent)
    assert outcome.scope is Scope.ACCOUNT
    assert outcome.retry_after == timedelta(minutes=1)


@pytest.mark.parametrize("code", [0, 1, 2, 4, 7, 12, 999, -1, "7"])
def test_any_other_error_is_a_refusal_with_its_code_and_words(code):
    assert submitted(error(code))[0] == Refused(str(code), "Kullanıcı doğrulanamadı.")


@pytest.mark.parametrize("words", [None, "\0", "x" * 65, ["a"], {}])
def test_words_that_cannot_be_kept_are_left_out(words):
    assert submitted(error(7, errorMessage=words))[0] == Refused("7", "")


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "success"},
        {"status": "success", "queueId": None},
        {"status": "success", "queueId": ""},
        {"status": "success", "queueId": "7" * 100},
        {"status": "success", "queueId": "a\0"},
        {"status": "success", "queueId": [1]},
        {"status": "success", "queueId": True},
        {"status": "basarili", "queueId": 1},
        {"status": None, "queueId": 1},
        {"status": ["success"], "queueId": 1},
        error(None),
        error("çok"),
        error([3]),
        error(True),
        error("1" * 40),
        error(7, queueId=112233),
        {"errorCode": 3},
    ],
)
def test_everything_else_is_unknown(answer):
    outcome, _ = submitted(answer)
    assert type(outcome) is Unknown


@pytest.mark.parametrize("status", [201, 302, 400, 500])
def test_another_http_status_is_no_word_of_theirs(status):
    assert type(submitted(OK, status=status)[0]) is Unknown
    assert type(submitted(error(7), status=status)[0]) is Unknown


def test_it_can_be_asked_nothing_by_our_reference():
    gateway = harness.gateway(TopluSms, "http://127.0.0.1:1")
    able = gateway.capabilities

    assert able.reference is Reference.NONE
    assert not able.personalised
    assert able.encodings == {Encoding.GSM7, Encoding.GSM7_TR}
    assert (able.max_batch, able.report_batch, able.validity) == (100, 1, (60, 2880))
    assert (able.schedules, able.bills) == (timedelta(seconds=1), True)
    assert isinstance(gateway.look_up(question("a")), CannotTell)
    assert gateway.fetch_reports([question("a")]) == []
    assert gateway.billed(question("a")) is None


def row(**fields):
    return {
        "number": "5321234567",
        "status": "delivered",
        "sent_datetime": "2017-07-21 00:14:58",
        "updated_datetime": "2017-07-21 00:18:00",
        **fields,
    }


def job(*rows, **queue):
    return {
        "status": "success",
        "queue": {"queue_id": "112233", "q_total_credit": "2", **queue},
        "numbers": [*rows],
    }


def reports_of(*answers, ids=("112233",), status=200):
    with harness.vendor(TopluSms, *answers, status=status) as (gateway, asked):
        return gateway.fetch_reports([question(provider_id=provider_id) for provider_id in ids]), asked


def test_a_report_question_on_the_wire():
    reports, asked = reports_of(job(row(), row(number="5421234567", status="waiting"), "junk"))

    assert asked.lines == ["GET /api/v1/sms/reports/112233 HTTP/1.1"]
    assert asked.headers("Authorization")[0].startswith("Basic ")
    at = datetime(2017, 7, 20, 21, 18, tzinfo=UTC)
    assert reports == [
        Report(Status.DELIVERED, ALI, "112233", at=at),
        Report(Status.PENDING, AYSE, "112233", at=at),
    ]


@pytest.mark.parametrize("stranger", ["a/../b?c=1", "a b", "ş", "#"])
def test_an_id_cannot_leave_its_place_in_the_address(stranger):
    _, asked = reports_of(job(), ids=(stranger,))

    (path,) = asked.paths
    assert path.startswith("/api/v1/sms/reports/")
    assert path.count("/") == 5


STATUSES = {
    "delivered": (Status.DELIVERED, ""),
    "Delivered ": (Status.DELIVERED, ""),
    "not_delivered": (Status.UNDELIVERED, "not_delivered"),
    "NOT DELIVERED": (Status.UNDELIVERED, "not_delivered"),
    "not-delivered": (Status.UNDELIVERED, "not_delivered"),
    "undelivered": (Status.UNDELIVERED, "undelivered"),
    "expired": (Status.EXPIRED, "expired"),
    "rejected": (Status.REJECTED, "rejected"),
    "waiting": (Status.PENDING, ""),
    "sent": (Status.PENDING, ""),
    "completed": (Status.PENDING, ""),
    "iletilmedi": (Status.PENDING, ""),
    "a\0": (Status.PENDING, ""),
    "": (Status.PENDING, ""),
    None: (Status.PENDING, ""),
    3: (Status.PENDING, ""),
}


@pytest.mark.parametrize(("word", "expected"), STATUSES.items())
def test_every_status_of_a_report(word, expected):
    ((report,), _) = reports_of(job(row(status=word)))
    assert (report.status, report.error_code) == expected
    assert toplusms.STATUSES.keys() <= STATUSES.keys()


@pytest.mark.parametrize("at", ["0000-00-00 00:00:00", "", None, 7, "yarın"])
def test_a_moment_that_is_none_is_left_out(at):
    assert reports_of(job(row(updated_datetime=at)))[0][0].at is None


@pytest.mark.parametrize("answer", [job(), job(row(), queue_id="7"), error(10), {"status": "success"}])
def test_a_job_that_is_not_there_takes_no_other_with_it(answer):
    reports, _ = reports_of(answer, job(row(), queue_id="8"), ids=("112233", "8"))
    assert [report.provider_id for report in reports] == ["8"]


def test_a_job_that_does_not_say_its_own_number_is_the_one_that_was_asked_for():
    assert len(reports_of({"status": "success", "numbers": [row()]})[0]) == 1


@pytest.mark.parametrize("last", [error(3), b"<html>", {"status": "?"}])
def test_what_was_read_before_it_went_silent_stays(last):
    reports, _ = reports_of(job(row()), last, ids=("112233", "8"))
    assert len(reports) == 1


@pytest.mark.parametrize(
    ("answer", "status", "seconds"),
    [
        (error(3), 200, 60),
        (error(3), 401, 60),
        ({}, 200, None),
        (job(row()), 500, None),
        (error(10), 500, None),
    ],
)
def test_a_question_that_is_not_answered_is_a_gateway_that_is_down(answer, status, seconds):
    with pytest.raises(GatewayDown) as down:
        reports_of(answer, status=status)
    assert down.value.retry_after == (None if seconds is None else timedelta(seconds=seconds))


PROFILE = {"status": "success", "firstname": "EMİR", "tc_identity_no": "11112222333", "api_key": "anahtar"}


def test_balance_is_credit_and_money_and_nobodys_identity(caplog):
    caplog.set_level(logging.DEBUG, logger="gateways.exchange")
    answer = {**PROFILE, "balance_money": "12,50", "balance_credit": "5555"}
    with harness.vendor(TopluSms, answer) as (gateway, asked):
        held = gateway.balance()

    assert asked.lines == ["GET /api/v1/user/profileDetails HTTP/1.1"]
    assert held == [Balance("5555", "credits"), Balance("12.50", "TRY")]
    told = f"{held} {vars(gateway)} {[record.__dict__ for record in caplog.records]}"
    assert caplog.records
    assert not any(word in told for word in ("EMİR", "11112222333", "anahtar"))


@pytest.mark.parametrize("credit", [None, "", [], "\0", "9" * 70])
def test_a_balance_that_cannot_be_read_is_left_out(credit):
    with harness.vendor(TopluSms, {**PROFILE, "balance_credit": credit}) as (gateway, _):
        assert gateway.balance() == []


def test_a_balance_that_is_refused():
    with harness.vendor(TopluSms, error(7)) as (gateway, _), pytest.raises(GatewayDown, match="error 7"):
        gateway.balance()


@pytest.mark.parametrize(
    ("answer", "parts"),
    [
        (job(q_total_credit="12"), 12),
        (job(q_total_credit=12), 12),
        (job(q_total_credit="-1"), None),
        (job(q_total_credit="1.5"), None),
        (job(q_total_credit=None), None),
        (job(queue_id="8"), None),
        ({"status": "success", "queue": []}, None),
        (error(10), None),
    ],
)
def test_what_a_job_cost(answer, parts):
    with harness.vendor(TopluSms, answer) as (gateway, _):
        assert gateway.billed(question(provider_id="112233")) == parts


@pytest.mark.parametrize(
    ("text", "parts"), [("a" * 155, 1), ("a" * 156, 2), ("ş" + "a" * 149, 1), ("ş" + "a" * 150, 2)]
)
def test_parts_leave_room_for_the_operators_code(text, parts):
    assert segments.count(text, toplusms.PROFILE).parts == parts


def test_a_text_that_needs_unicode_is_not_accepted_for_this_road():
    with pytest.raises(Unencodable):
        segments.count("😀", toplusms.PROFILE)
