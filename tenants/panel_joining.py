"""Door: what the invited find behind the link in their mail. Open to everybody who has one."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from smsmerkezi.panel.outside import OutsideForm, visitor
from tenants import invitation_refusals, joining, password_rules, privacy
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
    """What is wrong is the domain's to say, all of it at once."""

    name = forms.CharField(
        label=_("Ad soyad"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
        error_messages={"required": _("Adınızı yazın."), "max_length": _("Ad en çok 150 karakter olabilir.")},
    )
    password = forms.CharField(
        label=_("Parola"),
        required=False,
        strip=False,
        max_length=10_000,
        help_text=" ",  # the rules stand in its place
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "required": True}),
    )
    kvkk_consent = forms.BooleanField(
        label=_("KVKK aydınlatma metnini okudum"),
        required=False,
        widget=forms.CheckboxInput(attrs={"required": True}),
    )


class Join(OutsideForm):
    form_class = JoinForm
    template_name = "panel/join.html"
    extra_context = {"page_title": _("Daveti kabul et"), "minimum": password_rules.LENGTH}

    @cached_property
    def invitation(self) -> Invitation:
        return joining.look(self.kwargs["secret"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"  # its address is a secret
        return response

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.invitation.status != Invitation.State.PENDING:
            return self.over(self.invitation.status)
        return super().get(request, *args, **kwargs)

    def over(self, status: str) -> HttpResponse:
        title, sentence = ENDS[Invitation.State(status)]
        context = {"page_title": title, "sentence": sentence}
        return render(self.request, "panel/join_over.html", context, status=410)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(invitation=self.invitation, version=privacy.NOTICES[0], **kwargs)

    def form_valid(self, form: JoinForm) -> HttpResponse:
        by = visitor(self.request)
        newcomer = joining.Newcomer(**form.cleaned_data, language=translation.get_language() or "tr")
        try:
            joining.accept(
                secret=self.kwargs["secret"], newcomer=newcomer, ip=by.ip, user_agent=by.user_agent
            )
        except invitation_refusals.InvitationOver as refusal:
            return self.over(refusal.status)
        context = {"page_title": _("Hesabınız hazır"), "firm": self.invitation.tenant}
        return render(self.request, "panel/joined.html", context)
