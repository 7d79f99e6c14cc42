"""Door: submissions that no gateway can tell us about, and what staff decide about them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from messaging.sms import doubts
from messaging.sms.models import Attempt, Submission
from smsmerkezi.backoffice import cells, filters, lists
from smsmerkezi.backoffice.verbs import ReasonForm, Verb
from smsmerkezi.templatetags import ui
from tenants import audit_words
from tenants.models import AuditEntry, Tenant, User

MOST = 1000  # beyond it a count is "1.000+"
SHOWN = 50  # attempts on a page
LOOK_AT = 5000  # newest entries of the firm's trail among which a decision is sought
State = Submission.State
LOOKS = {
    State.READY: ("wait", "bekliyor"),
    State.SUBMITTING: ("info", "gonder"),
    State.UNKNOWN: ("warn", "soru"),
    State.HANDED_OVER: ("ok", "basarili"),
    State.REFUSED: ("bad", "kapat"),
    State.UNRESOLVED: ("bad", "soru"),
    State.CANCELLED: ("", "iptal"),
    State.EXPIRED: ("", "saat"),
}
DECISIONS = ("sms.doubt-sent", "sms.doubt-not-sent", "sms.doubt-again")
BACK = " Kredisi geri verilmişti; bakiye yetmezse işlem reddedilir."


def was_sent(by: Any, row: Submission, data: dict[str, Any]) -> str:
    return f"{doubts.was_sent(by=by, submission_id=row.pk, **data)} alıcı gönderildi sayıldı."


def was_not_sent(by: Any, row: Submission, data: dict[str, Any]) -> str:
    count = doubts.was_not_sent(by=by, submission_id=row.pk, **data)
    return f"{count} alıcı gönderilmedi sayıldı; kredileri geri verildi."


def send_again(by: Any, row: Submission, data: dict[str, Any]) -> str:
    doubts.send_again(by=by, submission_id=row.pk, **data)
    return "Paket yeniden gönderim kuyruğunda."


def _stake(row: Submission) -> tuple[str, str, str]:
    """Recipients, credits, and what is special about a submission that was given up."""
    stake = doubts.at_stake(row.pk)
    return (
        ui.number(stake.recipients),
        ui.number(stake.credits),
        BACK if row.state == State.UNRESOLVED else "",
    )


def sent_hint(row: Submission) -> str:
    recipients, credits, back = _stake(row)
    return f"{recipients} alıcı gönderildi sayılır ve {credits} SMS kredi harcanır.{back}"


def not_sent_hint(row: Submission) -> str:
    recipients, credits, _ = _stake(row)
    return f"{recipients} alıcı başarısız olur ve ayrılan {credits} SMS kredi firmaya geri verilir."


def again_hint(row: Submission) -> str:
    recipients, credits, back = _stake(row)
    return f"{recipients} alıcıya yeni bir istekle baştan gönderilir; {credits} SMS kredi bir kez harcanır.{back}"


def old_enough(row: Submission) -> bool:
    """Given up, or in doubt for so long that its gateway will hardly settle it by itself."""
    if row.state == State.UNRESOLVED:
        return True
    return in_doubt(row)


def in_doubt(row: Submission) -> bool:
    return row.state == State.UNKNOWN and row.last_tx_at < timezone.now() - doubts.GRACE


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
            [(state.value, cells.capital(state.label)) for state in (State.UNKNOWN, State.UNRESOLVED)],
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
        "stake",
        "since",
        "last_error",
        "expires",
        "asked",
        "next_question",
        "provider_no",
        "reference",
    )
    offers = (
        Verb("sent", "Gönderildi say", was_sent, ReasonForm, hint=sent_hint, fits=old_enough),
        Verb(
            "not-sent",
            "Gönderilmedi say",
            was_not_sent,
            ReasonForm,
            icon="kapat",
            hint=not_sent_hint,
            warning="Gerçekte gitmişse firma bu mesajlar için ücret ödememiş olur.",
            fits=in_doubt,
        ),
        Verb(
            "again",
            "Yeniden gönder",
            send_again,
            ReasonForm,
            icon="gonder",
            tone="danger",
            hint=again_hint,
            warning="Önceki deneme gitmişse alıcılar aynı mesajı ikinci kez alır. Gitmediğinden emin değilseniz seçmeyin.",
            fits=old_enough,
        ),
    )

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
    def stake(self, row: Submission) -> str:
        return cells.plain(doubts.at_stake(row.pk).credits)

    @admin.display(description="belirsizlik")
    def since(self, row: Submission) -> str:
        return ui.span(timezone.now() - row.last_tx_at) if row.last_tx_at else cells.NOTHING

    @admin.display(description="durum")
    def state_pill(self, row: Submission) -> str:
        state = State(row.state)
        return cells.pill(*LOOKS[state], cells.capital(state.label))

    @admin.display(description="son deneme")
    def last_error(self, row: Submission) -> str:
        """What became of it, as far as anybody wrote it down; a worker that died did not."""
        if row.last is None or not row.last.outcome:
            return "yanıt kaydı yok"
        return cells.mono(f"{row.last.outcome}: {row.last.reason}".removesuffix(": "))

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
            return "Bu paket henüz yeni; sağlayıcısı hâlâ bildirebilir."
        said = f"Bu paket şu durumda: {cells.capital(row.get_state_display())}."
        told = next(iter(_decisions(row)), None)
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
        yield lists.Section("Denemeler", [_attempt(attempt) for attempt in tries])
        yield lists.Section("Kararlar", [_decision(*told) for told in _decisions(row)])

    def waiting(self) -> Iterable[lists.Waiting]:
        rows = doubts.listed().filter(state=State.UNKNOWN).order_by()[: MOST + 1]
        url = self.list_url(state=State.UNKNOWN.value)
        yield lists.Waiting("Belirsiz gönderim", cells.bounded(len(rows.values_list("pk")), MOST), url)


def _decisions(row: Submission) -> list[tuple[AuditEntry, User | None]]:
    """What staff decided about it, newest first, and who."""
    newest = AuditEntry.objects.filter(tenant_id=row.tenant_id).order_by("-pk").values("pk")[:LOOK_AT]
    told = AuditEntry.objects.filter(
        pk__in=newest, entity_type="Submission", entity_id=row.pk, action__in=DECISIONS
    )
    entries = list(told.order_by("-pk"))
    people = User.objects.in_bulk({entry.user_id for entry in entries if entry.user_id})
    return [(entry, people.get(entry.user_id)) for entry in entries]


def _attempt(attempt: Attempt) -> tuple[tuple[str, str], ...]:
    return (
        ("Deneme", cells.plain(attempt.fence)),
        ("Sağlayıcı", cells.plain(attempt.gateway)),
        ("Başladı", cells.plain(attempt.started_at)),
        ("Bitti", cells.plain(attempt.ended_at)),
        ("Sonuç", cells.plain(attempt.outcome)),
        ("Neden", cells.plain(attempt.reason)),
    )


def _decision(entry: AuditEntry, person: User | None) -> tuple[tuple[str, str], ...]:
    return (
        ("Zaman", cells.plain(entry.created_at)),
        ("Kim", cells.plain(str(person or ""))),
        ("Karar", audit_words.ACTIONS[entry.action]),
        ("Neden", cells.plain(entry.meta.get("reason"))),
    )
