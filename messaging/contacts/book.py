"""A firm's address book: who is in it is there once for each number, however the number is written."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from messaging.contacts.models import Contact, Tally
from smsmerkezi import database
from smsmerkezi.core import changes, folding, masks, phones, texts
from smsmerkezi.core.errors import Conflict, DomainError, NotFound, Several
from tenants import access, audit
from tenants.actors import Actor
from tenants.models import Tenant

# Longest, in characters (contract #59).
LENGTHS = {
    "name": 150,
    "address_province": 64,
    "address_district": 64,
    "landline": 20,
    "sector": 64,
}
TAG, TAGS = 64, 50  # characters of one, and how many; #57 allows 255 characters of them all
FIELD, FIELDS, FIELD_TEXT = 40, 30, 300  # of the firm's own: name, how many, text
PERSONAL = ("name", "msisdn", "folded", "landline", "fields", "address_district")  # not for the trail


class TooLong(DomainError):
    """`longest` characters are what the field holds."""

    code = "too-long"

    def __init__(self, field: str, longest: int) -> None:
        super().__init__(f"value {longest} karakterden uzun olmamalıdır.", field=field)  # contract #59
        self.longest = longest


class BadCountry(DomainError):
    code = "invalid-country"
    field = "address_country"

    def __init__(self) -> None:
        super().__init__("value 2 karakter olmalıdır.")  # contract #59


class BadText(DomainError):
    """Characters that no database keeps, or that are no text."""

    code = "invalid-text"

    def __init__(self, field: str) -> None:
        super().__init__("Geçersiz karakter içeriyor.", field=field)


class NumberKnown(DomainError):
    """Contract #57."""

    code = "contact-known"

    def __init__(self) -> None:
        super().__init__("Bu numara rehberinizde zaten kayitli.")


