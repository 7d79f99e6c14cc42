"""Door: submissions that no gateway can tell us about, and what staff decide about them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from messaging.sms import admin_decided, admin_decisions, admin_parcels, doubts
from messaging.sms.models import Attempt, Submission
from smsmerkezi.backoffice import cells, filters, lists
from smsmerkezi.templatetags import ui
from tenants.models import Tenant

MOST = 1000  # beyond it a count is "1.000+"
SHOWN = 50  # attempts on a page
State = Submission.State
DOUBTFUL = (State.UNKNOWN, State.UNRESOLVED)


@admin.register(Submission)
class Doubts(lists.Rows):
    """The list has those in doubt; a page is there for each, so that whoever comes second sees what the first decided."""

    icon = "soru"
    title = "Belirsiz gönderimler"
    empty = "Belirsiz gönderim yok."
    ordering = ("pk",)
    list_display = (
        "parcel",
        "firm_link",
        "message_link",
        "road",
        "count",
        "parts",
        "since",
        "state_pill",
        "last_error",
    )
    list_filter = (
        type("TenantFilter", (filters.TenantFilter,), {"lookup": "message__tenant__slug"}),
        filters.choice(
            "state",
            "Durum",
            [(state.value, cells.capital(state.label)) for state in DOUBTFUL],
        ),
        filters.word("gateway", "Sağlayıcı"),
        filters.whole("message", "Mesaj no", lookup="message_id"),
    )
    list_select_related = ("message",)
    facts = (
        "firm_link",
        "message_link",
        "road",
        "state_pill",
        "count",
        "parts",
        "credits_at_stake",
        "began",
        "since",
        "last_error",
        "expires",
        "asked",
        "next_question",
        "provider_no",
        "reference",
    )
    offers = admin_decisions.OFFERS

    def get_queryset(self, request: HttpRequest) -> Any:
        return doubts.listed()

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Submission | None:
        if not (object_id.isascii() and object_id.isdigit() and len(object_id) <= 18):
            return None
        return Submission.objects.select_related("message").filter(pk=int(object_id)).first()

    def name_of(self, row: Submission) -> str:
        return f"Paket #{row.pk}"

    def completed(self, rows: list[Submission]) -> list[Submission]:
        firms = Tenant.objects.in_bulk({row.tenant_id for row in rows})
        tries = Attempt.objects.filter(submission_id__in=[row.pk for row in rows])
        latest = tries.order_by("submission_id", "-fence").distinct("submission_id")
        last = {attempt.submission_id: attempt for attempt in latest}
        for row in rows:
            row.tenant, row.last = firms.get(row.tenant_id), last.get(row.pk)
        return rows

    @admin.display(description="paket")
    def parcel(self, row: Submission) -> str:
        return f"#{row.pk}"

    @admin.display(description="firma")
    def firm_link(self, row: Submission) -> str:
        return cells.tenant(row)

    @admin.display(description="mesaj")
    def message_link(self, row: Submission) -> str:
        return cells.link("sms_message", row.message_id, f"#{row.message_id}")

    @admin.display(description="sağlayıcı")
    def road(self, row: Submission) -> str:
        return row.gateway

    @admin.display(description="alıcı")
    def count(self, row: Submission) -> str:
        return cells.plain(row.recipient_count)

    @admin.display(description="parça")
    def parts(self, row: Submission) -> str:
        return cells.plain(row.message.parts)

    @admin.display(description="karara bağlı kredi")
    def credits_at_stake(self, row: Submission) -> str:
        return cells.plain(admin_decisions.stake_of(row).credits)

    @admin.display(description="belirsizlik")
    def since(self, row: Submission) -> str:
        return ui.span(timezone.now() - row.last_tx_at) if row.state in DOUBTFUL else cells.NOTHING

    @admin.display(description="son iletme girişimi")
    def began(self, row: Submission) -> str:
        return cells.plain(row.last_tx_at)

    @admin.display(description="durum")
    def state_pill(self, row: Submission) -> str:
        return admin_parcels.state_pill(row)

    @admin.display(description="son deneme")
    def last_error(self, row: Submission) -> str:
        return admin_parcels.told(row.last) if row.last else cells.NOTHING

    @admin.display(description="geçerlilik sonu")
    def expires(self, row: Submission) -> str:
        return cells.plain(row.expires_at)

    @admin.display(description="sağlayıcıya soruldu")
    def asked(self, row: Submission) -> str:
        return f"{cells.plain(row.checks)} kez"

    @admin.display(description="sonraki soru")
    def next_question(self, row: Submission) -> str:
        return cells.plain(row.next_check_at)

    @admin.display(description="sağlayıcı no")
    def provider_no(self, row: Submission) -> str:
        return cells.mono(row.provider_id)

    @admin.display(description="referans")
    def reference(self, row: Submission) -> str:
        return cells.mono(row.client_ref.hex)

    def standing(self, row: Submission) -> str:
        """What it is now, and who decided."""
        if row.state == State.UNKNOWN:
            return doubts.TooEarly().message
        said = f"Bu paket şu durumda: {cells.capital(row.get_state_display())}."
        told = next(iter(admin_decided.decisions(row)), None)
        if told is None:
            return said
        entry, person = told
        ago = ui.span(timezone.now() - entry.created_at)
        return f"{said} Kararı {person or 'platform'} verdi, {ago} önce."

    def links(self, row: Submission) -> Iterable[tuple[str, str]]:
        query = urlencode({"entity": "Submission", "entity_id": row.pk})
        return [("Denetim kaydı", f"{reverse('admin:tenants_auditentry_changelist')}?{query}")]

    def sections(self, row: Submission) -> Iterable[lists.Section]:
        tries = Attempt.objects.filter(submission_id=row.pk).order_by("-fence")[:SHOWN]
        yield lists.Section("Denemeler", [admin_parcels.line(attempt) for attempt in tries])
        yield lists.Section("Kararlar", [admin_decided.line(*told) for told in admin_decided.decisions(row)])

    def waiting(self) -> Iterable[lists.Waiting]:
        rows = doubts.listed().filter(state=State.UNKNOWN).order_by()[: MOST + 1]
        url = self.list_url(state=State.UNKNOWN.value)
        yield lists.Waiting("Belirsiz gönderim", cells.bounded(len(rows.values_list("pk")), MOST), url)
