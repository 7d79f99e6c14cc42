"""Tags of the panel: icons from one dictionary, and the formats of design: 22.11.2026 14:59, 12.480, %95,7, 0532 111 22 33."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import orjson
from django import template
from django.forms import BoundField
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from lucide.templatetags.lucide import lucide

from smsmerkezi.core import clock, masks, phones
from smsmerkezi.panel import tabs
from tenants import access, firms
from tenants.models import User

register = template.Library()

# Our word -> the icon set's. Replacing the set is an edit of this table.
ICONS = {
    "acik": "sun",
    "adina": "user-round-cog",
    "anahtar": "key-round",
    "ara": "search",
    "aski": "circle-pause",
    "ayarlar": "settings",
    "basarili": "check",
    "baglanti": "webhook",
    "baslik": "badge-check",
    "bekliyor": "clock",
    "bilgi": "info",
    "cikis": "log-out",
    "daha-eski": "chevron-right",
    "daha-yeni": "chevron-left",
    "denetim": "scroll-text",
    "duraklat": "pause",
    "dokuman": "book-open",
    "duzenle": "pencil",
    "ekle": "plus",
    "filtre": "list-filter",
    "firma": "building-2",
    "gonder": "send",
    "goster": "eye",
    "guvenlik": "shield-check",
    "hata": "circle-alert",
    "hareket": "arrow-left-right",
    "hepsi": "check-check",
    "indir": "download",
    "yukle": "upload",
    "iptal": "ban",
    "kapat": "x",
    "kisi": "user-round",
    "kisiler": "users-round",
    "kilit": "lock-keyhole",
    "kopyala": "copy",
    "koyu": "moon",
    "kredi": "coins",
    "liste": "list",
    "marka": "message-square-text",
    "menu": "menu",
    "otomatik": "monitor",
    "rapor": "chart-column",
    "saat": "calendar-clock",
    "sadelestir": "wand-sparkles",
    "saglayici": "radio-tower",
    "saglik": "activity",
    "soru": "circle-question-mark",
    "surdur": "play",
    "toplu": "files",
    "tus": "keyboard",
    "uyari": "triangle-alert",
    "sil": "trash-2",
    "yazdir": "printer",
    "yenile": "refresh-cw",
    "yok": "minus",
    "zil": "bell",
}

ROLES: dict[str, Promise] = {
    "viewer": _("İzleyici"),
    "operator": _("Operatör"),
    "admin": _("Yönetici"),
    "super_admin": _("Platform yöneticisi"),
}


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, size: int = 20) -> SafeString:
    """Always beside words or inside something that is labelled, so it is hidden from screen readers."""
    return mark_safe(lucide(ICONS[name], size=size, aria_hidden="true", focusable="false"))  # noqa: S308 - our wheel's SVG


@register.filter
def number(value: int | None) -> str:
    """12.480 in Turkish, 12,480 in English."""
    if value is None:
        return "–"
    separator = "," if translation.get_language() == "en" else "."
    return f"{value:,}".replace(",", separator)


@register.filter
def percent(part: int, whole: int) -> str:
    """`%95,7`; nothing of nothing is `–`, and all but one of many are not all of them."""
    if not whole:
        return "–"
    tenths = round(1000 * part / whole)
    share = f"{(999 if tenths == 1000 and part < whole else tenths) / 10:.1f}"
    return f"{share}%" if translation.get_language() == "en" else f"%{share.replace('.', ',')}"


@register.filter
def moment(value: datetime | None, form: str = "full") -> str:
    """`22.11.2026 14:59` in Istanbul time, as <time> with the ISO form in its title; `form` is full, clock, time or day."""
    if value is None:
        return "–"
    pattern = {"full": "%d.%m.%Y %H:%M", "clock": "%H:%M:%S", "time": "%H:%M", "day": "%d.%m.%Y"}[form]
    iso = clock.iso_istanbul(value)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        iso,
        iso,
        value.astimezone(clock.ISTANBUL).strftime(pattern),
    )


@register.filter
def day(value: date | None) -> str:
    """`22.11.2026`; an open end is `…`."""
    return value.strftime("%d.%m.%Y") if value else "…"


@register.filter
def span(value: timedelta | None) -> str:
    """`5 sn`, `3 dk`, `2 sa 10 dk`."""
    if value is None:
        return "–"
    seconds = max(0, round(value.total_seconds()))
    if seconds < 1:
        return gettext("<1 sn")
    if seconds < 60:
        return gettext("{n} sn").format(n=seconds)
    if seconds < 3600:
        return gettext("{n} dk").format(n=round(seconds / 60))
    return gettext("{h} sa {m} dk").format(h=seconds // 3600, m=seconds % 3600 // 60)


@register.filter
def phone_for(value: int, whole: bool) -> str:
    """`0532 *** 22 33`, or the whole number where the page has been asked for it."""
    return phones.pretty(value) if whole else masks.mask_screen(value)


@register.filter
def json(value: object) -> str:
    """For a data attribute; the template escapes it."""
    return orjson.dumps(value).decode()


@register.filter
def role(value: str) -> Promise:
    return ROLES[value]


@register.filter
def may(user: User, permission: str) -> bool:
    """`{% if request.user|may:"tokens.own" %}` around what only some may do."""
    return access.can(user, permission)


# What a role lacks, by the least role that has it.
NEEDED: dict[str, Promise] = {
    "operator": _("Bu işlem için operatör yetkisi gerekir."),
    "admin": _("Bu işlem için yönetici yetkisi gerekir."),
}


@register.inclusion_tag("ui/main_action.html", takes_context=True)
def main_action(
    context: dict[str, Any], permission: str, url: str, icon_name: str, label: str
) -> dict[str, Any]:
    """`{% main_action "sms.send" url "gonder" label %}`: the page's one action that stays in sight."""
    user = context["request"].user
    may = access.can(user, permission)
    return {
        "may": may,
        "url": url,
        "icon_name": icon_name,
        "label": label,
        "why": "" if may or user.acting else _why_not(user, permission),
    }


