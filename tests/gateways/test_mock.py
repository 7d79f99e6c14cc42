"""The mock gateway in its four classes, against the simulator and against answers that lie."""

import json
import time
from datetime import UTC, datetime

import pytest

from gateways.base import (
    Absent,
    Accepted,
    BadCallback,
    Balance,
    Callback,
    CannotTell,
    Found,
    GatewayDown,
    NotSent,
    Pushed,
    RecipientRefusal,
    Reference,
    Refused,
    Report,
    Reports,
    Scope,
    Status,
    Unknown,
)
from gateways.mock import Mock
from gateways.segments import Encoding
from tests.gateways import harness, hostile, parcels, simulators

REF = "0123456789abcdef0123456789abcdef"
every_class = pytest.mark.parametrize("letter", "ABCD")


def mock(simulator, letter="B", **options) -> Mock:
    return harness.gateway(Mock, simulator.url, **{"class": letter, **options})


def accepted(gateway, *numbers, **fields) -> str:
    outcome = gateway.submit(parcels.parcel(*numbers, **fields))
    assert isinstance(outcome, Accepted)
    return outcome.provider_id


def eventually(ask, seconds: float = 4.0):
    """What `ask` gives as soon as it is true."""
    until = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < until, "nothing came"
        time.sleep(0.05)
    return found


def test_a_send_on_the_wire():
    with harness.vendor(Mock, {"id": "1", "ref": REF}) as (gateway, asked):
        parcel = parcels.parcel(1, 2, client_ref=REF, encoding=Encoding.GSM7_TR, texts=["ş", None], otp=True)
        assert gateway.submit(parcel) == Accepted("1")

    assert asked.paths == ["/mock/b/send"]
    assert asked.headers("Authorization") == ["Bearer t"]
    assert asked.bodies == [
        {
            "ref": REF,
            "from": "SMSMERKEZI",
            "text": "Merhaba",
            "to": [1, 2],
            "texts": ["ş", None],
            "encoding": "gsm7_tr",
            "validity": 1440,
            "otp": True,
        }
    ]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ("invalid", Refused),
        ("originator", Refused),
        ("credentials", NotSent),
        ("credit", NotSent),
        ("busy", NotSent),
        ("asleep", Unknown),
    ],
)
def test_every_error_of_its_table(error, expected):
    with harness.vendor(Mock, {"error": error}, status=422) as (gateway, _):
        outcome = gateway.submit(parcels.parcel())

    assert type(outcome) is expected
    if error in {"credentials", "credit"}:
        assert outcome.scope is Scope.ACCOUNT


def test_an_answer_to_another_reference_is_unknown():
    with harness.vendor(Mock, {"id": "1", "ref": "f" * 32}) as (gateway, _):
        assert isinstance(gateway.submit(parcels.parcel()), Unknown)


@every_class
def test_a_class_is_declared_and_part_of_the_path(letter, simulator):
    gateway = mock(simulator, letter.lower())
    accepted(gateway)

    assert gateway.capabilities.reference is Reference(letter)
    assert [entry["vendor"] for entry in simulator.book()] == [f"mock-{letter.lower()}"]


def test_class_a_drops_a_repeated_reference(simulator):
    gateway = mock(simulator, "A")
    assert accepted(gateway, client_ref=REF) == accepted(gateway, client_ref=REF)

    assert len(simulator.book(client_ref=REF)) == 1


def test_class_a_answers_the_second_time_where_the_first_hung(simulator):
    gateway = mock(simulator, "A")
    order = parcels.parcel(parcels.HANGS)

    assert isinstance(gateway.submit(order), Unknown)
    assert isinstance(gateway.submit(order), Accepted)
    assert len(simulator.book()) == 1


@pytest.mark.parametrize("letter", "BCD")
def test_other_classes_take_a_repeat_as_a_new_order(letter, simulator):
    gateway = mock(simulator, letter)
    assert accepted(gateway, client_ref=REF) != accepted(gateway, client_ref=REF)

    assert simulator.get("/book/summary")["repeated_refs"] == 1


@pytest.mark.parametrize("letter", "AB")
def test_a_look_up_finds_or_says_absent(letter, simulator):
    gateway = mock(simulator, letter)
    provider_id = accepted(gateway, client_ref=REF)

    assert gateway.look_up(parcels.question(REF)) == Found(provider_id, recipients=1)
    assert gateway.look_up(parcels.question("f" * 32)) == Absent()


