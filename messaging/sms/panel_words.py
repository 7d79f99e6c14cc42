"""The panel's words for states, steps and error codes, each with its icon and tone: never colour alone."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gateways.base import Network
from messaging.sms import content, words
from messaging.sms.models import Message


class Word(NamedTuple):
    """`tone` is a class of the stylesheet: ok, info, wait, warn, bad, or none."""

    label: Promise
    icon: str
    tone: str


STATUSES: dict[str, Word] = {
    "scheduled": Word(_("Zamanlandı"), "saat", "wait"),
    "queued": Word(_("Kuyrukta"), "bekliyor", "wait"),
    "sending": Word(_("Gönderiliyor"), "gonder", "info"),
    "sent": Word(_("Gönderildi"), "gonder", "info"),
    "delivered": Word(_("Teslim edildi"), "basarili", "ok"),
    "partial": Word(_("Kısmen teslim"), "uyari", "warn"),
    "undelivered": Word(_("Teslim edilemedi"), "kapat", "bad"),
    "expired": Word(_("Süresi doldu"), "uyari", "warn"),
    "failed": Word(_("Başarısız"), "kapat", "bad"),
    "cancelled": Word(_("İptal edildi"), "yok", "none"),
}
FILTERS = {name: STATUSES[name].label for name in words.STATUSES}
SOURCES: dict[str, Promise] = {
    Message.Source.PANEL: _("Panel"),
    Message.Source.API: _("API"),
    Message.Source.CAMPAIGN: _("Toplu gönderim"),
}
ENCODINGS: dict[str, Promise] = {"gsm7": _("Standart"), "gsm7_tr": _("Türkçe"), "ucs2": _("UCS-2")}
FINAL = frozenset({"delivered", "partial", "undelivered", "expired", "failed", "cancelled"})

# What a commercial text usually lacks.
CONTENT: dict[str, Promise] = {
    content.NO_WAY_OUT: _(
        "Metinde nasıl reddedileceği yazmıyor: RET yazıp hangi numaraya gönderileceğini ekleyin."
    ),
    content.NAMELESS: _("Metinde firmanızın ya da markanızın adı geçmiyor."),
}

# Our own codes; a gateway's code is explained by the recipient's state.
CODES: dict[str, Promise] = {
    "cancelled": _("Gönderilmeden iptal edildi; ayrılan kredi geri verildi."),
    "opted-out": _("Alıcı bu arada ret listesine girmiş; gönderilmedi ve ücretlendirilmedi."),
    "sender-revoked": _("Başlığın onayı bu arada kaldırılmış; gönderilmedi ve ücretlendirilmedi."),
    "unknown": _("Sağlayıcının yanıtı bekleniyor. Sonuç kesinleşmeden mesaj yeniden gönderilmez."),
    "unresolved": _("Sağlayıcı sonucu hiç bildirmedi; kredi geri verildi."),
    "no-report": _("Operatör süre içinde sonuç bildirmedi."),
    "originator": _("Operatör bu başlığı kabul etmedi."),
    "invalid": _("Operatör isteği geçersiz buldu."),
}
BY_STATUS: dict[str, Promise] = {
    "undelivered": _(
        "Operatör teslim edemedi: telefon kapalı, kapsama dışında ya da numara kullanımda değil."
    ),
    "expired": _("Telefona geçerlilik süresi içinde ulaşılamadı."),
    "failed": _("Operatör bu numaraya göndermeyi reddetti; kredi geri verildi."),
}
NETWORKS: dict[int, Promise | str] = {
    Network.TURKCELL: "Turkcell",
    Network.VODAFONE: "Vodafone",
    Network.TURK_TELEKOM: "Türk Telekom",
    Network.VIRTUAL: _("Sabit veya sanal operatör"),
    Network.ABROAD: _("Yurt dışı"),
}
STEPS: dict[str, Word] = {
    "accepted": Word(_("Kabul edildi"), "basarili", "ok"),
    "scheduled": Word(_("Gönderim zamanı"), "saat", "wait"),
    "handed_over": Word(_("Operatöre iletildi"), "gonder", "info"),
    "doubt": Word(_("Sağlayıcının yanıtı bekleniyor"), "bekliyor", "warn"),
}


def status_of(message: Message) -> str:
    """A key of STATUSES: the contract's word, told apart where people care."""
    if message.state == Message.State.SCHEDULED:
        return "scheduled"
    status = words.status_of(message)
    return "partial" if status == "delivered" and message.delivered < message.recipients else status


def meaning(code: str | None, status: str) -> Promise | str:
    return CODES.get(code or "") or (BY_STATUS.get(status, "") if code or status in FINAL else "")
