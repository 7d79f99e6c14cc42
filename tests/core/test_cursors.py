import base64
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsmerkezi.core import cursors
from smsmerkezi.core.cursors import Cursor

IDS = st.integers(1, cursors.MAX_ID)


def packed(text):
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("row_id", "cursor"), [(123, "eyJpZCI6MTIzfQ"), (99, "eyJpZCI6OTl9"), (100, "eyJpZCI6MTAwfQ")]
)
def test_the_cursors_are_the_contracts(row_id, cursor):
    assert cursors.encode(row_id) == cursor
    assert cursors.decode(cursor) == Cursor(row_id, prev=False)


@pytest.mark.parametrize("padding", ["", "=", "=="])
def test_a_padded_cursor_is_read_as_well(padding):
    assert cursors.decode("eyJpZCI6MTIzfQ" + padding) == Cursor(123)


@given(IDS, st.booleans())
def test_a_cursor_comes_back_as_it_went(row_id, prev):
    cursor = cursors.encode(row_id, prev=prev)
    assert cursors.decode(cursor) == (row_id, prev)
    assert re.fullmatch("[A-Za-z0-9_-]{1,64}", cursor)


def test_a_cursor_to_newer_rows_says_so():
    assert json.loads(base64.urlsafe_b64decode(cursors.encode(99, prev=True) + "==")) == {
        "id": 99,
        "prev": True,
    }


@pytest.mark.parametrize(
    "raw",
    [
        None,
        7,
        b"eyJpZCI6MTIzfQ",
        ["eyJpZCI6MTIzfQ"],
        "",
        "=",
        "architecto",
        "123",
        "a",
        "eyJpZCI6MTIzfQ===",
        "eyJpZCI6 MTIzfQ",
        "eyJpZCI6MTIzfQ\n",
        "eyJpZCI6MTIzf",
        "ëyJpZCI6MTIzfQ",
        "A" * 65,
        "A" * 1_000_000,
        packed('{"id":1' + " " * 60 + "}"),
        packed("{}"),
        packed("[]"),
        packed("[123]"),
        packed("123"),
        packed("null"),
        packed('"id"'),
        packed('{"id":0}'),
        packed('{"id":-1}'),
        packed('{"id":1.0}'),
        packed('{"id":"1"}'),
        packed('{"id":true}'),
        packed('{"id":null}'),
        packed('{"id":[1]}'),
        packed('{"id":NaN}'),
        packed(f'{{"id":{2**63}}}'),
        packed('{"id":1e3}'),
        packed('{"id":1,"prev":1}'),
        packed('{"id":1,"prev":"true"}'),
        packed('{"id":1,"prev":null}'),
        packed('{"id":1,"tenant":2}'),
        packed('{"prev":true}'),
        packed("[" * 48),
        base64.urlsafe_b64encode(b"\xff\xfe\xfd").decode(),
    ],
    ids=lambda raw: repr(raw)[:24],
)
def test_anything_else_is_an_invalid_cursor(raw):
    with pytest.raises(cursors.InvalidCursor) as refusal:
        cursors.decode(raw)
    assert (refusal.value.code, refusal.value.field) == ("invalid-cursor", "cursor")


@given(st.text(alphabet="AQIDBeyJpZCI6MTIzfQ_-=09", max_size=40))
def test_no_text_breaks_the_reader(raw):
    try:
        cursor = cursors.decode(raw)
    except cursors.InvalidCursor:
        return
    assert 1 <= cursor.id <= cursors.MAX_ID
