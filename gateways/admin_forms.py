"""What staff fill in about an account. Credentials go in and never come out: a form says only whether one is set."""

from typing import Any

from django import forms

from gateways import registry, setup
from gateways.models import GatewayAccount
from smsmerkezi.backoffice.forms import FirmField
from smsmerkezi.backoffice.verbs import VerbForm

State = GatewayAccount.State
MOST = {"weight": 1000, "priority": 32_767}  # what their columns hold
NAMES = {
    "api_token": "API anahtarı",
    "password": "Parola",
    "token": "Erişim anahtarı",
    "username": "Kullanıcı adı",
}


class AccountForm(VerbForm):
    title = forms.CharField(label="Ad", max_length=80)
    base_url = forms.CharField(label="Adres", max_length=255, help_text="https://sunucu/yol")
    state = forms.ChoiceField(
        label="Durum", choices=State.choices, help_text="Kesik ve Kapalı hesaplardan gönderilmez."
    )
    pool = forms.SlugField(
        label="Havuz",
        max_length=40,
        required=False,
        help_text="Aynı havuzdaki hesaplar birbirinin yerine kullanılır. Firma hesapları havuza katılmaz.",
    )
    weight = forms.IntegerField(
        label="Pay",
        min_value=0,
        max_value=MOST["weight"],
        initial=100,
        help_text="Yeni mesajlar havuzda paylara göre dağıtılır; 0 olan yalnız yedektir.",
    )
    priority = forms.IntegerField(
        label="Öncelik",
        min_value=0,
        max_value=MOST["priority"],
        initial=100,
        help_text="Gönderilemeyen, havuzda önceliği en küçük olana geçer.",
    )
    options = forms.JSONField(
        label="Seçenekler (JSON)",
        required=False,
        initial=dict,
        help_text="timeout, connect_timeout ve quiet saniyedir; ötekiler sağlayıcıya özeldir.",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def clean_options(self) -> Any:
        return {} if self.cleaned_data["options"] is None else self.cleaned_data["options"]


class NewAccountForm(AccountForm):
    vendor = forms.ChoiceField(label="Sağlayıcı", choices=[(name, name) for name in registry.VENDORS])
    slug = forms.SlugField(
        label="Kısa ad", max_length=40, help_text="Firmalar ve mesajlar bunu anar; sonradan değişmez."
    )
    owner = FirmField(
        label="Sahibi (firma kısa adı)",
        required=False,
        help_text="Boş bırakılırsa platformundur. Firmanın hesabından yalnız o firma gönderir; sonradan değişmez.",
    )
    field_order = (
        "vendor",
        "slug",
        "title",
        "owner",
        "base_url",
        "state",
        "pool",
        "weight",
        "priority",
        "options",
    )


class CredentialsForm(VerbForm):
    """One field for each key that the vendor reads; what is there is never shown."""

    def fit(self, row: GatewayAccount) -> None:
        for name in setup.credential_names(row.vendor):
            kept = (
                "Tanımlı; değiştirmeyecekseniz boş bırakın."
                if registry.readable(row).get(name)
                else "Tanımlı değil."
            )
            self.fields[name] = forms.CharField(
                label=NAMES.get(name, name),
                required=False,
                max_length=500,
                help_text=kept,
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            )
