"""What columns are taken for, and the numbers that Excel spoils."""

import pytest

from messaging.files.sheet_columns import guess_columns, is_header
from messaging.files.sheet_phones import DigitsLost, phone
from messaging.files.sheet_rows import Row
from smsmerkezi.core.phones import InvalidNumber


def guessed(header, *rows):
    return guess_columns(
        [Row(at, list(row)) for at, row in enumerate(rows, 2)], Row(1, header) if header else None
    )


@pytest.mark.parametrize(
    "cell",
    [
        "05551112233",
        "5551112233",
        "+90 555 111 22 33",
        "905551112233.0",
        "905551112233,00",
        " 5551112233.0 ",
        "9,05551112233E+11",
        "9.05551112233E+11",
        "9.05551112233e11",
        "9.05551112233000E+11",
    ],
)
def test_a_number_is_read_as_excel_wrote_it(cell):
    assert phone(cell) == 905551112233


@pytest.mark.parametrize("cell", ["9,05E+11", "9.05551E+11", "9,0555111E+11"])
def test_a_number_whose_digits_are_lost_is_not_made_up(cell):
    with pytest.raises(DigitsLost):
        phone(cell)


@pytest.mark.parametrize("cell", ["", "Ali", "0212 333 44 55", "12,5", "9E+11", "9,05E+99", "5551112233.5"])
def test_what_is_no_number_is_none(cell):
    with pytest.raises((InvalidNumber, DigitsLost)):
        phone(cell)


def test_columns_are_told_by_their_titles():
    assert guessed(
        ["Sıra", "Ad Soyad", "Cep Telefonu", "Randevu Tarihi"], ["1", "Ali", "05551112233", "22.11.2026"]
    ) == [
        "sira",
        "name",
        "msisdn",
        "randevu_tarihi",
    ]


def test_the_column_of_numbers_is_told_by_what_stands_in_it():
    assert guessed(None, ["Ali", "05551112233"], ["Veli", "05551112244"]) == ["", "msisdn"]


def test_only_one_column_is_the_number_and_only_one_the_name():
    found = guessed(["Telefon", "Telefon 2", "Ad", "Soyad"], ["05551112233", "05551112244", "A", "B"])
    assert found == ["msisdn", "telefon_2", "name", "soyad"]


def test_a_column_that_is_half_numbers_at_most_is_not_the_one():
    assert guessed(["a", "b"], ["05551112233", "x"], ["yok", "x"], ["yok", "x"])[0] == "a"


def test_a_title_stands_for_a_column_that_is_empty_yet():
    assert guessed(["Telefon", "Ad"], ["", "Ali"]) == ["msisdn", "name"]


def test_a_field_is_called_as_a_placeholder_can_be():
    assert guessed(["İl / İlçe", "2. adres", "İl-İlçe", "çok " * 30], ["x", "y", "z", "w"]) == [
        "il_ilce",
        "_2_adres",
        "",
        ("cok_" * 30)[:40],
    ]


def test_nothing_is_said_of_nothing():
    assert guessed(None) == []
    assert guessed([], ["", ""]) == ["", ""]


@pytest.mark.parametrize(
    ("first", "others", "is_one"),
    [
        (["Telefon", "Ad"], [], True),
        (["x", "y"], [["05551112233", "Ali"]], True),
        (["05551112233", "Ad"], [["05551112244", "Ali"]], False),
        (["x", "y"], [["z", "w"]], False),
        (["9,05E+11"], [["05551112244"]], False),
    ],
)
def test_a_header_is_told(first, others, is_one):
    assert is_header(first, others) is is_one
