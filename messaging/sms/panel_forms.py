"""The panel's forms: what people type, as the domain asks for it."""

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.sms import panel_words
from messaging.sms.models import Message
from messaging.sms.sending import MAX_BODY, MAX_RECIPIENTS, Order
from smsmerkezi.core import clock, phones
from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel import refusals
from smsmerkezi.panel.days import Days

BETWEEN_NUMBERS = re.compile(r"[\n,;]+")
NAMED_INVALID = 3  # wrong numbers that an error names; more are counted
NOW, LATER = "now", "later"


class ComposeForm(forms.Form):
    """`key` is the idempotency key of this one confirmation: a double click sends once."""

    originator = forms.ChoiceField(
        label=_("Gönderen başlığı"),
        error_messages={"required": _("Bir başlık seçin."), "invalid_choice": _("Onaylı bir başlık seçin.")},
    )
    recipients = forms.CharField(
        label=_("Alıcılar"),
        help_text=_("Her satıra bir numara: 05xx… veya +90 5xx…"),
        max_length=40_000,
        widget=forms.Textarea(
            attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false", "inputmode": "tel"}
        ),
        error_messages={"required": _("En az bir numara yazın.")},
    )
    body = forms.CharField(
        label=_("Mesaj"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "data-composer": ""}),
        error_messages={"required": _("Mesajı yazın.")},
    )
    when = forms.ChoiceField(choices=[(NOW, _("Şimdi")), (LATER, _("Zamanla"))], required=False)
    scheduled_at = forms.CharField(
        label=_("Gönderim zamanı"),
        help_text=_("Türkiye saatiyle"),
        required=False,
        widget=forms.TextInput(attrs={"type": "datetime-local"}),
    )
    commercial = forms.ChoiceField(choices=[("0", _("Bilgilendirme")), ("1", _("Ticari"))], required=False)
    key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, originators: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["originator"].choices = [(name, name) for name in originators]

    def clean_body(self) -> str:
        """Browsers send line ends as two characters; the domain counts, and sends, one."""
        body = self.cleaned_data["body"].replace("\r\n", "\n").replace("\r", "\n")
        if len(body) > MAX_BODY:
            raise forms.ValidationError(refusals.SENTENCES["invalid-body"])
        return body

    def clean_recipients(self) -> list[str]:
        numbers = split_numbers(self.cleaned_data["recipients"])
        if not 1 <= len(numbers) <= MAX_RECIPIENTS:
            raise forms.ValidationError(refusals.SENTENCES["invalid-recipients"])
        invalid = phones.normalise_many(numbers).invalid
        if invalid:
            raise forms.ValidationError(_invalid(invalid))
        return numbers

    def clean_scheduled_at(self) -> Any:
        raw = self.cleaned_data["scheduled_at"]
        if self.cleaned_data.get("when") != LATER:
            return None
        try:
            return clock.parse_datetime_input(raw)
        except clock.InvalidDatetime:
            raise forms.ValidationError(_("Tarihi ve saati seçin.")) from None

    def order(self) -> Order:
        given = self.cleaned_data
        return Order(
            body=given["body"],
            recipients=given["recipients"],
            originator=given["originator"],
            scheduled_at=given["scheduled_at"],
            source=Message.Source.PANEL,
            commercial=given["commercial"] == "1",
        )

    def refuse(self, refusal: DomainError) -> None:
        """Put a refusal of the domain beside the field it names."""
        named = (refusal.field or "").partition(".")[0]
        self.add_error(named if named in self.fields else None, refusals.sentence(refusal))


def _invalid(invalid: list[tuple[int, str]]) -> str:
    named = ", ".join(raw for _index, raw in invalid[:NAMED_INVALID])
    more = len(invalid) - NAMED_INVALID
    if more > 0:
        return _("Geçersiz numaralar: {named} ve {more} numara daha.").format(named=named, more=more)
    return _("Geçersiz numara: {named}").format(named=named)


def split_numbers(text: str) -> list[str]:
    return [part.strip() for part in BETWEEN_NUMBERS.split(text.replace("\r", "\n")) if part.strip()]


def draft(data: Any, originator: str) -> Order:
    """What can be quoted of a form that is still being filled in."""
    body = data.get("body", "").replace("\r\n", "\n")[:MAX_BODY]
    numbers = split_numbers(data.get("recipients", "")[:40_000])[:MAX_RECIPIENTS]
    commercial = data.get("commercial") == "1"
    return Order(body=body, recipients=numbers, originator=originator, commercial=commercial)


def new_key() -> str:
    return f"panel-{uuid4()}"


class ListForm(Days):
    """Filters of the message list, all optional; a GET form, so that a filtered list has an address."""

    text = forms.CharField(label=_("Ara"), required=False, max_length=200)
    status = forms.ChoiceField(label=_("Durum"), required=False)
    originator = forms.ChoiceField(label=_("Başlık"), required=False)
    source = forms.ChoiceField(label=_("Kaynak"), required=False)

    def __init__(self, *args: Any, originators: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("Tümü"))]
        self.fields["status"].choices = everything + list(panel_words.FILTERS.items())
        self.fields["originator"].choices = everything + [(name, name) for name in originators]
        self.fields["source"].choices = everything + list(panel_words.SOURCES.items())
