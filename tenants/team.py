"""The people of a firm, as its administrators manage them: given a role, removed. Who is asked to join: invitations.py.

Changes take turns at the rows of the firm's administrators, so any number of them at once leaves one.
"""

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Now

from smsmerkezi.core.errors import DomainError, Forbidden, NotFound
from tenants import access, audit, sessions
from tenants.actors import Actor
from tenants.models import Authenticator, Challenge, Tenant, User

ROLES = (access.VIEWER, access.OPERATOR, access.ADMIN)


class UnknownRole(DomainError):
    """Not a role that people of a firm have."""

    code = "unknown-role"
    field = "role"

    def __init__(self) -> None:
        super().__init__("Rol admin, operator ya da viewer olmalıdır.")


class Yourself(DomainError):
    """Nobody takes the ladder away under their own feet."""

    code = "yourself"


class LastAdmin(DomainError):
    """A firm without an administrator could never get one again."""

    code = "last-admin"

    def __init__(self) -> None:
        super().__init__("Firmanın son yöneticisi silinemez, rolü değiştirilemez.")


def members(firm: Tenant) -> QuerySet[User]:
    """Everybody in the firm, in the order in which they came; `two_factor` says whether the second factor is on."""
    on = Authenticator.objects.filter(user=OuterRef("pk"), confirmed=True)
    return User.objects.filter(tenant=firm, deleted_at=None).annotate(two_factor=Exists(on)).order_by("pk")


def admins(firm: Tenant) -> QuerySet[User]:
    """Who can run the firm now."""
    return User.objects.filter(tenant=firm, role=access.ADMIN, is_active=True).order_by("pk")


def staff() -> QuerySet[User]:
    """Who runs the platform now. Call outside of any firm's scope."""
    return User.objects.filter(tenant=None, role=access.SUPER_ADMIN, is_active=True).order_by("pk")


def find(*, by: Actor, user_id: int) -> User:
    """One of the firm's people. Raises Forbidden, NotFound."""
    access.require(by, "users.manage")
    found = members(by.tenant).filter(pk=user_id).first()
    if found is None:
        raise NotFound("Kullanıcı bulunamadı.")
    return found


def check_role(role: str) -> None:
    """Raises UnknownRole."""
    if role not in ROLES:
        raise UnknownRole


@transaction.atomic
def change_role(*, by: Actor, user_id: int, role: str) -> User:
    """It counts from the commit on, also for open sessions and tokens. Raises UnknownRole, NotFound, Yourself, LastAdmin."""
    check_role(role)
    user = _taken(by, user_id, yourself="Kendi rolünü değiştiremezsin.")
    before = str(user.role)
    if before != role:
        user.role = role
        user.save(update_fields=["role"])
        audit.record(by=by, action="user.changed", entity=user, meta={"role": [before, role]})
    return user


@transaction.atomic
def remove(*, by: Actor, user_id: int) -> None:
    """The person is out with the commit, and the e-mail free; what they sent keeps their name.

    Raises NotFound, Yourself, LastAdmin.
    """
    user = _taken(by, user_id, yourself="Kendini silemezsin.")
    user.is_active, user.deleted_at, user.session_epoch = False, Now(), F("session_epoch") + 1
    user.set_unusable_password()
    user.save(update_fields=["is_active", "deleted_at", "session_epoch", "password"])
    _take_keys(user)
    audit.record(by=by, action="user.deleted", entity=user, meta={"role": str(user.role)})


def _taken(by: Actor, user_id: int, *, yourself: str) -> User:
    """The person, locked, after everything that may stand against it."""
    access.require(by, "users.manage")
    in_charge = list(admins(by.tenant).select_for_update(no_key=True))
    if by.role == access.ADMIN and by.user_id not in {user.pk for user in in_charge}:
        raise Forbidden  # was one until a moment ago
    rows = User.objects.select_for_update(no_key=True)
    user = rows.filter(pk=user_id, tenant=by.tenant, deleted_at=None).first()
    if user is None:
        raise NotFound("Kullanıcı bulunamadı.")
    if user.pk == by.user_id:
        raise Yourself(yourself)
    if in_charge == [user]:
        raise LastAdmin
    return user


def _take_keys(user: User) -> None:
    """Whatever lets this person in, and what only they would read."""
    sessions.end_all(user=user)
    challenges = Challenge.objects.filter(user=user)
    authenticators = Authenticator.objects.filter(user=user)
    for rows in (challenges, authenticators, user.tokens, user.recovery_codes, user.mail_links):
        rows.all().delete()
    for rows in (user.notifications, user.notification_choices, user.known_networks):
        rows.all().delete()
