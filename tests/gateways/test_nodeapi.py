"""Node API as an upstream: what goes over the wire, and every error in every spelling (reference/gateways.md §3)."""

from datetime import timedelta

import pytest

from gateways import nodeapi, segments
from gateways import nodeapi_words as words
from gateways.base import DUPLICATE, Accepted, NotSent, Reference, Refused, Reports, Scope, Unknown
from gateways.nodeapi import NodeApi
from gateways.segments import Encoding
from tests.gateways import harness
from tests.gateways.parcels import parcel

OK = {"err": None, "data": {"pkgID": 222962}}
REF = "0123456789abcdef0123456789abcdef"
SEND, OTP = "/sms/create", "/sms/create-otp"
ALI, AYSE = 905321234567, 905421234567


def submitted(answer=OK, *, status=200, order=None, **options):
    """The outcome, and the body of the request."""
    with harness.vendor(NodeApi, answer, status=status, **options) as (gateway, asked):
        outcome = gateway.submit(order or parcel())
        return outcome, asked.bodies[0]


def test_an_order_on_the_wire():
    with harness.vendor(NodeApi, OK) as (gateway, asked):
        assert gateway.submit(parcel(ALI, body="Merhaba", client_ref=REF)) == Accepted("222962")

    assert asked.lines == [f"POST {SEND} HTTP/1.1"]
    assert asked.headers("Authorization") == ["Basic ODUwMTIzNDU2Nzpw"]
    assert asked.bodies == [
        {
            "type": 1,
            "sendingType": 0,
            "number": ALI,
            "content": "Merhaba",
            "sender": "SMSMERKEZI",
            "title": "SMS Merkezi",
            "encoding": 0,
            "validity": 1440,
            "commercial": False,
            "customID": REF,
        }
    ]


def test_the_same_text_goes_to_many_at_once():
    _, body = submitted(order=parcel(ALI, AYSE, texts=["Aynı", "Aynı"], body="Başka"))

    assert (body["sendingType"], body["numbers"], body["content"]) == (1, [ALI, AYSE], "Aynı")
    assert "number" not in body


def test_texts_of_their_own_go_to_each():
    _, body = submitted(order=parcel(ALI, AYSE, texts=["Ali", None], body="Herkese"))

    rows = [{"nr": ALI, "msg": "Ali"}, {"nr": AYSE, "msg": "Herkese"}]
    assert (body["sendingType"], body["numbers"], body["content"]) == (2, rows, "Herkese")


def test_a_lone_recipients_own_text_is_the_content():
    _, body = submitted(order=parcel(ALI, texts=["Sana"], body="Herkese"))

    assert (body["sendingType"], body["content"]) == (0, "Sana")


@pytest.mark.parametrize(
    ("encoding", "told"), [(Encoding.GSM7, 0), (Encoding.GSM7_TR, 1), (Encoding.UCS2, 2)]
)
def test_the_encoding_is_told(encoding, told):
    assert submitted(order=parcel(encoding=encoding))[1]["encoding"] == told


@pytest.mark.parametrize(("minutes", "told"), [(5, 60), (60, 60), (90, 90), (1440, 1440), (2880, 1440)])
def test_a_validity_is_brought_within_what_may_be_asked_for(minutes, told):
    assert submitted(order=parcel(validity_minutes=minutes))[1]["validity"] == told


def test_an_otp_on_the_wire():
    order = parcel(ALI, otp=True, body="Doğrulama kodunuz: 1", encoding=Encoding.GSM7_TR, client_ref=REF)
    with harness.vendor(NodeApi, OK) as (gateway, asked):
        assert gateway.submit(order) == Accepted("222962")

    assert asked.paths == [OTP]
    assert asked.bodies == [
        {
            "number": ALI,
            "content": "Doğrulama kodunuz: 1",
            "sender": "SMSMERKEZI",
            "encoding": 1,
            "validity": 6,
            "commercial": False,
            "customID": REF,
        }
    ]


@pytest.mark.parametrize(("minutes", "told"), [(1, 3), (3, 3), (5, 5), (6, 6), (1440, 6)])
def test_an_otp_is_valid_for_minutes(minutes, told):
    assert submitted(order=parcel(otp=True, validity_minutes=minutes))[1]["validity"] == told


@pytest.mark.parametrize(
    ("order", "options"),
    [(parcel(ALI, AYSE, otp=True), {}), (parcel(otp=True), {"otp": False})],
    ids=["two recipients", "an account without the right"],
)
def test_an_otp_that_the_call_for_it_does_not_take_goes_by_the_ordinary_one(order, options):
    with harness.vendor(NodeApi, OK, **options) as (gateway, asked):
        gateway.submit(order)

    assert asked.paths == [SEND]
    assert gateway.capabilities.otp is options.get("otp", True)


def test_options_of_an_account():
    url = "https://sms.ornek.test/gateways/1/callback"
    _, body = submitted(title="Kampanya 12", commercial=True, callback_url=url)

    assert (body["title"], body["commercial"], body["pushSettings"]) == ("Kampanya 12", True, {"url": url})
    _, body = submitted(order=parcel(otp=True), callback_url=url)
    assert body["pushSettings"] == {"url": url}


