"""The form of an application: a name with its rules, and a document."""

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.senders import documents, rules
from messaging.senders.panel_words import APPLICANTS

ACCEPTED = ",".join(f".{ending}" for ending in documents.ENDINGS)


class ApplyForm(forms.Form):
    label = forms.CharField(
        label=_("Başlık"),
        required=False,
        max_length=100,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "required": True,
                "maxlength": 11,
                "data-generic": " ".join(sorted(rules.GENERIC)),
                "data-endings": " ".join(sorted(rules.ENDINGS)),
            }
        ),
    )
    applicant = forms.ChoiceField(
        label=_("Başlık kimin adı?"),
        choices=APPLICANTS.items(),
        required=False,
    )
    permit_until = forms.DateField(
        label=_("Adı kullanma izninin bitişi"),
        required=False,
        help_text=_("Yalnız başkasının adını izinle kullanıyorsanız; bayi için zorunlu."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    document = forms.FileField(
        label=_("Belge"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED, "required": True, "data-most": documents.LIMIT}),
    )
