"""Door: the list of messages and one message, in the panel."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView

from messaging.sms import cancelling, filters, numbers, panel_words, searching
from messaging.sms.models import Message
from messaging.sms.panel_detail import Story
from messaging.sms.panel_forms import ListForm
from smsmerkezi.core import pages
from smsmerkezi.panel.views import PanelMixin

PER_PAGE = 25


class List(PanelMixin, TemplateView):
    permission = "sms.read"

    def get_template_names(self) -> list[str]:
        partial = self.request.htmx and not self.request.htmx.boosted
        return ["panel/_message_table.html" if partial else "panel/messages.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = ListForm(self.request.GET, originators=searching.originators(self.tenant))
        rows = _chosen(self.tenant, form.cleaned_data) if form.is_valid() else Message.objects.none()
        page = pages.page(rows, cursor=self.request.GET.get("cursor"), per_page=PER_PAGE)
        return super().get_context_data(
            page_title=_("Mesajlar"),
            form=form,
            page=page,
            rows=[_row(message) for message in page.rows],
            narrowed=any(form.data.get(name) for name in [*form.fields, "cursor"]),
            may_send=self.can("sms.send"),
            **kwargs,
        )


def _row(message: Message) -> tuple[Message, panel_words.Word, Any]:
    word = panel_words.STATUSES[panel_words.status_of(message)]
    return message, word, panel_words.SOURCES[message.source]


def _chosen(tenant: Any, given: dict[str, Any]) -> Any:
    rows = filters.MessageFilter(
        {name: given[name] for name in ("status", "originator", "source")}, Message.objects.of(tenant)
    ).qs
    return searching.on_days(
        searching.containing(rows, tenant=tenant, text=given["text"]), given["first"], given["last"]
    )


class Detail(PanelMixin, TemplateView):
    """The whole page; `Live` is the part of it that changes."""

    permission = "sms.read"
    template_name = "panel/message.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        story = Story(self.request, kwargs["message_id"])
        return super().get_context_data(page_title=_("Mesaj"), story=story, **kwargs)


class Live(PanelMixin, View):
    """Polled until the message is final; its answer says when to ask again."""

    permission = "sms.read"

    def get(self, request: HttpRequest, message_id: str) -> HttpResponse:
        return render(request, "panel/_message_live.html", {"story": Story(request, message_id)})


class Numbers(PanelMixin, View):
    """`Göster`: the same page with whole numbers, for ten minutes."""

    permission = "sms.numbers"

    def post(self, request: HttpRequest, message_id: str) -> HttpResponse:
        story = Story(request, message_id)
        numbers.reveal(by=self.actor, message=story.message)
        story.reveal()
        template = "panel/_message_live.html" if request.htmx else "panel/message.html"
        return render(request, template, {"story": story, "page_title": _("Mesaj")})


class Cancel(PanelMixin, View):
    permission = "sms.cancel"

    def get(self, request: HttpRequest, message_id: str) -> HttpResponse:
        template = "panel/_cancel.html" if request.htmx else "panel/cancel.html"
        return render(
            request, template, {"story": Story(request, message_id), "page_title": _("Gönderimi iptal et")}
        )

    def post(self, request: HttpRequest, message_id: str) -> HttpResponse:
        story = Story(request, message_id)
        cancelling.cancel(by=self.actor, message_id=story.message.pk)
        return redirect("panel-message", message_id=story.message.pk)
