"""The second factor: six digits of an authenticator app, or one of eight recovery codes.

Digits are looked at through django-otp alone: it locks the row, so a code opens once however many try it at the same moment.
"""

from dataclasses import dataclass
from datetime import datetime

import django_otp

from smsmerkezi.core.errors import DomainError
from tenants import limits, recovery_codes
from tenants.actors import Actor
from tenants.models import Authenticator, User


class BadCode(DomainError):
    """Wrong, or used before. `remaining` tries are left of the challenge, where there is one."""

    code = "invalid-code"
    TEXTS = {"code": "Doğrulama kodu hatalı.", "recovery_code": "Kurtarma kodu hatalı."}

    def __init__(self, field: str = "code", *, remaining: int | None = None) -> None:
        super().__init__(self.TEXTS[field], field=field)
        self.remaining = remaining

    def with_tries(self, remaining: int) -> "BadCode":
        return BadCode(self.field or "code", remaining=remaining)


@dataclass(frozen=True, slots=True)
class Standing:
    """`pending`: begun, and not yet confirmed by a code. `codes`: recovery codes that still open."""

    enabled: bool
    pending: bool
    codes: int
    confirmed_at: datetime | None


def standing(user: User) -> Standing:
    device = Authenticator.objects.filter(user=user).first()
    if device is None:
        return Standing(enabled=False, pending=False, codes=0, confirmed_at=None)
    return Standing(device.confirmed, not device.confirmed, recovery_codes.left(user), device.confirmed_at)


def is_on(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, confirmed=True).exists())


def is_owed(user: User) -> bool:
    """The firm asks it of everybody, and this person has none yet."""
    return user.tenant is not None and user.tenant.two_factor_required and not is_on(user)


def prove(*, by: Actor, code: str = "", recovery_code: str = "") -> None:
    """Use up a code of the acting person. Raises BadCode, limits.TooManyAttempts."""
    if not recovery_code:
        device = Authenticator.objects.filter(user=by.person, confirmed=True).first()
        if device is None:
            raise BadCode
        check_digits(device, code)
    elif not recovery_codes.use(by.person, recovery_code):
        raise BadCode("recovery_code")


def check_digits(device: Authenticator, code: str) -> None:
    """Raises BadCode, limits.TooManyAttempts."""
    allowed, why = device.verify_is_allowed()
    if not allowed:
        raise limits.TooManyAttempts.until(why["locked_until"])
    if django_otp.verify_token(device.user, device.persistent_id, code) is None:
        raise BadCode