@pytest.mark.parametrize("url", ["", None])
def test_nobody_is_called_back_where_the_platform_gives_no_address(url):
    outcome, body = submitted(callback_url=url)

    assert "pushSettings" not in body
    assert outcome == Accepted("222962")


@pytest.mark.parametrize("data", [{"pkgID": 222962}, {"pkgID": "222962"}, {"pkgID": " 222962 "}])
@pytest.mark.parametrize("err", [{"err": None}, {"err": ""}, {}])
def test_acceptance_in_every_spelling(data, err):
    assert submitted({**err, "data": data})[0] == Accepted("222962")


@pytest.mark.parametrize(
    "answer",
    [
        {"err": None},
        {"err": None, "data": None},
        {"err": None, "data": [1]},
        {"err": None, "data": {"pkgID": None}},
        {"err": None, "data": {"pkgID": 0}},
        {"err": None, "data": {"pkgID": -3}},
        {"err": None, "data": {"pkgID": True}},
        {"err": None, "data": {"pkgID": 1.5}},
        {"err": None, "data": {"pkgID": "7" * 100}},
        {"err": None, "data": {"pkgID": "1\0"}},
        {"err": None, "data": {"pkgID": [1]}},
        {"err": True, "data": {"pkgID": 1}},
        {"err": [[]], "data": {"pkgID": 1}},
        {"err": {"code": None}, "data": {"pkgID": 1}},
    ],
)
def test_an_acceptance_that_names_no_package_is_unknown(answer):
    assert type(submitted(answer)[0]) is Unknown


@pytest.mark.parametrize("status", [201, 202, 400, 500])
def test_an_acceptance_with_another_status_is_unknown(status):
    assert type(submitted(OK, status=status)[0]) is Unknown


REFUSED = {
    "ERR_BAD_REQUEST",
    "ERR_INVALID_PARAM",
    "ERR_INVALID_SMS_SENDER",
    "ERR_EMPTY_SMS_PACKAGE",
    "ERR_INVALID_SMS_SENDING_DATE",
    "ERR_SMS_PKG_DUPLICATION",
    "ERR_SMS_PKG_CREATING_FAILED",
    "ERR_NOT_FOUND",
}
PAUSED = {
    "ERR_UNAUTHORIZED_REQUEST": 60,
    "ERR_USER_NOT_AUTHORIZED": 60,
    "ERR_USER_CREDIT_REQUIRED": 60,
    "ERR_PARENT_USER_CREDIT_REQUIRED": 60,
    "ERR_USER_IYS_SETTINGS_NOT_FOUND": 60,
    "ERR_USER_BRAND_CODE_NOT_FOUND": 60,
    "ERR_INVALID_PRICING_PLAN": 60,
    "ERR_CREDIT_PLAN_NOT_FOUND": 60,
}
RESTED = {
    "ERR_MULTI_REQUEST_NOT_PERMITTED": 5,
    "ERR_CONCURRENT_REQUEST_LIMIT": 60,
    "ERR_SYSTEM_MAINTENANCE": 60,
    "ERR_DAILY_REQUEST_LIMIT": 3600,
}


def not_sent(name, seconds, scope):
    return NotSent(name, retry_after=timedelta(seconds=seconds), scope=scope)


EXPECTED = {
    **{name: Refused(name) for name in REFUSED},
    **{name: not_sent(name, seconds, Scope.ACCOUNT) for name, seconds in PAUSED.items()},
    **{name: not_sent(name, seconds, Scope.ROAD) for name, seconds in RESTED.items()},
    "ERR_SMS_SENDING_TIME_LIMIT": not_sent("ERR_SMS_SENDING_TIME_LIMIT", 900, Scope.SUBMISSION),
    "ERR_REQUEST_PARAM_LIMIT": NotSent("ERR_REQUEST_PARAM_LIMIT", too_big=True),
    "ERR_SMS_PKG_CUSTOM_ID_DUPLICATION": Refused(DUPLICATE, "customID was used before"),
    "ERR_INTERNAL_SERVER": Unknown("ERR_INTERNAL_SERVER"),
}
NUMBERS = {
    0: "ERR_BAD_REQUEST",
    1: "ERR_USER_NOT_AUTHORIZED",
    5: "ERR_INVALID_PRICING_PLAN",
    8: "ERR_INVALID_SMS_SENDING_DATE",
    17: "ERR_CREDIT_PLAN_NOT_FOUND",
    18: "ERR_USER_CREDIT_REQUIRED",
    28: "ERR_PARENT_USER_CREDIT_REQUIRED",
    30: "ERR_USER_IYS_SETTINGS_NOT_FOUND",
    42: "ERR_SMS_PKG_CUSTOM_ID_DUPLICATION",
    44: "ERR_SMS_SENDING_TIME_LIMIT",
    48: "ERR_REQUEST_PARAM_LIMIT",
    50: "ERR_MULTI_REQUEST_NOT_PERMITTED",
    99: "ERR_SYSTEM_MAINTENANCE",
}


