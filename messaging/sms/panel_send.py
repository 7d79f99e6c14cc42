"""Door: quick send. Write, see what it costs, confirm, and the message is accepted once."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views import View
from django_htmx.http import reswap, retarget

from messaging.senders import approval
from messaging.sms import panel_words, quoting, sending
from messaging.sms.panel_forms import ComposeForm, draft, new_key
from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel.views import PanelMixin


class Compose(PanelMixin, View):
    permission = "sms.send"

    def get(self, request: HttpRequest) -> HttpResponse:
        preferred = self.tenant.default_originator
        return self.show(
            ComposeForm(originators=self.originators(), initial={"originator": preferred, "when": "now"})
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        """Send. The key was made for this confirmation, so the same form posted twice is one message."""
        form = self.filled()
        if not form.is_valid():
            return self.show(form, 422)
        try:
            accepted = sending.send_sms(
                by=self.actor, order=form.order(), idempotency_key=form.cleaned_data["key"] or None
            )
        except DomainError as refusal:
            form.refuse(refusal)
            return self.show(form, 422)
        return redirect("panel-message", message_id=accepted.id)

    def filled(self) -> ComposeForm:
        return ComposeForm(self.request.POST, originators=self.originators())

    def originators(self) -> list[str]:
        return approval.approved_labels(self.tenant)

    def show(self, form: ComposeForm, status: int = 200) -> HttpResponse:
        template = "panel/_compose.html" if self.request.htmx else "panel/send.html"
        response = render(self.request, template, self.context(form), status=status)
        return reswap(retarget(response, "#compose"), "outerHTML") if self.request.htmx else response

    def context(self, form: ComposeForm) -> dict[str, Any]:
        _slug, able = sending.road(self.tenant)
        return {
            "page_title": _("Hızlı gönderim"),
            "form": form,
            "profile": asdict(able.profile),
            **quoted(self, draft(form.data or form.initial, "")),
        }


class Review(Compose):
    """What would be sent, to how many, at what cost: a dialog, or a page without script."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("panel-send")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.filled()
        quote = quoting.quote(by=self.actor, order=form.order()) if form.is_valid() else None
        if quote is not None:
            self.check(form, quote)
        if form.errors:
            return self.show(form, 422)
        template = "panel/_confirm.html" if request.htmx else "panel/confirm.html"
        return render(
            request,
            template,
            {
                "form": form,
                "quote": quote,
                "key": new_key(),
                "told": [panel_words.CONTENT[code] for code in quote.warnings] if quote else [],
                "page_title": _("Gönderimi onaylayın"),
            },
        )

    def check(self, form: ComposeForm, quote: quoting.Quote) -> None:
        """What sending would refuse, told before the question."""
        try:
            quoting.check(quote, form.order())
        except DomainError as refusal:
            form.refuse(refusal)


class Quote(PanelMixin, View):
    """The meter's numbers and the recipients' chips, 400 ms after the last key."""

    permission = "sms.send"

    def post(self, request: HttpRequest) -> HttpResponse:
        return render(request, "panel/_quote.html", quoted(self, draft(request.POST, "")))


def quoted(view: PanelMixin, order: sending.Order) -> dict[str, Any]:
    quote = quoting.quote(by=view.actor, order=order)
    told = [panel_words.CONTENT[code] for code in quote.warnings]
    return {"quote": quote, "encoding": panel_words.ENCODINGS[quote.size.encoding], "told": told}
