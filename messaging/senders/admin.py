"""Door: the queue of sender IDs that wait for a decision."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.utils import timezone

from messaging.senders import approval
from messaging.senders.models import SenderId
from smsmerkezi.backoffice import cells, filters, lists
from smsmerkezi.backoffice.verbs import Verb, VerbForm
from smsmerkezi.templatetags import ui

State = SenderId.State
LOOKS = {
    State.PENDING: ("wait", "bekliyor"),
    State.APPROVED: ("ok", "basarili"),
    State.REJECTED: ("bad", "kapat"),
    State.BANNED: ("warn", "aski"),
}
WAS_APPROVED = frozenset({State.APPROVED, State.BANNED})
USUAL = (
    "Başlık, firmanın unvanı veya markasıyla eşleşmiyor.",
    "Marka kullanım belgesi eksik.",
    "Başlık genel bir sözcük; firmayı tanıtmıyor.",
)


class RejectForm(VerbForm):
    usual = forms.ChoiceField(
        label="Hazır neden",
        required=False,
        choices=[("", "Kendim yazacağım"), *((reason, reason) for reason in USUAL)],
    )
    reason = forms.CharField(
        label="Neden",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Firmaya olduğu gibi gösterilir. Hazır neden seçtiyseniz boş bırakabilirsiniz.",
    )


def approve(by: Any, row: SenderId, _data: dict[str, Any]) -> str:
    approval.approve(by=by, sender_id=row.pk)
    return f"{row.label} onaylandı."


def reject(by: Any, row: SenderId, data: dict[str, Any]) -> str:
    approval.reject(by=by, sender_id=row.pk, reason=_reason(data), only={State.PENDING})
    return f"{row.label} reddedildi."


def revoke(by: Any, row: SenderId, data: dict[str, Any]) -> str:
    approval.reject(by=by, sender_id=row.pk, reason=_reason(data), only=WAS_APPROVED)
    return f"{row.label} için onay kaldırıldı."


def _reason(data: dict[str, Any]) -> str:
    return " ".join(filter(None, [data["usual"], data["reason"]]))


def ban(by: Any, row: SenderId, _data: dict[str, Any]) -> str:
    approval.ban(by=by, sender_id=row.pk)
    return f"{row.label} askıya alındı."


@admin.register(SenderId)
class Senders(lists.Rows):
    icon = "baslik"
    list_display = ("id", "name", "firm", "state_pill", "created_at", "waited", "decided_by")
    list_filter = (
        filters.choice("state", "Durum", State.choices, first=State.PENDING),
        filters.TenantFilter,
    )
    list_select_related = ("tenant", "decided_by")
    search_fields = ("=label",)
    search_help_text = "başlık, tam"
    ordering = ("created_at", "pk")
    empty = "Bekleyen başvuru yok."
    facts = (
        "name",
        "firm",
        "state_pill",
        "created_at",
        "waited",
        "reject_reason",
        "decided_by",
        "decided_at",
    )
    offers = (
        Verb(
            "approve",
            "Onayla",
            approve,
            tone="primary",
            hint="Firma bu başlıkla hemen gönderebilir.",
            fits=lambda row: row.state != State.APPROVED,
        ),
        Verb(
            "reject",
            "Reddet",
            reject,
            RejectForm,
            icon="kapat",
            tone="danger",
            fits=lambda row: row.state == State.PENDING,
        ),
        Verb(
            "revoke",
            "Onayı kaldır",
            revoke,
            RejectForm,
            icon="kapat",
            tone="danger",
            hint="Firma bu başlıkla gönderemez; bekleyen mesajları gönderilmez, kredileri geri verilir.",
            fits=lambda row: row.state in WAS_APPROVED,
        ),
        Verb(
            "ban",
            "Askıya al",
            ban,
            icon="aski",
            tone="danger",
            hint="Yeniden onaylanana dek firma bu başlıkla gönderemez; bekleyenler gönderilmez, kredileri geri verilir.",
            fits=lambda row: row.state == State.APPROVED,
        ),
    )

    @admin.display(description="başlık")
    def name(self, row: SenderId) -> str:
        return cells.mono(row.label)

    @admin.display(description="firma")
    def firm(self, row: SenderId) -> str:
        return cells.tenant(row)

    @admin.display(description="durum")
    def state_pill(self, row: SenderId) -> str:
        return cells.pill(*LOOKS[State(row.state)], row.get_state_display())

    @admin.display(description="bekleme")
    def waited(self, row: SenderId) -> str:
        return ui.span((row.decided_at or timezone.now()) - row.created_at)

    def standing(self, row: SenderId) -> str:
        """Who was faster, and when."""
        said = f"Bu başlık şu durumda: {row.get_state_display()}."
        if row.decided_by is None or row.decided_at is None:
            return said
        return f"{said} Kararı {row.decided_by} verdi, {ui.span(timezone.now() - row.decided_at)} önce."

    def sections(self, row: SenderId) -> Iterable[lists.Section]:
        others = SenderId.objects.of(row.tenant).exclude(pk=row.pk).order_by("-pk")[:20]
        lines = [
            (
                ("Başlık", cells.link("senders_senderid", other.pk, other.label)),
                ("Durum", self.state_pill(other)),
                ("Ret nedeni", other.reject_reason or cells.NOTHING),
            )
            for other in others
        ]
        yield lists.Section("Firmanın diğer başlıkları", lines)

    def waiting(self) -> Iterable[lists.Waiting]:
        count = SenderId.objects.filter(state=State.PENDING).count()
        yield lists.Waiting("Karar bekleyen başlık", count, self.list_url())