def test_a_window_finds_but_never_says_absent(simulator):
    gateway = mock(simulator, "C")
    provider_id = accepted(gateway, client_ref=REF)

    assert gateway.look_up(parcels.question(REF)) == Found(provider_id)
    assert isinstance(gateway.look_up(parcels.question("f" * 32)), CannotTell)
    long_ago = parcels.question(REF, at=datetime(2026, 1, 1, tzinfo=UTC))
    assert isinstance(gateway.look_up(long_ago), CannotTell)


def test_class_d_says_nothing(simulator):
    gateway = mock(simulator, "D")
    accepted(gateway, client_ref=REF)

    assert isinstance(gateway.look_up(parcels.question(REF)), CannotTell)


@pytest.mark.parametrize("answer", [{}, {"id": ""}, {"id": None}, {"absent": "yes"}, {"absent": 1}])
def test_a_look_up_without_a_clear_word_proves_nothing(answer):
    with harness.vendor(Mock, answer) as (gateway, _):
        assert isinstance(gateway.look_up(parcels.question(REF)), CannotTell)


@pytest.mark.parametrize("rows", [None, {}, [1], [[1]], [["a", "b", "c"]]])
def test_rows_of_another_shape_are_a_gateway_that_is_down(rows):
    for letter, ask in {
        "C": lambda gateway: gateway.look_up(parcels.question(REF)),
        "B": lambda gateway: gateway.fetch_reports([parcels.question(provider_id="1")]),
    }.items():
        answer = {"rows": rows, "entries": [{"id": "1", "rows": rows}]}
        with harness.vendor(Mock, answer, **{"class": letter}) as (gateway, _), pytest.raises(GatewayDown):
            ask(gateway)


def test_a_page_that_never_ends_is_left():
    with harness.vendor(Mock, {"entries": [], "next": 1}) as (gateway, asked):
        assert gateway.fetch_reports([parcels.question(provider_id="1")]) == []

    assert len(asked.lines) == 100


@every_class
def test_magic_numbers_are_reported_as_they_end(letter, simulator):
    gateway = mock(simulator, letter)
    provider_id = accepted(
        gateway, parcels.DELIVERED, parcels.UNDELIVERED, parcels.EXPIRED, parcels.SILENT, client_ref=REF
    )
    asked = [parcels.question(REF, provider_id)]

    reports = eventually(lambda: (found := gateway.fetch_reports(asked)) and len(found) == 3 and found)

    assert {report.msisdn: (report.status, report.error_code) for report in reports} == {
        parcels.DELIVERED: (Status.DELIVERED, ""),
        parcels.UNDELIVERED: (Status.UNDELIVERED, "absent"),
        parcels.EXPIRED: (Status.EXPIRED, "expired"),
    }
    assert {(report.provider_id, report.client_ref) for report in reports} == {(provider_id, REF)}
    assert all(abs((report.at - datetime.now(UTC)).total_seconds()) < 5 for report in reports)


def test_delivered_and_undelivered_are_known_within_a_second(simulator):
    gateway = mock(simulator)
    asked = [parcels.question(provider_id=accepted(gateway, parcels.DELIVERED, parcels.UNDELIVERED))]

    assert gateway.fetch_reports(asked) == []
    eventually(lambda: len(gateway.fetch_reports(asked)) == 2, seconds=1)


def test_a_refused_recipient_is_taken_out_of_the_parcel(simulator):
    gateway = mock(simulator)
    order = parcels.parcel(parcels.REFUSED, parcels.ORDINARY, texts=["Ret", "Kabul"])

    outcome = gateway.submit(order)

    assert outcome.refused == (RecipientRefusal(parcels.REFUSED, "refused"),)
    (entry,) = simulator.book()
    assert (entry["msisdns"], entry["texts"], entry["refused"]) == (
        [parcels.ORDINARY],
        ["Kabul"],
        [parcels.REFUSED],
    )


def test_a_large_batch_is_reported_over_pages(simulator):
    gateway = mock(simulator)
    numbers = [905300000001 + 10_000 * n for n in range(1000)]
    asked = [parcels.question(provider_id=accepted(gateway, *numbers)) for _ in range(6)]
    time.sleep(0.4)

    reports = gateway.fetch_reports(asked)

    assert len(reports) == 6000
    assert {report.status for report in reports} == {Status.DELIVERED}
    assert len({(report.provider_id, report.msisdn) for report in reports}) == 6000


def test_an_id_of_another_book_is_reported_by_nobody(simulator):
    gateway = mock(simulator)
    accepted(gateway, parcels.DELIVERED)
    time.sleep(0.4)

    for stranger in ("m-1-0", "m-x", "", "-", "netgsm"):
        assert gateway.fetch_reports([parcels.question(provider_id=stranger or "?")]) == []


