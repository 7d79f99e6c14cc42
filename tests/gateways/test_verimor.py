"""Verimor: what goes over the wire and what an answer means (reference/gateways.md §6)."""

from datetime import timedelta

import pytest

from gateways import segments, verimor, verimor_codes
from gateways.base import (
    REPEATED,
    Absent,
    Accepted,
    Balance,
    CannotTell,
    Found,
    GatewayDown,
    NotSent,
    Operation,
    Rate,
    Reference,
    Refused,
    Reports,
    Scope,
    SenderName,
    Unknown,
)
from gateways.segments import Encoding
from gateways.verimor import Verimor
from tests.gateways import harness, hostile
from tests.gateways.parcels import parcel, question

REF = "0123456789abcdef0123456789abcdef"
KEYS = {"username": "8501234567", "password": "p"}
STATUS = "/v2/status"


def test_an_order_on_the_wire():
    order = parcel(905321234567, 905421234567, texts=["Ali", None], client_ref=REF)
    with harness.vendor(Verimor, b"20212") as (gateway, asked):
        assert gateway.submit(order) == Accepted("20212")

    assert asked.lines == ["POST /v2/send.json HTTP/1.1"]
    assert asked.bodies == [
        {
            **KEYS,
            "source_addr": "SMSMERKEZI",
            "custom_id": REF,
            "valid_for": "24:00",
            "datacoding": 0,
            "messages": [
                {"msg": "Ali", "dest": "905321234567", "id": "905321234567"},
                {"msg": "Merhaba", "dest": "905421234567", "id": "905421234567"},
            ],
        }
    ]


def sent(*numbers: int, options: dict | None = None, **fields) -> dict:
    with harness.vendor(Verimor, b"20212", **(options or {})) as (gateway, asked):
        assert gateway.submit(parcel(*numbers, **fields)) == Accepted("20212")
    (body,) = asked.bodies
    return body


@pytest.mark.parametrize(
    ("encoding", "coding"), [(Encoding.GSM7, 0), (Encoding.GSM7_TR, 1), (Encoding.UCS2, 2)]
)
def test_every_encoding_has_its_number(encoding, coding):
    assert sent(encoding=encoding)["datacoding"] == coding


def test_a_number_abroad_has_its_prefix_and_leaves_the_encoding_to_them():
    body = sent(905321234567, 4915112345678, encoding=Encoding.GSM7_TR)

    assert "datacoding" not in body
    assert body["messages"][1] == {"msg": "Merhaba", "dest": "004915112345678", "id": "4915112345678"}


@pytest.mark.parametrize(
    ("minutes", "told"),
    [
        (-5, "00:01"),
        (0, "00:01"),
        (1, "00:01"),
        (61, "01:01"),
        (600, "10:00"),
        (2880, "48:00"),
        (9999, "48:00"),
    ],
)
def test_a_validity_is_told_in_hours_and_minutes_within_their_limits(minutes, told):
    assert sent(validity_minutes=minutes)["valid_for"] == told


def test_a_commercial_account_has_them_check_consent():
    assert "is_commercial" not in sent()
    body = sent(options={"commercial": True})
    assert (body["is_commercial"], body["iys_recipient_type"]) == (True, "BIREYSEL")
    assert sent(options={"commercial": True, "recipient_type": "TACIR"})["iys_recipient_type"] == "TACIR"


@pytest.mark.parametrize("body", [b"1", b" 20212\r\n", b"9" * 32])
def test_a_number_alone_is_a_campaign(body):
    with harness.vendor(Verimor, body) as (gateway, _):
        assert gateway.submit(parcel()) == Accepted(body.decode().strip())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"0",
        b"-1",
        b"1.5",
        b"020",
        b"9" * 33,
        b"20212 20213",
        b'"20212"',
        b"[20212]",
        b"OK",
        "٣".encode(),
        b"\xff",
    ],
)
def test_anything_else_with_a_200_is_unknown(body):
    with harness.vendor(Verimor, body) as (gateway, _):
        assert gateway.submit(parcel()) == Unknown("HTTP 200 without a campaign")


FINAL = {
    "INVALID_SOURCE_ADDRESS",
    "NUMERIC_SOURCE_ADDRESS_NOT_ALLOWED",
    "MISSING_MESSAGE",
    "MESSAGE_TOO_LONG",
    "FORBIDDEN_MESSAGE",
    "MISSING_DESTINATION_ADDRESS",
    "INVALID_DESTINATION_ADDRESS",
    "INVALID_PERIOD",
    "INVALID_DELIVERY_TIME",
    "INVALID_DATACODING",
    "INVALID_UTF8",
    "INVALID_JSON",
    "MISSING_IYS_BRAND_CODE",
    "AHS_AUTHORIZATION_ERROR",
    "NO_AHS_BRAND_ERROR",
    "COMMERCIAL_SENDING_ERROR_UNDER_150K",
    "INVALID_IYS_RECIPIENT_TYPE",
}
REPEATS = {"DOUBLE_SEND_ERROR", "MUKERRER_RAPORLAMA"}


