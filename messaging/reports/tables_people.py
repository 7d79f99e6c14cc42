"""Contacts, the opt-out list and the audit trail, as files."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging.contacts import book, optout_words, optouts
from messaging.contacts.filters import ContactFilter
from messaging.reports.table import Table, by_id, moment, number
from tenants import audit_nouns, audit_words, trail
from tenants.filters import TrailFilter
from tenants.models import AuditEntry, Tenant
from tenants.trail import Line

ASKED_OF_THE_TRAIL = {"user": "user_id", "action": "action", "first": "date_from", "last": "date_to"}


def _contacts(firm: Tenant, asked: dict[str, str]) -> Iterator[list[Any]]:
    chosen = {name: asked[name] for name in ("search", "tag", "status", "group") if asked.get(name)}
    return by_id(ContactFilter(chosen, book.of(firm), firm=firm).qs)


def _contact(row: Any, whole: bool) -> Sequence[object]:
    place = (row.address_province, row.address_district, row.sector)
    return [number(row.msisdn, whole), row.name, ", ".join(row.tags), *place, moment(row.opt_out_at)]


def _optouts(firm: Tenant, asked: dict[str, str]) -> Iterator[list[Any]]:
    rows = optouts.of(firm)
    return by_id(rows.filter(source=asked["source"]) if asked.get("source") else rows)


def _optout(row: Any, whole: bool) -> Sequence[object]:
    return [number(row.msisdn, whole), moment(row.created_at), optout_words.SOURCES[row.source], row.note]


def _trail(firm: Tenant, asked: dict[str, str]) -> Iterator[list[Line]]:
    chosen = {theirs: asked[ours] for ours, theirs in ASKED_OF_THE_TRAIL.items() if asked.get(ours)}
    entries = TrailFilter(chosen, AuditEntry.objects.of(firm)).qs
    return (trail.lines(found, firm=firm) for found in by_id(entries))


def _entry(line: Line, _whole: bool) -> Sequence[object]:
    entry = line.entry
    said = (audit_words.sentence(entry.action), audit_nouns.object_of(entry))
    return [entry.pk, moment(entry.created_at), line.name, *said, entry.ip or ""]


CONTACTS = Table(
    _("Kişiler"),
    "contacts.read",
    [_("Numara"), _("Ad"), _("Etiketler"), _("İl"), _("İlçe"), _("Sektör"), _("Ret listesinde")],
    _contacts,
    _contact,
)
OPTOUTS = Table(
    _("Ret listesi"), "contacts.read", [_("Numara"), _("Zaman"), _("Kaynak"), _("Not")], _optouts, _optout
)
TRAIL = Table(
    _("Denetim kaydı"),
    "audit.read",
    ["#", _("Zaman"), _("Kim"), _("Eylem"), _("Nesne"), _("Adres")],
    _trail,
    _entry,
)
