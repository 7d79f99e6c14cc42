"""The forms of Kişiler: whom to look for, and what is known of somebody."""

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.contacts import filters

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
