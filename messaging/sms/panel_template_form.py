"""The form of a template, and what to begin with."""

from django import forms
from django.utils.translation import gettext_lazy as _

from messaging.sms import templates

STARTERS = (  # for whoever has none yet
    (_("Randevu hatırlatma"), "Sayın {{ad}}, {{tarih}} {{saat}} randevunuzu hatırlatırız."),
    (_("Kargo bildirimi"), "Sayın {{ad}}, {{takip}} takip numaralı kargonuz yola çıktı."),
    (_("Doğrulama kodu"), "Doğrulama kodunuz: {{kod}}. Kimseyle paylaşmayın."),
)


class TemplateForm(forms.Form):
    name = forms.CharField(
        label=_("Ad"),
        required=False,
        max_length=1000,
        help_text=_("Listede bu adla bulursunuz; alıcılar görmez."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "required": True, "maxlength": templates.NAME}),
    )
    body = forms.CharField(
        label=_("Mesaj"),
        required=False,
        strip=False,
        max_length=10_000,
        help_text=_("Alıcıya göre değişen yerlere {{ad}} gibi bir alan yazın."),
        widget=forms.Textarea(attrs={"rows": 6, "required": True, "maxlength": templates.BODY}),
    )
    is_active = forms.BooleanField(
        label=_("Kullanımda"),
        required=False,
        help_text=_("Kullanımda olmayanlar gönderim ekranında önerilmez."),
    )

    def clean_body(self) -> str:
        """Browsers end lines with two characters; a message pays for both."""
        return str(self.cleaned_data["body"]).replace("\r\n", "\n")
