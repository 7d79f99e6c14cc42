"""Door: API anahtarları. One's own keys: made, shown once, used from where, taken back."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from smsmerkezi.core.errors import DomainError
from smsmerkezi.core.ids import row_id
from smsmerkezi.panel.step_up import StepUpMixin
from tenants import tokens
from tenants.panel_token_form import READING, TokenForm


class Tokens(StepUpMixin, View):
    permission = "tokens.own"

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "page_title": _("API anahtarları"),
            "tokens": tokens.of(request.user),
            "address": request.build_absolute_uri("/v1/sms/send"),
        }
        return render(request, "panel/tokens.html", context)


class NewToken(StepUpMixin, FormView):
    """What the form makes is shown in the answer to it and never again."""

    permission = "tokens.own"
    form_class = TokenForm
    template_name = "panel/token_new.html"
    extra_context: ClassVar[dict[str, Any]] = {"page_title": _("Yeni anahtar"), "reading": READING}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        preset = READING if self.request.GET.get("yetki") == "okuma" else ()
        return {"abilities": list(preset), "life": "365"}

    def form_valid(self, form: TokenForm) -> HttpResponse:
        try:
            made = tokens.create(by=self.actor, **form.wanted())
        except DomainError as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        context = {"page_title": _("Anahtarınız hazır"), "made": made}
        response = render(self.request, "panel/token_made.html", context)
        response["Cache-Control"] = "no-store"  # also not in the browser's way back
        return response

    def form_invalid(self, form: TokenForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class Revoke(StepUpMixin, View):
    permission = "tokens.own"

    def get(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        token = tokens.find(by=self.actor, token_id=row_id(raw_id))
        context = {"page_title": _("Anahtarı iptal et"), "token": token}
        return render(request, "panel/token_revoke.html", context)

    def post(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        tokens.revoke(by=self.actor, token_id=row_id(raw_id))
        messages.success(request, _("Anahtar iptal edildi."), extra_tags="ok")
        return redirect("panel-tokens")
