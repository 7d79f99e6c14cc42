"""The scenes of #56-#60: a firm with one contact."""

from messaging.contacts import book
from messaging.contacts.models import Contact
from tenants.models import Tenant
from tests import factories
from tests.api import doors
from tests.contracts.examples import Example

DETAILS = book.Details("5551234567", "Ahmet", ["vip"], address_province="Istanbul", sector="gida")


def known(firm: Tenant) -> Contact:
    return book.create(by=factories.actor(firm), details=DETAILS)


def somebody(firm: Tenant, example: Example) -> doors.Door:
    known(firm)
    return doors.door(firm)


def the_one(firm: Tenant, example: Example) -> doors.Door:
    example.request["path"] = f"/v1/panel/contacts/{known(firm).pk}"
    return doors.door(firm)


BY_NAME = {
    "56-contacts/200-ok": somebody,
    "57-contact-create/422-duplicate": somebody,
    "58-contact/200-ok": the_one,
    "59-contact-replace/200-ok": the_one,
    "60-contact-delete/204-deleted": the_one,
}