def refusal(code, **fields):
    return {"err": {"status": 400, "code": code, "message": "mesaj", **fields}, "data": None}


@pytest.mark.parametrize("status", [200, 400, 401, 409, 429, 503])
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_name_of_the_error_table_whatever_the_status(name, status):
    assert submitted(refusal(name), status=status)[0] == EXPECTED[name]
    assert set(words.ERRORS) == set(EXPECTED)


@pytest.mark.parametrize("number", sorted(NUMBERS))
def test_every_number_of_the_error_table(number):
    assert submitted(refusal(f"SMS{number:02}"))[0] == EXPECTED[NUMBERS[number]]
    assert {f"SMS{number:02}" for number in NUMBERS} == {
        code for code, name in words.NUMBERED.items() if name in words.ERRORS
    }


@pytest.mark.parametrize(
    "answer",
    [
        refusal("SMS18: ERR_USER_CREDIT_REQUIRED"),
        refusal("sms18"),
        refusal("err_user_credit_required"),
        refusal("SMS18", name="ERR_USER_CREDIT_REQUIRED"),
        refusal(None, name="ERR_USER_CREDIT_REQUIRED"),
        refusal("SMS77", name="ERR_USER_CREDIT_REQUIRED"),
        {"err": "SMS18: ERR_USER_CREDIT_REQUIRED"},
        {"err": "SMS18"},
        {"err": "ERR_USER_CREDIT_REQUIRED", "data": {}},
        {"err": ["SMS18"], "data": None},
        {"err": {"code": "SMS18"}, "data": {"pkgID": 7}},
    ],
)
def test_an_error_in_every_spelling(answer):
    assert submitted(answer)[0] == EXPECTED["ERR_USER_CREDIT_REQUIRED"]


@pytest.mark.parametrize(
    "code",
    [
        "SMS77",
        "ERR_NEW",
        "SMS02: ERR_BLACKLIST_RECORD_ALREADY_EXISTS",
        "SMS06",
        "SMS07",
        "SMS31",
        "SMS421",
        "XSMS42",
        "42",
        18,
        "",
        None,
        {"SMS18": 1},
        "\0",
        "x " * 3000 + "SMS18",
    ],
)
def test_an_unknown_code_ends_nothing(code):
    outcome, _ = submitted(refusal(code))

    assert isinstance(outcome, Unknown)
    assert outcome.reason.isprintable()
    assert len(outcome.reason) < 65


@pytest.mark.parametrize("status", [401, 404])
def test_an_unknown_code_with_a_closed_door_pauses_the_account(status):
    outcome, _ = submitted(refusal("SMS77"), status=status)

    assert isinstance(outcome, NotSent)
    assert outcome.scope is Scope.ACCOUNT


@pytest.mark.parametrize(
    ("option", "reference"),
    [(None, Reference.LOOKUP), ("A", Reference.UNIQUE), ("b", Reference.LOOKUP), ("C", Reference.WINDOW)],
)
def test_an_account_may_choose_its_class(option, reference):
    options = {"class": option} if option else {}
    assert harness.gateway(NodeApi, "http://127.0.0.1:1", **options).capabilities.reference is reference


def test_what_it_can():
    able = harness.gateway(NodeApi, "http://127.0.0.1:1").capabilities

    assert able.personalised
    assert able.otp
    assert able.cancels
    assert able.senders
    assert able.bills
    assert able.iys
    assert (able.max_batch, able.report_page, able.report_batch) == (1000, 1000, 20)
    assert (able.validity, able.schedules) == ((60, 1440), timedelta(minutes=1))
    assert (able.reports, able.concurrency) == (Reports.PULL, None)
    with_push = harness.gateway(NodeApi, "http://x", callback_url="https://x/y", concurrency="3").capabilities
    assert (with_push.reports, with_push.concurrency) == (Reports.BOTH, 3)


@pytest.mark.parametrize(
    "options",
    [
        {"title": "Kısa"},
        {"title": "x" * 51},
        {"class": "E"},
        {"concurrency": "çok"},
        {"concurrency": [1]},
        {"concurrency": -1},
    ],
)
def test_options_that_do_not_fit_are_refused_when_an_account_is_set_up(options):
    with pytest.raises((ValueError, TypeError)):
        harness.gateway(NodeApi, "http://127.0.0.1:1", **options).prepare()


@pytest.mark.parametrize("title", ["12345", "x" * 50, "Şubat kampanyası"])
def test_options_that_fit(title):
    harness.gateway(NodeApi, "http://127.0.0.1:1", title=title).prepare()


@pytest.mark.parametrize(
    ("text", "parts"), [("a" * 155, 1), ("a" * 156, 2), ("ş" + "a" * 149, 1), ("ş" + "a" * 150, 2)]
)
def test_parts_leave_room_for_the_operators_code(text, parts):
    assert segments.count(text, nodeapi.PROFILE).parts == parts
