"""Pages of a table of any size: nothing is counted, and what no index finds is sought among the newest rows only."""

from typing import Any

from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db.models import QuerySet

from smsmerkezi.backoffice import cells

DEEPEST = 200  # pages; further back, narrow the list
LOOK_AT = 50_000  # newest rows in which a filter without an index looks


class Pages(ChangeList):
    """Django's list without `count(*)`: one row more than a page says whether there is an older page."""

    def get_results(self, request: Any) -> None:
        self.page_num = min(max(1, self.page_num), DEEPEST)
        start = (self.page_num - 1) * self.list_per_page
        rows = list(self.queryset[start : start + self.list_per_page + 1])
        self.more = len(rows) > self.list_per_page
        self.result_list = self.model_admin.completed(rows[: self.list_per_page])
        self.result_count = len(self.result_list)
        self.full_result_count = None
        self.show_full_result_count = self.show_admin_actions = self.can_show_all = False
        self.multi_page = self.more or self.page_num > 1
        self.paginator = None

    def get_queryset(self, request: Any, exclude_parameters: Any = None) -> QuerySet[Any]:
        rows = super().get_queryset(request, exclude_parameters)
        if not self.windowed:
            return rows
        newest = self._indexed(request).order_by("-pk").values("pk")[:LOOK_AT]
        return rows.filter(pk__in=newest)

    @property
    def windowed(self) -> bool:
        """A filter is set that no index serves, on a table that grows with every message."""
        return self.model_admin.grows and any(spec.used and not spec.indexed for spec in self.filter_specs)

    def _indexed(self, request: Any) -> QuerySet[Any]:
        rows = self.root_queryset
        for spec in self.filter_specs:
            rows = spec.queryset(request, rows) if spec.indexed else rows
        return rows

    @property
    def narrowed(self) -> bool:
        return bool(self.query) or any(spec.used for spec in self.filter_specs)

    @property
    def newer(self) -> str:
        return self.get_query_string({PAGE_VAR: self.page_num - 1}) if self.page_num > 1 else ""

    @property
    def older(self) -> str:
        deeper = self.more and self.page_num < DEEPEST
        return self.get_query_string({PAGE_VAR: self.page_num + 1}) if deeper else ""

    def headings(self) -> list[str]:
        return [cells.heading(self.model_admin, name) for name in self.list_display]

    def lines(self) -> list[dict[str, Any]]:
        """Each row with its address and its cells."""
        names = list(zip(self.list_display, self.headings(), strict=True))
        return [
            {
                "url": self.url_for_result(row),
                "cells": [
                    cells.Cell(label, cells.shown(self.model_admin, name, row)) for name, label in names
                ],
            }
            for row in self.result_list
        ]
