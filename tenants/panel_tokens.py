"""Door: API anahtarları. One's own keys: made, shown once, used from where, taken back."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError
from smsmerkezi.core.ids import row_id
from smsmerkezi.panel import refusals
from smsmerkezi.panel.step_up import StepUpMixin
from tenants import access, tokens

# What an ability is good for, and the permission of a role without which it is good for nothing.
ABILITIES: dict[str, tuple[Promise, str]] = {
    "sms:send": (_("SMS gönderir"), "sms.send"),
    "sms:read": (_("Mesajları ve teslim durumlarını okur"), "sms.read"),
    "balance:read": (_("Bakiyeyi okur"), "balance.read"),
    "*": (_("Hepsi: panelin bütün uçları ve yeni anahtarlar dahil"), "tokens.own"),
}
READING = ("sms:read", "balance:read")
LIVES: tuple[tuple[str, Promise], ...] = (
    ("30", _("30 gün")),
    ("90", _("90 gün")),
    ("365", _("1 yıl")),
    ("", _("Süresiz")),
)


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


class Tokens(StepUpMixin, View):
    permission = "tokens.own"

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {
            "page_title": _("API anahtarları"),
            "tokens": tokens.of(request.user),
            "address": request.build_absolute_uri("/v1/sms/send"),
        }
        return render(request, "panel/tokens.html", context)


class NewToken(StepUpMixin, FormView):
    """What the form makes is shown in the answer to it and never again."""

    permission = "tokens.own"
    form_class = TokenForm
    template_name = "panel/token_new.html"
    extra_context: ClassVar[dict[str, Any]] = {"page_title": _("Yeni anahtar"), "reading": READING}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_initial(self) -> dict[str, Any]:
        preset = READING if self.request.GET.get("yetki") == "okuma" else ()
        return {"abilities": list(preset), "life": "365"}

    def form_valid(self, form: TokenForm) -> HttpResponse:
        try:
            made = tokens.create(by=self.actor, **form.wanted())
        except DomainError as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        context = {"page_title": _("Anahtarınız hazır"), "made": made}
        response = render(self.request, "panel/token_made.html", context)
        response["Cache-Control"] = "no-store"  # also not in the browser's way back
        return response

    def form_invalid(self, form: TokenForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class Revoke(StepUpMixin, View):
    permission = "tokens.own"

    def get(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        token = tokens.find(by=self.actor, token_id=row_id(raw_id))
        context = {"page_title": _("Anahtarı iptal et"), "token": token}
        return render(request, "panel/token_revoke.html", context)

    def post(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        tokens.revoke(by=self.actor, token_id=row_id(raw_id))
        messages.success(request, _("Anahtar iptal edildi."), extra_tags="ok")
        return redirect("panel-tokens")
