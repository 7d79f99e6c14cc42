"""Door: the audit trail, for platform staff. Nothing can be done to it."""

from django.contrib import admin

from smsmerkezi.backoffice import cells, filters, lists
from tenants import audit_words
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
    facts = ("id", "created_at", "firm", "who", "what", "object_", "token_id", "ip", "user_agent", "detail")

    def completed(self, rows: list[AuditEntry]) -> list[AuditEntry]:
        known = User.objects.in_bulk({row.user_id for row in rows if row.user_id})
        for row in rows:
            row.person = known.get(row.user_id)
        return rows

    @admin.display(description="firma")
    def firm(self, row: AuditEntry) -> str:
        return cells.tenant(row)

    @admin.display(description="kim")
    def who(self, row: AuditEntry) -> str:
        return cells.link("tenants_user", row.user_id, row.person) if row.person else cells.NOTHING

    @admin.display(description="eylem")
    def what(self, row: AuditEntry) -> str:
        return audit_words.sentence(row.action)

    @admin.display(description="nesne")
    def object_(self, row: AuditEntry) -> str:
        return f"{row.entity_type} #{row.entity_id}" if row.entity_id else row.entity_type or cells.NOTHING

    @admin.display(description="ayrıntı")
    def detail(self, row: AuditEntry) -> str:
        return cells.mono(", ".join(f"{name}: {value}" for name, value in row.meta.items()))
