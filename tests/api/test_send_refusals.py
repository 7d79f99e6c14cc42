"""Bad input at #2: the contract's error in Turkish, and not a row left behind."""

from datetime import timedelta

import orjson
import pytest
from django.db import connection

from gateways import accounts
from gateways.models import GatewayAccount
from messaging.senders.models import SenderId
from smsmerkezi.core import clock
from tests import factories
from tests.api import doors
from tests.api.doors import is_problem, sms

ONE, TWO = factories.number(1), factories.number(2)
TABLES = (
    "sms_message", "sms_submission", "sms_recipient", "sms_idempotencykey", "billing_ledgerentry", "tenants_auditentry",
)  # fmt: skip
READABLE = "İstek gövdesi okunamadı; geçerli bir JSON nesnesi gönderin."


def rows() -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
        cursor.execute(
            "SELECT coalesce(sum(balance), 0)::int, coalesce(sum(reserved), 0)::int FROM billing_account"
        )
        found["balance"], found["reserved"] = cursor.fetchone()
    return found


@pytest.fixture
def door(firm):
    """Leaves no row behind, whatever is asked of it."""
    door = doors.door(firm)
    door.before = rows()
    yield door
    assert rows() == door.before


def refused(door, field=None, slug="invalid-request", **fields):
    return is_problem(door.send(key="k", **fields), 422, slug, field)


