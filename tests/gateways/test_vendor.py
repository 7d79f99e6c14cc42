"""The readers that all vendors share: what is no such thing is read as nothing, and nothing is raised."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways import vendor
from gateways.base import BadCallback, Callback, Outbound, SenderName
from tests.gateways.parcels import parcel

TURKISH = "%d.%m.%Y %H:%M:%S"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("06.10.2026 14:30:12", datetime(2026, 10, 6, 11, 30, 12, tzinfo=UTC)),
        ("2026-10-06 14:30:12", datetime(2026, 10, 6, 11, 30, 12, tzinfo=UTC)),
        ("2026-10-06T14:30:12.000+03:00", datetime(2026, 10, 6, 11, 30, 12, tzinfo=UTC)),
        ("2026-10-06T14:30:12Z", datetime(2026, 10, 6, 14, 30, 12, tzinfo=UTC)),
        ("1999-12-31 00:00:00", None),
        ("0001-01-01 00:00:00", None),
        ("9999-12-31 23:59:59", None),
        ("31.02.2026 00:00:00", None),
        ("", None),
        ("\0", None),
        ("\ud800", None),
        (None, None),
        (20261006, None),
        (["06.10.2026 14:30:12"], None),
    ],
)
def test_a_moment_is_turkish_unless_it_says_otherwise(text, expected):
    assert vendor.moment(text, TURKISH) == expected


@given(st.text(max_size=40))
def test_no_text_breaks_a_clock(text):
    found = vendor.moment(text, TURKISH, "%d%m%Y%H%M%S", "%d%m%Y")
    assert found is None or found.tzinfo is not None


@given(st.text(max_size=40), st.none() | st.integers() | st.lists(st.text()))
def test_plain_text_can_be_stored(text, other):
    stored = vendor.plain(text)
    assert "\0" not in stored
    assert stored.encode() or not stored
    assert vendor.plain(other) == ""


def test_sender_ids_are_a_list_of_short_words():
    assert vendor.labels_of(["A", " B ", "", 1, None, "C\n", "D\tE", "x" * 65]) == [
        SenderName("A"),
        SenderName("B"),
        SenderName("C"),
    ]
    for other in (None, "A", {"a": "b"}, 7):
        assert vendor.labels_of(other) == []


def test_an_object_in_a_field_is_one_or_empty():
    assert vendor.part_of({"a": {"b": 1}}, "a") == {"b": 1}
    for other in (None, [], "x", 1):
        assert vendor.part_of({"a": other}, "a") == {}
    assert vendor.part_of({}, "a") == {}


def test_a_key_is_of_its_words_and_their_borders():
    assert vendor.key_of("a", "bc") == vendor.key_of("a", "bc")
    assert vendor.key_of("a", "bc") != vendor.key_of("ab", "c")
    assert len(vendor.key_of("\ud800")) == 32


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("5321234567", 905321234567),
        (5321234567, 905321234567),
        ("0532 123 45 67", 905321234567),
        ("+90 532 123 45 67", 905321234567),
        ("905321234567", 905321234567),
        ("004915112345678", 4915112345678),
        ("1" * 16, 0),
        ("SIRKET", 0),
        (None, 0),
        ({"a": 1}, 1),
    ],
)
def test_ten_digits_are_a_turkish_number(number, expected):
    assert vendor.international(number) == expected


@pytest.mark.parametrize(
    ("msisdn", "turkish"),
    [(905321234567, True), (900000000000, True), (910000000000, False), (90532123456, False), (1, False)],
)
def test_a_turkish_number_is_told_by_its_country(msisdn, turkish):
    assert vendor.is_turkish(msisdn) is turkish


def test_a_recipient_gets_its_own_text_even_an_empty_one():
    order = parcel(body="Herkese")
    assert vendor.text_for(Outbound(1), order) == "Herkese"
    assert vendor.text_for(Outbound(1, "Sana"), order) == "Sana"
    assert vendor.text_for(Outbound(1, ""), order) == ""


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[" * 100_000, b'{"a":'])
def test_what_is_not_json_was_not_posted_by_a_vendor(body):
    with pytest.raises(BadCallback, match="not JSON"):
        vendor.posted(Callback(body))
