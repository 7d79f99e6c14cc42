"""The contract's forms of a page (A7)."""

from dataclasses import dataclass

import pytest
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from smsmerkezi.api import pagination
from smsmerkezi.core.pages import Page


@dataclass
class Row:
    pk: int


PAGE = Page([Row(3), Row(2)], older="eyJpZCI6Mn0", newer=None, per_page=2)


def shown(row: Row) -> dict:
    return {"id": row.pk}


def asked(query: str) -> Request:
    return Request(APIRequestFactory().get(f"/v1/sms?{query}"))


def test_the_panels_form_has_all_four_members():
    assert pagination.with_meta(PAGE, shown) == {
        "data": [{"id": 3}, {"id": 2}],
        "meta": {"next_cursor": "eyJpZCI6Mn0", "prev_cursor": None, "has_more": True, "per_page": 2},
    }


def test_the_last_page_has_no_more():
    page = Page([Row(1)], older=None, newer="x", per_page=2)
    assert pagination.with_meta(page, shown)["meta"]["has_more"] is False


@pytest.mark.parametrize("query", ["", "cursor=old"])
def test_the_linked_form_replaces_the_cursor(query):
    body = pagination.with_links(asked(query), PAGE, shown)
    assert body["links"] == {
        "first": None,
        "last": None,
        "prev": None,
        "next": "http://testserver/v1/sms?cursor=eyJpZCI6Mn0",
    }
    assert body["meta"]["path"] == "http://testserver/v1/sms"


def test_links_are_written_so_that_they_can_be_followed():
    body = pagination.with_links(asked("from=2026-05-01T00:00:00%2B03:00&status=a%26b"), PAGE, shown)
    assert body["links"]["next"].endswith(
        "?from=2026-05-01T00%3A00%3A00%2B03%3A00&status=a%26b&cursor=eyJpZCI6Mn0"
    )
