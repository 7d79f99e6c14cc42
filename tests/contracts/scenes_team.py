"""The scenes of #61-#64: a firm of one administrator, who asks somebody to join."""

from datetime import timedelta

from tenants import invitations, joining
from tenants.actors import Actor
from tenants.models import Invitation, OutgoingMail, Tenant, User
from tests import factories
from tests.api import doors
from tests.contracts.examples import Example
from tests.tenants.test_invitations import secret_of

EMAIL = "yeni@example.com"


def ahmet(firm: Tenant) -> User:
    return User.objects.create_user(
        "ahmet@example.com", "x", name="Ahmet Yilmaz", role="admin", tenant=firm, **factories.settled()
    )


def asked(firm: Tenant) -> tuple[User, Invitation]:
    owner = ahmet(firm)
    made = invitations.invite(by=Actor(firm, owner), email=EMAIL, role="operator")
    return owner, made


def somebody_asked(firm: Tenant, example: Example) -> doors.Door:
    return doors.Door(factories.token(asked(firm)[0]))


def somebody_known(firm: Tenant, example: Example) -> doors.Door:
    User.objects.create_user(EMAIL, "x", name="Yeni", role="viewer", tenant=firm)
    return doors.Door(factories.token(ahmet(firm)))


def the_asked(firm: Tenant, example: Example) -> doors.Door:
    owner, made = asked(firm)
    example.request["path"] = f"/v1/panel/users/invitations/{made.pk}"
    return doors.Door(factories.token(owner))


def the_joined(firm: Tenant, example: Example) -> doors.Door:
    door = the_asked(firm, example)
    newcomer = joining.Newcomer(name="Yeni", password="yeterince-uzun-parola-1", kvkk_consent=True)
    joining.accept(secret=secret_of(OutgoingMail.objects.get()), newcomer=newcomer, ip=None)
    return door


def the_withdrawn(firm: Tenant, example: Example) -> doors.Door:
    door = the_asked(firm, example)
    owner, made = User.objects.get(email="ahmet@example.com"), Invitation.objects.get()
    invitations.cancel(by=Actor(firm, owner), invitation_id=made.pk)
    return door


def the_late(firm: Tenant, example: Example) -> doors.Door:
    door = the_asked(firm, example)
    made = Invitation.objects.get()
    Invitation.objects.update(expires_at=made.expires_at - timedelta(days=7))
    return door


def a_colleague(firm: Tenant, example: Example) -> doors.Door:
    colleague = factories.user(firm, role="viewer")
    example.request["path"] = f"/v1/panel/users/{colleague.pk}"
    return doors.door(firm)


def oneself(firm: Tenant, example: Example) -> doors.Door:
    owner = ahmet(firm)
    example.request["path"] = f"/v1/panel/users/{owner.pk}"
    return doors.Door(factories.token(owner))


BY_NAME = {
    "61-users/200-ok": somebody_asked,
    "62-user-invite/422-registered": somebody_known,
    "62-user-invite/422-pending": somebody_asked,
    "63-invitation-cancel/200-cancelled": the_asked,
    "63-invitation-cancel/422-accepted": the_joined,
    "63-invitation-cancel/422-cancelled": the_withdrawn,
    "63-invitation-cancel/422-expired": the_late,
    "64-user-remove/204-removed": a_colleague,
    "64-user-remove/422-yourself": oneself,
}
