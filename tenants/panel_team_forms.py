"""The forms of Kullanıcılar: whom to ask, and as what."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from smsmerkezi.templatetags.ui import ROLES
from tenants import access, team

# What a role may, in one line; beside each choice of a role.
MEANINGS: dict[str, Promise] = {
    access.VIEWER: _("Mesajları, raporları ve bakiyeyi görür; gönderim yapmaz."),
    access.OPERATOR: _("Görür, SMS gönderir, kişileri ve şablonları düzenler."),
    access.ADMIN: _("Operatörün yaptıklarına ek olarak kullanıcıları ve firma ayarlarını yönetir."),
}
BAD_EMAIL = _("E-posta adresi geçersiz.")


class RoleForm(forms.Form):
    role = forms.ChoiceField(
        label=_("Rol"),
        choices=[(role, ROLES[role]) for role in team.ROLES],
        widget=forms.RadioSelect,
        error_messages={"required": _("Bir rol seçin."), "invalid_choice": _("Bir rol seçin.")},
    )

    def roles(self) -> list[tuple[Any, Promise]]:
        """Each choice with its meaning."""
        return list(zip(self["role"], MEANINGS.values(), strict=True))


class InviteForm(RoleForm):
    email = forms.EmailField(
        label=_("E-posta"),
        max_length=254,
        help_text=_("Davet bağlantısı bu adrese gönderilir ve 7 gün geçerlidir."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
        error_messages={"required": _("E-posta adresini yazın."), "invalid": BAD_EMAIL},
    )
    field_order = ("email", "role")
