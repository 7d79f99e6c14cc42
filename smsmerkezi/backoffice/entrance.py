"""The way in: the same rule, limit and trail as the panel's."""

from typing import Any

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm

from smsmerkezi import requests
from smsmerkezi.core.errors import DomainError
from tenants import limits, login


class LoginForm(AdminAuthenticationForm):
    """Whoever is not platform staff is told the same as with a wrong password."""

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
            self.user_cache = self._user()
        return self.cleaned_data

    def _user(self) -> Any:
        try:
            address = requests.client_address(self.request)
            limits.hit_auth(address).check_attempts()
            step = login.log_in(
                email=self.cleaned_data["username"],
                password=self.cleaned_data["password"],
                caller=login.Caller(address, self.request.headers.get("User-Agent", "")),
                staff_only=True,
            )
        except DomainError as refusal:
            raise forms.ValidationError(refusal.message) from refusal
        return step.user
