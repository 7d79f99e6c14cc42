"""What can be taken along as a file: for each list its columns, its rows in order, and how a row is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.contacts import book, optout_words, optouts
from messaging.contacts.filters import ContactFilter
from messaging.sms import filters, panel_words, searching
from messaging.sms.models import Message
from smsmerkezi.core import clock, masks, phones
from tenants.models import Tenant

Told = Callable[[Any, bool], Sequence[object]]


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` of a firm for what was asked, by id; `told` gets a row and whether whole numbers may be shown."""

    title: Promise
    permission: str
    columns: Sequence[Promise | str]
    rows: Callable[[Tenant, dict[str, str]], QuerySet[Any]]
    told: Told


def _messages(firm: Tenant, asked: dict[str, str]) -> QuerySet[Message]:
    chosen = {name: asked.get(name, "") for name in ("status", "originator", "source")}
    rows = filters.MessageFilter(chosen, Message.objects.of(firm)).qs
    rows = searching.containing(rows, tenant=firm, text=asked.get("text", ""))
    days = [clock.parse_day(asked[name]) if asked.get(name) else None for name in ("first", "last")]
    return searching.on_days(rows, *days)


def _message(row: Message, _whole: bool) -> Sequence[object]:
    status = panel_words.STATUSES[panel_words.status_of(row)].label
    source = panel_words.SOURCES[row.source]
    counts = (row.recipients, row.delivered, row.parts, row.credits)
    return [row.pk, _moment(row.created_at), row.originator, row.body, status, *counts, source]


def _contacts(firm: Tenant, asked: dict[str, str]) -> QuerySet[Any]:
    chosen = {name: asked[name] for name in ("search", "tag", "status") if asked.get(name)}
    return ContactFilter(chosen, book.of(firm), firm=firm).qs


def _contact(row: Any, whole: bool) -> Sequence[object]:
    place = (row.address_province, row.address_district, row.sector)
    return [_number(row.msisdn, whole), row.name, ", ".join(row.tags), *place, _moment(row.opt_out_at)]


def _optouts(firm: Tenant, asked: dict[str, str]) -> QuerySet[Any]:
    rows = optouts.of(firm)
    return rows.filter(source=asked["source"]) if asked.get("source") else rows


def _optout(row: Any, whole: bool) -> Sequence[object]:
    return [_number(row.msisdn, whole), _moment(row.created_at), optout_words.SOURCES[row.source], row.note]


TABLES: dict[str, Table] = {
    "messages": Table(
        _("Mesajlar"),
        "sms.read",
        [
            "#",
            _("Zaman"),
            _("Başlık"),
            _("Mesaj"),
            _("Durum"),
            _("Alıcı"),
            _("Teslim edildi"),
            _("Parça"),
            "SMS",
            _("Kaynak"),
        ],
        _messages,
        _message,
    ),
    "contacts": Table(
        _("Kişiler"),
        "contacts.read",
        [_("Numara"), _("Ad"), _("Etiketler"), _("İl"), _("İlçe"), _("Sektör"), _("Ret listesinde")],
        _contacts,
        _contact,
    ),
    "optouts": Table(
        _("Ret listesi"),
        "contacts.read",
        [_("Numara"), _("Zaman"), _("Kaynak"), _("Not")],
        _optouts,
        _optout,
    ),
}


def _number(msisdn: int, whole: bool) -> str:
    return phones.pretty(msisdn) if whole else masks.mask_screen(msisdn)


def _moment(at: Any) -> str:
    return at.astimezone(clock.ISTANBUL).strftime("%d.%m.%Y %H:%M:%S") if at else ""
