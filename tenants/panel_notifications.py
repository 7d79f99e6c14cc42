"""Door: the bell in the top bar, and Bildirimler."""

from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView

from smsmerkezi.core import pages
from smsmerkezi.core.ids import uuid_of
from smsmerkezi.panel.views import PanelMixin
from tenants import notices
from tenants.models import Notification, User
from tenants.notice_kinds import KINDS, Kind, Words

PER_PAGE = 25
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


class List(Own, TemplateView):
    template_name = "panel/notifications.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        only_unread = self.request.GET.get("okunmamis") == "1"
        rows = (notices.unread if only_unread else notices.of)(self.request.user)
        cursor = self.request.GET.get("cursor")
        page = pages.page(rows, cursor=cursor, per_page=PER_PAGE, key=UUID)
        return super().get_context_data(
            page_title=_("Bildirimler"), page=page, rows=shown(page.rows), only_unread=only_unread, **kwargs
        )


class ReadAll(Own, View):
    def post(self, request: HttpRequest) -> HttpResponse:
        notices.mark_all_read(by=self.actor)
        if request.htmx:
            return render(request, "panel/_bell_list.html", {**newest(request.user), "counted": True})
        return redirect("panel-notifications")


class Read(Own, View):
    def post(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        notices.mark_read(by=self.actor, notice_id=uuid_of(raw_id))
        return redirect(back(request))


class Delete(Own, View):
    def post(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        notices.delete(by=self.actor, notice_id=uuid_of(raw_id))
        return redirect(back(request))


def back(request: HttpRequest) -> str:
    """To the list as it was: all of it, or what is not read."""
    kept = "?okunmamis=1" if request.POST.get("okunmamis") == "1" else ""
    return f"{reverse('panel-notifications')}{kept}"


class Settings(Own, View):
    """How one wants to be told of each kind."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"page_title": _("Bildirim ayarları"), "choices": notices.choices(request.user)}
        return render(request, "panel/notification_settings.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = {
            name: notices.Ways(f"{name}.panel" in request.POST, f"{name}.email" in request.POST)
            for name in KINDS
        }
        notices.choose(by=self.actor, wanted=wanted)
        messages.success(request, _("Bildirim ayarları kaydedildi."), extra_tags="ok")
        return redirect("panel-notification-settings")
