"""What people type on the way to a campaign."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.campaigns import drafts, letters
from messaging.campaigns.models import Campaign
from messaging.contacts.group_choices import choices
from messaging.sms.panel_forms import LATER, NOW
from messaging.sms.sending import MAX_BODY
from smsmerkezi.core import clock
from smsmerkezi.panel import refusals
from tenants.models import Tenant

PASTED = 400_000  # characters; more come as a file
Choice = tuple[str, str | Promise]


class ListForm(forms.Form):
    """Step 1: where the list comes from. Only what is chosen is asked for."""

    name = forms.CharField(
        label=_("Ad"),
        max_length=drafts.NAME,
        help_text=_("Yalnız siz görürsünüz: Mayıs kampanyası"),
        error_messages={"required": _("Bir ad yazın.")},
    )
    source = forms.ChoiceField(
        choices=[
            (Campaign.Source.FILE, _("Dosyadan")),
            (Campaign.Source.MANUAL, _("Yapıştırarak")),
            (Campaign.Source.BOOK, _("Kişilerden")),
        ],
        initial=Campaign.Source.FILE,
    )
    file = forms.FileField(
        label=_("Dosya"),
        required=False,
        allow_empty_file=True,
        help_text=_("CSV, TXT veya XLSX; en çok 128 MB. Kodlama ve ayraç kendiliğinden bulunur."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    lines = forms.CharField(
        label=_("Numaralar"),
        required=False,
        max_length=PASTED,
        help_text=_("Her satıra bir kişi: numara ya da numara,ad"),
        widget=forms.Textarea(attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false"}),
    )
    group = forms.ChoiceField(label=_("Grup"), required=False)
    tag = forms.CharField(label=_("Etiket"), required=False, max_length=64)

    def __init__(self, *args: Any, firm: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = choices(firm, _("Tümü"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("source") == Campaign.Source.FILE and not given.get("file"):
            self.add_error("file", _("Bir dosya seçin."))
        if given.get("source") == Campaign.Source.MANUAL and not given.get("lines"):
            self.add_error("lines", _("En az bir numara yapıştırın."))
        return given


class ColumnsForm(forms.Form):
    """Step 2: what each column is. `offered` are the names for each."""

    header = forms.BooleanField(label=_("İlk satır başlık"), required=False)

    def __init__(self, *args: Any, offered: Sequence[Sequence[Choice]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at, offer in enumerate(offered):
            self.fields[f"c{at}"] = forms.ChoiceField(
                label=_("{n}. sütun").format(n=at + 1), required=False, choices=offer
            )

    def controls(self) -> list[Any]:
        return [self[name] for name in self.fields if name != "header"]


class LetterForm(forms.Form):
    """Step 4: what is written, under which name, and when."""

    originator = forms.ChoiceField(
        label=_("Gönderen başlığı"), error_messages={"required": _("Bir başlık seçin.")}
    )
    body = forms.CharField(
        label=_("Mesaj"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "data-composer": ""}),
        error_messages={"required": _("Mesajı yazın.")},
    )
    commercial = forms.ChoiceField(choices=[("1", _("Ticari")), ("0", _("Bilgilendirme"))], initial="1")
    when = forms.ChoiceField(choices=[(NOW, _("Şimdi")), (LATER, _("Zamanla"))], required=False)
    scheduled_at = forms.CharField(
        label=_("Gönderim zamanı"),
        help_text=_("Türkiye saatiyle"),
        required=False,
        widget=forms.TextInput(attrs={"type": "datetime-local"}),
    )
    per_minute = forms.IntegerField(
        label=_("Hız sınırı (dakikada alıcı)"),
        required=False,
        min_value=1,
        max_value=letters.FASTEST,
        help_text=_("Boş bırakırsanız en hızlı şekilde gönderilir."),
    )

    def __init__(self, *args: Any, originators: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["originator"].choices = [(name, name) for name in originators]

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"].replace("\r\n", "\n").replace("\r", "\n")
        if len(body) > MAX_BODY:
            raise forms.ValidationError(refusals.SENTENCES["invalid-body"])
        return body

    def clean_scheduled_at(self) -> Any:
        if self.cleaned_data.get("when") != LATER:
            return None
        try:
            return clock.parse_datetime_input(self.cleaned_data["scheduled_at"])
        except clock.InvalidDatetime:
            raise forms.ValidationError(_("Tarihi ve saati seçin.")) from None

    def clean_commercial(self) -> bool:
        return bool(self.cleaned_data["commercial"] == "1")


class LaunchForm(forms.Form):
    """Step 5. `quoted` is the price that was seen; `typed` the number of people, asked where they are many."""

    quoted = forms.CharField(max_length=64, widget=forms.HiddenInput)
    typed = forms.CharField(label=_("Alıcı sayısı"), required=False, max_length=20)

    def __init__(self, *args: Any, count: int, many: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count, self.many = count, many

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        if self.many and "".join(filter(str.isdigit, typed)) != str(self.count):
            raise forms.ValidationError(_("Onaylamak için alıcı sayısını yazın."))
        return typed


class TrialForm(forms.Form):
    """One message to one's own telephone. `key` makes a double click one message."""

    phone = forms.CharField(
        label=_("Numara"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    row = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
