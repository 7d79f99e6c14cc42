"""Door: the queue of sender IDs that wait for a decision."""

from collections.abc import Iterable
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.decorators import method_decorator

from messaging.senders import admin_review, approval, documents, permits, registering
from messaging.senders.models import Registration, SenderId
from smsmerkezi import downloads
from smsmerkezi.backoffice import cells, filters, lists
from smsmerkezi.backoffice.verbs import Verb, VerbForm, actor_of
from smsmerkezi.core.ids import row_id
from smsmerkezi.templatetags import ui

State = SenderId.State
LOOKS = {
    State.PENDING: ("wait", "bekliyor"),
    State.APPROVED: ("ok", "basarili"),
    State.REJECTED: ("bad", "kapat"),
    State.BANNED: ("warn", "aski"),
}
WAITING = frozenset({State.PENDING})
WAS_APPROVED = frozenset({State.APPROVED, State.BANNED})
STOPPED = frozenset({State.REJECTED, State.BANNED})
STOPS = "Firma bu başlıkla gönderemez; bekleyen mesajları gönderilmez, kredileri geri verilir."
USUAL = (
    "Başlık, firmanın unvanı veya markasıyla eşleşmiyor.",
    "Marka kullanım belgesi eksik.",
    "Belge okunmuyor; daha net bir kopya yükleyin.",
    "Belge güncel değil, ya da imzası ve kaşesi eksik.",
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
    approval.approve(by=by, sender_id=row.pk, only=WAITING)
    return f"{row.label} onaylandı."


def restore(by: Any, row: SenderId, _data: dict[str, Any]) -> str:
    approval.approve(by=by, sender_id=row.pk, only=STOPPED)
    return f"{row.label} yeniden onaylandı."


def reject(by: Any, row: SenderId, data: dict[str, Any]) -> str:
    approval.reject(by=by, sender_id=row.pk, reason=_reason(data), only=WAITING)
    return f"{row.label} reddedildi."


def revoke(by: Any, row: SenderId, data: dict[str, Any]) -> str:
    approval.reject(by=by, sender_id=row.pk, reason=_reason(data), only=WAS_APPROVED)
    return f"{row.label} için onay kaldırıldı."


def ban(by: Any, row: SenderId, _data: dict[str, Any]) -> str:
    approval.ban(by=by, sender_id=row.pk)
    return f"{row.label} askıya alındı."


def _reason(data: dict[str, Any]) -> str:
    return " ".join(filter(None, [data["usual"], data["reason"]]))


class RegistrationForm(VerbForm):
    road = forms.CharField(label="Sağlayıcı", max_length=40, help_text="Sağlayıcının kısa adı")
    state = forms.ChoiceField(label="Durum", choices=Registration.State.choices)
    note = forms.CharField(label="Not", required=False, max_length=registering.NOTE)

    def first(self, row: Any) -> dict[str, Any]:
        return {}


def register(by: Any, row: SenderId, data: dict[str, Any]) -> str:
    registering.register(by=by, sender_id=row.pk, **data)
    return f"{row.label} için {data['road']} kaydı yazıldı."


VERBS = (
    Verb(
        "approve",
        "Onayla",
        approve,
        tone="primary",
        hint="Firma bu başlıkla hemen gönderebilir.",
        fits=lambda row: row.state in WAITING,
    ),
    Verb(
        "reject",
        "Reddet",
        reject,
        RejectForm,
        icon="kapat",
        tone="danger",
        fits=lambda row: row.state in WAITING,
    ),
    Verb("register", "Operatör kaydı", register, RegistrationForm, icon="gonder"),
    Verb("restore", "Yeniden onayla", restore, icon="yenile", fits=lambda row: row.state in STOPPED),
    Verb(
        "ban",
        "Askıya al",
        ban,
        icon="aski",
        hint=STOPS,
        fits=lambda row: row.state == State.APPROVED,
    ),
    Verb(
        "revoke",
        "Onayı kaldır",
        revoke,
        RejectForm,
        icon="kapat",
        tone="danger",
        hint=STOPS,
        fits=lambda row: row.state in WAS_APPROVED,
    ),
)


@admin.register(SenderId)
class Senders(lists.Rows):
    icon = "baslik"
    list_display = ("id", "name", "firm", "state_pill", "created_at", "waited", "applicant", "decided_by")
    list_filter = (
        filters.choice("state", "Durum", State.choices, first=State.PENDING),
        filters.TenantFilter,
    )
    list_select_related = ("tenant", "submitted_by", "decided_by", "document")
    search_fields = ("=label",)
    search_help_text = "başlık, tam"
    ordering = ("created_at", "pk")
    empty = "Bekleyen başvuru yok."
    row_template = "admin/sender.html"
    facts = (
        "firm",
        "applicant",
        "created_at",
        "waited",
        "right",
        "permit_until",
        "reject_reason",
        "decided_by",
        "decided_at",
    )
    offers = VERBS

    @admin.display(description="başlık")
    def name(self, row: SenderId) -> str:
        return cells.mono(row.label)

    @admin.display(description="firma")
    def firm(self, row: SenderId) -> str:
        return cells.tenant(row)

    @admin.display(description="başvuran")
    def applicant(self, row: SenderId) -> str:
        person = row.submitted_by
        return cells.link("tenants_user", person.pk, person.name) if person else cells.NOTHING

    @admin.display(description="hak")
    def right(self, row: SenderId) -> str:
        return row.get_applicant_display() or cells.NOTHING

    @admin.display(description="durum")
    def state_pill(self, row: SenderId) -> str:
        return cells.pill(*LOOKS[State(row.state)], row.get_state_display())

    @admin.display(description="bekleme")
    def waited(self, row: SenderId) -> str:
        return ui.span((row.decided_at or timezone.now()) - row.created_at)

    def standing(self, row: SenderId) -> str:
        return admin_review.standing(row, timezone.now())

    def sections(self, row: SenderId) -> Iterable[lists.Section]:
        others = SenderId.objects.of(row.tenant).exclude(pk=row.pk).order_by("-pk")[:20]
        lines = [
            (
                ("Başlık", cells.link("senders_senderid", other.pk, other.label)),
                ("Durum", self.state_pill(other)),
                ("Başvuru", ui.moment(other.created_at, "day")),
                ("Ret nedeni", other.reject_reason or cells.NOTHING),
            )
            for other in others
        ]
        yield lists.Section("Firmanın diğer başlıkları", lines)
        roads = [
            (
                ("Sağlayıcı", each.road),
                ("Durum", each.get_state_display()),
                ("Değişme", ui.moment(each.changed_at, "day")),
                ("Not", each.note or cells.NOTHING),
            )
            for each in row.registrations.order_by("road")
        ]
        yield lists.Section("Operatör kayıtları", roads)

    def waiting(self) -> Iterable[lists.Waiting]:
        count = SenderId.objects.filter(state=State.PENDING).count()
        yield lists.Waiting("Karar bekleyen başlık", count, self.list_url())
        yield lists.Waiting("İzni biten onaylı başlık", permits.lapsed(), f"{self.list_url()}?state=approved")

    def beside_row(self, row: SenderId) -> dict[str, Any]:
        return {**admin_review.context(row), "pill": self.state_pill(row)}

    @method_decorator(csp_update({"frame-src": [SELF]}))
    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().change_view(request, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        pages = (("onizleme", "preview", self.preview), ("belge", "document", self.document))
        own = [
            path(
                f"<path:object_id>/{end}/",
                self.admin_site.admin_view(view),
                name=f"senders_senderid_{name}",
            )
            for end, name, view in pages
        ]
        return [*own, *super().get_urls()]

    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The document in the page's frame."""
        opened = documents.fetch(by=actor_of(request), sender_id=row_id(object_id), preview=True)
        return downloads.framed(*opened)

    def document(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return downloads.saved(*documents.fetch(by=actor_of(request), sender_id=row_id(object_id)))
