"""Which names may be asked for at all, and of which a reviewer is warned: the field's rules, in one place.

Sources: the API's contract (#74) and BTK's rules on calling line information, as operators apply them.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import QuerySet, Value

from messaging.senders import permits
from messaging.senders.models import SenderId, look_of
from smsmerkezi.core.errors import DomainError

ASKED = re.compile(r"[A-Za-z0-9.-]{1,11}", re.ASCII)  # contract #74
LABEL = re.compile(
    r"[A-Za-z0-9.-](?:[A-Za-z0-9 .-]{0,9}[A-Za-z0-9.-])?", re.ASCII
)  # older names may have a space
LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
SHORT = 3  # characters; operators ask for as many
_GENERIC = """
ACIL ALERT ALERTS BANKA BILDIRIM BILGI BULTEN DESTEK DUYURU FIRMA GSM HABER HATIRLATMA INDIRIM INFO INFOSMS KAMPANYA KOD KREDI
MESAJ MESSAGE MSG NEWS NOTICE NOTIFY ONAY ONAYKODU OTP PROMO RANDEVU REKLAM SERVIS SIFRE SMS SMSINFO TEST UYARI VERIFY
"""
GENERIC = frozenset(_GENERIC.split())
_ENDINGS = """
APP AZ BIZ BLOG CC CO COM DE DEV EDU EU GOV INFO IO ME MOBI NET ONLINE ORG SHOP SITE STORE TC TEL TR TV UK US WEB XYZ
"""
ENDINGS = frozenset(_ENDINGS.split())


class BadLabel(DomainError):
    code = "invalid-sender"
    field = "label"
    sentence = "Başlık 1-11 karakter olmalı; A-Z, a-z, 0-9, nokta ve tire içerebilir."

    def __init__(self) -> None:
        super().__init__(self.sentence)


class OnlyDigits(BadLabel):
    code, sentence = (
        "label-digits",
        "Başlıkta en az bir harf olmalıdır; yalnız rakamdan oluşan başlıklar kabul edilmez.",
    )


class LooksLikeDomain(BadLabel):
    code = "label-domain"
    sentence = "Başlık bir internet adresine benziyor; .com, .tr gibi uzantılar kabul edilmez."


class Generic(BadLabel):
    code = "label-generic"
    sentence = (
        "INFO, SMS, UYARI gibi genel sözcükler başlık olamaz; firmanızı veya markanızı anlatan bir ad yazın."
    )


class Caution(NamedTuple):
    """What a reviewer should look at twice. `code` is short, over, lookalike or taken."""

    code: str
    text: str


def check(label: str) -> None:
    """Raises BadLabel."""
    if not ASKED.fullmatch(label):
        raise BadLabel
    large = label.upper()
    if not LETTERS.intersection(large):
        raise OnlyDigits
    if large.rpartition(".")[2] in ENDINGS and "." in large.strip("."):
        raise LooksLikeDomain
    if re.sub(r"[.0-9-]", "", large) in GENERIC:
        raise Generic


def cautions(sender: SenderId) -> Iterator[Caution]:
    """For a reviewer, who sees every firm; nothing here stops an approval."""
    if len(sender.label) < SHORT:
        yield Caution("short", f"Başlık {SHORT} karakterden kısa; operatörlerin çoğu kabul etmez.")
    if permits.over(sender):
        yield Caution("over", f"Adın kullanım izni {sender.permit_until:%d.%m.%Y} günü bitmiş.")
    alike = list(like(sender).select_related("tenant")[:5])
    for other in alike:
        if other.label == sender.label:
            yield Caution("taken", f"Bu başlık {other.tenant} için onaylı.")
        else:
            yield Caution(
                "lookalike", f"{other.tenant} firmasının onaylı başlığı {other.label} ile karıştırılabilir."
            )


def like(sender: SenderId) -> QuerySet[SenderId]:
    """Approved names of other firms that people take for this one: 0 and O, 1, I and l, case, dots and dashes."""
    found = SenderId.objects.filter(state=SenderId.State.APPROVED, look=look_of(Value(sender.label)))
    return found.exclude(tenant_id=sender.tenant_id).order_by("pk")
