"""Door: accounts at the operators. Credentials go in and never come out: a page says only whether one is set."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin

from gateways import registry, setup
from gateways.models import GatewayAccount
from smsmerkezi.backoffice import cells, lists
from smsmerkezi.backoffice.verbs import SAVE, Verb, VerbForm
from tenants import audit

State = GatewayAccount.State
LOOKS = {
    State.OPERATIONAL: ("ok", "basarili"),
    State.DEGRADED: ("warn", "uyari"),
    State.DOWN: ("bad", "kapat"),
    State.DISABLED: ("", "aski"),
}
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
    options = forms.JSONField(
        label="Seçenekler (JSON)",
        required=False,
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
    field_order = ("vendor", "slug", "title", "base_url", "state", "options")


class CredentialsForm(VerbForm):
    """One field for each key that the vendor reads; what is there is never shown."""

    def fit(self, row: GatewayAccount) -> None:
        for name in setup.credential_names(row.vendor):
            kept = (
                "Tanımlı; değiştirmeyecekseniz boş bırakın."
                if row.credentials.get(name)
                else "Tanımlı değil."
            )
            self.fields[name] = forms.CharField(
                label=NAMES.get(name, name),
                required=False,
                max_length=500,
                help_text=kept,
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
            )


def _trail(by: Any) -> setup.Note:
    def note(account: GatewayAccount, action: str, names: list[str]) -> None:
        audit.record(by=by, action=action, entity=account, meta={"slug": account.slug, "fields": names})

    return note


def create(by: Any, _row: None, data: dict[str, Any]) -> str:
    names = {name: data.pop(name) for name in ("vendor", "slug")}
    account = setup.create(**names, details=setup.Details(**data), note=_trail(by))
    return f"{account} açıldı. Kimlik bilgilerini girin."


def change(by: Any, row: GatewayAccount, data: dict[str, Any]) -> str:
    setup.change(account_id=row.pk, details=setup.Details(**data), note=_trail(by))
    return "Hesap güncellendi."


def set_credentials(by: Any, row: GatewayAccount, data: dict[str, Any]) -> str:
    setup.set_credentials(account_id=row.pk, values=data, note=_trail(by))
    return "Kimlik bilgileri kaydedildi."


def make_default(by: Any, row: GatewayAccount, _data: dict[str, Any]) -> str:
    setup.make_default(account_id=row.pk, note=_trail(by))
    return f"Varsayılan sağlayıcı artık {row}."


def try_out(by: Any, row: GatewayAccount, _data: dict[str, Any]) -> str:
    told = setup.try_out(row)
    held = ", ".join(f"{balance.amount} {balance.unit}" for balance in told.balance)
    names = ", ".join(sender.label for sender in told.senders or ())
    senders = f" Başlıklar: {names or 'yok'}." if told.senders is not None else ""
    return f"Bağlantı kuruldu. Bakiye: {held or 'bildirilmiyor'}.{senders}"


@admin.register(GatewayAccount)
class Gateways(lists.Rows):
    icon = "saglayici"
    list_display = ("slug", "title", "vendor", "state_pill", "is_default", "base_url", "ready", "updated_at")
    ordering = ("slug",)
    facts = (
        "slug",
        "title",
        "vendor",
        "state_pill",
        "is_default",
        "base_url",
        "ready",
        "options_shown",
        "created_at",
        "updated_at",
    )
    offers = (
        Verb("create", "Yeni hesap", create, NewAccountForm, icon="ekle", fresh=True),
        Verb("edit", "Düzenle", change, AccountForm, icon="duzenle", button=SAVE),
        Verb(
            "credentials", "Kimlik bilgileri", set_credentials, CredentialsForm, icon="anahtar", button=SAVE
        ),
        Verb(
            "try",
            "Bağlantıyı dene",
            try_out,
            icon="saglayici",
            hint="Sağlayıcıdan bakiye sorulur; mesaj gönderilmez.",
        ),
        Verb(
            "default",
            "Varsayılan yap",
            make_default,
            hint="Sağlayıcı seçmemiş bütün firmalar bundan gönderir.",
            fits=lambda row: not row.is_default,
        ),
    )

    @admin.display(description="durum")
    def state_pill(self, row: GatewayAccount) -> str:
        return cells.pill(*LOOKS[State(row.state)], row.get_state_display())

    @admin.display(description="kimlik bilgileri")
    def ready(self, row: GatewayAccount) -> str:
        """Which of the vendor's keys are set."""
        words = [
            f"{NAMES.get(name, name)}: {'tanımlı' if row.credentials.get(name) else 'tanımlı değil'}"
            for name in setup.credential_names(row.vendor)
        ]
        return " · ".join(words) or cells.NOTHING

    @admin.display(description="seçenekler")
    def options_shown(self, row: GatewayAccount) -> str:
        return cells.mono(", ".join(f"{name}: {value}" for name, value in row.options.items()))

    def standing(self, row: GatewayAccount) -> str:
        return "Bu hesap zaten varsayılan."

    def waiting(self) -> Iterable[lists.Waiting]:
        rows = GatewayAccount.objects.filter(state__in=[State.DEGRADED, State.DOWN])
        yield lists.Waiting("Sorunlu sağlayıcı", rows.count(), self.list_url())
