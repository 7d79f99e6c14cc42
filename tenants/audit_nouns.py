"""What the audit trail speaks of, in people's words: objects, fields, values, topics. What has no word is shown as it is."""

from typing import Any

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tenants.audit_words import ACTIONS
from tenants.models import AuditEntry

OBJECTS: dict[str, Promise] = {
    "Account": _("Bakiye"),
    "ApiToken": _("API anahtarı"),
    "Campaign": _("Toplu gönderim"),
    "Contact": _("Kişi"),
    "ContactImport": _("Kişi aktarımı"),
    "Group": _("Grup"),
    "GatewayAccount": _("Sağlayıcı hesabı"),
    "Holiday": _("Resmî tatil"),
    "Invitation": _("Davet"),
    "Job": _("İş"),
    "Message": _("Mesaj"),
    "OptOut": _("Ret listesi"),
    "PlatformOptOut": _("Genel ret listesi"),
    "SenderId": _("Başlık"),
    "Submission": _("Paket"),
    "Template": _("Şablon"),
    "Tenant": _("Firma"),
    "Window": _("Gönderim saati"),
    "User": _("Kullanıcı"),
}
FIELDS: dict[str, Promise] = {
    "address_country": _("Ülke"),
    "address_district": _("İlçe"),
    "address_province": _("İl"),
    "body": _("Metin"),
    "base_url": _("Adres"),
    "default_originator": _("Varsayılan başlık"),
    "dlr_enabled": _("İletim raporları sorulur"),
    "fields": _("Alanlar"),
    "gateway": _("Sağlayıcı"),
    "is_active": _("Etkin"),
    "landline": _("Sabit telefon"),
    "msisdn": _("Numara"),
    "name": _("Ad"),
    "options": _("Seçenekler"),
    "pool": _("Havuz"),
    "priority": _("Öncelik"),
    "role": _("Rol"),
    "sector": _("Sektör"),
    "state": _("Durum"),
    "tags": _("Etiketler"),
    "title": _("Ad"),
    "weight": _("Pay"),
}
# The first word of an action -> what it is about.
TOPICS: dict[Promise, tuple[str, ...]] = {
    _("Giriş ve güvenlik"): ("login", "logout", "2fa", "password", "profile", "kvkk", "token"),
    _("Gönderim"): ("sms", "bulk", "template"),
    _("Kişiler"): ("contact", "optout"),
    _("Başlıklar"): ("sender_id",),
    _("Ekip"): ("user", "invitation"),
    _("Bakiye"): ("balance", "balance_alert"),
    _("Webhook"): ("webhook",),
    _("Firma"): ("tenant", "gateway"),
}


def object_of(entry: AuditEntry) -> str:
    """`Mesaj #12`; "" where there is none."""
    kind = str(OBJECTS.get(entry.entity_type, entry.entity_type))
    return f"{kind} #{entry.entity_id}" if entry.entity_id else kind


def field(name: str) -> str:
    return str(FIELDS.get(name, name))


def value(told: Any) -> str:
    """What stood in a field: a word, a number, yes or no; an object as JSON."""
    if told is None or told == "":
        return "–"
    if isinstance(told, bool):
        return gettext("Evet") if told else gettext("Hayır")
    return told if isinstance(told, str) else orjson.dumps(told).decode()


def changes(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """Field, before, after."""
    return [(field(name), value(before), value(after)) for name, (before, after) in entry.changes.items()]


def pretty(told: Any) -> str:
    """JSON over several lines."""
    return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode()


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The actions that a firm's trail may hold, by topic."""
    return [
        (str(topic), [(name, str(words)) for name, words in ACTIONS.items() if name.split(".")[0] in firsts])
        for topic, firsts in TOPICS.items()
    ]
