"""Door: accounts at the operators. Credentials go in and never come out: a page says only whether one is set."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.http import urlencode

from gateways import circuit, registry, setup, words
from gateways.models import Circuit, GatewayAccount
from smsmerkezi.backoffice import cells, filters, lists
from smsmerkezi.backoffice.fields import FirmField
from smsmerkezi.backoffice.verbs import SAVE, Verb, VerbForm
from tenants import audit, firms
from tenants.models import Tenant

State = GatewayAccount.State
MOST = {"weight": 1000, "priority": 32_767}  # what their columns hold
RESTING = Q(circuit__since__isnull=False, circuit__needs_staff=False)
CIRCUITS = {
    circuit.Standing.NEEDS_STAFF: Q(circuit__since__isnull=False, circuit__needs_staff=True),
    circuit.Standing.RESTS: RESTING & Q(circuit__open_until__gt=Now()),
    circuit.Standing.TRIED: RESTING & Q(circuit__open_until__lte=Now()),
    circuit.Standing.FINE: Q(circuit=None) | Q(circuit__since=None),
}

HEALTH = "Hatların sağlığı"
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
        meta = {"slug": account.slug, "fields": names}
        firm = firms.find(account.owner) if account.owner else None
        audit.record(by=by, action=action, entity=account, tenant=firm, meta=meta)

    return note


def create(by: Any, _row: None, data: dict[str, Any]) -> str:
    names = {name: data.pop(name) for name in ("vendor", "slug")}
    firm = data.pop("owner")
    account = setup.create(
        **names, details=setup.Details(**data), owner=firm.pk if firm else None, note=_trail(by)
    )
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


def renew_callback(by: Any, row: GatewayAccount, _data: dict[str, Any]) -> str:
    return setup.renew_callback(account_id=row.pk, note=_trail(by))


def speak_again(by: Any, row: GatewayAccount, _data: dict[str, Any]) -> str:
    setup.speak_again(account_id=row.pk, note=_trail(by))
    return f"{row} yeniden deneniyor."


class OwnerFilter(filters.Filter):
    title = "Sahibi (firma kısa adı)"
    name = "tenant"

    def narrowed(self, queryset: QuerySet[GatewayAccount]) -> QuerySet[GatewayAccount]:
        return queryset.filter(owner__in=Tenant.objects.filter(slug=self.value).values("pk"))


class CircuitFilter(filters.Filter):
    title = "Hat"
    name = "circuit"
    options = [("", "Hepsi"), *((str(key), words.CIRCUITS[key][2]) for key in CIRCUITS)]

    def narrowed(self, queryset: QuerySet[GatewayAccount]) -> QuerySet[GatewayAccount]:
        return queryset.filter(CIRCUITS[self.value]) if self.value in CIRCUITS else queryset.none()


def circuit_of(row: GatewayAccount) -> Circuit | None:
    return getattr(row, "circuit", None)


@admin.register(GatewayAccount)
class Gateways(lists.Rows):
    icon = "saglayici"
    list_display = (
        "slug",
        "title",
        "vendor",
        "state_pill",
        "circuit_pill",
        "is_default",
        "firm",
        "pool",
        "weight",
        "priority",
        "updated_at",
    )
    list_filter = (
        filters.choice("state", "Durum", State.choices),
        CircuitFilter,
        filters.choice("vendor", "Sağlayıcı", [(name, name) for name in registry.VENDORS]),
        filters.word("pool", "Havuz"),
        OwnerFilter,
    )
    list_select_related = ("circuit",)
    search_fields = ("slug__icontains", "title__icontains")
    search_help_text = "kısa ad veya ad"
    ordering = ("slug",)
    facts = (
        "slug",
        "title",
        "vendor",
        "firm",
        "state_pill",
        "circuit_pill",
        "circuit_reason",
        "circuit_since",
        "circuit_until",
        "asks_after",
        "is_default",
        "pool",
        "weight",
        "priority",
        "base_url",
        "ready",
        "callback",
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
            hint="Sağlayıcıdan bakiye ve başlıklar sorulur; mesaj gönderilmez.",
        ),
        Verb(
            "speak",
            "Yeniden dene",
            speak_again,
            icon="gonder",
            hint="Bekletme hemen biter ve kuyruktakiler bu hesaba verilir. Nedeni sürüyorsa hesap yeniden dinlendirilir.",
            fits=lambda row: circuit.standing(circuit_of(row)) != circuit.Standing.FINE,
            unfit="Hesap zaten kullanımda; bekletilmiyor.",
        ),
        Verb(
            "callback",
            "Geri bildirim adresi",
            renew_callback,
            icon="baglanti",
            hint="Sağlayıcının iletim raporlarını kendiliğinden göndereceği yeni bir adres üretilir ve bir kez gösterilir.",
            warning="Şimdiki adres hemen geçersiz olur; yenisini sağlayıcıya verene dek bildirimleri reddedilir.",
            button="Yeni adres üret",
            reveals=True,
        ),
        Verb(
            "default",
            "Varsayılan yap",
            make_default,
            hint="Sağlayıcı seçmemiş bütün firmalar bundan gönderir.",
            fits=lambda row: not row.is_default and row.owner is None,
        ),
    )

    def completed(self, rows: list[GatewayAccount]) -> list[GatewayAccount]:
        known = Tenant.objects.in_bulk({row.owner for row in rows if row.owner})
        for row in rows:
            row.firm = known.get(row.owner)
        return rows

    @admin.display(description="durum")
    def state_pill(self, row: GatewayAccount) -> str:
        return cells.pill(*words.STATES[State(row.state)])

    @admin.display(description="hat")
    def circuit_pill(self, row: GatewayAccount) -> str:
        return cells.pill(*words.CIRCUITS[circuit.standing(circuit_of(row))])

    @admin.display(description="bekletilme nedeni")
    def circuit_reason(self, row: GatewayAccount) -> str:
        return cells.mono(getattr(circuit_of(row), "reason", ""))

    @admin.display(description="bekletilmeye başladı")
    def circuit_since(self, row: GatewayAccount) -> str:
        return cells.plain(getattr(circuit_of(row), "since", None))

    @admin.display(description="şu ana dek beklenir")
    def circuit_until(self, row: GatewayAccount) -> str:
        return cells.plain(getattr(circuit_of(row), "open_until", None))

    @admin.display(description="şu andan önce rapor sorulmaz")
    def asks_after(self, row: GatewayAccount) -> str:
        return cells.plain(getattr(circuit_of(row), "asks_after", None))

    @admin.display(description="sahibi")
    def firm(self, row: GatewayAccount) -> str:
        return cells.link("tenants_tenant", row.owner, row.firm) if row.firm else "Platform"

    @admin.display(description="geri bildirim adresi")
    def callback(self, row: GatewayAccount) -> str:
        """Whether there is one; the address itself is a secret."""
        return "tanımlı" if registry.callback_key(row) else "tanımlı değil"

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
        if row.owner is not None:
            return "Bir firmanın kendi hesabı varsayılan olamaz."
        return "Bu hesap zaten varsayılan."

    def beside(self) -> Iterable[tuple[str, str]]:
        return [(HEALTH, reverse("admin:health"))]

    def links(self, row: GatewayAccount) -> Iterable[tuple[str, str]]:
        named = urlencode({"gateway": row.slug})
        return [
            (HEALTH, f"{reverse('admin:health')}#hat-{row.slug}"),
            ("Belirsiz gönderimler", f"{reverse('admin:sms_submission_changelist')}?{named}"),
            ("Mesajlar", f"{reverse('admin:sms_message_changelist')}?{named}"),
        ]

    def waiting(self) -> Iterable[lists.Waiting]:
        rows = GatewayAccount.objects.all()
        stuck = rows.filter(CIRCUITS[circuit.Standing.NEEDS_STAFF]).count()
        yield lists.Waiting(
            "Müdahale gereken hat", stuck, self.list_url(circuit=circuit.Standing.NEEDS_STAFF)
        )
        troubled = rows.filter(state__in=[State.DEGRADED, State.DOWN]).count()
        yield lists.Waiting("Sorunlu sağlayıcı", troubled, self.list_url())
