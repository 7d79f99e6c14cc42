"""Door: into the panel step by step, out of it, and the fresh proof in between."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from smsmerkezi import requests
from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel import entrance, errors, refusals, step_up
from smsmerkezi.panel.views import PanelMixin, actor_of, own_url
from tenants import challenges, limits, login, proof, second_factor
from tenants.login import Kind, Step
from tenants.panel_forms import CodeForm, ConsentForm, LoginForm, ProofForm, RecoveryForm

CLOSED = {
    "user": _("Hesabınız kapatılmış. Firmanızın yöneticisine başvurun."),
    "tenant": _("Firmanızın hesabı askıya alınmış. Destek ekibine başvurun."),
}
DRIFT_AFTER = challenges.TRIES - 2  # tries that are left when a wrong clock becomes likely
DRIFT = _("Kodlar hep reddediliyorsa telefonunuzun saatini otomatik ayara alın; kodlar saate göre üretilir.")
TOO_OFTEN = _("Çok fazla yanlış kod girildi. Yeniden giriş yapın.")


@method_decorator(errors.answered, name="dispatch")
class Entrance(FormView, ABC):
    """A step. `?sonra=` is the page to go to; only one of ours is followed."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(self.wanted())
        return super().dispatch(request, *args, **kwargs)

    @abstractmethod
    def step(self, given: dict[str, Any]) -> Step:
        """The domain's verb. Raises DomainError."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            limits.hit_auth(requests.client_address(self.request)).check_attempts()
            done = self.step(form.cleaned_data)
        except DomainError as refusal:
            return self.refused(form, refusal)
        return entrance.go_on(self.request, done, self.wanted())

    def refused(self, form: forms.Form, refusal: DomainError) -> HttpResponse:
        closed = isinstance(refusal, login.AccountClosed)
        form.add_error(None, CLOSED[refusal.what] if closed else refusals.sentence(refusal))
        return self.form_invalid(form)

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def wanted(self) -> str:
        return own_url(self.request, self.request.GET.get("sonra", ""))

    def caller(self) -> login.Caller:
        return entrance.caller(self.request)


class Login(Entrance):
    form_class = LoginForm
    template_name = "panel/login.html"
    extra_context = {"page_title": _("Giriş yap")}

    def step(self, given: dict[str, Any]) -> Step:
        return login.log_in(**given, caller=self.caller())


class LaterStep(Entrance):
    """Only for a browser that stands before this step; any other is led back to the door."""

    kind: ClassVar[Kind]
    secret: str

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        secret = entrance.waiting(request, self.kind)
        if secret is None and not request.user.is_authenticated:
            return self.back(refusals.SENTENCES[challenges.UnknownChallenge.code])
        self.secret = secret or ""
        return super().dispatch(request, *args, **kwargs)

    def refused(self, form: forms.Form, refusal: DomainError) -> HttpResponse:
        if isinstance(refusal, challenges.UnknownChallenge):
            return self.back(refusals.sentence(refusal))
        return super().refused(form, refusal)

    def back(self, sentence: Any) -> HttpResponse:
        entrance.forget(self.request)
        messages.error(self.request, sentence, extra_tags="bad")
        wanted = self.wanted()
        query = f"?{urlencode({'sonra': wanted})}" if wanted != settings.LOGIN_REDIRECT_URL else ""
        return redirect(f"{settings.LOGIN_URL}{query}")


class Code(LaterStep):
    kind = Kind.TWO_FACTOR
    form_class = CodeForm
    template_name = "panel/login_code.html"
    extra_context = {"page_title": _("İki adımlı doğrulama")}

    def step(self, given: dict[str, Any]) -> Step:
        return login.answer(challenge_token=self.secret, **given, caller=self.caller())

    def refused(self, form: forms.Form, refusal: DomainError) -> HttpResponse:
        if not isinstance(refusal, second_factor.BadCode):
            return super().refused(form, refusal)
        if not refusal.remaining:
            return self.back(TOO_OFTEN)
        form.add_error(refusal.field, _misses(refusal))
        hint = DRIFT if refusal.remaining <= DRIFT_AFTER and refusal.field == "code" else ""
        return self.render_to_response(self.get_context_data(form=form, hint=hint), status=422)


class Recovery(Code):
    form_class = RecoveryForm
    template_name = "panel/login_recovery.html"
    extra_context = {"page_title": _("Kurtarma kodu")}


def _misses(refusal: second_factor.BadCode) -> str:
    left = ngettext("{n} deneme hakkınız kaldı.", "{n} deneme hakkınız kaldı.", refusal.remaining)
    return f"{refusals.sentence(refusal)} {left.format(n=refusal.remaining)}"


class Consent(LaterStep):
    kind = Kind.KVKK
    form_class = ConsentForm
    template_name = "panel/login_consent.html"
    extra_context = {"page_title": _("KVKK onayı")}

    def step(self, given: dict[str, Any]) -> Step:
        return login.agree(consent_token=self.secret, caller=self.caller())


class StepUp(PanelMixin, FormView):
    """Who are you, still? Then on to the page that asked."""

    permission = "proof.own"
    for_staff = while_owed = True
    form_class = ProofForm
    template_name = "panel/step_up.html"
    extra_context = {"page_title": _("Siz olduğunuzu doğrulayın")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "with_code": second_factor.is_on(self.request.user)}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            proof.step_up(by=self.actor, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(refusal.field, refusals.sentence(refusal))
            return self.form_invalid(form)
        step_up.prove(self.request)
        return redirect(own_url(self.request, self.request.GET.get("sonra", "")))

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


@require_POST
@errors.answered
def logout(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        login.log_out(by=actor_of(request))
    auth.logout(request)
    return redirect(settings.LOGIN_URL)
