"""Door: Ayarlar: profile, password, firm, privacy."""

from abc import ABC, abstractmethod
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView, TemplateView

from messaging.senders import approval
from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel import entrance, refusals
from smsmerkezi.panel.step_up import StepUpMixin
from smsmerkezi.panel.views import PanelMixin
from tenants import consent, own_data, password_rules, passwords, privacy, profile
from tenants.profile import FirmChange


class SettingsForm(PanelMixin, FormView, ABC):
    """What the domain refuses is shown on the form."""

    permission = "settings.own"
    said: Any = _("Kaydedildi.")

    @abstractmethod
    def keep(self, given: dict[str, Any]) -> None:
        """The domain's verb. Raises DomainError."""

    def form_valid(self, form: forms.Form) -> HttpResponse:
        try:
            self.keep(form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
            return self.form_invalid(form)
        messages.success(self.request, str(self.said), extra_tags="ok")
        return self.done()

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def done(self) -> HttpResponse:
        return redirect(self.request.path)


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Ad soyad"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "name", "required": True}),
    )


class Profile(SettingsForm):
    form_class = ProfileForm
    template_name = "panel/profile.html"
    extra_context = {"page_title": _("Profil")}

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.request.user.name}

    def keep(self, given: dict[str, Any]) -> None:
        profile.change(by=self.actor, name=given["name"], approved=approval.approved_labels)


class PasswordForm(forms.Form):
    current_password = forms.CharField(
        label=_("Şimdiki parola"),
        required=False,
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "required": True}),
    )
    new_password = forms.CharField(
        label=_("Yeni parola"),
        required=False,
        strip=False,
        max_length=10_000,
        help_text=" ",  # the rules stand in its place
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "required": True}),
    )


class Password(SettingsForm):
    form_class = PasswordForm
    template_name = "panel/password.html"
    extra_context = {"page_title": _("Parola"), "minimum": password_rules.LENGTH}
    said = _("Parolanız değişti. Öteki oturumlarınız ve API anahtarlarınız kapatıldı.")

    def keep(self, given: dict[str, Any]) -> None:
        passwords.change(
            by=self.actor,
            current=given["current_password"],
            new=given["new_password"],
            again=given["new_password"],
            session_key=self.request.session.session_key,
        )
        entrance.stay_in(self.request)


class FirmForm(forms.Form):
    tenant_name = forms.CharField(
        label=_("Firma adı"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "required": True}),
    )
    default_originator = forms.ChoiceField(
        label=_("Varsayılan başlık"),
        required=False,
        help_text=_("Gönderim ekranında önceden seçilir; API'de başlık verilmezse kullanılır."),
    )
    two_factor_required = forms.BooleanField(
        label=_("Herkes iki adımlı doğrulama kullansın"),
        required=False,
        help_text=_("Kurmamış olanlar, sonraki sayfalarında kurulum ekranına yönlendirilir."),
    )

    def __init__(self, *args: Any, labels: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["default_originator"].choices = [("", _("Yok")), *((label, label) for label in labels)]


class Firm(SettingsForm):
    permission = "settings.firm"
    form_class = FirmForm
    template_name = "panel/firm.html"
    extra_context = {"page_title": _("Firma")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "labels": approval.approved_labels(self.tenant)}

    def get_initial(self) -> dict[str, Any]:
        firm = self.tenant
        return {
            "tenant_name": firm.name,
            "default_originator": firm.default_originator,
            "two_factor_required": firm.two_factor_required,
        }

    def keep(self, given: dict[str, Any]) -> None:
        profile.change(by=self.actor, firm=FirmChange(**given), approved=approval.approved_labels)


class Privacy(PanelMixin, TemplateView):
    permission = "settings.own"
    template_name = "panel/privacy.html"
    extra_context = {"page_title": _("KVKK")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        day = date.fromisoformat(user.kvkk_version) if user.kvkk_version in privacy.NOTICES else None
        return super().get_context_data(**kwargs, given_at=consent.given_at(user), notice_day=day)


class Marketing(PanelMixin, View):
    permission = "settings.own"

    def post(self, request: HttpRequest) -> HttpResponse:
        privacy.allow_marketing(by=self.actor, allowed=request.POST.get("allowed") == "1")
        messages.success(request, gettext("Kaydedildi."), extra_tags="ok")
        return redirect("panel-privacy")


class OwnData(StepUpMixin, View):
    permission = "settings.own"

    def get(self, request: HttpRequest) -> HttpResponse:
        answer = JsonResponse(
            own_data.collect(by=self.actor), json_dumps_params={"ensure_ascii": False, "indent": 2}
        )
        name = f"sms-merkezi-verilerim-{clock.today():%Y-%m-%d}.json"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["Cache-Control"] = "no-store"
        return answer


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Açıklama (isteğe bağlı)"),
        required=False,
        max_length=10_000,
        help_text=_("Firmanızın yöneticilerine iletilir; en çok 500 karakter."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": privacy.REASON}),
    )


class Withdraw(StepUpMixin, SettingsForm):
    form_class = WithdrawForm
    template_name = "panel/withdraw.html"
    extra_context = {"page_title": _("KVKK onayını geri çek"), "days": privacy.GRACE.days}
    said = _("KVKK onayınızı geri çektiniz. Girmek için metni yeniden onaylamanız gerekir.")

    def keep(self, given: dict[str, Any]) -> None:
        privacy.withdraw(by=self.actor, reason=given["reason"])
        auth.logout(self.request)

    def done(self) -> HttpResponse:
        return redirect(settings.LOGIN_URL)
