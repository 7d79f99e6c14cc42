import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsmerkezi.core.folding import fold, words


@pytest.mark.parametrize("spelling", ["Işık", "IŞIK", "ışık", "isik", "ISIK", "İŞİK", "işik", "Is\u0327ik"])
def test_every_way_to_type_a_turkish_name_is_the_same(spelling):
    assert fold(spelling) == "isik"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Çağrı   Öztürk ", "cagri ozturk"),
        ("ALİ", "ali"),
        ("Hâkim Âdem", "hakim adem"),
        ("José Müller-Straße", "jose muller-strasse"),
        ("Ａｌｉ\tVeli\n", "ali veli"),
        ("", ""),
    ],
)
def test_case_accents_and_spaces_do_not_count(text, folded):
    assert fold(text) == folded


def test_words_are_told_once_in_their_order():
    assert words("Ali Veli ALİ  veli Can") == ["ali", "veli", "can"]


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ "))
def test_upper_and_lower_case_of_turkish_fold_alike(text):
    upper = text.replace("i", "İ").replace("ı", "I").upper()
    lower = text.replace("I", "ı").replace("İ", "i").lower()
    assert fold(upper) == fold(lower) == fold(text)
    assert fold(text).isascii()