def refused(word: str, *numbers: int, status: int = 400, **fields):
    with harness.vendor(Verimor, word.encode(), status=status) as (gateway, _):
        return gateway.submit(parcel(*numbers, **fields))


@pytest.mark.parametrize("word", sorted(verimor_codes.WORDS))
def test_every_word_of_the_table(word):
    outcome = refused(f"{word}\n")

    if word in FINAL:
        assert outcome == Refused(word)
    elif word in REPEATS:
        assert (type(outcome), outcome.code) == (Refused, REPEATED)
    elif word == "INSUFFICIENT_CREDITS":
        assert (type(outcome), outcome.scope, outcome.too_big) == (NotSent, Scope.ACCOUNT, False)
    else:
        assert word == "MESSAGE_COUNT_LIMIT_EXCEEDED"
        assert (type(outcome), outcome.scope, outcome.too_big) == (NotSent, Scope.SUBMISSION, True)


@pytest.mark.parametrize("word", ["INVALID_DESTINATION_ADDRESS", "MISSING_DESTINATION_ADDRESS"])
def test_a_word_about_a_number_does_not_end_the_others(word):
    assert refused(word, 905321234567, 905421234567) == NotSent(word, too_big=True)
    assert refused(word, 905321234567) == Refused(word)


@pytest.mark.parametrize("word", ["FORBIDDEN_MESSAGE", "MESSAGE_TOO_LONG", "MISSING_MESSAGE"])
def test_a_word_about_a_text_does_not_end_other_texts(word):
    both = (905321234567, 905421234567)
    assert refused(word, *both, texts=["Ali", "Veli"]) == NotSent(word, too_big=True)
    assert refused(word, *both) == Refused(word)
    assert refused(word, *both, texts=["Ali", "Ali"]) == Refused(word)


@pytest.mark.parametrize(
    "word",
    ["", "0", "20212", "YENI_HATA", "insufficient_credits", "INSUFFICIENT CREDITS", "<html>", "x" * 3000],
)
def test_a_400_with_an_unknown_word_ends_nothing(word):
    assert refused(word) == Unknown("HTTP 400")


@pytest.mark.parametrize("status", [200, 202, 422, 500])
def test_a_word_means_nothing_with_another_status(status):
    assert isinstance(refused("INVALID_SOURCE_ADDRESS", status=status), Unknown)


def test_too_much_at_once_is_told_by_http():
    assert refused("Request Entity Too Large", status=413) == NotSent("HTTP 413", too_big=True)


def test_an_address_that_is_not_listed_pauses_the_account():
    outcome = refused("Hesabınızda izinli IP ayarları yapılmamış", status=401)
    assert (type(outcome), outcome.scope) == (NotSent, Scope.ACCOUNT)


def row(**fields):
    return {"campaign_id": 20212, "campaign_custom_id": REF, "message_id": "1", **fields}


def looked_up(*answers, status: int = 200):
    with harness.vendor(Verimor, *answers, status=status) as (gateway, asked):
        found = gateway.look_up(question(REF))
    assert asked.paths == [STATUS]
    assert asked.queries == [{**KEYS, "custom_id": REF, "greater_than": "0"}]
    return found


def test_a_campaign_is_found_by_our_reference():
    assert looked_up([row(campaign_custom_id="f" * 32, campaign_id=1), row()]) == Found("20212")


def test_their_word_for_no_campaign_is_an_authority():
    assert looked_up("Bu idye sahip kampanya bulunamadı".encode(), status=404) == Absent()


@pytest.mark.parametrize(
    "answer",
    [
        [],
        [row(campaign_custom_id="f" * 32)],
        [row(campaign_custom_id=None)],
        [row(campaign_id=None)],
        [row(campaign_id="x" * 65)],
        [1, "x", None],
    ],
)
def test_an_answer_about_something_else_proves_nothing(answer):
    assert isinstance(looked_up(answer), CannotTell)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b"<h1>404</h1>"),
        (404, b""),
        (404, b"[]"),
        (401, b"Bu kampanya size ait degil"),
        (400, b"x"),
        (500, b"[]"),
    ],
)
def test_no_other_answer_is_absence(status, body):
    with (
        harness.vendor(Verimor, body, status=status) as (gateway, _),
        pytest.raises(GatewayDown, match=str(status)),
    ):
        gateway.look_up(question(REF))


