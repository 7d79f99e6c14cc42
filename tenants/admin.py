"""Door: firms, for platform staff. People, tokens and the trail stand beside it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.http import urlencode

from billing import credit
from gateways import accounts
from messaging.senders import approval
from messaging.senders.models import SenderId
from smsmerkezi.backoffice import cells, filters, lists
from smsmerkezi.backoffice.forms import ReasonForm
from smsmerkezi.backoffice.verbs import SAVE, Verb, VerbForm
from tenants import (
    admin_people,
    admin_trail,  # noqa: F401 - Django looks for pages in this module only
    firms,
)
from tenants.models import Tenant

SHOWN = 20  # lines of a small table on a row's page


class FirmForm(VerbForm):
    name = forms.CharField(label="Firma adı", max_length=150)
    gateway = forms.ChoiceField(
        label="Sağlayıcı", required=False, help_text="Boş bırakılırsa platformun varsayılanı kullanılır."
    )

    def fit(self, row: Tenant | None) -> None:
        self.fields["gateway"].choices = [
            ("", "Varsayılan"),
            *((slug, slug) for slug in accounts.choices(row.pk if row else None)),
        ]


class NewFirmForm(FirmForm):
    slug = forms.CharField(
        label="Kısa ad", max_length=160, help_text="Harf, rakam ve tire. Sonradan değiştirilemez."
    )
    field_order = ("name", "slug", "gateway")


class ChangeFirmForm(FirmForm):
    default_originator = forms.ChoiceField(label="Varsayılan başlık", required=False)
    dlr_enabled = forms.BooleanField(
        label="İletim raporları sorulur",
        required=False,
        help_text="Kapalıyken sağlayıcıya sorulmaz; kendiliğinden de bildirmezse alıcılar süreleri dolunca raporsuz kapanır.",
    )

    def fit(self, row: Tenant) -> None:
        super().fit(row)
        labels = approval.approved_labels(row)
        self.fields["default_originator"].choices = [("", "Yok"), *((label, label) for label in labels)]


def open_firm(by: Any, _row: None, data: dict[str, Any]) -> str:
    slug = data.pop("slug")
    firm = credit.open_firm(by=by, slug=slug, details=firms.Details(**data))
    return f"{firm.name} açıldı."


def change_firm(by: Any, row: Tenant, data: dict[str, Any]) -> str:
    firms.change(by=by, tenant_id=row.pk, details=firms.Details(**data))
    return "Firma güncellendi."


def suspend(by: Any, row: Tenant, data: dict[str, Any]) -> str:
    firms.suspend(by=by, tenant_id=row.pk, **data)
    return f"{row.name} askıya alındı."


def activate(by: Any, row: Tenant, data: dict[str, Any]) -> str:
    firms.activate(by=by, tenant_id=row.pk, **data)
    return f"{row.name} yeniden etkin."


@admin.register(Tenant)
class Firms(lists.Rows):
    icon = "firma"
    list_display = ("id", "name", "slug", "standing_pill", "available", "road", "created_at")
    list_filter = (filters.choice("state", "Durum", Tenant.State.choices),)
    list_select_related = ("account",)
    search_fields = ("name__icontains", "slug__icontains")
    search_help_text = "firma adı veya kısa ad"
    empty = "Henüz firma yok."
    facts = (
        "name",
        "slug",
        "unique",
        "standing_pill",
        "balance",
        "reserved",
        "available",
        "road",
        "dlr_enabled",
        "default_originator",
        "created_at",
    )
    offers = (
        Verb("open", "Yeni firma", open_firm, NewFirmForm, icon="ekle", fresh=True),
        Verb("edit", "Düzenle", change_firm, ChangeFirmForm, icon="duzenle", button=SAVE),
        Verb(
            "suspend",
            "Askıya al",
            suspend,
            ReasonForm,
            icon="aski",
            tone="danger",
            hint="Firmanın kullanıcıları giremez, API anahtarları çalışmaz ve yeni mesaj kabul edilmez.",
            fits=lambda row: row.state == Tenant.State.ACTIVE,
        ),
        Verb(
            "activate",
            "Etkinleştir",
            activate,
            ReasonForm,
            fits=lambda row: row.state == Tenant.State.SUSPENDED,
        ),
    )

    @admin.display(description="durum")
    def standing_pill(self, row: Tenant) -> str:
        if row.state == Tenant.State.ACTIVE:
            return cells.pill("ok", "basarili", row.get_state_display())
        return cells.pill("bad", "aski", row.get_state_display())

    @admin.display(description="UUID")
    def unique(self, row: Tenant) -> str:
        return cells.mono(row.uuid)

    @admin.display(description="sağlayıcı")
    def road(self, row: Tenant) -> str:
        return row.gateway or "Varsayılan"

    @admin.display(description="bakiye")
    def balance(self, row: Tenant) -> str:
        return cells.plain(row.account.balance if hasattr(row, "account") else 0)

    @admin.display(description="ayrılan")
    def reserved(self, row: Tenant) -> str:
        return cells.plain(row.account.reserved if hasattr(row, "account") else 0)

    @admin.display(description="kullanılabilir kredi")
    def available(self, row: Tenant) -> str:
        return cells.plain(row.account.available if hasattr(row, "account") else 0)

    def beside(self) -> Iterable[tuple[str, str]]:
        return [("Firma adına çalış", reverse("panel-acting"))]

    def standing(self, row: Tenant) -> str:
        return f"Firma şu durumda: {row.get_state_display()}."

    def links(self, row: Tenant) -> Iterable[tuple[str, str]]:
        acting = [("Firma olarak görüntüle", reverse("panel-acting-start", args=[row.pk]))]
        return (
            *(acting if row.state == Tenant.State.ACTIVE else ()),
            ("Kredi hesabı", reverse("admin:billing_account_change", args=[row.pk])),
            ("Kredi hareketleri", _list("billing_ledgerentry", tenant=row.slug)),
            ("Mesajlar", _list("sms_message", tenant=row.slug)),
            ("Ret listesi", _list("contacts_optout", tenant=row.slug)),
            ("Denetim kaydı", _list("tenants_auditentry", tenant=row.slug)),
        )

    def sections(self, row: Tenant) -> Iterable[lists.Section]:
        yield self._people(row)
        yield self._senders(row)

    def _people(self, row: Tenant) -> lists.Section:
        lines = [
            (
                ("Ad soyad", cells.link("tenants_user", user.pk, user)),
                ("E-posta", user.email),
                ("Rol", user.get_role_display()),
                ("Durum", admin_people.active_pill(user.is_active)),
            )
            for user in row.users.filter(deleted_at=None).order_by("pk")[:SHOWN]
        ]
        url = _list("tenants_user", tenant=row.slug)
        return lists.Section("Kullanıcılar", lines, url, "Tümü")

    def _senders(self, row: Tenant) -> lists.Section:
        lines = [
            (
                ("Başlık", cells.link("senders_senderid", sender.pk, sender.label)),
                ("Durum", sender.get_state_display()),
                ("Başvuru", cells.plain(sender.created_at)),
            )
            for sender in SenderId.objects.of(row).order_by("-pk")[:SHOWN]
        ]
        url = _list("senders_senderid", tenant=row.slug, state=filters.ALL)
        return lists.Section("Başlıklar", lines, url, "Tümü")


def _list(model: str, **query: str) -> str:
    return f"{reverse(f'admin:{model}_changelist')}?{urlencode(query)}"
