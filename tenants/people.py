"""The people of firms and of the platform, as platform staff manage them.

Which role goes with a firm is a rule of the database (`user_super_admin_has_no_tenant`); here it only gets its words.
"""

from dataclasses import dataclass

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from smsmerkezi import database
from smsmerkezi.core.errors import Conflict, DomainError, Forbidden, NotFound
from tenants import access, audit, challenges
from tenants.actors import Actor
from tenants.models import Tenant, User


class BadPerson(DomainError):
    """An e-mail, a name or a password that cannot be."""


class BadRole(DomainError):
    """Platform staff have no firm; everybody else has one."""

    field = "role"

    def __init__(self) -> None:
        super().__init__("Platform yöneticisinin firması olamaz; diğer rollerin bir firması olmalıdır.")


class EmailTaken(Conflict):
    field = "email"

    def __init__(self) -> None:
        super().__init__("Bu e-posta adresiyle bir kullanıcı var.")


class Yourself(Forbidden):
    def __init__(self) -> None:
        super().__init__("Kendi rolünüzü değiştiremez, kendi hesabınızı kapatamazsınız.")


CONSTRAINTS: dict[str, type[BadRole] | type[EmailTaken]] = {
    "user_email_unique": EmailTaken,
    "user_super_admin_has_no_tenant": BadRole,
    "user_role_known": BadRole,
}


@dataclass(frozen=True, slots=True)
class Person:
    email: str
    name: str
    role: str
    firm: Tenant | None = None


@transaction.atomic
def create(*, by: Actor, person: Person, password: str) -> User:
    """Raises BadPerson, BadRole, EmailTaken."""
    access.require(by, "people.manage")
    _check_email(person.email)
    _check_name(person.name)
    user = User(email=person.email.strip(), name=person.name.strip(), role=person.role, tenant=person.firm)
    _set_password(user, password)
    _save(user)
    audit.record(
        by=by, action="user.created", entity=user, tenant=person.firm, meta={"role": str(person.role)}
    )
    return user


@transaction.atomic
def change(*, by: Actor, user_id: int, name: str, role: str) -> User:
    """Raises BadPerson, BadRole, NotFound, Yourself."""
    access.require(by, "people.manage")
    _check_name(name)
    user = _locked(user_id)
    if user.role != role and user.pk == by.user_id:
        raise Yourself
    meta = {"role": [str(user.role), str(role)]} if user.role != role else {"fields": ["name"]}
    user.name, user.role = name.strip(), role
    _save(user, fields=["name", "role"])
    audit.record(by=by, action="user.changed", entity=user, tenant=user.tenant, meta=meta)
    return user


@transaction.atomic
def deactivate(*, by: Actor, user_id: int) -> User:
    """Sessions and tokens are dead with the commit. Raises Conflict, NotFound, Yourself."""
    if user_id == by.user_id:
        raise Yourself
    return _switch(by, user_id, active=False, action="user.deactivated")


@transaction.atomic
def activate(*, by: Actor, user_id: int) -> User:
    """Undo `deactivate`. Raises Conflict, NotFound."""
    return _switch(by, user_id, active=True, action="user.activated")


@transaction.atomic
def set_password(*, by: Actor, user_id: int, password: str) -> User:
    """Every session of the user ends. Raises BadPerson, NotFound."""
    access.require(by, "people.manage")
    user = _locked(user_id)
    _set_password(user, password)
    user.save(update_fields=["password"])
    challenges.forget(user=user)
    audit.record(by=by, action="user.password-set", entity=user, tenant=user.tenant)
    return user


def _switch(by: Actor, user_id: int, *, active: bool, action: str) -> User:
    access.require(by, "people.manage")
    user = _locked(user_id)
    if user.is_active == active:
        raise Conflict("Kullanıcı zaten etkin." if active else "Kullanıcı zaten kapalı.")
    user.is_active = active
    user.save(update_fields=["is_active"])
    audit.record(by=by, action=action, entity=user, tenant=user.tenant)
    return user


def _locked(user_id: int) -> User:
    user = User.objects.select_for_update(no_key=True, of=("self",)).select_related("tenant")
    found = user.filter(pk=user_id).first()
    if found is None:
        raise NotFound("Kullanıcı bulunamadı.")
    return found


def _save(user: User, *, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            user.save(update_fields=fields)
    except IntegrityError as error:
        kind = CONSTRAINTS.get(database.constraint(error))
        raise (kind() if kind else error) from error


def _set_password(user: User, password: str) -> None:
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise BadPerson(" ".join(error.messages), field="password") from error
    user.set_password(password)


def _check_email(email: str) -> None:
    try:
        validate_email(email.strip())
    except ValidationError as error:
        raise BadPerson("E-posta adresi geçersiz.", field="email") from error
    if len(email) > 254:
        raise BadPerson("E-posta adresi geçersiz.", field="email")


def _check_name(name: str) -> None:
    if not 1 <= len(name.strip()) <= 150:
        raise BadPerson("Ad soyad 1 ile 150 karakter arasında olmalıdır.", field="name")
