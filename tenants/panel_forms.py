"""The forms of getting in and of proving who one is."""

from django import forms
from django.utils.translation import gettext_lazy as _

PASSWORD = _("Parola")
PASSWORD_MISSING = _("Parolanızı yazın.")


class Password(forms.CharField):
    def __init__(self, label=PASSWORD, *, autofocus: bool = False) -> None:
        attrs = {"autocomplete": "current-password"} | ({"autofocus": True} if autofocus else {})
        super().__init__(
            label=label,
            max_length=1024,
            strip=False,
            widget=forms.PasswordInput(attrs=attrs),
            error_messages={"required": PASSWORD_MISSING},
        )


class CodeInput(forms.TextInput):
    """A code that was refused does not come back: the next one is typed into an empty field."""

    def format_value(self, value: object) -> None:
        return None


class Code(forms.CharField):
    """Six digits in one field; pasted spaces do no harm. `spare` takes a recovery code as well."""

    def __init__(self, *, autofocus: bool = False, spare: bool = False) -> None:
        attrs = {"autocomplete": "one-time-code", "spellcheck": "false"}
        attrs |= {} if spare else {"inputmode": "numeric"}
        super().__init__(
            label=_("Doğrulama kodu"),
            help_text=_("Uygulamadaki 6 rakam ya da bir kurtarma kodu")
            if spare
            else _("Doğrulama uygulamanızdaki 6 rakam"),
            max_length=32,
            widget=CodeInput(attrs=attrs | ({"autofocus": True} if autofocus else {})),
            error_messages={"required": _("Kodu yazın."), "max_length": _("Kod çok uzun.")},
        )

    def clean(self, value: str) -> str:
        return "".join(super().clean(value).split())


class LoginForm(forms.Form):
    email = forms.EmailField(
        label=_("E-posta"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
        error_messages={"required": _("E-posta adresinizi yazın."), "invalid": _("E-posta adresi geçersiz.")},
    )
    password = Password()


class CodeForm(forms.Form):
    code = Code(autofocus=True)


class RecoveryForm(forms.Form):
    recovery_code = forms.CharField(
        label=_("Kurtarma kodu"),
        help_text=_("Kurulumda aldığınız 10 karakterlik kodlardan biri; her kod bir kez kullanılır"),
        max_length=32,
        widget=CodeInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
        error_messages={"required": _("Kodu yazın."), "max_length": _("Kod çok uzun.")},
    )


class ConsentForm(forms.Form):
    agreed = forms.BooleanField(
        label=_("KVKK aydınlatma metnini okudum ve onaylıyorum"),
        error_messages={"required": _("Devam etmek için metni onaylamanız gerekir.")},
    )


class ProofForm(forms.Form):
    """A code of those who have a second factor, the password of the others."""

    def __init__(self, *args, with_code: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if with_code:
            self.fields["code"] = Code(autofocus=True, spare=True)
        else:
            self.fields["password"] = Password(autofocus=True)


class BothForm(forms.Form):
    password = Password(_("Şimdiki parola"), autofocus=True)
    code = Code(spare=True)
