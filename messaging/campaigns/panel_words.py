"""The panel's words for campaigns: how they stand, why somebody is left out."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.campaigns import standing
from messaging.campaigns.models import NUMBER, Campaign
from messaging.campaigns.sieve import DUPLICATE, INVALID, LANDLINE, OPTED_OUT
from messaging.sms.panel_words import Word
from smsmerkezi.core import clock

STATES: dict[str, Word] = {
    "draft": Word(_("Taslak"), "duzenle", "none"),
    "scheduled": Word(_("Zamanlandı"), "saat", "wait"),
    "queued": Word(_("Kuyrukta"), "bekliyor", "wait"),
    "processing": Word(_("Gönderiliyor"), "gonder", "info"),
    "paused": Word(_("Duraklatıldı"), "aski", "warn"),
    "stopping": Word(_("Durduruluyor"), "iptal", "warn"),
    "completed": Word(_("Tamamlandı"), "basarili", "ok"),
    "partial": Word(_("Kısmen gönderildi"), "uyari", "warn"),
    "cancelled": Word(_("Durduruldu"), "yok", "none"),
    "failed": Word(_("Başarısız"), "kapat", "bad"),
}
REASONS: dict[str, Promise] = {
    INVALID: _("Numara geçersiz"),
    LANDLINE: _("Sabit hat; SMS gitmez"),
    DUPLICATE: _("Mükerrer"),
    OPTED_OUT: _("Ret listesinde"),
}
HAPPENINGS: dict[str, Word] = {
    "launched": Word(_("Gönderime verildi"), "gonder", "info"),
    "stored": Word(_("Listenin tamamı kuyruğa alındı"), "liste", "none"),
    "paused": Word(_("Duraklatıldı"), "aski", "warn"),
    "resumed": Word(_("Sürdürüldü"), "surdur", "info"),
    "cancelled": Word(_("Durduruldu"), "iptal", "warn"),
    "ended": Word(_("Gönderim bitti"), "basarili", "ok"),
}
COLUMNS: dict[str, Promise] = {"": _("Yok say"), NUMBER: _("Telefon"), "name": _("Ad")}


def state(campaign: Campaign) -> str:
    """A key of STATES: the contract's word, told apart where people care."""
    if campaign.message is None:
        return "draft"
    found = standing.of(campaign).status
    if found not in standing.ACTIVE:
        return found
    if campaign.cancelled_at:
        return "stopping"
    if campaign.message.paused_at:
        return "paused"
    waits = campaign.message.scheduled_at
    return "scheduled" if found == "queued" and waits and waits > clock.now() else found


def column(name: str) -> Promise | str:
    return COLUMNS.get(name, name)
