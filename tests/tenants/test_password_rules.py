"""What a password must be, and in which order people are told."""

import pytest

from tenants import password_rules


def codes(password, again=None, **options):
    found = password_rules.faults(password, password if again is None else again, **options)
    return [fault.code.removeprefix("password-") for fault in found]


@pytest.mark.parametrize("password", ["uzun-bir-parola-42", "ğüşiöç ğüşiöç 7", "x7" * 32, "y8" * 512])
def test_a_good_one_is_good(password):
    assert codes(password) == []


@pytest.mark.parametrize(
    ("password", "wrong"),
    [
        ("", ["too-short"]),
        ("kisa-1", ["too-short"]),
        ("11-harfli-1", ["too-short"]),
        ("yalnizca-harfler", ["too-plain"]),
        ("123456789012", ["too-plain"]),
        ("------------", ["too-plain"]),
        ("password1234", ["too-common"]),
        ("PassWord1234", ["too-common"]),
        ("a1" * 513, ["too-long"]),
    ],
)
def test_a_bad_one_is_told_one_thing(password, wrong):
    assert codes(password) == wrong


def test_letters_and_digits_are_asked_for_only_once_it_is_long_enough():
    """Contract D12: the sample of #27 is short and plain, and hears of the length alone."""
    assert codes("|]|{+-", minimum=password_rules.API_LENGTH) == ["too-short"]
    assert codes("|]|{+-|]|", minimum=password_rules.API_LENGTH) == ["too-plain"]


def test_a_slip_of_the_finger_is_told_first():
    assert codes("|]|{+-", "architecto", minimum=8) == ["not-repeated", "too-short"]


def test_a_fault_says_which_field_and_which_length():
    (fault,) = password_rules.faults("kisa", "kisa", field="new_password")
    assert (fault.field, fault.minimum) == ("new_password", 12)
    assert fault.message == "parola en az 12 karakter olmalıdır."


def test_no_fault_repeats_the_password():
    faults = password_rules.faults("cok-gizli", "baska")
    assert "gizli" not in "".join(map(str, faults))


def test_the_most_common_ones_of_every_door_are_refused():
    common = ["password1", "qwerty123", "12345678a", "iloveyou1"]
    assert [codes(each, minimum=8) for each in common] == [["too-common"]] * 4
