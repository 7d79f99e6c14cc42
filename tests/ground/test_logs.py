import logging
import sys

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsmerkezi import logs


def line(message: str, *arguments: object, ids: dict | None = None, error: bool = False) -> dict:
    """One call of a logger, as it is written."""
    record = logging.LogRecord(
        "smsmerkezi.test", logging.WARNING, __file__, 1, message, arguments, sys.exc_info() if error else None
    )
    if ids is not None:
        record.ids = ids
    written = logs.JsonFormatter().format(record)
    assert "\n" not in written
    return orjson.loads(written)


def test_a_line_says_when_how_bad_who_and_what():
    said = line("sms.accepted", ids={"message": 7, "recipients": 2})
    assert (said["level"], said["logger"], said["event"]) == ("warning", "smsmerkezi.test", "sms.accepted")
    assert (said["message"], said["recipients"]) == (7, 2)
    assert said["time"].endswith("+00:00")


@pytest.mark.parametrize(
    "secret",
    [
        "+905300010001", "905300010001", "05300010001", "5300010001", "00905300010001", "+4915112345678",
        "7|" + "aB3" * 13 + "x", "hunter2",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "around",
    ["password={}", "Parola: {}", '"secret": "{}"', "api_token={}&x=1", "Authorization: Bearer {}", "authorization: Basic {}",
     "bearer {}", "APIKEY = {}", "{{'token': '{}'}}"],
)  # fmt: skip
def test_what_stands_behind_a_telling_word_is_blanked(secret, around):
    assert secret not in line(around.format(secret))["event"]


@pytest.mark.parametrize(
    "number",
    ["+905300010001", "905300010001", "05300010001", "5300010001", "00905300010001", "+4915112345678"],
)
@pytest.mark.parametrize("around", ["{}", "to {},", "x{}x", "Key (msisdn)=({}) already exists", "'{}'"])
def test_telephone_numbers_are_blanked_wherever_they_stand(number, around):
    said = line(around.format(number))["event"]
    assert number.lstrip("+0") not in said
    assert "[gizli]" in said


def test_numbers_in_arguments_and_exceptions_are_blanked_too():
    try:
        int("5300010001x")
    except ValueError:
        said = line("failed for %s", "5300010001", error=True)
    assert "5300010001" not in str(said)
    assert "ValueError" in said["exception"]


@pytest.mark.parametrize(
    "kept", ["123456", "2026-11-23 10:20:30", "9c7e4a2f-1b3d-4e5f-9a8b-7c6d5e4f3a2b", "1234567890123456789"]
)
def test_ids_times_and_short_figures_stay(kept):
    assert line(kept)["event"] == kept


@given(st.text(max_size=200))
def test_any_text_can_be_written(text):
    line("%s", text)


def test_half_characters_can_be_written():
    assert line("a\ud83d")["event"] == "a\\ud83d"


def test_line_breaks_cannot_forge_a_line():
    assert line('a\n{"level":"info"}')["event"] == 'a\n{"level":"info"}'
