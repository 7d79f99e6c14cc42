"""Verimor's reports, pulled and pushed, and what came in: every status and every cause of the tables."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways import verimor_codes
from gateways.base import (
    DUPLICATE,
    BadCallback,
    Callback,
    GatewayDown,
    Inbound,
    Pushed,
    Report,
    Status,
)
from gateways.verimor import Verimor
from tests.gateways import harness, hostile
from tests.gateways.parcels import question

REF = "0123456789abcdef0123456789abcdef"
AT = datetime(2026, 2, 20, 13, 6, tzinfo=UTC)
ABSENT = "Bu idye sahip kampanya bulunamadı".encode()


def row(**fields):
    return {
        "campaign_id": 20121,
        "campaign_custom_id": REF,
        "message_id": "13582302",
        "message_custom_id": "905319876543",
        "dest": "905319876543",
        "size": 1,
        "credits": 1,
        "status": "DELIVERED",
        "gsm_error": "0",
        "sent_at": "2026-02-20 16:05:00",
        "done_at": "2026-02-20 16:06:00",
        **fields,
    }


def pulled(*rows, asked_for=None) -> list[Report]:
    with harness.vendor(Verimor, list(rows)) as (gateway, _):
        return gateway.fetch_reports([asked_for or question(REF, "20121")])


def pushed(told) -> Pushed:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return harness.gateway(Verimor, "http://127.0.0.1:1").read_callback(Callback(body))


def test_a_report_question_on_the_wire():
    with harness.vendor(Verimor, [row()]) as (gateway, asked):
        reports = gateway.fetch_reports([question(REF, "20121"), question("", "7")])

    keys = {"username": "8501234567", "password": "p"}
    assert asked.queries == [
        {**keys, "custom_id": REF, "greater_than": "0"},
        {**keys, "id": "7", "greater_than": "0"},
    ]
    assert reports[0] == Report(Status.DELIVERED, 905319876543, "20121", REF, "", AT)


STATUSES = {
    "SENDING": Status.PENDING,
    "WAITING": Status.PENDING,
    "DELIVERED": Status.DELIVERED,
    "SENT": Status.DELIVERED,
    "NOT_DELIVERED": Status.UNDELIVERED,
    "SEND_ERROR": Status.UNDELIVERED,
    "EXPIRED": Status.EXPIRED,
    "REJECTED": Status.REJECTED,
    "INVALID_DESTINATION_ADDRESS": Status.UNDELIVERED,
    "DOUBLE_SEND_ERROR": Status.REJECTED,
    "BLACKLISTED_DESTINATION_ADDRESS": Status.REJECTED,
    "NOT_ALLOWED_BY_IYS": Status.REJECTED,
    "MISSING_TARIFF": Status.REJECTED,
    "ROUTE_NOT_AVAILABLE": Status.REJECTED,
    "NETWORK_NOTCOVERED": Status.REJECTED,
    "INTERNATIONAL_DENIED": Status.REJECTED,
    "YENI_DURUM": Status.PENDING,
    "delivered": Status.PENDING,
    "": Status.PENDING,
}


@pytest.mark.parametrize(("word", "status"), STATUSES.items())
def test_every_status_pulled_and_pushed(word, status):
    (report,) = pulled(row(status=word, gsm_error=None))
    assert report == pushed([row(status=word, gsm_error=None)]).reports[0]

    assert report.status is status
    ended = status not in {Status.PENDING, Status.DELIVERED}
    code = DUPLICATE if word == "DOUBLE_SEND_ERROR" else word
    assert report.error_code == (code if ended else "")
    assert verimor_codes.STATUSES.keys() <= STATUSES.keys()


@pytest.mark.parametrize(("number", "name"), verimor_codes.GSM_ERRORS.items())
def test_the_network_says_why(number, name):
    (report,) = pulled(row(status="NOT_DELIVERED", gsm_error=int(number)))
    assert report.error_code == name
    assert name.startswith("EC_")


@pytest.mark.parametrize("cause", ["0", 0, "", None, "9999", [], "kanarya" * 20])
def test_a_network_that_says_nothing_leaves_the_status_as_the_cause(cause):
    (report,) = pulled(row(status="EXPIRED", gsm_error=cause))
    assert report.error_code == "EXPIRED"


@pytest.mark.parametrize("status", ["WAITING", "DELIVERED", "YENI_DURUM"])
def test_a_cause_without_a_failure_is_none(status):
    assert pulled(row(status=status, gsm_error="6"))[0].error_code == ""


@pytest.mark.parametrize(
    ("fields", "msisdn"),
    [
        ({"message_custom_id": "4915112345678", "dest": "004915112345678"}, 4915112345678),
        ({"message_custom_id": None}, 905319876543),
        ({"message_custom_id": ""}, 905319876543),
        ({"message_custom_id": "siparis-7"}, 905319876543),
        ({"message_custom_id": "²", "dest": "004915112345678"}, 4915112345678),
        ({"message_custom_id": "1" * 40}, 905319876543),
        ({"message_custom_id": None, "dest": None}, 0),
    ],
)
def test_a_recipient_is_named_by_our_number_or_theirs(fields, msisdn):
    assert pulled(row(**fields))[0].msisdn == msisdn


def test_a_pulled_row_that_names_no_campaign_is_of_the_one_that_was_asked_for():
    (report,) = pulled(row(campaign_id=None, campaign_custom_id="x" * 65))
    assert (report.provider_id, report.client_ref) == ("20121", REF)


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({}, AT),
        ({"done_at": None}, datetime(2026, 2, 20, 13, 5, tzinfo=UTC)),
        ({"done_at": "2026-02-20T16:06:00.000+03:00"}, AT),
        ({"done_at": "bugün", "sent_at": None}, None),
        ({"done_at": 7, "sent_at": []}, None),
    ],
)
def test_when_it_was_done(fields, at):
    assert pulled(row(**fields))[0].at == at


def page(first: int, size: int = 100):
    return [
        row(message_id=str(first + n), message_custom_id=str(905300000000 + first + n)) for n in range(size)
    ]


def test_pages_follow_the_last_row_until_a_short_one():
    with harness.vendor(Verimor, page(1), page(101), page(201, 7)) as (gateway, asked):
        reports = gateway.fetch_reports([question(REF)])

    assert len({report.msisdn for report in reports}) == 207
    assert [query["greater_than"] for query in asked.queries] == ["0", "100", "200"]


@pytest.mark.parametrize(
    "rows",
    [
        page(0)[::-1],
        [row(message_id=None)] * 100,
        [row(message_id="x")] * 100,
        [row(message_id="9" * 40)] * 100,
    ],
)
def test_pages_that_lead_nowhere_end(rows):
    with harness.vendor(Verimor, rows) as (gateway, asked):
        gateway.fetch_reports([question(REF)])
    assert len(asked.lines) <= 2


def test_a_question_takes_what_their_burst_has_room_for():
    with harness.vendor(Verimor, [row()]) as (gateway, asked):
        gateway.fetch_reports([question(f"{n:032x}") for n in range(25)])
        assert len(asked.lines) == 10
        gateway.fetch_reports([])
        assert len(asked.lines) == 20

    assert len({query["custom_id"] for query in asked.queries}) == 20


def test_a_rate_that_is_used_up_keeps_what_was_read():
    slow = hostile.answer(status="429 Slow")
    read = hostile.answer(json.dumps(page(1)).encode())
    with hostile.server(
        hostile.saying(read, slow, hostile.answer(json.dumps(page(101, 5)).encode()))
    ) as server:
        gateway = harness.gateway(Verimor, server.url)
        assert len(gateway.fetch_reports([question(REF)])) == 100
        assert len(gateway.fetch_reports([question(REF)])) == 5

    assert [query["greater_than"] for query in harness.Asked(server).queries] == ["0", "100", "100"]


def test_a_campaign_that_is_gone_has_no_reports():
    with harness.vendor(Verimor, ABSENT, status=404) as (gateway, _):
        assert gateway.fetch_reports([question(REF)]) == []


def test_a_push_is_as_good_as_a_pull():
    told = pushed([{"type": "outbound", **row()}, row(message_custom_id="905319876544", status="EXPIRED")])

    assert told == Pushed(
        (
            Report(Status.DELIVERED, 905319876543, "20121", REF, "", AT),
            Report(Status.EXPIRED, 905319876544, "20121", REF, "EXPIRED", AT),
        )
    )


def test_a_push_about_nobody_makes_us_ask():
    told = pushed(
        [
            row(message_custom_id=None, dest=None),
            row(message_custom_id=None, dest="", campaign_custom_id=None),
        ]
    )
    assert told == Pushed((), (REF, "20121"))


@pytest.mark.parametrize(
    "told",
    [
        [],
        [row(campaign_id=None, campaign_custom_id=None)],
        [row(campaign_id="x" * 100, campaign_custom_id="\0")],
        [{"type": "inbound", "source_addr": "905319876543", "content": "RET"}],
        [row(type="inbound")],
        [{}],
    ],
)
def test_a_push_that_names_nothing_says_nothing(told):
    assert pushed(told) == Pushed()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b"7",
        b'"x"',
        b"[1, 2]",
        b"[[]]",
        b"<html>",
        b"\xff",
        b"[" * 5000,
        json.dumps(row()),
    ],
)
def test_what_is_no_list_of_rows_is_a_bad_callback(body):
    with pytest.raises(BadCallback):
        pushed(body if isinstance(body, bytes) else body.encode())


@given(st.lists(st.dictionaries(st.sampled_from([*row()]), st.none() | st.integers() | st.text(max_size=8))))
def test_any_rows_can_be_pushed(rows):
    told = pushed(rows)
    assert all(report.msisdn and (report.provider_id or report.client_ref) for report in told.reports)


SINCE, UNTIL = datetime(2026, 1, 1, 6, 0, tzinfo=UTC), datetime(2026, 1, 1, 9, 0, tzinfo=UTC)


def message(number: int = 1234, **fields):
    return {
        "message_id": number,
        "received_at": "2026-01-01T09:30:00.000+03:00",
        "network": "TURKCELL",
        "source_addr": "905335876543",
        "destination_addr": "4609",
        "keyword": "ORNEK",
        "content": "ORNEK RET",
        **fields,
    }


def test_an_inbox_question_on_the_wire():
    with harness.vendor(Verimor, [message()]) as (gateway, asked):
        (found,) = gateway.inbox(SINCE, UNTIL)

    assert asked.paths == ["/v2/inbound_messages"]
    assert asked.queries == [
        {
            "username": "8501234567",
            "password": "p",
            "from_time": "2026-01-01 09:00:00",
            "to_time": "2026-01-01 12:00:00",
        }
    ]
    at = datetime(2026, 1, 1, 6, 30, tzinfo=UTC)
    assert found == Inbound(905335876543, "4609", "ORNEK RET", at, "1234")


def test_an_inbox_is_read_in_pages_and_each_message_once():
    first = [message(n) for n in range(1, 101)]
    with harness.vendor(Verimor, first, [message(100), message(101)]) as (gateway, asked):
        found = gateway.inbox(SINCE, UNTIL)

    assert [each.key for each in found] == [str(n) for n in range(1, 102)]
    assert [query.get("greater_than") for query in asked.queries] == [None, "100"]


@pytest.mark.parametrize(
    ("fields", "text", "at"),
    [
        ({"received_at": "2026-01-01 09:30:00"}, "ORNEK RET", datetime(2026, 1, 1, 6, 30, tzinfo=UTC)),
        ({"received_at": "bugün"}, "ORNEK RET", UNTIL),
        ({"content": "a\0b\ud800"}, "ab?", datetime(2026, 1, 1, 6, 30, tzinfo=UTC)),
        ({"content": None}, "", datetime(2026, 1, 1, 6, 30, tzinfo=UTC)),
    ],
)
def test_what_came_in_is_kept_however_it_is_told(fields, text, at):
    with harness.vendor(Verimor, [message(**fields)]) as (gateway, _):
        (found,) = gateway.inbox(SINCE, UNTIL)
    assert (found.text, found.at) == (text, at)


def test_a_message_without_a_number_of_theirs_has_a_key_of_ours():
    with harness.vendor(Verimor, [message(None), message(None), message(None, content="x")]) as (gateway, _):
        first, other = gateway.inbox(SINCE, UNTIL)
    assert len(first.key) == 32
    assert first.key != other.key


def test_what_nobody_sent_is_left_out():
    with harness.vendor(Verimor, [message(source_addr="SIRKET"), message(source_addr=None), 7]) as (
        gateway,
        _,
    ):
        assert gateway.inbox(SINCE, UNTIL) == []


def endless(_running, sock):
    """Always a full page, and always further on."""
    number = 0
    while _running.read(sock):
        rows = [message(number + n, content="") for n in range(1, 101)]
        number += 100
        sock.sendall(hostile.answer(json.dumps(rows).encode()))


def test_an_inbox_without_end_is_a_gateway_that_is_down():
    with (
        hostile.server(endless) as server,
        pytest.raises(GatewayDown, match="without end"),
    ):
        harness.gateway(Verimor, server.url).inbox(SINCE, UNTIL)


@pytest.mark.parametrize(
    ("rows", "credits"),
    [
        ([row(), row(credits=2)], 3),
        ([row(credits=0)], 0),
        ([], None),
        ([row(), row(credits=None)], None),
        ([row(credits="1")], None),
        ([row(credits=True)], None),
        ([row(credits=-1)], None),
        ([row(credits=1.5)], None),
    ],
)
def test_a_campaign_costs_what_its_rows_say(rows, credits):
    with harness.vendor(Verimor, rows) as (gateway, _):
        assert gateway.billed(question(REF)) == credits


def test_the_cost_of_a_large_campaign_is_of_all_pages():
    with harness.vendor(Verimor, page(1), page(101), page(201, 7)) as (gateway, _):
        assert gateway.billed(question(REF)) == 207


def test_the_cost_of_a_campaign_that_is_not_there_is_not_known():
    with harness.vendor(Verimor, ABSENT, status=404) as (gateway, _):
        assert gateway.billed(question(REF)) is None
