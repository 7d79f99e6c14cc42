"""Door: the audit trail, for platform staff. Nothing can be done to it."""

from collections.abc import Iterable

from django.contrib import admin
from django.utils.html import format_html

from smsmerkezi.backoffice import cells, filters, lists
from tenants import audit_chain, audit_nouns, audit_words
from tenants.models import AuditEntry, User


@admin.register(AuditEntry)
class Trail(lists.Rows):
    icon = "denetim"
    grows = True
    list_display = ("id", "created_at", "firm", "who", "what", "object_", "ip")
    list_filter = (
        filters.TenantFilter,
        filters.choice("action", "Eylem", audit_words.ACTIONS.items()),
        filters.whole("user", "Kullanıcı no", lookup="user_id"),
        filters.word("entity", "Nesne türü", lookup="entity_type"),
        filters.whole("entity_id", "Nesne no"),
    )
    list_select_related = ("tenant",)
    facts = (
        "id", "created_at", "firm", "who", "what", "object_", "token_id", "ip", "user_agent", "place", "seal", "detail",
    )  # fmt: skip

    def completed(self, rows: list[AuditEntry]) -> list[AuditEntry]:
        known = User.objects.in_bulk({row.user_id for row in rows if row.user_id})
        for row in rows:
            row.person = known.get(row.user_id)
        return rows

    def name_of(self, row: AuditEntry) -> str:
        return f"{audit_words.sentence(row.action)} #{row.pk}"

    def sections(self, row: AuditEntry) -> Iterable[lists.Section]:
        if row.changes:
            lines = [
                (("Alan", field), ("Önce", cells.mono(before)), ("Sonra", cells.mono(after)))
                for field, before, after in audit_nouns.changes(row)
            ]
            yield lists.Section("Değişiklik", lines)

    @admin.display(description="firma")
    def firm(self, row: AuditEntry) -> str:
        return cells.tenant(row)

    @admin.display(description="kim")
    def who(self, row: AuditEntry) -> str:
        person = cells.link("tenants_user", row.user_id, row.person) if row.person else cells.NOTHING
        return (
            format_html("{} {}", person, cells.pill("warn", "firma", "firma adına")) if row.acting else person
        )

    @admin.display(description="eylem")
    def what(self, row: AuditEntry) -> str:
        return audit_words.sentence(row.action)

    @admin.display(description="nesne")
    def object_(self, row: AuditEntry) -> str:
        return audit_nouns.object_of(row) or cells.NOTHING

    @admin.display(description="zincirdeki yeri")
    def place(self, row: AuditEntry) -> str:
        place = audit_chain.place_of(row.pk)
        if place is None:
            return cells.pill("bad", "uyari", "Mühürlenmemiş")
        state = ("ok", "basarili", "Sağlam") if place.fits else ("bad", "uyari", "Uymuyor")
        return format_html("{} {}", cells.plain(place.seq), cells.pill(*state))

    @admin.display(description="mühür")
    def seal(self, row: AuditEntry) -> str:
        place = audit_chain.place_of(row.pk)
        return cells.mono(place.hash if place else "")

    @admin.display(description="ayrıntı")
    def detail(self, row: AuditEntry) -> str:
        return (
            format_html('<pre class="raw">{}</pre>', audit_nouns.pretty(row.meta))
            if row.meta
            else cells.NOTHING
        )
