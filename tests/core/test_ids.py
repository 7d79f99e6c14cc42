"""Ids: UUIDs that sort by time, and what an address may hold."""

import time
from uuid import UUID, uuid4

import pytest

from smsmerkezi.core import cursors, ids
from smsmerkezi.core.cursors import Cursor

UUID_HERE = "0190b8a4-0000-7000-8000-000000000000"


def test_a_uuid_of_ours_is_version_seven_and_says_when():
    before = time.time_ns() // 1_000_000
    made = ids.uuid7()
    assert (made.version, made.variant) == (7, uuid4().variant)
    assert before <= made.int >> 80 <= time.time_ns() // 1_000_000


def test_a_later_one_is_greater(monkeypatch):
    moments = iter(range(10**18, 10**18 + 5 * 10**6, 10**6))
    monkeypatch.setattr(time, "time_ns", lambda: next(moments))
    made = [ids.uuid7() for _ in range(5)]
    assert made == sorted(made)
    assert [str(each) for each in made] == sorted(map(str, made))


def test_no_two_are_alike():
    assert len({ids.uuid7() for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize(("raw", "number"), [("1", 1), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_a_number_in_an_address(raw, number):
    assert ids.row_id(raw) == number


@pytest.mark.parametrize("raw", ["", "-1", "1.0", "abc", "9" * 19, "٣", "²", " 1", "1\n", "0x1"])
def test_what_is_no_number_is_no_row(raw):
    assert ids.row_id(raw) == 0


@pytest.mark.parametrize("raw", [UUID_HERE, UUID_HERE.upper()])
def test_a_uuid_in_an_address(raw):
    assert ids.uuid_of(raw) == UUID(UUID_HERE)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "1",
        UUID_HERE[:-1],
        UUID_HERE.replace("-", ""),
        "{" + UUID_HERE + "}",
        f"urn:uuid:{UUID_HERE}",
        "x" * 36,
        "ş",
    ],
)
def test_what_is_no_uuid_is_no_row(raw):
    assert ids.uuid_of(raw) == ids.NO_UUID


@pytest.mark.parametrize("prev", [True, False])
def test_a_cursor_of_uuids_comes_back_as_it_went(prev):
    made = ids.uuid7()
    assert cursors.decode(cursors.encode(made, prev=prev), UUID) == Cursor(made, prev)


@pytest.mark.parametrize(
    "cursor",
    [cursors.encode(123), cursors.encode(ids.NO_UUID), "eyJpZCI6bnVsbH0", "eyJpZCI6IngifQ", "x"],
)
def test_a_list_of_uuids_takes_no_other_cursor(cursor):
    with pytest.raises(cursors.InvalidCursor):
        cursors.decode(cursor, UUID)


def test_a_list_of_numbers_takes_no_uuid():
    with pytest.raises(cursors.InvalidCursor):
        cursors.decode(cursors.encode(ids.uuid7()))