def _why_not(user: User, permission: str) -> str:
    least = next(role for role in NEEDED if role in access.PERMISSIONS[permission])
    administrator = firms.administrator(user.firm)
    if administrator is None:
        return str(NEEDED[least])
    asked = gettext("Yöneticiniz: {name}").format(name=administrator.name)
    return f"{NEEDED[least]} {asked}"


@register.simple_tag
def control(field: BoundField, extra: str = "") -> SafeString:
    """The field's control in our class; Django adds its aria attributes."""
    return field.as_widget(attrs={"class": f"control {extra}".strip()})


@register.simple_tag
def bubble(pieces: Sequence[str]) -> str:
    """A message as its parts, with a named border before each where there are several."""
    if not pieces:
        return gettext("Mesajınız burada görünecek.")
    if len(pieces) == 1:
        return pieces[0]
    edge = gettext("{part}. parça / {parts}")
    numbered = (
        (edge.format(part=part, parts=len(pieces)), piece) for part, piece in enumerate(pieces, start=1)
    )
    return format_html_join("", '<span class="edge">{}</span>{}', numbered)


@register.simple_tag
def counted(kind: str, count: int) -> str:
    """A number with its noun: `1 alıcı`, `2 recipients`."""
    nouns = {
        "recipient": ngettext("{n} alıcı", "{n} alıcı", count),
        "part": ngettext("{n} parça", "{n} parça", count),
        "character": ngettext("{n} karakter", "{n} karakter", count),
    }
    return nouns[kind].format(n=number(count))


@register.inclusion_tag("ui/tabs.html", takes_context=True)
def settings_tabs(context: dict[str, Any]) -> dict[str, Any]:
    """The tabs of Ayarlar for this page's person."""
    request = context["request"]
    return {"tabs": tabs.settings_for(request.user, request.path), "tabs_label": gettext("Ayarlar")}


@register.simple_tag
def now_clock() -> str:
    """The phone preview's clock."""
    return timezone.now().astimezone(clock.ISTANBUL).strftime("%H:%M")


@register.simple_tag(takes_context=True)
def same_query(context: dict[str, Any], **changes: str | None) -> str:
    """This page's query string with some keys changed; None takes a key away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}" if query else "?"
