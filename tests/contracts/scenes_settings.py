"""The scenes of #42-#45: Ahmet Yilmaz, administrator of ABC Sirket."""

from messaging.senders import approval
from tenants import consent
from tenants.actors import Actor
from tenants.models import Tenant, User
from tests import factories
from tests.api import doors
from tests.contracts.examples import Example

PASSWORD = "GucluParola2026!"
WHEN = "2026-05-01T08:00:00+00:00"


def ahmet(firm: Tenant, example: Example) -> doors.Door:
    abc = Tenant.objects.create(
        name="ABC Sirket",
        slug="abc-sirket",
        gateway="kobikom",
        default_originator="ABCSIRKET",
        webhook_url="https://example.com/wh",
    )
    applied = approval.apply_for(by=Actor(abc), label="ABCSIRKET")
    approval.approve(by=Actor(None, factories.reviewer()), sender_id=applied.pk)
    person = User.objects.create_user(
        "ahmet@example.com",
        PASSWORD,
        name="Ahmet Yilmaz",
        role="admin",
        tenant=abc,
        phone="+905551234567",
        email_verified_at=factories.moment(WHEN),
        kvkk_consented_at=factories.moment(WHEN),
        kvkk_version=consent.VERSION,
    )
    return doors.Door(factories.token(person))


def before_any_setting(firm: Tenant, example: Example) -> doors.Door:
    """What the request brings is not there yet."""
    door = ahmet(firm, example)
    Tenant.objects.filter(slug="abc-sirket").update(name="ABC", default_originator="", webhook_url="")
    return door


BY_NAME = {
    "42-settings/200-ok": ahmet,
    "43-profile/200-ok": before_any_setting,
    "43-profile/422-sender": ahmet,
    "43-profile/422-webhook": ahmet,
    "44-password/200-ok": ahmet,
    "44-password/422-current": ahmet,
    "44-password/422-short": ahmet,
    "45-kvkk-revoke/202-revoked": ahmet,
    "45-kvkk-revoke/422-reason": ahmet,
}
