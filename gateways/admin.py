"""Door: accounts at the operators: how each is set up, whose it is, and whether it is spoken to now."""

from collections.abc import Iterable

from django.contrib import admin
from django.urls import reverse
from django.utils.http import urlencode

from gateways import registry, setup, words
from gateways.admin_filters import CIRCUITS, CircuitFilter, OwnerFilter
from gateways.admin_forms import NAMES
from gateways.admin_verbs import OFFERS, circuit_of
from gateways.circuit import Standing, standing
from gateways.models import GatewayAccount
from smsmerkezi.backoffice import cells, filters, lists
from tenants.models import Tenant

State = GatewayAccount.State
HEALTH = "Hatların sağlığı"


@admin.register(GatewayAccount)
class Gateways(lists.Rows):
    icon = "saglayici"
    list_display = (
        "slug",
        "name",
        "vendor",
        "state_pill",
        "circuit_pill",
        "firm",
        "pool",
        "weight",
        "priority",
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
    offers = OFFERS

    def completed(self, rows: list[GatewayAccount]) -> list[GatewayAccount]:
        known = Tenant.objects.in_bulk({row.owner for row in rows if row.owner})
        for row in rows:
            row.firm = known.get(row.owner)
        return rows

    @admin.display(description="ad")
    def name(self, row: GatewayAccount) -> str:
        return f"{row.title} (varsayılan)" if row.is_default else row.title

    @admin.display(description="durum")
    def state_pill(self, row: GatewayAccount) -> str:
        return cells.pill(*words.STATES[State(row.state)])

    @admin.display(description="hat")
    def circuit_pill(self, row: GatewayAccount) -> str:
        return cells.pill(*words.CIRCUITS[standing(circuit_of(row))])

    @admin.display(description="bekletilme nedeni")
    def circuit_reason(self, row: GatewayAccount) -> str:
        return cells.plain(words.reason(getattr(circuit_of(row), "reason", "")))

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
        told = [
            f"{NAMES.get(name, name)}: {'tanımlı' if registry.readable(row).get(name) else 'tanımlı değil'}"
            for name in setup.credential_names(row.vendor)
        ]
        return " · ".join(told) or cells.NOTHING

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
        stuck = rows.filter(CIRCUITS[Standing.NEEDS_STAFF]).count()
        yield lists.Waiting("Müdahale gereken hat", stuck, self.list_url(circuit=Standing.NEEDS_STAFF))
        troubled = rows.filter(state__in=[State.DEGRADED, State.DOWN]).count()
        yield lists.Waiting("Sorunlu sağlayıcı", troubled, self.list_url())
