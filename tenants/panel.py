"""Door: in and out of the panel, and how it looks to this person."""

from django import forms
from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from smsmerkezi import requests
from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel import errors, language, refusals, theme
from smsmerkezi.panel.views import actor_of
from tenants import acting, login, preferences

CLOSED = {
    "user": _("Hesabınız kapatılmış. Firmanızın yöneticisine başvurun."),
    "tenant": _("Firmanızın hesabı askıya alınmış. Destek ekibine başvurun."),
}
YEAR = 365 * 24 * 3600


class LoginForm(forms.Form):
    email = forms.EmailField(
        label=_("E-posta"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
        error_messages={"required": _("E-posta adresinizi yazın."), "invalid": _("E-posta adresi geçersiz.")},
    )
    password = forms.CharField(
        label=_("Parola"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Parolanızı yazın.")},
    )


class Login(FormView):
    """`?sonra=` is the page to go to; only one of ours is followed."""

    form_class = LoginForm
    template_name = "panel/login.html"
    extra_context = {"page_title": _("Giriş yap")}

    def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        return (
            redirect(self.wanted())
            if request.user.is_authenticated
            else super().get(request, *args, **kwargs)
        )

    def form_valid(self, form: LoginForm) -> HttpResponse:
        try:
            user = login.log_in(**form.cleaned_data, **caller(self.request))
        except DomainError as refusal:
            form.add_error(None, _refused(refusal))
            return self.form_invalid(form)
        auth.login(self.request, user, backend="django.contrib.auth.backends.ModelBackend")
        return redirect(self.wanted())

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def wanted(self) -> str:
        return _ours(self.request, self.request.GET.get("sonra", ""))


def _refused(refusal: DomainError) -> str:
    return (
        str(CLOSED[refusal.what]) if isinstance(refusal, login.AccountClosed) else refusals.sentence(refusal)
    )


def caller(request: HttpRequest) -> dict[str, str]:
    return {"ip": requests.client_address(request), "user_agent": request.headers.get("User-Agent", "")}


def _ours(request: HttpRequest, url: str) -> str:
    secure = request.is_secure()
    fits = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=secure)
    return url if fits else settings.LOGIN_REDIRECT_URL


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        acting.end(by=actor_of(request))
    auth.logout(request)
    return redirect(settings.LOGIN_URL)


@require_POST
@errors.answered
def set_theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    if request.user.is_authenticated:
        preferences.set_theme(user=request.user, theme=chosen)
    return _kept(request, theme.COOKIE, chosen)


@require_POST
@errors.answered
def set_language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated:
        preferences.set_language(user=request.user, language=chosen)
    return _kept(request, language.COOKIE, chosen)


def _kept(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    """Back to where the form stood, with a cookie for the pages before login."""
    response = redirect(_ours(request, request.POST.get("back", "")))
    response.set_cookie(
        cookie, value[:8], max_age=YEAR, secure=settings.SECURE, httponly=True, samesite="Lax"
    )
    return response
