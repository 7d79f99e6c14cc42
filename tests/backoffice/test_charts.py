"""Charts drawn by the server."""

import re

import pytest

from smsmerkezi.templatetags import charts


def heights(svg: str) -> list[int]:
    return [int(height) for height in re.findall(r"v-(\d+)h", svg)]


def test_bars_are_as_high_as_their_values():
    svg = charts.sparkline([10, 5, 20], "üç değer")
    assert heights(svg) == [20, 10, 40]
    assert 'viewBox="0 0 12 40"' in svg


def test_what_is_small_is_still_seen_and_nothing_is_nothing():
    svg = charts.sparkline([1, 0, 10_000], "")
    assert heights(svg) == [charts.LEAST, charts.HIGH]
    assert [int(place) for place in re.findall(r"M(\d+) 40v", svg)] == [0, 8]


@pytest.mark.parametrize("values", [[], [0, 0, 0]])
def test_without_values_there_is_the_base_alone(values):
    svg = charts.sparkline(values, "")
    assert heights(svg) == []
    assert 'class="base"' in svg


def test_it_says_what_it_shows_and_has_nothing_inline():
    svg = charts.sparkline([1], '"><script>')
    assert 'role="img"' in svg
    assert "<script>" not in svg
    assert "style=" not in svg
