"""The form of a new API key."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel import refusals
from tenants import access

# What an ability is good for, and the permission of a role without which it is good for nothing.
ABILITIES: dict[str, tuple[Promise, str]] = {
    "sms:send": (_("SMS gönderir"), "sms.send"),
    "sms:read": (_("Mesajları ve teslim durumlarını okur"), "sms.read"),
    "balance:read": (_("Bakiyeyi okur"), "balance.read"),
    "*": (_("Hepsi: panelin bütün uçları ve yeni anahtarlar dahil"), "tokens.own"),
}
READING = ("sms:read", "balance:read")
LIVES = (("30", _("30 gün")), ("90", _("90 gün")), ("365", _("1 yıl")), ("", _("Süresiz")))


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Ad"),
        max_length=64,
        help_text=_("Anahtarı nerede kullanacağınızı yazın; sonra bu adla tanırsınız."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        error_messages={
            "required": _("Bir ad yazın."),
            "max_length": _("Ad en çok 64 karakter olabilir."),
        },
    )
    abilities = forms.MultipleChoiceField(
        label=_("Yetkiler"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("En az bir yetki seçin."),
            "invalid_choice": _("Seçilen yetkiler geçersiz."),
        },
    )
    life = forms.ChoiceField(
        label=_("Geçerlilik"),
        choices=LIVES,
        required=False,
        error_messages={"invalid_choice": _("Listeden bir süre seçin.")},
    )
    allowed_ips = forms.CharField(
        label=_("İzinli adresler"),
        required=False,
        max_length=2000,
        help_text=_("İsteğe bağlı. Her satıra bir adres ya da ağ: 192.0.2.7 veya 192.0.2.0/24"),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["abilities"].choices = [
            (ability, words)
            for ability, (words, permission) in ABILITIES.items()
            if access.can(user, permission)
        ]

    def clean_allowed_ips(self) -> list[str]:
        return self.cleaned_data["allowed_ips"].split()

    def wanted(self) -> dict[str, Any]:
        """As the domain asks for it."""
        given = dict(self.cleaned_data)
        days = given.pop("life")
        given["expires_at"] = clock.now() + timedelta(days=int(days)) if days else None
        return given

    def refuse(self, refusal: DomainError) -> None:
        self.add_error(refusal.field if refusal.field in self.fields else None, refusals.sentence(refusal))
