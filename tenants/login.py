"""Who is at the door: e-mail and password.

Refused attempts are counted per e-mail and address before the password is looked at, so a right password during the wait
answers like a wrong one, and any number of parallel tries pays for at most five hashes a minute (security §5.1).
"""

import hashlib

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Lower

from smsmerkezi.core.errors import DomainError
from tenants import audit, limits
from tenants.actors import Actor
from tenants.models import RateWindow, Tenant, User

FAILURES = limits.Limit(5, 60)  # contract A4, R2


class BadCredentials(DomainError):
    """Unknown e-mail or wrong password: one answer for both."""

    code = "bad-credentials"
    field = "email"

    def __init__(self) -> None:
        super().__init__("E-posta veya parola hatalı.")


class TooManyAttempts(DomainError):
    """`retry_after` seconds until the next attempt is looked at."""

    code = "too-many-attempts"

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Çok fazla deneme. {retry_after} saniye sonra tekrar deneyin.")
        self.retry_after = retry_after


class AccountClosed(DomainError):
    """The password was right, but nobody enters: the `user` was closed, or the whole `tenant` suspended (`what`)."""

    code = "account-closed"
    TEXTS = {"user": "Hesabınız kapatılmış.", "tenant": "Firmanızın hesabı askıya alınmış."}

    def __init__(self, what: str) -> None:
        super().__init__(self.TEXTS[what])
        self.what = what


def log_in(*, email: str, password: str, ip: str, user_agent: str = "") -> User:
    """The user with this e-mail and password. Raises BadCredentials, TooManyAttempts, AccountClosed.

    Each try counts against RATE_LIMIT_AUTH of its address. Both outcomes are written to the audit trail.
    """
    bucket = _bucket(email, ip)
    for quota in (
        limits.hit(f"auth:{ip}", limits.Limit(*settings.RATE_LIMITS["auth"])),
        limits.hit(bucket, FAILURES),
    ):
        if quota.exceeded:
            raise TooManyAttempts(quota.retry_after)
    user = _by_email(email)
    if not _password_fits(user, password):
        _note(user, "login.failed", ip, user_agent)
        raise BadCredentials
    assert user is not None
    _check_open(user)
    RateWindow.objects.filter(bucket=bucket).delete()
    _note(user, "login", ip, user_agent)
    return user


def _bucket(email: str, ip: str) -> str:
    return f"login:{hashlib.sha256(f'{email.strip().lower()} {ip}'.encode()).hexdigest()}"


def _by_email(email: str) -> User | None:
    found = User.objects.alias(lowered=Lower("email")).filter(lowered=email.strip().lower(), deleted_at=None)
    return found.select_related("tenant").first()


def _password_fits(user: User | None, password: str) -> bool:
    """An unknown e-mail costs as much time as a known one."""
    if user is None:
        User().set_password(password)
        return False
    return user.check_password(password)


def _check_open(user: User) -> None:
    if not user.is_active:
        raise AccountClosed("user")
    if user.tenant is not None and user.tenant.state != Tenant.State.ACTIVE:
        raise AccountClosed("tenant")


@transaction.atomic
def _note(user: User | None, action: str, ip: str, user_agent: str) -> None:
    by = Actor(user.tenant if user else None, user, ip=ip or None, user_agent=user_agent)
    audit.record(by=by, action=action, entity=user)