@pytest.mark.parametrize("answer", [b"null", b"{}", b"12", b"<html>", b'"x"'])
def test_a_look_up_without_a_list_is_a_gateway_that_is_down(answer):
    with harness.vendor(Verimor, answer) as (gateway, _), pytest.raises(GatewayDown):
        gateway.look_up(question(REF))


def test_a_wrong_password_is_asked_again_later():
    with harness.vendor(Verimor, b"no", status=401) as (gateway, _), pytest.raises(GatewayDown) as refusal:
        gateway.balance()
    assert refusal.value.retry_after == timedelta(minutes=1)


@pytest.mark.parametrize(
    ("body", "amount"), [(b"4532", "4532"), (b" 12,50\n", "12.50"), (b"-3", "-3"), (b"0.125", "0.125")]
)
def test_balance_is_a_number_of_credits(body, amount):
    with harness.vendor(Verimor, body) as (gateway, asked):
        assert gateway.balance() == [Balance(amount, "credits")]

    assert asked.lines[0].startswith("GET /v2/balance?")
    assert asked.queries == [KEYS]


@pytest.mark.parametrize("body", [b"", b"cok", b"1.2.3", b"{}", b"9" * 16, "٣".encode()])
def test_a_balance_that_is_no_number_is_not_read(body):
    with harness.vendor(Verimor, body) as (gateway, _), pytest.raises(GatewayDown):
        gateway.balance()


def test_sender_ids_are_the_headers():
    with harness.vendor(Verimor, ["Verimor TLK", "Bulutsantral", 7]) as (gateway, asked):
        assert gateway.senders() == [SenderName("Verimor TLK"), SenderName("Bulutsantral")]
    assert asked.paths == ["/v2/headers"]


@pytest.mark.parametrize("answer", [b"<html>", b'{"a":'])
def test_headers_that_cannot_be_read(answer):
    with harness.vendor(Verimor, answer) as (gateway, _), pytest.raises(GatewayDown, match="JSON"):
        gateway.senders()


def cancelled(body: str, status: int = 200):
    with harness.vendor(Verimor, body.encode(), status=status) as (gateway, asked):
        done = gateway.cancel(question(REF, "20121"))
    assert asked.lines == ["POST /v2/cancel/20121 HTTP/1.1"]
    assert asked.bodies == [KEYS]
    return done


def test_a_campaign_is_taken_back_or_not():
    assert cancelled("Kampanya silindi: 20121") is True
    assert cancelled("Kampanya bulunamadı: 20121", status=400) is False


@pytest.mark.parametrize(
    ("status", "body"), [(200, "Tamam"), (200, "<html>"), (401, "x"), (404, "x"), (500, "x")]
)
def test_a_cancellation_without_a_word_is_not_known_to_have_worked(status, body):
    with pytest.raises(GatewayDown):
        cancelled(body, status)


@pytest.mark.parametrize("campaign", ["", "x/../send.json", "1?x=2"])
def test_only_a_number_is_put_into_an_address(campaign):
    with harness.vendor(Verimor, b"Kampanya silindi") as (gateway, asked):
        assert gateway.cancel(question(REF, campaign)) is False
    assert asked.lines == []


def test_what_it_can():
    able = harness.gateway(Verimor, "http://127.0.0.1:1").capabilities

    assert able.reference is Reference.LOOKUP
    assert able.reports is Reports.BOTH
    assert able.rates == {
        Operation.SEND: Rate(150, 60),
        Operation.REPORT: Rate(20, 60),
    }
    assert able.validity == (1, 2880)
    assert (able.personalised, able.otp, able.cancels, able.senders, able.inbox, able.bills, able.iys) == (
        True,
        False,
        *(True,) * 5,
    )


def test_an_accounts_rates_can_be_told():
    able = harness.gateway(Verimor, "http://127.0.0.1:1", rate=240, report_rate="40").capabilities
    assert able.rates[Operation.SEND] == Rate(240, 60)
    assert able.rates[Operation.REPORT] == Rate(40, 60)


def test_a_throttled_account_waits():
    with hostile.server(hostile.saying(hostile.answer(status="429 Slow"))) as server:
        outcome = harness.gateway(Verimor, server.url).submit(parcel())
    assert (type(outcome), outcome.scope) == (NotSent, Scope.ROAD)


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a" * 155, 1), ("a" * 156, 2), ("ş" + "a" * 149, 1), ("ş" + "a" * 150, 2), ("a" * 1066, 7)],
)
def test_parts_leave_room_for_the_operators_code(text, parts):
    assert segments.count(text, verimor.PROFILE).parts == parts
    assert verimor.PROFILE.max_parts == 7
