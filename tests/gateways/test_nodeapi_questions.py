"""Node API as an upstream: look-ups, reports, callbacks and the rest of what it can be asked (reference/gateways.md §3)."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from gateways import nodeapi
from gateways import nodeapi_words as words
from gateways.base import (
    Absent,
    CannotTell,
    Found,
    GatewayDown,
    Network,
    RecipientRefusal,
    Report,
    Status,
)
from gateways.nodeapi import NodeApi
from tests.gateways import harness
from tests.gateways.parcels import question

REF, OTHER = "0123456789abcdef0123456789abcdef", "f" * 32
LIST, ITEMS = "/sms/list", "/sms/list-item"
ALI, AYSE, CAN = 905321234567, 905421234567, 905521234567
EVERYBODY = (ALI, AYSE, CAN)


def page(*rows, total=None, **fields):
    stats = {"stats": {"totalRecord": len(rows) if total is None else total}}
    return {"err": None, "data": {**stats, "list": list(rows), **fields}}


def refusal(code):
    return {"err": {"status": 400, "code": code, "message": "mesaj"}, "data": None}


def package(state=6, ref=REF, **fields):
    return {"id": 1001, "customID": ref, "state": state, "statistics": {"credit": 3}, **fields}


def item(number=ALI, state=3, **fields):
    at = "2021-05-04T01:38:26"
    return {"target": str(number), "state": state, "setState": 4, "error": None, "deliveryDate": at, **fields}


def asked_about(*answers, about=None, status=200):
    """What a look-up answers."""
    with harness.vendor(NodeApi, *answers, status=status) as (gateway, asked):
        return gateway.look_up(about or question(REF, msisdns=EVERYBODY)), asked


def test_a_look_up_on_the_wire():
    found, asked = asked_about(page(package()))

    assert found == Found("1001")
    assert asked.paths == [LIST]
    assert asked.bodies == [{"customIDs": [REF], "pageIndex": 0, "pageSize": 10}]


@pytest.mark.parametrize("state", [-1, 0, 1, 2, 3, 4, 5, 6, 7, None, "x", "3"])
def test_a_package_that_lives_is_found(state):
    assert asked_about(page(package(state)))[0] == Found("1001")


def test_no_package_at_all_is_absent():
    assert asked_about(page())[0] == Absent()


@pytest.mark.parametrize(
    "answer",
    [
        page(package(ref=OTHER)),
        page(package(ref=None)),
        page(package(id=None)),
        page(package(id=0)),
        page(total=1),
        {"err": None, "data": {"list": []}},
        {"err": None, "data": {"stats": {"totalRecord": 0}}},
        {"err": None, "data": {"stats": {"totalRecord": 0}, "list": {}}},
        {"err": None, "data": {"stats": {"totalRecord": 0}, "list": [1]}},
        {"err": None, "data": {"stats": 0, "list": []}},
        refusal("SMS06"),
        refusal("SMS00"),
    ],
)
def test_an_answer_that_does_not_say_so_proves_no_absence(answer):
    assert isinstance(asked_about(answer)[0], CannotTell)


@pytest.mark.parametrize("status", [400, 500])
def test_a_list_with_another_status_proves_nothing(status):
    with pytest.raises(GatewayDown):
        asked_about(page(), status=status)


@pytest.mark.parametrize("state", [-2, -3, -4])
@pytest.mark.parametrize("items", [page(), page(item(CAN, 0), item(AYSE, -2))])
def test_a_package_that_came_to_nothing_is_found_with_everybody_refused(state, items):
    found, asked = asked_about(page(package(state)), items)

    assert found == Found("1001", tuple(RecipientRefusal(number, f"package{state}") for number in EVERYBODY))
    assert asked.paths == [LIST, ITEMS]
    assert asked.bodies[1]["customID"] == REF


def test_whom_a_failed_package_reached_is_not_refused():
    found, _ = asked_about(page(package(-3)), page(item(ALI, 3), item(AYSE, 2), item(CAN, "x")))
    assert found == Found("1001")


def test_whom_a_failed_package_was_just_sending_to_is_not_refused():
    found, _ = asked_about(page(package(-3)), page(*(item(number, 1) for number in EVERYBODY)))
    assert found == Found("1001")


@pytest.mark.parametrize("code", ["SMS06", "SMS00"])
def test_a_failed_package_whose_items_are_refused_is_not_known_to_have_reached_nobody(code):
    found, asked = asked_about(page(package(-3)), refusal(code))

    assert isinstance(found, CannotTell)
    assert asked.paths == [LIST, ITEMS]


def test_a_living_package_wins_over_a_dead_one_of_the_same_reference():
    assert asked_about(page(package(-4, id=7), package(4, id=8)))[0] == Found("8")


def test_items_that_cannot_be_asked_for_leave_a_failed_package_for_later():
    with pytest.raises(GatewayDown):
        asked_about(page(package(-2)), b"<html>")


def reports_of(*answers, asked_for=None):
    questions = asked_for or [question(REF, "1001", msisdns=EVERYBODY)]
    with harness.vendor(NodeApi, *answers) as (gateway, asked):
        return gateway.fetch_reports(questions), asked


def test_a_report_question_on_the_wire():
    reports, asked = reports_of(page(package()), page(item()))

    assert asked.paths == [LIST, ITEMS]
    assert asked.bodies == [
        {"customIDs": [REF], "pageIndex": 0, "pageSize": 1000},
        {"pkgID": 1001, "pageIndex": 0, "pageSize": 1000},
    ]
    at = datetime(2021, 5, 3, 22, 38, 26, tzinfo=UTC)
    assert reports == [Report(Status.DELIVERED, ALI, "1001", REF, "", at)]


def test_a_package_whose_id_is_not_known_is_asked_for_by_our_reference():
    reports, asked = reports_of(page(), page(item()), asked_for=[question(REF)])

    assert asked.bodies[1] == {"customID": REF, "pageIndex": 0, "pageSize": 1000}
    assert [(report.provider_id, report.client_ref) for report in reports] == [("", REF)]


def test_a_package_of_which_only_the_id_is_known():
    reports, asked = reports_of(page(item()), asked_for=[question(provider_id="1001")])

    assert asked.bodies == [{"pkgID": 1001, "pageIndex": 0, "pageSize": 1000}]
    assert [report.provider_id for report in reports] == ["1001"]


STATES = {
    -2: (Status.REJECTED, "-2"),
    -1: (Status.REJECTED, "-1"),
    0: (Status.PENDING, ""),
    1: (Status.PENDING, ""),
    2: (Status.PENDING, ""),
    3: (Status.DELIVERED, ""),
    4: (Status.UNDELIVERED, "4"),
    5: (Status.EXPIRED, "5"),
    6: (Status.PENDING, ""),
    -3: (Status.PENDING, ""),
    "3": (Status.DELIVERED, ""),
    "-1": (Status.REJECTED, "-1"),
    None: (Status.PENDING, ""),
    "teslim": (Status.PENDING, ""),
}


def reported(**fields):
    (report,) = reports_of(page(package()), page(item(**fields)))[0]
    return report


@pytest.mark.parametrize(("state", "expected"), STATES.items())
def test_every_state_of_an_item(state, expected):
    report = reported(state=state, setState=3)
    assert (report.status, report.error_code) == expected
    assert words.ITEM_STATES.keys() <= STATES.keys()


@pytest.mark.parametrize("state", [True, 3.0, [3], {"state": 3}, "3.0"])
def test_a_state_of_another_kind_ends_nothing(state):
    assert reported(state=state).status is Status.PENDING


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (0, "4"),
        ("0", "4"),
        (None, "4"),
        ("", "4"),
        ([], "4"),
        ("a\0", "4"),
        ("x" * 65, "4"),
        (17, "17"),
        ("E1", "E1"),
    ],
)
def test_an_items_error_says_why_where_it_says_something(error, code):
    assert reported(state=4, error=error).error_code == code


def test_a_delivered_item_has_no_error_code():
    assert reported(state=3, error=17).error_code == ""


@pytest.mark.parametrize(
    ("operator", "network"),
    [
        (0, Network.TURKCELL),
        (1, Network.VODAFONE),
        (2, Network.TURK_TELEKOM),
        (3, Network.VIRTUAL),
        ("2", Network.TURK_TELEKOM),
        (4, None),
        (-1, None),
        (None, None),
        (False, None),
        ("Turkcell", None),
    ],
)
def test_the_network_is_what_the_item_says(operator, network):
    assert reported(operator=operator).network is network


@pytest.mark.parametrize(
    ("target", "msisdn"),
    [
        ("905321234567", ALI),
        (905321234567, ALI),
        ("5321234567", ALI),
        ("0532 123 45 67", ALI),
        (None, 0),
        ("x", 0),
    ],
)
def test_a_number_in_every_spelling(target, msisdn):
    assert reported(target=target).msisdn == msisdn


@pytest.mark.parametrize(
    ("date", "at"),
    [
        ("2021-05-04T01:38:22.25607", datetime(2021, 5, 3, 22, 38, 22, 256070, tzinfo=UTC)),
        ("2021-05-04T01:38:22+00:00", datetime(2021, 5, 4, 1, 38, 22, tzinfo=UTC)),
        ("0001-01-01T00:00:00", None),
        ("", None),
        (None, None),
        (5, None),
    ],
)
def test_a_moment_is_istanbuls_unless_it_says_otherwise(date, at):
    assert reported(deliveryDate=date).at == at


@pytest.mark.parametrize("state", [0, 1, 2, 3, 4, "4"])
def test_items_are_not_asked_for_while_the_package_has_no_report(state):
    reports, asked = reports_of(page(package(state)))

    assert reports == []
    assert asked.paths == [LIST]


@pytest.mark.parametrize(
    "first",
    [
        page(package(ref=OTHER)),
        page(),
        refusal("SMS00"),
        page(package(9)),
        page(package(None)),
        page(package(-1)),
    ],
)
def test_items_are_asked_for_where_the_package_says_nothing_to_the_contrary(first):
    assert len(reports_of(first, page(item()))[0]) == 1


@pytest.mark.parametrize("state", [-2, -3, -4])
def test_whom_a_dead_package_never_reached_is_told_as_rejected(state):
    reports, _ = reports_of(page(package(state)), page(item(ALI, 3), item(AYSE, 2)))

    assert [(report.msisdn, report.status, report.error_code) for report in reports] == [
        (ALI, Status.DELIVERED, ""),
        (AYSE, Status.PENDING, ""),
        (CAN, Status.REJECTED, f"package{state}"),
    ]
    assert {(report.provider_id, report.client_ref) for report in reports} == {("1001", REF)}


def test_whom_a_dead_package_was_just_sending_to_is_told_as_pending():
    reports, _ = reports_of(page(package(-3)), page(*(item(number, 1) for number in EVERYBODY)))
    assert {report.status for report in reports} == {Status.PENDING}


def test_a_dead_package_whose_items_are_refused_says_nothing_of_anybody():
    assert reports_of(page(package(-3)), refusal("SMS06"))[0] == []


def test_an_item_that_was_cancelled_is_told_once():
    reports, _ = reports_of(page(package(-4)), page(*(item(number, -2) for number in EVERYBODY)))
    assert [(report.msisdn, report.error_code) for report in reports] == [(n, "-2") for n in EVERYBODY]


def many(count: int, start: int = 0):
    return [item(905300000000 + start + i) for i in range(count)]


def test_pages_are_read_until_all_rows_came():
    pages = [
        page(*many(1000), total=2003),
        page(*many(1000, 1000), total=2003),
        page(*many(3, 2000), total=2003),
    ]
    reports, asked = reports_of(page(package()), *pages)

    assert len(reports) == 2003
    assert [body["pageIndex"] for body in asked.bodies[1:]] == [0, 1, 2]


def test_a_server_with_smaller_pages_is_asked_on():
    pages = [page(*many(100), total=150), page(*many(50, 100), total=150)]
    reports, asked = reports_of(page(package()), *pages)
    assert (len(reports), len(asked.paths)) == (150, 3)


def test_pages_that_nobody_counts_end_with_one_that_is_not_full():
    pages = [page(*many(1000), total="?"), page(*many(2, 1000), total="?")]
    reports, asked = reports_of(page(package()), *pages)
    assert (len(reports), len(asked.paths)) == (1002, 3)


def test_a_count_that_lies_holds_nobody_for_ever():
    _, asked = reports_of(page(package()), page(item(), total=10**9))
    assert len(asked.paths) == 1 + nodeapi.PAGES


def test_a_page_of_a_thousand_long_texts_is_read():
    rows = [item(905300000000 + i, msg="ş" * 1000) for i in range(1000)]
    whole = json.dumps(page(*rows), ensure_ascii=False).encode()
    assert len(whole) > 2_000_000
    assert len(reports_of(page(package()), whole)[0]) == 1000


TWO = [question(REF, "1001"), question(OTHER, "1002")]


def test_packages_are_asked_about_together_and_items_one_by_one():
    both = page(package(), package(ref=OTHER, id=1002))
    reports, asked = reports_of(both, page(item()), page(item(AYSE)), asked_for=TWO)

    assert asked.bodies[0]["customIDs"] == [REF, OTHER]
    assert [body.get("pkgID") for body in asked.bodies] == [None, 1001, 1002]
    assert [(report.provider_id, report.msisdn) for report in reports] == [("1001", ALI), ("1002", AYSE)]


def test_what_was_read_before_the_days_limit_stays():
    reports, _ = reports_of(page(), page(item()), refusal("ERR_DAILY_REQUEST_LIMIT"), asked_for=TWO)
    assert [report.provider_id for report in reports] == ["1001"]


def test_a_package_that_is_not_there_takes_no_other_with_it():
    reports, _ = reports_of(page(), refusal("SMS06"), page(item()), asked_for=TWO)
    assert [report.provider_id for report in reports] == ["1002"]


@pytest.mark.parametrize(
    ("code", "seconds"),
    [
        ("ERR_DAILY_REQUEST_LIMIT", 3600),
        ("ERR_CONCURRENT_REQUEST_LIMIT", 60),
        ("SMS50", 5),
        ("SMS99", 60),
        ("SMS01", 60),
        ("ERR_INTERNAL_SERVER", None),
        ("SMS77", None),
        ("?", None),
    ],
)
def test_a_question_that_is_refused_says_when_to_ask_again_where_the_vendor_does(code, seconds):
    with pytest.raises(GatewayDown) as down:
        reports_of(refusal(code))
    assert down.value.retry_after == (None if seconds is None else timedelta(seconds=seconds))
    with pytest.raises(GatewayDown):
        reports_of(page(), refusal(code))


@pytest.mark.parametrize("data", [None, [], "x"])
def test_an_answer_without_data_is_a_gateway_that_is_down(data):
    with pytest.raises(GatewayDown, match="without data"):
        reports_of({"err": None, "data": data})
