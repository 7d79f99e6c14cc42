"""Door: the bell in the top bar."""

from functools import cache
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from smsmerkezi.panel.views import PanelMixin
from tenants import notices
from tenants.models import Notification, User
from tenants.notice_kinds import KINDS, Kind, Words

IN_BELL = 8


class Shown(NamedTuple):
    """`kind` is None for one that is no more."""

    notice: Notification
    words: Words
    kind: Kind | None


def shown(rows: Any) -> list[Shown]:
    return [Shown(row, notices.words(row), KINDS.get(row.kind)) for row in rows]


def bell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: how many notices the person has not read; counted once, by the templates that show it."""
    user = getattr(request, "user", None)
    inside = user is not None and user.is_authenticated and not user.is_super_admin
    return {"unread": cache(lambda: notices.unread(user).count())} if inside else {}


class Own(PanelMixin):
    permission = "notifications.own"
    while_owed = True  # the bell asks on the page where a second factor is set up, too


class Count(Own, View):
    """The number on the bell, asked for again every 30 seconds."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "panel/_bell_count.html")


class Bell(Own, View):
    """The newest few, when the bell is opened."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "panel/_bell_list.html", newest(request.user))


def newest(user: User) -> dict[str, Any]:
    return {"rows": shown(notices.of(user)[:IN_BELL])}


class ReadAll(Own, View):
    def post(self, request: HttpRequest) -> HttpResponse:
        notices.mark_all_read(by=self.actor)
        if request.htmx:
            return render(request, "panel/_bell_list.html", {**newest(request.user), "counted": True})
        return redirect("panel-notifications")
