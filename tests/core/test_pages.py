"""Pages over a list that stands for a queryset: what is asked for, and in which direction."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsmerkezi.core import cursors, pages


@dataclass(frozen=True)
class Row:
    pk: int


class Rows:
    """As much of a queryset as pages need; remembers how many rows were read."""

    def __init__(self, keys: list[int]) -> None:
        self.keys, self.read = keys, 0

    def filter(self, **conditions: Any) -> "Rows":
        ((name, border),) = conditions.items()
        kept = {"pk__lt": lambda key: key < border, "pk__gt": lambda key: key > border}[name]
        return Rows([key for key in self.keys if kept(key)])

    def order_by(self, name: str) -> "Rows":
        return Rows(sorted(self.keys, reverse=name.startswith("-")))

    def __getitem__(self, part: slice) -> list[Row]:
        assert part.stop is not None, "a page never reads a whole table"
        return [Row(key) for key in self.keys[part]]


def keys(page: pages.Page) -> list[int]:
    return [row.pk for row in page.rows]


def test_the_first_page_is_the_newest_and_has_nothing_before_it():
    page = pages.page(Rows([1, 2, 3, 4, 5]), cursor=None, per_page=2)
    assert (keys(page), page.newer, page.per_page) == ([5, 4], None, 2)
    assert cursors.decode(page.older) == (4, False)


def test_a_page_in_the_middle_leads_both_ways():
    page = pages.page(Rows([1, 2, 3, 4, 5]), cursor=cursors.encode(4), per_page=2)
    assert keys(page) == [3, 2]
    assert (cursors.decode(page.newer), cursors.decode(page.older)) == ((3, True), (2, False))


def test_the_last_page_leads_back_only():
    page = pages.page(Rows([1, 2, 3]), cursor=cursors.encode(2), per_page=5)
    assert (keys(page), page.older) == ([1], None)
    assert cursors.decode(page.newer) == (1, True)


def test_a_page_that_is_exactly_full_leads_nowhere():
    page = pages.page(Rows([1, 2]), cursor=None, per_page=2)
    assert (page.older, page.newer) == (None, None)


def test_nothing_is_a_page_too():
    for cursor in (None, cursors.encode(1), cursors.encode(9, prev=True)):
        page = pages.page(Rows([]), cursor=cursor, per_page=5)
        assert (page.rows, page.older, page.newer) == ([], None, None)


def test_going_back_to_the_beginning_ends_there():
    page = pages.page(Rows([1, 2, 3]), cursor=cursors.encode(2, prev=True), per_page=5)
    assert (keys(page), page.newer) == ([3], None)
    assert cursors.decode(page.older) == (3, False)


def test_the_row_of_a_cursor_may_be_gone():
    assert keys(pages.page(Rows([1, 2, 4]), cursor=cursors.encode(3), per_page=9)) == [2, 1]


@given(st.sets(st.integers(1, 10_000), max_size=60), st.integers(1, 12))
def test_there_and_back_meets_every_row_once(found, per_page):
    rows, newest_first = Rows(list(found)), sorted(found, reverse=True)
    page = pages.page(rows, cursor=None, per_page=per_page)
    seen = keys(page)
    while page.older:
        page = pages.page(rows, cursor=page.older, per_page=per_page)
        seen += keys(page)
    assert seen == newest_first
    back = keys(page)
    while page.newer:
        page = pages.page(rows, cursor=page.newer, per_page=per_page)
        back = keys(page) + back
    assert back == newest_first


class TestSize:
    @pytest.mark.parametrize("raw", [None, ""])
    def test_is_the_usual_one_where_none_is_asked_for(self, raw):
        assert pages.size(raw, default=20, largest=100) == 20

    @pytest.mark.parametrize(("raw", "size"), [("1", 1), ("100", 100), ("007", 7)])
    def test_is_the_one_asked_for(self, raw, size):
        assert pages.size(raw, default=20, largest=100) == size

    @pytest.mark.parametrize("raw", ["0", "101", "-1", "+1", "1.0", "1e1", " 1", "x", "٣", "²", "9" * 5000])
    def test_is_never_clamped(self, raw):
        with pytest.raises(pages.BadPageSize, match="1 ile 100") as refused:
            pages.size(raw, default=20, largest=100)
        assert refused.value.field == "per_page"