def test_balance_is_credits(simulator):
    assert mock(simulator).balance() == [Balance("1000000", "credits")]


def test_a_word_nobody_knows_ends_nothing():
    entries = [
        {"id": "1", "ref": REF, "rows": [["905321234567", "lost", "", "?"], [1, "delivered", "", 1e300]]}
    ]
    with harness.vendor(Mock, {"entries": entries, "next": None}) as (gateway, _):
        first, second = gateway.fetch_reports([parcels.question(provider_id="1")])

    assert (first.status, first.msisdn, first.at) == (Status.PENDING, 905321234567, None)
    assert (second.status, second.at) == (Status.DELIVERED, None)


def read(told) -> Pushed:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return harness.gateway(Mock, "http://127.0.0.1:1").read_callback(Callback(body))


ROW = {
    "id": "m-1-2",
    "ref": REF,
    "vendor": "mock-b",
    "msisdn": 905321234567,
    "status": "undelivered",
    "code": "absent",
    "at": 1_760_000_000.5,
}


def test_it_reports_both_when_asked_and_unasked():
    assert harness.gateway(Mock, "http://127.0.0.1:1").capabilities.reports is Reports.BOTH


def test_a_pushed_row_is_as_good_as_a_pulled_one():
    at = datetime(2025, 10, 9, 8, 53, 20, 500_000, tzinfo=UTC)
    assert read({"reports": [ROW]}) == Pushed(
        (Report(Status.UNDELIVERED, 905321234567, "m-1-2", REF, "absent", at),)
    )


@pytest.mark.parametrize("letter", "AD")
def test_what_the_simulator_pushes_is_read_as_it_is_told(letter):
    with hostile.server(hostile.saying(hostile.answer())) as receiver, simulators.in_thread() as simulator:
        simulator.put("/push", url=receiver.url)
        gateway = mock(simulator, letter)
        numbers = (parcels.DELIVERED, parcels.UNDELIVERED, parcels.EXPIRED, parcels.SILENT)
        provider_id = accepted(gateway, *numbers, client_ref=REF)
        eventually(lambda: sum(len(each["reports"]) for each in harness.Asked(receiver).bodies) == 3)
        bodies = harness.Asked(receiver).bodies

    reports = [report for body in bodies for report in read(body).reports]
    assert {report.msisdn: (report.status, report.error_code) for report in reports} == {
        parcels.DELIVERED: (Status.DELIVERED, ""),
        parcels.UNDELIVERED: (Status.UNDELIVERED, "absent"),
        parcels.EXPIRED: (Status.EXPIRED, "expired"),
    }
    assert {(report.provider_id, report.client_ref) for report in reports} == {(provider_id, REF)}
    assert all(abs((report.at - datetime.now(UTC)).total_seconds()) < 5 for report in reports)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"7", b"null", b"[]", b"{}", b'{"reports": 7}', b'{"reports": {}}']
)
def test_what_is_no_list_of_reports_is_no_callback(body):
    with pytest.raises(BadCallback):
        read(body)


@pytest.mark.parametrize("stranger", [None, 7, "x", []])
def test_a_list_with_anything_but_reports_is_no_callback(stranger):
    with pytest.raises(BadCallback):
        read({"reports": [ROW, stranger]})


def test_an_empty_list_says_nothing():
    assert read({"reports": []}) == Pushed()


def test_a_row_without_a_number_asks_and_one_without_an_order_is_nothing():
    told = read({"reports": [
        {**ROW, "msisdn": None},
        {**ROW, "msisdn": "x"},
        {**ROW, "id": None, "msisdn": 10**16},
        {**ROW, "id": "\0", "ref": "x" * 65},
    ]})  # fmt: skip
    assert told == Pushed(ask=("m-1-2", REF))


@pytest.mark.parametrize("at", [None, "soon", 1e300, -1e300, [], 10**40])
def test_a_pushed_moment_that_is_none_is_left_out(at):
    (report,) = read({"reports": [{**ROW, "at": at}]}).reports
    assert (report.at, report.status) == (None, Status.UNDELIVERED)


def test_a_pushed_word_nobody_knows_ends_nothing_and_a_wild_code_is_none():
    told = read({"reports": [{**ROW, "status": "lost"}, {**ROW, "code": "\0"}, {**ROW, "code": "c" * 65}]})
    assert [(each.status, each.error_code) for each in told.reports] == [
        (Status.PENDING, "absent"),
        (Status.UNDELIVERED, ""),
        (Status.UNDELIVERED, ""),
    ]