RAW = {
    "empty": b"",
    "a space": b" ",
    "half": b'{"body":"a","recipients":[',
    "two objects": b"{}{}",
    "an array": b"[]",
    "a string": b'"body"',
    "a number": b"1",
    "null": b"null",
    "true": b"true",
    "NaN": b'{"body":"a","recipients":["5300010001"],"meta":{"a":NaN}}',
    "Infinity": b'{"body":"a","recipients":["5300010001"],"meta":{"a":-Infinity}}',
    "a huge number": b'{"body":"a","recipients":["5300010001"],"meta":{"a":1e999}}',
    "a lone surrogate": b'{"body":"\\ud83d","recipients":["5300010001"]}',
    "a lone surrogate in a key": b'{"body":"a","recipients":["5300010001"],"meta":{"\\udc00":1}}',
    "a surrogate in utf-8": b'{"body":"\xed\xa0\x80","recipients":["5300010001"]}',
    "latin-5": '{"body":"ğüş","recipients":["5300010001"]}'.encode("iso-8859-9"),
    "utf-16": '{"body":"a"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"body":"a","recipients":["5300010001"]}',
    "a trailing comma": b'{"body":"a",}',
    "single quotes": b"{'body':'a'}",
    "a form": b"body=a&recipients=5300010001",
    "xml": b"<sms/>",
    "10,000 arrays": b'{"meta":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "10,000 objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "300 levels": b'{"body":"a","recipients":["5300010001"],"meta":' + b'{"a":' * 300 + b"1" + b"}" * 301,
    "33 levels": b'{"body":"a","recipients":["5300010001"],"meta":' + b'{"a":' * 32 + b"1" + b"}" * 33,
    "300 levels of recipients": b'{"body":"a","recipients":' + b"[" * 300 + b"]" * 300 + b"}",
    "a control character": b'{"body":"a\nb","recipients":["5300010001"]}',
}


@pytest.mark.parametrize("raw", RAW.values(), ids=RAW)
def test_a_body_that_cannot_be_read_is_a_bad_request(door, raw):
    assert is_problem(door.call("POST", "/v1/sms/send", raw), 400, "bad-request")["detail"] == READABLE


def test_thirty_two_levels_can_be_read(firm):
    raw = b'{"body":"a","recipients":["5300010001"],"meta":' + b'{"a":' * 31 + b"1" + b"}" * 32
    assert doors.door(firm).call("POST", "/v1/sms/send", raw).status_code == 202


@pytest.mark.parametrize(
    "media", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml",
              "application/json5", "text/json", "application/problem+json", "%"],
)  # fmt: skip
def test_another_media_type_is_not_supported(door, media):
    answer = door.raw("POST", "/v1/sms/send", orjson.dumps(sms()), media=media)
    is_problem(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize("size", [256 * 1024 + 1, 2 * 1024 * 1024])
def test_a_body_that_is_too_large_is_refused_by_its_size_alone(door, size):
    answer = door.call("POST", "/v1/sms/send", b"x" * size)
    assert is_problem(answer, 413, "payload-too-large")["detail"] == "İstek gövdesi çok büyük."


@pytest.mark.parametrize("size", [256 * 1024 + 1, 2 * 1024 * 1024])
def test_so_it_is_at_the_other_endpoint_that_reads_a_body(door, size):
    is_problem(door.call("POST", "/v1/tokens", b"x" * size), 413, "payload-too-large")


@pytest.mark.parametrize("length", ["-1", "1e3", "abc", "+5", " 5"])
def test_a_content_length_that_is_none_is_a_bad_request(door, length):
    raw = orjson.dumps(sms())
    answer = door.client.generic(
        "POST", "/v1/sms/send", raw, content_type=doors.JSON, headers=door.headers, CONTENT_LENGTH=length
    )
    is_problem(answer, 400, "bad-request")


WRONG = [5, 5.5, True, [], ["a"], {}, {"a": 1}]
TYPES = [
    *[("body", value) for value in [*WRONG, None]],
    *[("recipients", value) for value in [5, True, "5300010001", {}, {"0": ONE}, None]],
    *[("originator", value) for value in WRONG],
    *[("scheduled_at", value) for value in WRONG],
    *[("gateway", value) for value in WRONG],
    *[("meta", value) for value in [5, 5.5, True, "{}", [], [1]]],
]


@pytest.mark.parametrize(("field", "value"), TYPES)
def test_a_member_of_another_type_is_named(door, field, value):
    said = is_problem(door.post("/v1/sms/send", {**sms(), field: value}), 422, "invalid-request", field)
    assert said["detail"] == said["errors"][field][0]


@pytest.mark.parametrize("field", ["body", "recipients"])
def test_a_missing_member_is_named(door, field):
    body = sms()
    del body[field]
    is_problem(door.post("/v1/sms/send", body), 422, "invalid-request", field)


def test_all_wrong_members_are_named_at_once_and_the_first_is_the_detail(door):
    said = is_problem(door.post("/v1/sms/send", {"body": 1, "meta": 2}), 422, "invalid-request")
    assert said["errors"] == {
        "body": ["Mesaj zorunludur ve metin olmalıdır."],
        "recipients": ["Alıcılar zorunludur ve bir liste olmalıdır."],
        "meta": ["meta bir nesne olmalıdır."],
    }
    assert said["detail"] == "Mesaj zorunludur ve metin olmalıdır."


@pytest.mark.parametrize("body", ["", "a" * 1001, "ğ" * 1001, "a\x00b", "\x00"])
def test_a_text_that_cannot_be_sent_is_refused(door, body):
    refused(door, "body", body=body)


@pytest.mark.parametrize("count", [0, 1001])
def test_between_one_and_a_thousand_recipients(door, count):
    said = is_problem(
        door.post("/v1/sms/send", {"body": "a", "recipients": [factories.number(n) for n in range(count)]}),
        422, "invalid-request", "recipients",
    )  # fmt: skip
    assert said["detail"] == "Alıcı sayısı 1 ile 1000 arasında olmalıdır."


@pytest.mark.parametrize(
    "bad", [5300010001, 5.5, None, True, {}, [], [ONE], "", " ", "abc", "123", "0212 111 22 33", "+90530001000",
            "+9053000100011", "530001000１0", "٥٣٠٠٠١٠٠٠١", "5300010001\x00", "5" * 33, "+1", "1e10", "🙂"],
)  # fmt: skip
def test_a_recipient_that_is_no_number_is_named_by_its_place(door, bad):
    body = {"body": "a", "recipients": [ONE, TWO, bad]}
    said = is_problem(door.post("/v1/sms/send", body), 422, "invalid-request", "recipients.2")
    assert said["detail"] == "3. alıcının numarası geçersiz."


def test_when_everybody_opted_out_nothing_is_left_to_send(door, firm):
    factories.opt_out(firm, ONE, TWO)
    door.before = rows()
    said = is_problem(door.send(ONE, TWO), 422, "invalid-request", "recipients")
    assert said["detail"] == "Gönderilecek alıcı kalmadı."


@pytest.mark.parametrize(
    "name",
    ["SmsMerkezi", "BASKA", "SMSMERKEZI ", " SMSMERKEZI", "SMSMERKEZİ", "A" * 12, "SMS\x00", "' OR 1", "😀"],
)
def test_a_sender_that_is_not_approved_is_refused(door, name):
    assert refused(door, "originator", originator=name)["detail"] == "Gönderici adı onaylı değil."


@pytest.mark.parametrize(("state", "reason"), [("pending", ""), ("rejected", "Belge okunmuyor")])
def test_so_is_one_that_waits_or_was_rejected(door, firm, state, reason):
    SenderId.objects.create(tenant=firm, label="BEKLEYEN", state=state, reject_reason=reason)
    refused(door, "originator", originator="BEKLEYEN")


def test_a_firm_without_a_default_must_name_one(door):
    nameless = doors.door(factories.tenant(sender=""))
    door.before = rows()
    is_problem(nameless.send(ONE), 422, "invalid-request", "originator")


@pytest.mark.parametrize("name", ["yok", "MOCK", "mock ", "\x00", "a" * 5000, "../../etc"])
def test_a_gateway_that_does_not_exist_is_refused(door, name):
    said = refused(door, "gateway", gateway=name)
    assert len(said["detail"]) < 100


def test_a_gateway_that_is_switched_off_is_refused(door):
    factories.gateway("kobikom")
    GatewayAccount.objects.update(state="disabled")
    accounts.forget()
    assert refused(door, "gateway", gateway="kobikom")["detail"] == "Seçilen sağlayıcı kapalı."


@pytest.mark.parametrize(
    "ahead",
    [timedelta(0), timedelta(seconds=55), timedelta(days=-1), timedelta(days=367), timedelta(days=2000)],
)
def test_a_moment_in_the_past_too_near_or_too_far_is_refused(door, ahead):
    refused(door, "scheduled_at", scheduled_at=clock.iso_utc(clock.now() + ahead))


@pytest.mark.parametrize(
    "raw", ["", "yarın", "2030", "2030-01-01", "20:00", "01.01.2030 20:00", "2030-02-30T10:00:00", "2030-01-01T25:00",
            "2030-01-01T10:00:00+99:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", "1893456000",
            "2030-01-01T10:00:00\x00", "2030-W01-1T10:00"],
)  # fmt: skip
def test_a_moment_that_is_none_is_refused(door, raw):
    refused(door, "scheduled_at", scheduled_at=raw)


@pytest.mark.parametrize(
    "meta",
    [{"a": "x" * 8192}, {"a": "\x00"}, {"\x00": 1}, {"a": ["\\\x00"]}, {str(n): n for n in range(2000)}],
)
def test_a_meta_that_is_too_large_or_holds_a_nul_is_refused(door, meta):
    refused(door, "meta", meta=meta)


def test_credit_that_does_not_suffice_is_refused_to_the_credit(transactional_db, door):
    numbers = [factories.number(n) for n in range(501)]
    said = is_problem(door.send(*numbers, body="a" * 161), 422, "invalid-request")
    assert said["detail"] == "Yetersiz bakiye. Mevcut: 1000, Gereken: 1002."
    assert "errors" not in said


@pytest.mark.parametrize("key", ["", "a" * 256, "a\tb", "\x7f"])
def test_an_idempotency_key_that_is_none_is_refused(door, key):
    is_problem(door.send(ONE, key=key), 422, "invalid-request")
