"""Door: credit accounts and their movements. The ledger is read only; credit moves through `billing.credit`."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from billing import credit, ledger
from billing.models import Account, LedgerEntry
from smsmerkezi.backoffice import cells, filters, lists
from smsmerkezi.backoffice.verbs import Verb, VerbForm
from smsmerkezi.core.errors import NotFound
from tenants import firms

SHOWN = 20


class CreditForm(VerbForm):
    """`reference` is made with the page: the same form sent twice moves credit once."""

    credits = forms.IntegerField(
        label="Miktar (SMS)", widget=forms.NumberInput(attrs={"inputmode": "numeric", "min": 1})
    )
    note = forms.CharField(
        label="Açıklama",
        required=False,
        max_length=credit.NOTE_LENGTH,
        help_text="Dekont veya fatura numarası gibi.",
    )
    reference = forms.UUIDField(widget=forms.HiddenInput)

    def first(self, row: Account) -> dict[str, Any]:
        return {"reference": uuid.uuid4()}


class CorrectionForm(CreditForm):
    credits = forms.IntegerField(label="Miktar (SMS)", help_text="Azaltmak için başına eksi koyun.")
    note = forms.CharField(label="Neden", min_length=5, max_length=credit.NOTE_LENGTH)


def add(by: Any, row: Account, data: dict[str, Any]) -> str:
    reference = data.pop("reference").hex
    moved = credit.add(by=by, tenant_id=row.pk, reference=reference, **data)
    return f"{cells.plain(data['credits'])} SMS kredi eklendi." if moved else ALREADY


def correct(by: Any, row: Account, data: dict[str, Any]) -> str:
    reference = data.pop("reference").hex
    moved = credit.correct(by=by, tenant_id=row.pk, reference=reference, **data)
    return f"Bakiye {data['credits']:+d} SMS düzeltildi." if moved else ALREADY


ALREADY = "Bu form daha önce işlenmişti; kredi yeniden hareket etmedi."


def moved_by(delta: int) -> str:
    return f"{'+' if delta > 0 else ''}{cells.plain(delta)}"


@admin.register(Account)
class Accounts(lists.Rows):
    icon = "kredi"
    list_display = ("tenant_id", "firm", "balance", "reserved", "free")
    list_filter = (filters.TenantFilter,)
    list_select_related = ("tenant",)
    facts = ("firm", "balance", "reserved", "free")
    offers = (
        Verb("add", "Kredi ekle", add, CreditForm, icon="ekle", tone="primary"),
        Verb(
            "correct",
            "Düzelt",
            correct,
            CorrectionForm,
            icon="duzenle",
            hint="Kayıtlar değiştirilmez; düzeltme yeni bir harekettir.",
        ),
    )

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Account | None:
        """A firm that has never had credit has an account all the same."""
        if not (object_id.isascii() and object_id.isdigit() and len(object_id) <= 18):
            return None
        try:
            return ledger.account_of(firms.find(int(object_id)))
        except NotFound:
            return None

    @admin.display(description="firma")
    def firm(self, row: Account) -> str:
        return cells.tenant(row)

    @admin.display(description="kullanılabilir")
    def free(self, row: Account) -> str:
        return cells.plain(row.available)

    def sections(self, row: Account) -> Iterable[lists.Section]:
        lines = [
            (
                ("Zaman", cells.plain(entry.created_at)),
                ("Tür", entry.get_reason_display()),
                ("Miktar", moved_by(entry.delta)),
                ("Ayrılan", moved_by(entry.reserved_delta)),
                ("Sonraki bakiye", cells.plain(entry.balance_after)),
                ("Açıklama", entry.note or cells.NOTHING),
            )
            for entry in LedgerEntry.objects.of(row.tenant).order_by("-pk")[:SHOWN]
        ]
        url = f"{reverse('admin:billing_ledgerentry_changelist')}?tenant={row.tenant.slug}"
        yield lists.Section("Son hareketler", lines, url, "Tümü")


@admin.register(LedgerEntry)
class Movements(lists.Rows):
    icon = "hareket"
    grows = True
    list_display = ("id", "created_at", "firm", "reason", "amount", "held", "balance_after", "note")
    list_filter = (
        filters.TenantFilter,
        filters.choice("reason", "Tür", LedgerEntry.Reason.choices),
        type("KeyFilter", (filters.word("op_key", "İşlem anahtarı (tam)"),), {"indexed": True}),
    )
    list_select_related = ("tenant",)
    facts = (
        "id",
        "created_at",
        "firm",
        "reason",
        "amount",
        "held",
        "balance_after",
        "reserved_after",
        "note",
        "key",
    )

    @admin.display(description="firma")
    def firm(self, row: LedgerEntry) -> str:
        return cells.tenant(row)

    @admin.display(description="miktar")
    def amount(self, row: LedgerEntry) -> str:
        return moved_by(row.delta)

    @admin.display(description="ayrılan miktar")
    def held(self, row: LedgerEntry) -> str:
        return moved_by(row.reserved_delta)

    @admin.display(description="işlem anahtarı")
    def key(self, row: LedgerEntry) -> str:
        return cells.mono(row.op_key)
