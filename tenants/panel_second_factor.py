"""Door: one's own second factor: set up in three steps, recovery codes renewed, switched off."""

from abc import ABC, abstractmethod
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView, View

from smsmerkezi.core import qr
from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel import entrance, refusals
from smsmerkezi.panel.step_up import StepUpMixin
from smsmerkezi.panel.views import PanelMixin
from tenants import enrolment, second_factor
from tenants.panel_forms import BothForm, CodeForm

HOME = "panel-second-factor"
SHELL, OUTSIDE = "ui/shell.html", "ui/outside.html"


class Account(PanelMixin):
    """Pages of one's own account: platform staff have one, too, and whoever owes a second factor comes here first."""

    permission = "second-factor.own"
    for_staff = while_owed = True

    def shown(self) -> dict[str, Any]:
        """Without the panel's menu for those whom its pages are closed to."""
        user = self.request.user
        owed = second_factor.is_owed(user)
        return {"layout": OUTSIDE if owed or user.is_super_admin else SHELL, "owed": owed}

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(**self.shown(), **more)


class AccountForm(Account, FormView, ABC):
    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            return self.done(form.cleaned_data)
        except (enrolment.AlreadyOn, enrolment.NothingPending, enrolment.NotOn) as refusal:
            return _elsewhere(self.request, refusal)
        except DomainError as refusal:
            form.add_error(refusal.field, refusals.sentence(refusal))
            return self.form_invalid(form)

    @abstractmethod
    def done(self, given: dict[str, Any]) -> HttpResponse:
        """The domain's verb, and what follows. Raises DomainError."""

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def codes(self, codes: list[str], *, new: bool) -> HttpResponse:
        """Shown this once; the browser is not to keep the page."""
        entrance.stay_in(self.request)
        shown = {
            "page_title": _("Kurtarma kodları"),
            "codes": codes,
            "text": "\n".join(codes),
            "file": f"data:text/plain;charset=utf-8,{quote(_as_file(codes))}",
            "new": new,
        }
        return _unkept(render(self.request, "panel/second_factor_codes.html", {**self.shown(), **shown}))


class Overview(Account, TemplateView):
    template_name = "panel/second_factor.html"
    extra_context = {"page_title": _("İki adımlı doğrulama")}

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        standing = second_factor.standing(self.request.user)
        return super().get_context_data(standing=standing, **more)


class Start(StepUpMixin, Account, View):
    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            enrolment.start(by=self.actor)
        except enrolment.AlreadyOn as refusal:
            return _elsewhere(request, refusal)
        return redirect("panel-second-factor-key")

    def after_step_up(self) -> str:
        return reverse(HOME)


class Key(StepUpMixin, Account, TemplateView):
    """Step one: the key, as a picture for cameras and as text for those who type."""

    template_name = "panel/second_factor_key.html"
    extra_context = {"page_title": _("Doğrulama uygulamasını bağlayın")}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            found = enrolment.setup(by=self.actor)
        except enrolment.NothingPending as refusal:
            return _elsewhere(request, refusal)
        secret = found.secret
        grouped = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        picture = mark_safe(qr.svg(found.url, label=gettext("Doğrulama uygulaması için QR kodu")))  # noqa: S308 - drawn by us
        context = self.get_context_data(secret=secret, grouped=grouped, picture=picture)
        return _unkept(self.render_to_response(context))


class Confirm(StepUpMixin, AccountForm):
    """Step two: the app's first code. Its answer is step three."""

    form_class = CodeForm
    template_name = "panel/second_factor_confirm.html"
    extra_context = {"page_title": _("Kodu doğrulayın")}

    def done(self, given: dict[str, Any]) -> HttpResponse:
        return self.codes(enrolment.confirm(by=self.actor, **given).codes, new=True)


class Regenerate(AccountForm):
    form_class = BothForm
    template_name = "panel/second_factor_prove.html"
    extra_context = {
        "page_title": _("Kurtarma kodlarını yenile"),
        "warning": _("Eski kurtarma kodlarınız hemen geçersiz olur."),
        "action": _("Yenile"),
    }

    def done(self, given: dict[str, Any]) -> HttpResponse:
        return self.codes(enrolment.regenerate(by=self.actor, **given), new=False)


class Disable(AccountForm):
    form_class = BothForm
    template_name = "panel/second_factor_prove.html"
    extra_context = {
        "page_title": _("İki adımlı doğrulamayı kapat"),
        "warning": _("Hesabınıza yalnız parolanızla girilebilir; kurtarma kodlarınız da geçersiz olur."),
        "action": _("Doğrulamayı kapat"),
        "tone": "danger",
    }

    def done(self, given: dict[str, Any]) -> HttpResponse:
        enrolment.disable(by=self.actor, **given)
        entrance.stay_in(self.request)
        messages.success(self.request, gettext("İki adımlı doğrulama kapatıldı."), extra_tags="ok")
        return redirect(HOME)


def _elsewhere(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """The page is behind what has become of the second factor meanwhile."""
    on = isinstance(refusal, enrolment.AlreadyOn)
    sentence = gettext("İki adımlı doğrulama zaten açık.") if on else refusals.sentence(refusal)
    messages.info(request, sentence, extra_tags="info")
    return redirect(HOME)


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


def _as_file(codes: list[str]) -> str:
    return "\r\n".join(
        [gettext("SMS Merkezi kurtarma kodları"), gettext("Her kod bir kez kullanılır."), "", *codes, ""]
    )
