"""The way in: the panel's rule, limit, trail and further steps."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpResponse

from smsmerkezi import requests
from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel import entrance
from tenants import limits, login


class LoginForm(AdminAuthenticationForm):
    """Whoever is not platform staff is told the same as with a wrong password."""

    step: login.Step
    username = forms.EmailField(
        label="E-posta",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="Parola",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def clean(self) -> dict[str, Any]:
        if "username" in self.cleaned_data and "password" in self.cleaned_data:
            self.step = self._step()
        return self.cleaned_data

    def _step(self) -> login.Step:
        try:
            limits.hit_auth(requests.client_address(self.request)).check_attempts()
            return login.log_in(
                email=self.cleaned_data["username"],
                password=self.cleaned_data["password"],
                caller=entrance.caller(self.request),
                staff_only=True,
            )
        except DomainError as refusal:
            raise forms.ValidationError(refusal.message) from refusal


class Login(LoginView):
    """Consent and the second factor are asked for on the panel's pages, which lead back here."""

    def form_valid(self, form: LoginForm) -> HttpResponse:
        return entrance.go_on(self.request, form.step, self.get_success_url())
