import itertools
import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsmerkezi.core import phones
from smsmerkezi.core.errors import DomainError
from tests.core import phone_cases

MOBILES = st.integers(5_000_000_000, 5_999_999_999)
PREFIXES = st.sampled_from(["", "0", "90", "+90", "0090"])
FILLINGS = st.lists(
    st.sampled_from(["", "", " ", "-", ".", "(", ")", "/", "\u00a0"]), min_size=10, max_size=10
)
DEEP = list(itertools.accumulate(range(500), lambda inner, _: [inner], initial=[]))[-1]


def test_the_table_has_more_than_two_hundred_cases():
    cases = [*phone_cases.ONE_NUMBER, *phone_cases.ACCEPTED, *phone_cases.REFUSED]
    assert len(cases) == len(set(cases)) >= 200


@pytest.mark.parametrize("raw", phone_cases.ONE_NUMBER)
def test_every_spelling_of_a_number_is_one_number(raw):
    assert phones.normalise(raw) == 905551112233


@pytest.mark.parametrize(("raw", "number"), phone_cases.ACCEPTED.items())
def test_numbers_from_here_and_abroad(raw, number):
    assert phones.normalise(raw) == number


@pytest.mark.parametrize("raw", phone_cases.REFUSED)
def test_what_is_no_number_to_send_to_is_refused(raw):
    with pytest.raises(phones.InvalidNumber):
        phones.normalise(raw)


@pytest.mark.parametrize("raw", [*phone_cases.NOT_TEXT, DEEP], ids=lambda raw: type(raw).__name__)
def test_what_is_not_text_is_refused_and_never_crashes(raw):
    with pytest.raises(phones.InvalidNumber):
        phones.normalise(raw)


def test_the_refusal_has_a_code_and_does_not_repeat_the_number():
    with pytest.raises(phones.InvalidNumber) as refusal:
        phones.normalise("02121112233")
    assert isinstance(refusal.value, DomainError)
    assert refusal.value.code == "invalid-number"
    assert not re.search(r"\d", str(refusal.value))
    assert phones.InvalidNumber("Numara geçersiz.", field="recipients.3").field == "recipients.3"


def test_a_list_is_normalised_with_its_repeats_and_slips_reported():
    raws = [
        "05551112233",
        "x",
        "+90 555 111 22 44",
        "5551112233",
        None,
        "5551112244",
        "+49 151 12345678",
        "5" * 40,
    ]
    batch = phones.normalise_many(raws)
    assert batch.numbers == [905551112233, 905551112244, 4915112345678]
    assert batch.invalid == [(1, "x"), (4, "(NoneType)"), (7, "5" * 32)]
    assert batch.duplicates == 2


def test_a_list_of_anything_is_never_a_crash():
    batch = phones.normalise_many([*phone_cases.NOT_TEXT, DEEP])
    assert (batch.numbers, batch.duplicates) == ([], 0)
    assert len(batch.invalid) == len(phone_cases.NOT_TEXT) + 1
    assert all(len(shown) <= 32 for _, shown in batch.invalid)


def test_an_empty_list_is_an_empty_batch():
    assert phones.normalise_many([]) == ([], [], 0)
    assert phones.normalise_many(iter(())) == ([], [], 0)


@given(
    st.lists(st.sampled_from([*phone_cases.ONE_NUMBER, "5551112244", "yok", "", None, "+49 151 12345678"]))
)
def test_every_row_is_a_number_a_repeat_or_a_slip(raws):
    batch = phones.normalise_many(raws)
    assert len(batch.numbers) + len(batch.invalid) + batch.duplicates == len(raws)
    assert len(set(batch.numbers)) == len(batch.numbers)
    assert all(raws[index] in {"yok", "", None} for index, _ in batch.invalid)


@given(MOBILES, PREFIXES, FILLINGS)
def test_grouping_signs_change_nothing(mobile, prefix, filling):
    raw = prefix + "".join(sign + digit for sign, digit in zip(filling, str(mobile), strict=True))
    assert phones.normalise(raw) == 90_0000000000 + mobile


@given(st.text(max_size=40))
def test_any_text_is_a_number_of_ten_to_fifteen_digits_or_refused(raw):
    numbers = phones.normalise_many([raw]).numbers
    assert all(10**9 <= number < 10**15 for number in numbers)


@given(st.from_regex(r"(\+|00)[1-9][0-9]{6,15}", fullmatch=True))
def test_a_foreign_number_is_valid_by_the_library_and_stays_itself(raw):
    for number in phones.normalise_many([raw]).numbers:
        assert phones.is_turkish(number) or phonenumbers.is_valid_number(phonenumbers.parse(f"+{number}"))
        assert phones.normalise(phones.e164(number)) == number


@given(MOBILES)
def test_what_is_written_out_reads_back_as_the_same_number(mobile):
    number = 90_0000000000 + mobile
    for written in (phones.e164(number), phones.national(number), phones.pretty(number), str(number)):
        assert phones.normalise(written) == number


def test_a_turkish_number_as_each_place_writes_it():
    assert phones.e164(905551112233) == "+905551112233"
    assert phones.national(905551112233) == "5551112233"
    assert phones.pretty(905551112233) == "0555 111 22 33"
    assert phones.is_turkish(905551112233)


def test_a_foreign_number_as_each_place_writes_it():
    assert phones.e164(4915112345678) == "+4915112345678"
    assert phones.national(4915112345678) == "4915112345678"
    assert phones.pretty(4915112345678) == "+49 1511 2345678"
    assert phones.normalise(phones.pretty(12015550123)) == 12015550123
    assert not phones.is_turkish(9647912345678)


@pytest.mark.parametrize(
    ("raw", "fixed"),
    [
        ("02125550001", True), ("+90 (212) 555 00 01", True), ("4440001", False), ("8501234567", True),
        ("05301234567", False), ("", False), ("0212555000", False), ("2" * 40, False),
    ],
)  # fmt: skip
def test_a_landline_is_told_from_a_mobile_and_from_nonsense(raw, fixed):
    assert phones.is_landline(raw) == fixed
