"""The scenes of #68-#72: a firm with one template."""

from messaging.sms import templates
from messaging.sms.models import Template
from tenants.models import Tenant
from tests import factories
from tests.api import doors
from tests.contracts.examples import Example


def known(firm: Tenant) -> Template:
    details = templates.Details("Hosgeldin", "Merhaba {{name}}")
    return templates.create(by=factories.actor(firm), details=details)


def one(firm: Tenant, example: Example) -> doors.Door:
    known(firm)
    return doors.door(firm)


def the_one(firm: Tenant, example: Example) -> doors.Door:
    example.request["path"] = f"/v1/panel/templates/{known(firm).pk}"
    return doors.door(firm)


BY_NAME = {
    "68-templates/200-ok": one,
    "69-template-create/422-known": one,
    "70-template/200-ok": the_one,
    "71-template-replace/200-ok": the_one,
    "72-template-delete/204-deleted": the_one,
}
