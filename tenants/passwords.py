"""A new password: for somebody who is in and knows the old one, and for somebody who forgot it and reads their mail."""

from dataclasses import replace

from django.conf import settings
from django.db import transaction

from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError, Several
from tenants import access, audit, challenges, links, mail, notices, password_rules, proof, sessions
from tenants.actors import Actor
from tenants.models import MailLink, User


class WrongCurrentPassword(proof.WrongPassword):
    field = "current_password"

    def __init__(self) -> None:
        super().__init__("Mevcut sifre hatali.")  # contract #44, literal


def change(*, by: Actor, current: str, new: str, again: str, session_key: str = "") -> None:
    """The acting person's own. Raises WrongCurrentPassword, limits.TooManyAttempts, Several.

    Every other session and token of theirs ends; the acting token and the session `session_key` stay.
    """
    access.require(by, "settings.own")
    _check_current(by, current)
    _refuse(password_rules.faults(new, again, field="new_password"))
    with transaction.atomic():
        _set(by, _locked(by.person), new, session_key)


@transaction.atomic
def reset(*, by: Actor, secret: str, password: str, again: str) -> User:
    """By the mailed link, which proves the address as well. Raises Several, links.LinkOver."""
    _refuse(password_rules.faults(password, again))
    user = links.use(secret=secret, purpose=MailLink.Purpose.RESET)
    user.email_verified_at = user.email_verified_at or clock.now()
    _set(replace(by, firm=user.tenant, user=user), user, password)
    return user


def _check_current(by: Actor, password: str) -> None:
    try:
        proof.check_password(by=by, password=password)
    except proof.WrongPassword:
        raise WrongCurrentPassword from None


def _refuse(faults: list[DomainError]) -> None:
    if faults:
        raise Several(faults)


def _locked(user: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _set(by: Actor, user: User, password: str, session_key: str = "") -> None:
    user.set_password(password)
    user.save(update_fields=["password", "email_verified_at"])
    user.tokens.exclude(pk=by.token_id or 0).delete()
    sessions.end_all(user=user, besides=session_key)
    challenges.forget(user=user)
    audit.record(by=by, action="password.changed", entity=user)
    notices.notify(people=[user], kind="password_changed", by_mail=False)
    when = clock.now().astimezone(clock.ISTANBUL).strftime("%d.%m.%Y %H:%M")
    link = f"{settings.SITE_URL}/parola"
    mail.send(to=user.email, template="password_changed", language=user.language, when=when, link=link)
