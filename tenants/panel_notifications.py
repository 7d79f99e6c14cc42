"""Door: Bildirimler, the list and its settings."""

from typing import Any
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
from tenants import notice_choices, notices
from tenants.notice_kinds import KINDS
from tenants.panel_bell import Own, shown

PER_PAGE = 25


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
        context = {"page_title": _("Bildirim ayarları"), "choices": notice_choices.choices(request.user)}
        return render(request, "panel/notification_settings.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = {
            name: notice_choices.Ways(f"{name}.panel" in request.POST, f"{name}.email" in request.POST)
            for name in KINDS
        }
        notice_choices.choose(by=self.actor, wanted=wanted)
        messages.success(request, _("Bildirim ayarları kaydedildi."), extra_tags="ok")
        return redirect("panel-notification-settings")
