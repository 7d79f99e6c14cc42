"""Door: the browsers in which I am logged in, and closing them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView

from smsmerkezi.panel.views import PanelMixin
from tenants import devices, sessions
from tenants.models import PanelSession


class Sessions(PanelMixin, TemplateView):
    permission = "settings.own"
    template_name = "panel/sessions.html"
    extra_context = {"page_title": _("Oturumlar")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        here = self.request.session.session_key
        rows = [_row(row, here) for row in sessions.of_person(self.request.user)]
        return super().get_context_data(**kwargs, rows=rows, others=len(rows) - 1)


class CloseSession(PanelMixin, View):
    permission = "settings.own"

    def post(self, request: HttpRequest, session_id: int) -> HttpResponse:
        sessions.close(by=self.actor, session_id=session_id)
        messages.success(request, gettext("Oturum kapatıldı."), extra_tags="ok")
        return redirect("panel-sessions")


class CloseOthers(PanelMixin, View):
    permission = "settings.own"

    def post(self, request: HttpRequest) -> HttpResponse:
        n = sessions.close_others(by=self.actor, key=request.session.session_key)
        said = ngettext("{n} oturum kapatıldı.", "{n} oturum kapatıldı.", n).format(n=n)
        messages.success(request, said, extra_tags="ok")
        return redirect("panel-sessions")


def _row(row: PanelSession, here: str) -> dict[str, Any]:
    return {
        "session": row,
        "device": devices.name(row.user_agent) or gettext("Tanınmayan tarayıcı"),
        "here": row.key == here,
    }
