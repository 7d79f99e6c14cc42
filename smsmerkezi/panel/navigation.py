"""The panel's screens. Only what exists is listed, and only what a role may open is shown."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants import access
from tenants.models import User


@dataclass(frozen=True, slots=True)
class Item:
    """`key` follows `g` on the keyboard; `view` is the URL name."""

    view: str
    label: str | Promise
    icon: str
    permission: str
    key: str

    @property
    def url(self) -> str:
        return reverse(self.view)


ITEMS = (
    Item("panel-send", _("Hızlı gönderim"), "gonder", "sms.send", "h"),
    Item("panel-campaigns", _("Toplu gönderim"), "toplu", "bulk.read", "t"),
    Item("panel-messages", _("Mesajlar"), "liste", "sms.read", "m"),
    Item("panel-contacts", _("Kişiler"), "kisi", "contacts.read", "r"),
    Item("panel-optouts", _("Ret listesi"), "iptal", "contacts.read", "e"),
    Item("panel-templates", _("Şablonlar"), "dokuman", "templates.read", "s"),
    Item("panel-senders", _("Başlıklar"), "baslik", "senders.read", "b"),
    Item("panel-reports", _("Raporlar"), "rapor", "reports.read", "p"),
    Item("panel-exports", _("Dışa aktarımlar"), "indir", "exports.make", "x"),
    Item("panel-tokens", _("API anahtarları"), "anahtar", "tokens.own", "a"),
    Item("panel-team", _("Kullanıcılar"), "kisiler", "users.names", "k"),
    Item("panel-audit", _("Denetim kaydı"), "denetim", "audit.read", "d"),
    Item("panel-settings", _("Ayarlar"), "ayarlar", "settings.own", "y"),
)


def items_for(user: User) -> list[Item]:
    return [item for item in ITEMS if access.can(user, item.permission)]
