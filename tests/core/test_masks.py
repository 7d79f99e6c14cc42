import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsmerkezi.core import masks

MASKS = (masks.mask_v1, masks.mask_panel, masks.mask_screen)


def test_the_masks_are_the_contracts():
    assert masks.mask_v1(905551112233) == "+90555***2233"
    assert masks.mask_v1(905551112244) == "+90555***2244"
    assert masks.mask_panel(905551234567) == "555****4567"
    assert len(masks.mask_panel(905551234567)) == 11


def test_the_mask_on_screen_is_grouped_as_people_read_it():
    assert masks.mask_screen(905551112233) == "0555 *** 22 33"


def test_a_foreign_number_keeps_its_country():
    assert masks.mask_v1(4915112345678) == "+491511***5678"
    assert masks.mask_panel(4915112345678) == "491511****5678"
    assert masks.mask_screen(4915112345678) == "+491511 *** 56 78"


@pytest.mark.parametrize("mask", MASKS)
@given(number=st.integers(5_000_000_000, 5_999_999_999))
def test_three_digits_never_appear(mask, number):
    digits = str(number)
    shown = "".join(char for char in mask(90_0000000000 + number) if char.isdigit())
    assert shown.endswith(digits[:3] + digits[6:])
    assert len(shown.removeprefix("90").removeprefix("0")) == 7


@pytest.mark.parametrize("mask", MASKS)
@given(number=st.integers(1_000_000_000, 999_999_999_999_999))
def test_numbers_that_differ_in_the_hidden_digits_look_the_same(mask, number):
    assert mask(number) == mask(number // 10**7 * 10**7 + number % 10**4)
    assert "***" in mask(number)
