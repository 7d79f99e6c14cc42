"""Reading what vendors write: ids that fit a row, numbers in any spelling, moments, and nothing of a wrong kind."""

from datetime import UTC, datetime, timedelta

import pytest

from gateways import vendor
from gateways.base import GatewayDown, Report, Status
from gateways.http import Response
from tests.gateways import parcels


@pytest.mark.parametrize(
    ("value", "word", "name"),
    [
        ("abc", "abc", "abc"),
        (" 7 ", "7", "7"),
        (17377215342605050417149344, "17377215342605050417149344", "17377215342605050417149344"),
        ("Şubat", "Şubat", ""),
        ("a" * 64, "a" * 64, "a" * 64),
        ("a" * 65, "", ""),
        ("a\0b", "", ""),
        ("a\nb", "", ""),
        ("\ud800", "", ""),
        (True, "", ""),
        (None, "", ""),
        (1.5, "", ""),
        ([1], "", ""),
        ({"a": 1}, "", ""),
    ],
)
def test_words_and_ids(value, word, name):
    assert vendor.word_of({"x": value}, "x") == word
    assert vendor.id_of({"x": value}, "x") == name


def test_the_first_field_that_holds_anything_is_read():
    assert vendor.id_of({"a": None, "b": "", "c": 7}, "a", "b", "c") == "7"
    assert vendor.id_of({"a": "\0", "b": "7"}, "a", "b") == ""
    assert vendor.id_of({}, "a") == ""


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        ("7", 7),
        ("-2", -2),
        (0, 0),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        (10**400, None),
        ("1.0", None),
        (1.0, None),
        ("٣", None),
        ("--1", None),
        ("", None),
        (True, None),
        (None, None),
        ([7], None),
    ],
)
def test_whole_numbers(value, number):
    assert vendor.integer_of({"x": value}, "x") == number


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("905321234567", 905321234567),
        (905321234567, 905321234567),
        ("5321234567", 905321234567),
        ("0 (532) 123 45 67", 905321234567),
        ("+90 532 123 45 67", 905321234567),
        ("4915112345678", 4915112345678),
        ("", 0),
        (None, 0),
        ("9" * 16, 0),
    ],
)
def test_telephone_numbers(value, number):
    assert vendor.international(value) == number


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2017-07-21 00:14:58", datetime(2017, 7, 20, 21, 14, 58, tzinfo=UTC)),
        ("2021-05-04T01:38:20", datetime(2021, 5, 3, 22, 38, 20, tzinfo=UTC)),
        ("2021-05-04T01:38:20Z", datetime(2021, 5, 4, 1, 38, 20, tzinfo=UTC)),
        ("2000-01-01", datetime(1999, 12, 31, 22, tzinfo=UTC)),
        ("1999-12-31 23:59:59", None),
        ("2100-01-01 00:00:00", None),
        ("0001-01-01T00:00:00", None),
        ("9999-12-31T23:59:59", None),
        ("2021-13-04", None),
        (20210504, None),
        (None, None),
    ],
)
def test_moments(value, moment):
    assert vendor.moment(value) == moment


@pytest.mark.parametrize(
    ("value", "rows"), [([{}, 1, [], {"a": 1}], [{}, {"a": 1}]), ({}, []), ("x", []), (None, [])]
)
def test_rows(value, rows):
    assert vendor.rows_of(value) == rows


def test_objects():
    assert vendor.object_of({"a": 1}) == {"a": 1}
    assert [vendor.object_of(other) for other in ([], "x", None, 7)] == [{}] * 4


def test_each_recipients_text():
    assert vendor.texts_of(parcels.parcel(1, 2, texts=["Sana", None], body="Herkese")) == ["Sana", "Herkese"]


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"7", b"[" * 100_000, b"9" * 5000])
def test_an_answer_that_is_no_object_is_a_gateway_that_is_down(body):
    with pytest.raises(GatewayDown, match="HTTP 200"):
        vendor.told_fields(Response(200, body, {}))
    assert vendor.told_fields(Response(500, b'{"a":1}', {})) == {"a": 1}


def test_reports_are_gathered_until_the_vendor_has_enough():
    asked = [parcels.question(provider_id=str(n)) for n in range(3)]
    told = [Report(Status.DELIVERED, 7)]

    def patient_until(limit):
        def reports_of(question):
            if int(question.provider_id) >= limit:
                raise GatewayDown("enough", retry_after=timedelta(seconds=9))
            return told if question.provider_id == "1" else []

        return reports_of

    assert vendor.gathered(asked, patient_until(3)) == told
    assert vendor.gathered(asked, patient_until(2)) == told
    with pytest.raises(GatewayDown, match="enough"):
        vendor.gathered(asked, patient_until(1))
