"""Door: sign-up, proof of an address, a forgotten password, and the privacy notice.

No page says whether an address is known (docs/adr/0012).
"""

import time
from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View

from smsmerkezi.panel import errors
from smsmerkezi.panel.outside import OutsideForm, knock, visitor
from tenants import links, password_rules, passwords, privacy, registration
from tenants.models import MailRequest
from tenants.panel_words import LINKS, RESET, STATUSES, VERIFY

ASKED = "asked"  # in the session: the address that was written to, and Unix seconds
AGAIN = 60  # seconds until the next mail
TOO_SOON = _("Yeni bir ileti için bir dakika bekleyin.")


class RegisterForm(forms.Form):
    """What is wrong is the domain's to say, all of it at once."""

    company_name = forms.CharField(
        label=_("Firma adı"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "required": True}),
    )
    name = forms.CharField(
        label=_("Ad soyad"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "name", "required": True}),
    )
    email = forms.CharField(
        label=_("E-posta"),
        required=False,
        max_length=1000,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "required": True, "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label=_("Cep telefonu (isteğe bağlı)"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    password = forms.CharField(
        label=_("Parola"),
        required=False,
        strip=False,
        max_length=10_000,
        help_text=" ",  # the rules stand in its place
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "required": True}),
    )
    kvkk_consent = forms.BooleanField(
        label=_("KVKK aydınlatma metnini okudum"),
        required=False,
        widget=forms.CheckboxInput(attrs={"required": True}),
    )
    marketing_consent = forms.BooleanField(
        label=_("Kampanya ve yenilikler için bana e-posta gönderilsin (isteğe bağlı)"), required=False
    )


class Register(OutsideForm):
    form_class = RegisterForm
    template_name = "panel/register.html"
    extra_context = {"page_title": _("Hesap oluştur"), "minimum": password_rules.LENGTH}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("panel-home") if request.user.is_authenticated else super().get(request)

    def form_valid(self, form: RegisterForm) -> HttpResponse:
        given = form.cleaned_data
        application = registration.Application(
            **given, password_confirmation=given["password"], language=translation.get_language()
        )
        registration.apply(by=visitor(self.request), application=application)
        _remember(self.request, given["email"])
        return redirect("panel-registered")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs, **_notice(privacy.NOTICES[0]))


class Registered(View):
    """Where the mail went, and once more after a minute. Also for somebody who is in and has not proved their address."""

    @method_decorator(errors.answered)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.email():
            return redirect("panel-register")
        if request.user.is_authenticated and request.user.email_verified_at:
            return redirect("panel-home")
        return super().dispatch(request, *args, **kwargs)

    def email(self) -> str:
        user = self.request.user
        return user.email if user.is_authenticated else self.request.session.get(ASKED, {}).get("email", "")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(again="yeniden" in request.GET)

    def post(self, request: HttpRequest) -> HttpResponse:
        if _wait(request):
            return self.show(429, too_soon=TOO_SOON)
        knock(request)
        links.ask(kind=MailRequest.Kind.VERIFY, email=self.email())
        _remember(request, self.email())
        return redirect(f"{request.path}?yeniden")

    def show(self, status: int = 200, **words: Any) -> HttpResponse:
        context = {
            "page_title": _("E-postanızı doğrulayın"),
            "email": self.email(),
            "wait": _wait(self.request),
        }
        return render(self.request, "panel/registered.html", {**context, **words}, status=status)


class Verify(View):
    """The mailed link shows a button; only the button uses the link, because mail scanners follow links."""

    @method_decorator(errors.answered)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        knock(request)
        return _kept_secret(super().dispatch(request, *args, **kwargs))

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        return _link(request, VERIFY, links.look(secret=secret, purpose=VERIFY).state)

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        try:
            links.verify(by=visitor(request), secret=secret)
        except links.LinkOver as refusal:
            return _link(request, VERIFY, refusal.state)
        return _link(request, VERIFY, "done")


class ForgottenForm(forms.Form):
    email = forms.EmailField(
        label=_("E-posta"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
        error_messages={"required": _("E-posta adresinizi yazın."), "invalid": _("E-posta adresi geçersiz.")},
    )


class Forgotten(OutsideForm):
    form_class = ForgottenForm
    template_name = "panel/forgotten.html"
    extra_context = {"page_title": _("Parolamı unuttum")}

    def form_valid(self, form: ForgottenForm) -> HttpResponse:
        links.ask(kind=MailRequest.Kind.RESET, email=form.cleaned_data["email"])
        words = {"page_title": _("E-postanıza bakın"), "email": form.cleaned_data["email"]}
        return render(self.request, "panel/asked.html", words)


class ResetForm(forms.Form):
    password = forms.CharField(
        label=_("Yeni parola"),
        required=False,
        strip=False,
        max_length=10_000,
        help_text=" ",  # the rules stand in its place
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "required": True}),
    )


class Reset(OutsideForm):
    form_class = ResetForm
    template_name = "panel/reset.html"
    extra_context = {"page_title": _("Yeni parola belirleyin"), "minimum": password_rules.LENGTH}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _kept_secret(super().dispatch(request, *args, **kwargs))

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        knock(request)
        state = links.look(secret=secret, purpose=RESET).state
        return super().get(request) if state == "valid" else _link(request, RESET, state)

    def form_valid(self, form: ResetForm) -> HttpResponse:
        new = form.cleaned_data["password"]
        try:
            passwords.reset(by=visitor(self.request), secret=self.kwargs["secret"], password=new, again=new)
        except links.LinkOver as refusal:
            return _link(self.request, RESET, refusal.state)
        return _link(self.request, RESET, "done")


@errors.answered
def notice(request: HttpRequest, version: str = "") -> HttpResponse:
    """The dated text, in the page's language; without a date, the one that holds now."""
    if not version:
        return redirect("panel-notice", privacy.NOTICES[0])
    if version not in privacy.NOTICES:
        raise Http404
    text = f"kvkk/{version}.{translation.get_language()}.html"
    context = {"page_title": _("KVKK aydınlatma metni"), "text": text}
    return render(request, "panel/notice.html", {**context, **_notice(version)})


def _notice(version: str) -> dict[str, Any]:
    current = privacy.NOTICES[0]
    day = date.fromisoformat(version).strftime("%d.%m.%Y")
    return {"version": version, "notice_day": day, "current": current, "is_current": version == current}


def _remember(request: HttpRequest, email: str) -> None:
    request.session[ASKED] = {"email": email.strip()[:254], "at": time.time()}


def _wait(request: HttpRequest) -> int:
    """Seconds until this browser may ask for another mail."""
    asked = request.session.get(ASKED, {}).get("at", 0)
    return max(0, round(asked + AGAIN - time.time()))


def _link(request: HttpRequest, purpose: str, state: str) -> HttpResponse:
    words = LINKS[purpose, state]
    context = {"page_title": words.title, "words": words, "state": state}
    return render(request, "panel/link.html", context, status=STATUSES.get(state, 410))


def _kept_secret(response: HttpResponse) -> HttpResponse:
    """The address of such a page is a secret: it is kept in no cache. (No other site is told it on any page.)"""
    response["Cache-Control"] = "no-store"
    return response
