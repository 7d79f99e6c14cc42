"""The forms of Kişiler: whom to look for, and what is known of somebody."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.contacts import book, filters
from messaging.contacts.group_choices import choices
from tenants.models import Tenant

STATUSES = (("", _("Hepsi")), ("active", _("Gönderilebilir")), ("opted_out", _("Ret listesinde")))


class Search(forms.Form):
    search = forms.CharField(label=_("Ad ya da numara"), required=False, max_length=filters.LONGEST_SEARCH)
    tag = forms.CharField(
        label=_("Etiket"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    status = forms.ChoiceField(label=_("Durum"), choices=STATUSES, required=False)
    group = forms.ChoiceField(label=_("Grup"), required=False)

    def __init__(self, *args: Any, firm: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = choices(firm, _("Hepsi"))


class ContactForm(forms.Form):
    msisdn = forms.CharField(
        label=_("Cep telefonu"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel", "required": True}),
        help_text=_("0555 123 45 67 gibi; yurt dışı numaralar + ile başlar."),
    )
    name = forms.CharField(label=_("Ad soyad"), required=False, max_length=1000)
    tags = forms.CharField(
        label=_("Etiketler"), required=False, max_length=2000, help_text=_("Virgülle ayırın: vip, bayi")
    )
    address_province = forms.CharField(label=_("İl"), required=False, max_length=1000)
    address_district = forms.CharField(label=_("İlçe"), required=False, max_length=1000)
    landline = forms.CharField(label=_("Sabit telefon"), required=False, max_length=1000)
    sector = forms.CharField(label=_("Sektör"), required=False, max_length=1000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """A control for each field of the firm's own that is known of them, and one for another."""
        super().__init__(*args, **kwargs)
        self.own = list(self.initial.get("own", {}))
        for at, name in enumerate(self.own):
            self.fields[f"own_{at}"] = forms.CharField(
                label=name, required=False, max_length=1000, initial=self.initial["own"][name]
            )
        self.fields["fresh_name"] = forms.CharField(
            label=_("Yeni alanın adı"), required=False, max_length=book.FIELD, help_text=_("Doğum günü gibi")
        )
        self.fields["fresh_text"] = forms.CharField(
            label=_("Yeni alanın değeri"), required=False, max_length=1000
        )

    def clean(self) -> dict[str, Any]:
        """`fields` are the firm's own; one that was emptied is gone, one that was not sent stays."""
        given = super().clean() or {}
        own = {}
        for at, name in enumerate(self.own):
            text = given.pop(f"own_{at}", "")
            own[name] = text if f"own_{at}" in self.data else self.initial["own"][name]
        name, text = given.pop("fresh_name", ""), given.pop("fresh_text", "")
        if text and not name:
            self.add_error("fresh_name", _("Alanın adını yazın."))
        return {**given, "fields": own | ({name: text} if name else {})}
