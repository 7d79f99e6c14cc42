"""The scenes of #9, #40 and #41: Ahmet Yilmaz of ABC Sirket has added a contact."""

from tenants import audit
from tenants.actors import Actor
from tenants.models import AuditEntry, Tenant, User
from tests import factories
from tests.api import doors
from tests.contracts.examples import Example

EMAIL = "ahmet@example.com"
PATH = "/v1/panel/audit-logs"


def ahmet(firm: Tenant) -> AuditEntry:
    Tenant.objects.filter(pk=firm.pk).update(name="ABC Sirket")
    person = User.objects.filter(email=EMAIL).first() or User.objects.create_user(
        EMAIL, "x", name="Ahmet Yilmaz", role="admin", tenant=firm
    )
    by = Actor(firm, person, ip="127.0.0.1", user_agent="curl/8.0")
    return audit.record(by=by, action="contact.created", entity_type="Contact", entity_id=1)


def one(firm: Tenant, example: Example) -> doors.Door:
    entry = ahmet(firm)
    if example.request["path"] != PATH:
        example.request["path"] = f"{PATH}/{entry.pk}"
    return doors.door(firm)


def two(firm: Tenant, example: Example) -> doors.Door:
    """One is shown, so the page size is one where the usual one is fifty."""
    ahmet(firm)
    ahmet(firm)
    return doors.door(firm)


def staff(firm: Tenant, example: Example) -> doors.Door:
    ahmet(firm)
    return doors.Door(factories.token(factories.reviewer()))


def somebody_of_a_firm(firm: Tenant, example: Example) -> doors.Door:
    return doors.door(firm, role="admin")


def another_firms(firm: Tenant, example: Example) -> doors.Door:
    entry = ahmet(factories.tenant())
    example.request["path"] = f"{PATH}/{entry.pk}"
    example.response["body"]["instance"] = f"{PATH}/{entry.pk}"
    return doors.door(firm)


def an_operator(firm: Tenant, example: Example) -> doors.Door:
    return doors.door(firm, role="operator")


BY_NAME = {
    "09-admin-audit-logs/200-ok": staff,
    "09-admin-audit-logs/403-role": somebody_of_a_firm,
    "09-admin-audit-logs/422-date": staff,
    "40-audit-logs/200-ok": one,
    "40-audit-logs/200-more": two,
    "40-audit-logs/403-role": an_operator,
    "41-audit-log/200-ok": one,
    "41-audit-log/403-role": an_operator,
    "41-audit-log/404-missing": another_firms,
}
