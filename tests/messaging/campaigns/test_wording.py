"""Texts with variables."""

import pytest

from messaging.campaigns.wording import UnknownVariable, Wording
from smsmerkezi.core.naming import variable

FIELDS = ["ad", "dogum_gunu"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Merhaba", "Merhaba"),
        ("Merhaba {{ad}}!", "Merhaba Ayşe!"),
        ("{{ Ad }}{{ad}}, {{dogum_gunu}}", "AyşeAyşe, 3 Mayıs"),
        ("{{dogum_gunu}}", "3 Mayıs"),
        ("{{ad}", "{{ad}"),
    ],
)
def test_what_is_known_of_somebody_stands_where_its_name_stood(body, text):
    assert Wording(body, FIELDS).text(("Ayşe", "3 Mayıs")) == text


def test_a_value_is_text_whatever_it_looks_like():
    assert Wording("{{ad}}", FIELDS).text(("{{dogum_gunu}} {0} %s", "x")) == "{{dogum_gunu}} {0} %s"


def test_everybody_gets_the_same_where_no_variable_stands():
    assert Wording("Merhaba", FIELDS).alike
    assert not Wording("{{ad}}", FIELDS).alike


def test_a_variable_that_the_list_lacks_is_named_with_those_that_it_has():
    with pytest.raises(UnknownVariable) as refused:
        Wording("{{soyad}}", FIELDS)
    assert (
        refused.value.message == "Metindeki {{soyad}} alanı listede yok. Listedeki alanlar: ad, dogum_gunu."
    )
    with pytest.raises(UnknownVariable, match="alanlar: -"):
        Wording("{{soyad}}", [])


def test_who_lacks_a_value_is_known():
    wording = Wording("Sayın {{ad}}", FIELDS)
    assert wording.lacks(("", "3 Mayıs"))
    assert not wording.lacks(("Ayşe", ""))


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Ad", "ad"),
        ("Doğum günü", "dogum_gunu"),
        ("İL / İLÇE", "il_ilce"),
        ("2. telefon", "_2_telefon"),
        ("!?", ""),
        ("ad_soyad", "ad_soyad"),
    ],
)
def test_a_heading_becomes_a_variable(heading, name):
    assert variable(heading) == name