class Unknown(NotFound):
    def __init__(self) -> None:
        super().__init__("Kontak bulunamadi.")  # contract #58


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of somebody. `msisdn` is as it was written; each of `tags` counts once."""

    msisdn: str
    name: str = ""
    tags: Iterable[str] = ()
    address_country: str = "TR"
    address_province: str = ""
    address_district: str = ""
    landline: str = ""
    sector: str = ""
    fields: dict[str, str] = field(default_factory=dict)


def of(firm: Tenant) -> QuerySet[Contact]:
    """Whoever is in the book and not in its archive."""
    return Contact.objects.of(firm).filter(archived_at=None)


def counts(firm: Tenant) -> Tally:
    """How many there are, without counting them."""
    return Tally.objects.of(firm).first() or Tally(tenant=firm)


def hold(firm: Tenant) -> None:
    """Until the transaction ends, nobody else changes the firm's book or opt-out list. Whoever locks contacts holds it first:
    the database's own keeping takes this lock before theirs (migration 0020).
    """
    database.rows("SELECT contacts_hold_tally(ARRAY[%(firm)s::bigint])", {"firm": firm.pk})


def find(*, by: Actor, contact_id: int) -> Contact:
    """Also from the archive. Raises Forbidden, Unknown."""
    access.require(by, "contacts.read")
    return _found(Contact.objects.of(by.tenant), contact_id)


@transaction.atomic
def create(*, by: Actor, details: Details) -> Contact:
    """Raises Forbidden, Several, NumberKnown."""
    access.require(by, "contacts.write")
    contact = Contact(tenant=by.tenant, **_checked(details, phones.normalise))
    _save(contact)
    audit.record(by=by, action="contact.created", entity=contact)
    return contact


@transaction.atomic
def change(*, by: Actor, contact_id: int, details: Details) -> Contact:
    """Everything is as `details` say afterwards. Raises Forbidden, Unknown, Several, NumberKnown.

    Who may not see whole numbers sends the mask back: that leaves the number as it is (contract #59).
    """
    contact = _held(by, contact_id)
    wanted = _checked(details, lambda raw: _number(by, contact, raw))
    changed = changes.between(contact, wanted)
    for name, value in wanted.items():
        setattr(contact, name, value)
    if changed:
        _save(contact)
        told = changes.masked({name: pair for name, pair in changed.items() if name != "folded"}, *PERSONAL)
        audit.record(by=by, action="contact.updated", entity=contact, changes=told)
    return contact


@transaction.atomic
def remove(*, by: Actor, contact_id: int) -> None:
    """The refusal of a number, and the messages to it, stay. Raises Forbidden, Unknown."""
    contact = _held(by, contact_id)
    pk = contact.pk
    contact.delete()
    audit.record(by=by, action="contact.deleted", entity_type="Contact", entity_id=pk)


@transaction.atomic
def archive(*, by: Actor, contact_id: int) -> Contact:
    """Out of sight, and back with `restore`. Raises Forbidden, Unknown, Conflict."""
    return _move(by, contact_id, away=True)


@transaction.atomic
def restore(*, by: Actor, contact_id: int) -> Contact:
    """Raises Forbidden, Unknown, Conflict."""
    return _move(by, contact_id, away=False)


def _move(by: Actor, contact_id: int, *, away: bool) -> Contact:
    contact = _held(by, contact_id)
    if (contact.archived_at is not None) == away:
        raise Conflict("Kişi zaten arşivde." if away else "Kişi arşivde değil.")
    Contact.objects.filter(pk=contact.pk).update(archived_at=Now() if away else None)
    action = "contact.archived" if away else "contact.restored"
    audit.record(by=by, action=action, entity=contact)
    contact.refresh_from_db(fields=["archived_at"])
    return contact


def _held(by: Actor, contact_id: int) -> Contact:
    access.require(by, "contacts.write")
    hold(by.tenant)
    return _found(Contact.objects.of(by.tenant).select_for_update(no_key=True), contact_id)


def _found(rows: QuerySet[Contact], contact_id: int) -> Contact:
    contact = rows.filter(pk=contact_id).first()
    if contact is None:
        raise Unknown
    return contact


def _save(contact: Contact) -> None:
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError as error:
        if database.constraint(error) == "contact_number_once":
            raise NumberKnown from error
        raise
    contact.refresh_from_db(fields=["opt_out_at"])  # which the database keeps by itself


def _number(by: Actor, contact: Contact, raw: str) -> int:
    masked = not access.can(by, "msisdn.view_full") and raw == masks.mask_panel(contact.msisdn)
    return contact.msisdn if masked else phones.normalise(raw)


def _checked(details: Details, number: Any) -> dict[str, Any]:
    """The row's values. All that is wrong, at once."""
    faults: list[DomainError] = []
    values: dict[str, Any] = {}
    try:
        values["msisdn"] = number(details.msisdn)
    except phones.InvalidNumber:
        faults.append(phones.InvalidNumber(field="msisdn"))
    for name, longest in LENGTHS.items():
        values[name] = _text(name, getattr(details, name), longest, faults)
    values["folded"] = folding.fold(values["name"])
    values["address_country"] = _country(details.address_country, faults)
    values["tags"] = _tags(details.tags, faults)
    values["fields"] = _fields(details.fields, faults)
    if faults:
        raise Several(faults)
    return values


def _text(name: str, raw: str, longest: int, faults: list[DomainError]) -> str:
    text = " ".join(raw.split())
    if not texts.storable(text):
        faults.append(BadText(name))
    elif len(text) > longest:
        faults.append(TooLong(name, longest))
    return text


def _country(raw: str, faults: list[DomainError]) -> str:
    country = (raw.strip() or "TR").upper()
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        faults.append(BadCountry())
    return country


def _tags(raw: Iterable[str], faults: list[DomainError]) -> list[str]:
    tags = list(dict.fromkeys(tag for each in raw if (tag := " ".join(each.split()))))
    if not all(map(texts.storable, tags)):
        faults.append(BadText("tags"))
    elif len(tags) > TAGS or any(len(tag) > TAG for tag in tags):
        faults.append(TooLong("tags", TAG))
    return tags


def _fields(raw: dict[str, str], faults: list[DomainError]) -> dict[str, str]:
    given = {name.strip(): " ".join(text.split()) for name, text in raw.items() if text.strip()}
    if not all(texts.storable(text) for pair in given.items() for text in pair) or "" in given:
        faults.append(BadText("fields"))
    elif len(given) > FIELDS or any(
        len(name) > FIELD or len(text) > FIELD_TEXT for name, text in given.items()
    ):
        faults.append(TooLong("fields", FIELD_TEXT))
    return given
