"""Links that are mailed: who opens one reads the mail of that address. A link works once and only its hash is kept."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from smsmerkezi import scope
from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError
from tenants import audit, limits, mail
from tenants.actors import Actor
from tenants.models import MailLink, MailRequest, Tenant, User

Kind, Purpose = MailRequest.Kind, MailLink.Purpose
LIVES = {Purpose.VERIFY: timedelta(hours=72), Purpose.RESET: timedelta(minutes=60)}
PER_HOUR = limits.Limit(5, 3600)  # mails of one kind to one address, whoever asks
PAUSE = 0.9  # minutes between two of them; a little less than the page says, for the worker's second


class LinkOver(DomainError):
    """`state` is why: expired, used, cancelled (a later one took its place) or unknown."""

    code = "link-over"

    def __init__(self, state: str) -> None:
        super().__init__("Bu bağlantı artık geçerli değil.")
        self.state = state


@dataclass(frozen=True, slots=True)
class Found:
    """`state` is valid, expired, used, cancelled or unknown; without a `link` it is unknown."""

    state: str
    link: MailLink | None = None


@scope.platform_wide
def ask(*, kind: MailRequest.Kind, email: str) -> None:
    """Have a worker write to this address, if it is a person's of ours. Costs and says the same for every address."""
    MailRequest.objects.create(kind=kind, email=email.strip())


def answer_due() -> int:
    """Answer what was asked; how many."""
    answered = 0
    while _answer_one():
        answered += 1
    return answered


@transaction.atomic
def _answer_one() -> bool:
    asked = MailRequest.objects.select_for_update(skip_locked=True, no_key=True).order_by("pk").first()
    if asked is None:
        return False
    asked.delete()
    user = _person_at(asked.email)
    if user is not None:
        _ANSWERS[Kind(asked.kind)](user)
    return True


def _person_at(email: str) -> User | None:
    """Locked, so that two requests for one person take turns."""
    found = User.objects.by_email(email)
    user = found.select_for_update(no_key=True, of=("self",)).select_related("tenant").first()
    return user if user is not None and _may_enter(user) else None


def _may_enter(user: User) -> bool:
    return user.is_active and (user.tenant is None or user.tenant.state == Tenant.State.ACTIVE)


def _verify(user: User) -> None:
    if user.email_verified_at is not None:
        _say_known(user)
    elif _may_write(user, "verify"):
        hours = LIVES[Purpose.VERIFY] // timedelta(hours=1)
        _write(user, "verify", link=_address("dogrula", issue(user, Purpose.VERIFY)), hours=hours)


def _reset(user: User) -> None:
    if _may_write(user, "password_reset"):
        minutes = LIVES[Purpose.RESET] // timedelta(minutes=1)
        _write(user, "password_reset", link=_address("parola", issue(user, Purpose.RESET)), minutes=minutes)
        audit.record(by=Actor(user.tenant), action="password.reset_requested", entity=user)


def _say_known(user: User) -> None:
    if _may_write(user, "account_exists"):
        _write(user, "account_exists", link=f"{settings.SITE_URL}{settings.LOGIN_URL}")


_ANSWERS: dict[MailRequest.Kind, Callable[[User], None]] = {
    Kind.VERIFY: _verify,
    Kind.RESET: _reset,
    Kind.KNOWN: _say_known,
}


def _may_write(user: User, template: str) -> bool:
    """Against floods to somebody's mailbox; whoever asked is told the same."""
    if mail.waiting(user.email, template, minutes=PAUSE):
        return False
    return not limits.hit(f"mail:{template}:{user.pk}", PER_HOUR).exceeded


def _write(user: User, template: str, **context: object) -> None:
    mail.send(to=user.email, template=template, language=user.language, **context)


def _address(folder: str, secret: str) -> str:
    return f"{settings.SITE_URL}/{folder}/{secret}"


def issue(user: User, purpose: MailLink.Purpose) -> str:
    """The secret of a new link; the person's earlier ones of this purpose are cancelled."""
    MailLink.objects.filter(user=user, purpose=purpose, used_at=None, cancelled_at=None).update(
        cancelled_at=Now()
    )
    secret = secrets.token_urlsafe(32)
    MailLink.objects.create(
        user=user, purpose=purpose, secret_hash=digest(secret), expires_at=Now() + LIVES[purpose]
    )
    return secret


@scope.platform_wide
def look(*, secret: str, purpose: MailLink.Purpose) -> Found:
    """What has become of a link, without using it."""
    return _found(MailLink.objects.filter(secret_hash=digest(secret), purpose=purpose).first())


@scope.platform_wide
def use(*, secret: str, purpose: MailLink.Purpose) -> User:
    """The person whom the link was mailed to, locked; the link is spent. Call it in a transaction. Raises LinkOver."""
    owner = look(secret=secret, purpose=purpose).link
    if owner is None:
        raise LinkOver("unknown")
    people = User.objects.select_for_update(no_key=True, of=("self",)).select_related("tenant")
    user = people.get(pk=owner.user_id)  # before the link, as whoever issues one does
    found = _found(MailLink.objects.select_for_update(no_key=True).get(pk=owner.pk))
    if found.state != "valid" or not _may_enter(user):
        raise LinkOver(found.state if found.state != "valid" else "cancelled")
    MailLink.objects.filter(pk=owner.pk).update(used_at=Now())
    return user


def _found(link: MailLink | None) -> Found:
    if link is None:
        return Found("unknown")
    if link.used_at is not None:
        return Found("used", link)
    if link.cancelled_at is not None:
        return Found("cancelled", link)
    over = MailLink.objects.filter(pk=link.pk, expires_at__lte=Now()).exists()  # by the clock that set it
    return Found("expired" if over else "valid", link)


@scope.platform_wide
@transaction.atomic
def verify(*, by: Actor, secret: str) -> User:
    """The address that the link was mailed to is its owner's. Raises LinkOver."""
    user = use(secret=secret, purpose=Purpose.VERIFY)
    if user.email_verified_at is None:
        user.email_verified_at = clock.now()
        user.save(update_fields=["email_verified_at"])
    audit.record(by=replace(by, firm=user.tenant, user=user), action="email.verified", entity=user)
    return user


def digest(secret: str) -> str:
    """What is kept of a mailed secret."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
