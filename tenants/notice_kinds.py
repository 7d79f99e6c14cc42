"""What people are told of, and in which words.

A notice keeps its kind and its facts. Its sentences are made when it is read, in the reader's language, so that a list never
mixes two; mails are written in the language that the person had then. The API reads Turkish, as everywhere under /v1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """`title` and `body` may use the notice's facts, such as `{name}`. `mailed` unless the person says otherwise.

    A `guarding` kind is always told both ways: whoever got into an account must not be able to silence it.
    `view` is the URL name of the page where one looks into it, `icon` of our own dictionary. `staff` kinds are told to those
    who run the platform, and offered to nobody else.
    """

    title: Promise
    body: Promise
    icon: str
    view: str = ""
    mailed: bool = False
    guarding: bool = False
    staff: bool = False


KINDS: dict[str, Kind] = {
    "login_new_address": Kind(
        _("Yeni bir adresten giriş"),
        _("Hesabınıza {ip} adresinden giriş yapıldı. Siz değilseniz parolanızı hemen değiştirin."),
        "uyari",
        guarding=True,
    ),
    "password_changed": Kind(
        _("Parolanız değişti"),
        _("Hesabınızın parolası değiştirildi. Siz değilseniz firmanızın yöneticisine başvurun."),
        "kilit",
        guarding=True,
    ),
    "second_factor_on": Kind(
        _("İki adımlı doğrulama açıldı"),
        _("Girişte artık doğrulama kodu da istenecek."),
        "kilit",
        guarding=True,
    ),
    "second_factor_off": Kind(
        _("İki adımlı doğrulama kapatıldı"),
        _("Girişte artık yalnız parola istenecek. Siz değilseniz parolanızı hemen değiştirin."),
        "uyari",
        guarding=True,
    ),
    "token_created": Kind(
        _("API anahtarı oluşturuldu"),
        _("{name} adlı anahtar oluşturuldu. Siz değilseniz iptal edin ve parolanızı değiştirin."),
        "anahtar",
        "panel-tokens",
        guarding=True,
    ),
    "invitation_accepted": Kind(
        _("Davet kabul edildi"),
        _("{name} firmanıza katıldı."),
        "kisiler",
        "panel-team",
    ),
    "sender_approved": Kind(
        _("Başlık onaylandı"),
        _("{label} başlığıyla gönderim yapabilirsiniz."),
        "basarili",
        "panel-senders",
        mailed=True,
    ),
    "sender_rejected": Kind(
        _("Başlık reddedildi"),
        _("{label} başlığı reddedildi: {reason}"),
        "kapat",
        "panel-senders",
        mailed=True,
    ),
    "sender_banned": Kind(
        _("Başlık askıya alındı"),
        _("{label} başlığıyla gönderim durduruldu. Bekleyen mesajlar gönderilmez, kredileri geri verilir."),
        "aski",
        "panel-senders",
        mailed=True,
    ),
    "sender_permit_ends": Kind(
        _("Başlık izni bitiyor"),
        _("{label} adını kullanma izniniz {day} günü bitiyor. Yenisini alınca yeniden başvurun."),
        "uyari",
        "panel-senders",
        mailed=True,
    ),
    "sender_permit_over": Kind(
        _("Başlık izni bitti"),
        _("{label} adını kullanma izniniz {day} günü bitti. İzin yenilenmezse başlık askıya alınabilir."),
        "aski",
        "panel-senders",
        mailed=True,
    ),
    "sender_applied": Kind(
        _("Yeni başlık başvurusu"),
        _("{firm}, {label} başlığı için başvurdu."),
        "baslik",
        "admin:senders_senderid_changelist",
        mailed=True,
        staff=True,
    ),
    "balance_low": Kind(
        _("Bakiye azaldı"),
        _("Kullanılabilir bakiye {available} SMS'e indi; uyarı eşiğiniz {threshold} SMS."),
        "kredi",
        mailed=True,
    ),
    "campaign_ended": Kind(
        _("Toplu gönderim bitti"),
        _("{name}: {recipients} alıcının {sent} tanesi operatöre iletildi; {charged} SMS harcandı."),
        "toplu",
        "panel-campaigns",
    ),
    "campaign_failed": Kind(
        _("Toplu gönderim yapılamadı"),
        _("{name}: {recipients} alıcının hiçbirine gönderilemedi; kredi geri verildi."),
        "uyari",
        "panel-campaigns",
        mailed=True,
    ),
    "kvkk_revoked": Kind(
        _("KVKK onayı geri çekildi"),
        _("{name} KVKK onayını geri çekti. Yeniden onaylamazsa kişisel verileri 30 gün sonra silinir."),
        "denetim",
        guarding=True,
    ),
}
LONGEST_TITLE, LONGEST_BODY = 150, 500  # characters


@dataclass(frozen=True, slots=True)
class Words:
    title: str
    body: str


def say(kind: str, data: Mapping[str, Any]) -> Words:
    """A notice in the language of the moment. Raises KeyError for a kind that is none, or a fact that is missing."""
    said = KINDS[kind]
    title, body = (str(sentence).format_map(data) for sentence in (said.title, said.body))
    return Words(title[:LONGEST_TITLE], body[:LONGEST_BODY])
