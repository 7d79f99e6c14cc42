"""The contract's two forms of a page (A7): links and meta for #4, meta alone for the panel's lists."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from rest_framework.request import Request

from smsmerkezi.core.pages import Page


def with_links(request: Request, page: Page[Any], row: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """Form L. The links keep the other filters."""
    path = request.build_absolute_uri(request.path)

    def link(cursor: str | None) -> str | None:
        if cursor is None:
            return None
        kept = [(name, value) for name, value in request.query_params.items() if name != "cursor"]
        return f"{path}?{urlencode([*kept, ('cursor', cursor)])}"

    return {
        "data": [row(each) for each in page.rows],
        "links": {"first": None, "last": None, "prev": link(page.newer), "next": link(page.older)},
        "meta": {
            "path": path,
            "per_page": page.per_page,
            "next_cursor": page.older,
            "prev_cursor": page.newer,
        },
    }


def with_meta(page: Page[Any], row: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """Form M."""
    return {
        "data": [row(each) for each in page.rows],
        "meta": {
            "next_cursor": page.older,
            "prev_cursor": page.newer,
            "has_more": page.older is not None,
            "per_page": page.per_page,
        },
    }
