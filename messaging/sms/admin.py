"""Door: messages of all firms, to look at. Recipients are neither listed nor counted here, texts of OTPs never shown."""

from collections.abc import Iterable

from django.contrib import admin
from django.utils.html import format_html

from messaging.sms import (
    admin_doubts,  # noqa: F401 - Django looks for pages in this module only
    admin_health,  # noqa: F401
    admin_parcels,
)
from messaging.sms.models import Attempt, Message, Submission
from smsmerkezi.backoffice import cells, filters, lists

HIDDEN = "Doğrulama kodu gizlidir."
EXCERPT = 46  # characters in the list
SHOWN = 50  # submissions and attempts on a message's page
State = Message.State
LOOKS = {
    State.SCHEDULED: ("wait", "saat"),
    State.QUEUED: ("wait", "bekliyor"),
    State.SENDING: ("info", "gonder"),
    State.SENT: ("info", "gonder"),
    State.REPORTING: ("info", "gonder"),
    State.COMPLETED: ("ok", "basarili"),
    State.CANCELLED: ("", "iptal"),
    State.FAILED: ("bad", "kapat"),
    State.REJECTED: ("bad", "kapat"),
}


@admin.register(Message)
class Messages(lists.Rows):
    icon = "liste"
    grows = True
    list_display = (
        "id",
        "created_at",
        "firm",
        "sender",
        "excerpt",
        "state_pill",
        "recipients",
        "delivered",
        "kind",
    )
    list_filter = (
        filters.TenantFilter,
        type("IdFilter", (filters.whole("message", "Mesaj no", lookup="pk"),), {"indexed": True}),
        filters.choice("state", "Durum", State.choices),
        filters.choice("kind", "Tür", Message.Kind.choices),
        filters.choice("source", "Kaynak", Message.Source.choices),
        filters.word("gateway", "Sağlayıcı"),
    )
    list_select_related = ("tenant",)
    empty = "Henüz mesaj yok."
    facts = (
        "id",
        "unique",
        "firm",
        "sender",
        "text",
        "state_pill",
        "kind",
        "source",
        "gateway",
        "encoding",
        "parts",
        "recipients",
        "skipped",
        "sent",
        "dropped",
        "delivered",
        "undelivered",
        "expired",
        "failed",
        "cancelled",
        "scheduled_at",
        "created_at",
        "sent_at",
        "finished_at",
    )

    @admin.display(description="firma")
    def firm(self, row: Message) -> str:
        return cells.tenant(row)

    @admin.display(description="UUID")
    def unique(self, row: Message) -> str:
        return cells.mono(row.uuid)

    @admin.display(description="başlık")
    def sender(self, row: Message) -> str:
        return cells.mono(row.originator)

    @admin.display(description="metin")
    def text(self, row: Message) -> str:
        return (
            HIDDEN if row.kind == Message.Kind.OTP else format_html('<span class="text">{}</span>', row.body)
        )

    @admin.display(description="metin")
    def excerpt(self, row: Message) -> str:
        if row.kind == Message.Kind.OTP:
            return HIDDEN
        return row.body if len(row.body) <= EXCERPT else f"{row.body[:EXCERPT]}…"

    @admin.display(description="durum")
    def state_pill(self, row: Message) -> str:
        return cells.pill(*LOOKS[State(row.state)], row.get_state_display())

    def sections(self, row: Message) -> Iterable[lists.Section]:
        """The first parcels, and their newest attempts: a message may have been cut into many."""
        parcels = list(row.submissions.order_by("pk")[: SHOWN + 1])
        more = f" (ilk {SHOWN})" if len(parcels) > SHOWN else ""
        parcels = parcels[:SHOWN]
        yield lists.Section(f"Gönderim paketleri{more}", [_parcel(parcel) for parcel in parcels])
        tries = Attempt.objects.filter(submission_id__in=[parcel.pk for parcel in parcels])
        lines = [admin_parcels.line(attempt) for attempt in tries.order_by("-started_at")[:SHOWN]]
        yield lists.Section("Denemeler", lines)


def _parcel(parcel: Submission) -> tuple[tuple[str, str], ...]:
    return (
        ("Paket", cells.link("sms_submission", parcel.pk, f"#{parcel.pk}")),
        ("Sağlayıcı", parcel.gateway),
        ("Durum", admin_parcels.state_pill(parcel)),
        ("Deneme", cells.plain(parcel.fence)),
        ("Alıcı", cells.plain(parcel.recipient_count)),
        ("Açık", cells.plain(parcel.open_count)),
        ("Sağlayıcı no", cells.mono(parcel.provider_id)),
        ("Vade", cells.plain(parcel.due_at)),
        ("Son deneme", cells.plain(parcel.last_tx_at)),
        ("İletildi", cells.plain(parcel.handed_over_at)),
    )
