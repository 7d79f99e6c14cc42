import pytest

from smsmerkezi.core.texts import storable, without_unstorable


@pytest.mark.parametrize(
    ("text", "kept"), [("a\x00b", "ab"), ("\ud800x", "x"), ("x\udfff", "x"), ("\x00", "")]
)
def test_what_no_database_keeps_is_found_and_taken_out(text, kept):
    assert not storable(text)
    assert without_unstorable(text) == kept


@pytest.mark.parametrize("text", ["", "Şıklık", "😀", "\n\t", "\x01", "\ud7ff\ue000"])
def test_everything_else_stays(text):
    assert storable(text)
    assert without_unstorable(text) == text
