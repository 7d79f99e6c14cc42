"""Getting in: e-mail and password, consent to the privacy notice, the second factor, the session; in this order (D44).

Refused passwords are counted per e-mail and address before the password is looked at, so a right one during the wait answers
like a wrong one, and any number of parallel tries pays for at most five hashes a minute (security §5.1).
"""

import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now

from smsmerkezi import scope
from smsmerkezi.core.errors import DomainError
from tenants import acting, arrivals, audit, challenges, consent, limits, second_factor, tokens
from tenants.actors import Actor
from tenants.models import ApiToken, Challenge, RateWindow, Tenant, User

FAILURES = limits.Limit(5, 60)  # contract A4, R2
DEVICE = "mobile"  # the name of a session whose owner gave it none (contract #26)
Kind = Challenge.Kind


class BadCredentials(DomainError):
    """Unknown e-mail or wrong password: one answer for both."""

    code = "bad-credentials"
    field = "email"

    def __init__(self) -> None:
        super().__init__("E-posta veya parola hatalı.")


class AccountClosed(DomainError):
    """The password was right, but nobody enters: the `user` was closed, or the whole `tenant` suspended (`what`)."""

    code = "account-closed"
    TEXTS = {"user": "Hesabınız kapatılmış.", "tenant": "Firmanızın hesabı askıya alınmış."}

    def __init__(self, what: str) -> None:
        super().__init__(self.TEXTS[what])
        self.what = what


@dataclass(frozen=True, slots=True)
class Caller:
    """Who knocks. `device` names the session token that an API client wants ("": unnamed); the panel wants none."""

    ip: str
    user_agent: str = ""
    device: str | None = None

    def as_person(self, user: User | None, token: ApiToken | None = None) -> Actor:
        return Actor(
            user.tenant if user else None,
            user,
            token_id=token.pk if token else None,
            ip=self.ip or None,
            user_agent=self.user_agent,
        )


@dataclass(frozen=True, slots=True)
class Step:
    """How far somebody came: before what is `missing`, or in. `token` is the session's plain text, if wanted."""

    user: User
    missing: challenges.Issued | None = None
    token: str = ""


@scope.platform_wide
def log_in(*, email: str, password: str, caller: Caller, staff_only: bool = False) -> Step:
    """The first step. With `staff_only` people of firms hear what a wrong password hears.

    Both outcomes are written to the audit trail. Raises BadCredentials, limits.TooManyAttempts, AccountClosed.
    """
    bucket = _bucket(email, caller.ip)
    limits.hit(bucket, FAILURES).check_attempts()
    user = _by_email(email)
    if not _password_fits(user, password) or (staff_only and user is not None and not user.is_super_admin):
        _note_failure(user, caller)
        raise BadCredentials
    assert user is not None
    _check_open(user)
    RateWindow.objects.filter(bucket=bucket).delete()
    return let_in(user, caller)


@scope.platform_wide
def agree(*, consent_token: str, caller: Caller) -> Step:
    """Consent to the privacy notice, and go on. Raises UnknownChallenge, AccountClosed."""
    challenge = challenges.attempt(secret=consent_token, kind=Kind.KVKK)
    user = challenge.user
    _check_open(user)
    with transaction.atomic():
        challenges.use(challenge)
        consent.give(by=caller.as_person(user))
        return let_in(user, _remembered(caller, challenge))


@scope.platform_wide
def answer(*, challenge_token: str, code: str = "", recovery_code: str = "", caller: Caller) -> Step:
    """The second factor: six digits of the app, or a recovery code. A wrong one spends one of five tries.

    Raises UnknownChallenge, second_factor.BadCode, limits.TooManyAttempts, AccountClosed.
    """
    challenge = challenges.attempt(secret=challenge_token, kind=Kind.TWO_FACTOR)
    user = challenge.user
    _check_open(user)
    by = caller.as_person(user)
    try:
        second_factor.prove(by=by, code=code, recovery_code=recovery_code)
    except second_factor.BadCode as refusal:
        _note_failure(user, caller, step="two-factor")
        raise refusal.with_tries(challenges.remaining(challenge)) from None
    with transaction.atomic():
        challenges.use(challenge)
        return _enter(user, _remembered(caller, challenge))


@scope.platform_wide
@transaction.atomic
def log_out(*, by: Actor) -> None:
    """The acting token is dead with the commit; a browser's session is its door's matter."""
    by = acting.end(by=by)
    if by.token_id is not None:
        ApiToken.objects.filter(pk=by.token_id, user=by.person).delete()
    audit.record(by=by, action="logout", entity=by.person)


def let_in(user: User, caller: Caller) -> Step:
    """Somebody who is known by their password, or by a mailed link: what is still missing, in the contract's order, or in."""
    if consent.lacks(user):
        return _before(Kind.KVKK, user, caller)
    if second_factor.is_on(user):
        return _before(Kind.TWO_FACTOR, user, caller)
    return _enter(user, caller)


def _before(kind: Kind, user: User, caller: Caller) -> Step:
    return Step(user, challenges.issue(user=user, kind=kind, ip=caller.ip, device=caller.device or ""))


@transaction.atomic
def _enter(user: User, caller: Caller) -> Step:
    arrivals.note(by=caller.as_person(user))
    if caller.device is None:
        audit.record(by=caller.as_person(user), action="login", entity=user)
        return Step(user)
    made = tokens.open_session(user=user, name=caller.device or DEVICE)
    User.objects.filter(pk=user.pk).update(last_login=Now())
    audit.record(by=caller.as_person(user, made.token), action="login", entity=user)
    return Step(user, token=made.plain_text)


def _remembered(caller: Caller, challenge: Challenge) -> Caller:
    """A session is named in the step that began it, if not in this one."""
    if caller.device is None:
        return caller
    return Caller(caller.ip, caller.user_agent, caller.device or challenge.device_name)


def _bucket(email: str, ip: str) -> str:
    return f"login:{hashlib.sha256(f'{email.strip().lower()} {ip}'.encode()).hexdigest()}"


def _by_email(email: str) -> User | None:
    return User.objects.by_email(email).select_related("tenant").first()


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
def _note_failure(user: User | None, caller: Caller, **meta: str) -> None:
    audit.record(by=caller.as_person(user), action="login.failed", entity=user, meta=meta)
