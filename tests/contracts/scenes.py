"""How the world must be for each example of the contract to be the answer. A scene returns who calls."""

from collections.abc import Callable
from datetime import timedelta

from django.db import connection

from gateways.base import Status
from messaging.sms.models import Message
from smsmerkezi.core import clock
from tenants.models import Tenant
from tests import factories
from tests.api import doors, lives
from tests.contracts import (
    scenes_acting,
    scenes_audit,
    scenes_auth,
    scenes_bulk,
    scenes_contacts,
    scenes_notices,
    scenes_reports,
    scenes_senders,
    scenes_settings,
    scenes_team,
    scenes_templates,
)
from tests.contracts.examples import Example

NUMBERS = ("+905551112233", "+905551112244")
TEXT = "Merhaba, randevunuz yarın saat 14:00'tedir."
Scene = Callable[[Tenant, Example], doors.Door]


def anybody(firm: Tenant, example: Example) -> doors.Door:
    return doors.door(firm)


def nobody(firm: Tenant, example: Example) -> doors.Door:
    return doors.Door()


def without_ability(firm: Tenant, example: Example) -> doors.Door:
    wanted = example.response["body"]["detail"].split('"')[1]
    abilities = {"sms:send", "sms:read", "balance:read"} - {wanted}
    return doors.door(firm, *sorted(abilities))


def a_viewer(firm: Tenant, example: Example) -> doors.Door:
    return doors.door(firm, role="viewer")


def little_credit(firm: Tenant, example: Example) -> doors.Door:
    return doors.door(factories.tenant(credits=50))


def everybody_opted_out(firm: Tenant, example: Example) -> doors.Door:
    factories.opt_out(firm, *NUMBERS)
    return doors.door(firm)


def later(firm: Tenant, example: Example) -> doors.Door:
    """The sample's moment passes one day."""
    tomorrow = clock.now() + timedelta(days=1)
    example.request["body"]["scheduled_at"] = clock.iso_istanbul(tomorrow)
    return doors.door(firm)


def delivered(firm: Tenant) -> Message:
    message = factories.sent(firm, *NUMBERS, body=TEXT, gateway="kobikom")
    lives.hand_over()
    lives.report(message, Status.DELIVERED)
    return message


def a_delivered_message(firm: Tenant, example: Example) -> doors.Door:
    example.request["path"] = f"/v1/sms/{delivered(firm).pk}"
    return doors.door(firm)


def more_than_a_page(firm: Tenant, example: Example) -> doors.Door:
    """One row is shown, so the page size is one where the sample's is twenty."""
    delivered(firm)
    delivered(firm)
    example.request["query"] = {"per_page": 1}
    example.response["body"]["meta"]["per_page"] = 1
    example.response["body"]["links"]["next"] = example.response["body"]["links"]["next"].replace(
        "?cursor", "?per_page=1&cursor"
    )
    return doors.door(firm)


def some_credit_reserved(firm: Tenant, example: Example) -> doors.Door:
    rich = factories.tenant(credits=5000)
    factories.sent(rich, *(factories.number(n) for n in range(120)))
    return doors.door(rich)


def one_used_token(firm: Tenant, example: Example) -> doors.Door:
    owner = factories.user(firm)
    return doors.Door(
        factories.token(owner, "sms:send", "sms:read", "balance:read", name="Üretim CRM Entegrasyonu")
    )


def two_tokens(firm: Tenant, example: Example) -> doors.Door:
    owner = factories.user(firm)
    spare = factories.token(owner).split("|")[0]
    example.request["path"] = f"/v1/tokens/{spare}"
    return doors.Door(factories.token(owner))


def no_token_seven(firm: Tenant, example: Example) -> doors.Door:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval('tenants_apitoken_id_seq', greatest(7, nextval('tenants_apitoken_id_seq')))"
        )
    return doors.door(firm)


BY_STATUS: dict[str, Scene] = {
    "401-unauthenticated": nobody,
    "403-ability": without_ability,
    "403-role": a_viewer,
    "429-too-many": anybody,
}
BY_NAME: dict[str, Scene] = {
    "02-sms-send/202-scheduled": later,
    "02-sms-send/422-insufficient-credit": little_credit,
    "02-sms-send/422-all-opted-out": everybody_opted_out,
    "03-sms-detail/200-ok": a_delivered_message,
    "04-sms-list/200-ok": more_than_a_page,
    "05-balance/200-ok": some_credit_reserved,
    "06-token-list/200-ok": one_used_token,
    "08-token-revoke/200-ok": two_tokens,
    "08-token-revoke/404-missing": no_token_seven,
}


def scene(example: Example) -> Scene:
    named = (
        BY_NAME
        | scenes_acting.BY_NAME
        | scenes_audit.BY_NAME
        | scenes_auth.BY_NAME
        | scenes_bulk.BY_NAME
        | scenes_contacts.BY_NAME
        | scenes_notices.BY_NAME
        | scenes_reports.BY_NAME
        | scenes_senders.BY_NAME
        | scenes_settings.BY_NAME
        | scenes_team.BY_NAME
        | scenes_templates.BY_NAME
    )
    return named.get(example.name) or BY_STATUS.get(example.name.split("/")[1]) or anybody
