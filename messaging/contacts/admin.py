"""Door: who said no to whom, with masked numbers. Nothing can be done to it here."""

from django.contrib import admin
from django.db.models import QuerySet

from messaging.contacts.models import OptOut
from smsmerkezi.backoffice import cells, filters, lists
from smsmerkezi.core import masks, phones


class NumberFilter(filters.Filter):
    title = "Numara (tam)"
    name = "number"

    def narrowed(self, queryset: QuerySet[OptOut]) -> QuerySet[OptOut]:
        try:
            return queryset.filter(msisdn=phones.normalise(self.value))
        except phones.InvalidNumber:
            return queryset.none()


@admin.register(OptOut)
class OptOuts(lists.Rows):
    icon = "iptal"
    grows = True
    list_display = ("id", "number", "firm", "source", "created_at")
    list_filter = (
        filters.TenantFilter,
        NumberFilter,
        filters.choice("source", "Kaynak", OptOut.Source.choices),
    )
    list_select_related = ("tenant",)
    facts = ("number", "firm", "source", "note", "created_at")
    empty = "Ret listeleri boş."

    @admin.display(description="numara")
    def number(self, row: OptOut) -> str:
        return masks.mask_screen(row.msisdn)

    @admin.display(description="firma")
    def firm(self, row: OptOut) -> str:
        return cells.tenant(row)
