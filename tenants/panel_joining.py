"""Door: what the invited find behind the link in their mail. Open to everybody who has one."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from smsmerkezi import requests
from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel import errors, refusals
from tenants import invitation_refusals, joining, people
from tenants.models import Invitation

ENDS = {
    Invitation.State.ACCEPTED: (
        _("Davet kullanılmış"),
        _("Bu davet kabul edilmiş. Hesabınız varsa giriş yapabilirsiniz."),
    ),
    Invitation.State.CANCELLED: (
        _("Davet iptal edilmiş"),
        _("Davet geri çekilmiş. Katılmanız gerekiyorsa davet edenden yenisini isteyin."),
    ),
    Invitation.State.EXPIRED: (
        _("Davetin süresi dolmuş"),
        _("Davetler 7 gün geçerlidir. Davet edenden yeniden göndermesini isteyin."),
    ),
}


class JoinForm(forms.Form):
    name = forms.CharField(
        label=_("Ad soyad"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
        error_messages={"required": _("Adınızı yazın."), "max_length": _("Ad en çok 150 karakter olabilir.")},
    )
    password = forms.CharField(
        label=_("Parola"),
        help_text=_("En az 12 karakter."),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": _("Bir parola belirleyin.")},
    )
    kvkk_consent = forms.BooleanField(
        label=_("KVKK aydınlatma metnini okudum, onaylıyorum"),
        error_messages={"required": _("Devam etmek için KVKK aydınlatma metnini onaylayın.")},
    )

    def refuse(self, refusal: DomainError) -> None:
        # What is wrong with a password, Django says itself, in the reader's language.
        weak = isinstance(refusal, people.BadPerson)
        sentence = refusal.message if weak else refusals.sentence(refusal)
        self.add_error(refusal.field if refusal.field in self.fields else None, sentence)


@method_decorator(errors.answered, name="dispatch")
class Join(FormView):
    form_class = JoinForm
    template_name = "panel/join.html"

    @cached_property
    def invitation(self) -> Invitation:
        return joining.look(self.kwargs["secret"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.invitation.status != Invitation.State.PENDING:
            return self.over(self.invitation.status)
        return super().get(request, *args, **kwargs)

    def over(self, status: str) -> HttpResponse:
        title, sentence = ENDS[Invitation.State(status)]
        context = {"page_title": title, "sentence": sentence}
        return render(self.request, "panel/join_over.html", context, status=410)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(page_title=_("Daveti kabul et"), invitation=self.invitation, **kwargs)

    def form_valid(self, form: JoinForm) -> HttpResponse:
        newcomer = joining.Newcomer(**form.cleaned_data, language=translation.get_language() or "tr")
        try:
            joining.accept(secret=self.kwargs["secret"], newcomer=newcomer, **caller(self.request))
        except invitation_refusals.InvitationOver as refusal:
            return self.over(refusal.status)
        except DomainError as refusal:
            form.refuse(refusal)
            return self.form_invalid(form)
        context = {"page_title": _("Hesabınız hazır"), "firm": self.invitation.tenant}
        return render(self.request, "panel/joined.html", context)

    def form_invalid(self, form: JoinForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


def caller(request: HttpRequest) -> dict[str, Any]:
    return {
        "ip": requests.client_address(request) or None,
        "user_agent": request.headers.get("User-Agent", ""),
    }
