"""Door: people and their API tokens, for platform staff."""

from typing import Any

from django import forms
from django.contrib import admin

from smsmerkezi.backoffice import cells, filters, lists
from smsmerkezi.backoffice.forms import FirmField
from smsmerkezi.backoffice.verbs import SAVE, Verb, VerbForm
from tenants import people, tokens
from tenants.models import ApiToken, User

ACTIVE = [("1", "Etkin"), ("0", "Kapalı")]


def there(row: User) -> bool:
    return row.deleted_at is None


def active_pill(active: bool) -> str:
    return cells.pill("ok", "basarili", "Etkin") if active else cells.pill("bad", "iptal", "Kapalı")


class NewPersonForm(VerbForm):
    name = forms.CharField(label="Ad soyad", max_length=150)
    email = forms.EmailField(label="E-posta", max_length=254)
    role = forms.ChoiceField(label="Rol", choices=User.Role.choices)
    tenant = FirmField(
        label="Firma (kısa ad)", required=False, help_text="Platform yöneticisinde boş bırakılır."
    )
    password = forms.CharField(
        label="Parola",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="En az 12 karakter.",
    )


class ChangePersonForm(VerbForm):
    name = forms.CharField(label="Ad soyad", max_length=150)
    role = forms.ChoiceField(label="Rol", choices=User.Role.choices)


class PasswordForm(VerbForm):
    password = forms.CharField(
        label="Yeni parola",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="En az 12 karakter. Kullanıcının bütün oturumları kapanır.",
    )

    def first(self, row: User) -> dict[str, Any]:
        return {}


def create_person(by: Any, _row: None, data: dict[str, Any]) -> str:
    password = data.pop("password")
    user = people.create(by=by, person=people.Person(firm=data.pop("tenant"), **data), password=password)
    return f"{user.email} eklendi."


def change_person(by: Any, row: User, data: dict[str, Any]) -> str:
    people.change(by=by, user_id=row.pk, **data)
    return "Kullanıcı güncellendi."


def set_password(by: Any, row: User, data: dict[str, Any]) -> str:
    people.set_password(by=by, user_id=row.pk, **data)
    return "Parola değiştirildi."


def deactivate(by: Any, row: User, _data: dict[str, Any]) -> str:
    people.deactivate(by=by, user_id=row.pk)
    return f"{row.email} kapatıldı."


def reactivate(by: Any, row: User, _data: dict[str, Any]) -> str:
    people.activate(by=by, user_id=row.pk)
    return f"{row.email} yeniden etkin."


@admin.register(User)
class People(lists.Rows):
    icon = "kisiler"
    list_display = ("id", "name", "email", "role", "firm", "open_pill", "last_login")
    list_filter = (
        filters.TenantFilter,
        filters.choice("role", "Rol", User.Role.choices),
        filters.choice("active", "Durum", ACTIVE, lookup="is_active"),
    )
    list_select_related = ("tenant",)
    search_fields = ("email__icontains", "name__icontains")
    search_help_text = "e-posta veya ad"
    facts = ("name", "email", "role", "firm", "open_pill", "language", "last_login", "created_at")
    offers = (
        Verb("create", "Yeni kullanıcı", create_person, NewPersonForm, icon="ekle", fresh=True),
        Verb("edit", "Düzenle", change_person, ChangePersonForm, icon="duzenle", button=SAVE, fits=there),
        Verb("password", "Parola belirle", set_password, PasswordForm, icon="kilit", button=SAVE, fits=there),
        Verb(
            "deactivate",
            "Kapat",
            deactivate,
            icon="iptal",
            tone="danger",
            hint="Oturumları ve API anahtarları hemen geçersiz olur.",
            fits=lambda row: row.is_active,
        ),
        Verb("activate", "Etkinleştir", reactivate, fits=lambda row: there(row) and not row.is_active),
    )

    @admin.display(description="durum")
    def open_pill(self, row: User) -> str:
        return active_pill(row.is_active) if there(row) else cells.pill("none", "cikis", "Firmadan çıkarıldı")

    @admin.display(description="firma")
    def firm(self, row: User) -> str:
        return cells.tenant(row)

    def standing(self, row: User) -> str:
        if not there(row):
            return "Kullanıcı firmadan çıkarılmış."
        return f"Kullanıcı şu durumda: {'Etkin' if row.is_active else 'Kapalı'}."


def revoke(by: Any, row: ApiToken, _data: dict[str, Any]) -> str:
    tokens.revoke_any(by=by, token_id=row.pk)
    return f"{row.name} anahtarı iptal edildi."


@admin.register(ApiToken)
class Tokens(lists.Rows):
    icon = "anahtar"
    list_display = ("id", "name", "owner", "firm", "allowed", "last_used_at", "created_at")
    list_filter = (type("TenantFilter", (filters.TenantFilter,), {"lookup": "user__tenant__slug"}),)
    list_select_related = ("user__tenant",)
    search_fields = ("=user__email",)
    search_help_text = "sahibinin e-postası, tam"
    facts = (
        "id",
        "name",
        "hint",
        "kind",
        "owner",
        "firm",
        "allowed",
        "networks",
        "expires_at",
        "last_used_at",
        "last_used_ip",
        "created_at",
    )
    offers = (
        Verb(
            "revoke",
            "İptal et",
            revoke,
            icon="iptal",
            tone="danger",
            hint="Anahtar hemen geçersiz olur ve silinir; geri alınamaz.",
            gone=True,
        ),
    )

    @admin.display(description="sahibi")
    def owner(self, row: ApiToken) -> str:
        return cells.link("tenants_user", row.user_id, row.user)

    @admin.display(description="firma")
    def firm(self, row: ApiToken) -> str:
        return cells.tenant(row.user)

    @admin.display(description="yetkiler")
    def allowed(self, row: ApiToken) -> str:
        return cells.mono(" ".join(row.abilities))

    @admin.display(description="izinli adresler")
    def networks(self, row: ApiToken) -> str:
        return cells.mono(" ".join(row.allowed_ips)) if row.allowed_ips else cells.NOTHING
