"""Door: who said no to whom, with masked numbers; a firm's list is the firm's, the platform's is kept here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet

from messaging.contacts import platform_list
from messaging.contacts.models import OptOut, PlatformOptOut
from smsmerkezi.backoffice import cells, filters, lists
from smsmerkezi.backoffice.forms import ReasonForm
from smsmerkezi.backoffice.verbs import Verb, VerbForm
from smsmerkezi.core import masks, phones


class NumberFilter(filters.Filter):
    title = "Numara (tam)"
    name = "number"

    def narrowed(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
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


class NumbersForm(VerbForm):
    numbers = forms.CharField(
        label="Numaralar",
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Her satıra bir numara.",
    )
    note = forms.CharField(label="Not", required=False, max_length=200)


def add(by: Any, _row: None, data: dict[str, Any]) -> str:
    lines = [line for line in data["numbers"].splitlines() if line.strip()]
    return f"{platform_list.add(by=by, numbers=lines, note=data['note'])} numara eklendi."


def remove(by: Any, row: PlatformOptOut, data: dict[str, Any]) -> str:
    platform_list.remove(by=by, optout_id=row.pk, reason=data["reason"])
    return "Numara genel ret listesinden çıkarıldı."


@admin.register(PlatformOptOut)
class PlatformOptOuts(lists.Rows):
    icon = "iptal"
    grows = True
    list_display = ("id", "number", "note", "created_at")
    list_filter = (NumberFilter,)
    facts = ("number", "note", "created_at")
    empty = "Genel ret listesi boş. Buradaki numaralara hiçbir firma gönderemez."
    offers = (
        Verb("create", "Numara ekle", add, NumbersForm, icon="ekle", fresh=True),
        Verb(
            "remove",
            "Listeden çıkar",
            remove,
            ReasonForm,
            icon="sil",
            tone="danger",
            gone=True,
            hint="Numaraya yeniden gönderilebilir; firmaların kendi listeleri değişmez.",
        ),
    )

    @admin.display(description="numara")
    def number(self, row: PlatformOptOut) -> str:
        return masks.mask_screen(row.msisdn)
