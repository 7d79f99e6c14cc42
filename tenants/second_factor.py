"""The second factor: six digits of an authenticator app, or one of eight recovery codes.

Digits are looked at through django-otp alone: it locks the row, so a code opens once however many try it at the same moment.
"""

import django_otp
from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.db.models.functions import Now

from smsmerkezi.core.errors import DomainError
from tenants import limits, mail
from tenants.actors import Actor
from tenants.models import Authenticator, RecoveryCode, User


class BadCode(DomainError):
    """Wrong, or used before. `remaining` tries are left of the challenge, where there is one."""

    code = "invalid-code"
    TEXTS = {"code": "Doğrulama kodu hatalı.", "recovery_code": "Kurtarma kodu hatalı."}

    def __init__(self, field: str = "code", *, remaining: int | None = None) -> None:
        super().__init__(self.TEXTS[field], field=field)
        self.remaining = remaining

    def with_tries(self, remaining: int) -> "BadCode":
        return BadCode(self.field or "code", remaining=remaining)


def is_on(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, confirmed=True).exists())


def prove(*, by: Actor, code: str = "", recovery_code: str = "") -> None:
    """Use up a code of the acting person. Raises BadCode, limits.TooManyAttempts."""
    if recovery_code:
        _use_recovery_code(by.person, recovery_code)
    else:
        _use_digits(by.person, code)


def _use_digits(user: User, code: str) -> None:
    device = Authenticator.objects.filter(user=user, confirmed=True).first()
    if device is None:
        raise BadCode
    check_digits(device, code)


def check_digits(device: Authenticator, code: str) -> None:
    """Raises BadCode, limits.TooManyAttempts."""
    allowed, why = device.verify_is_allowed()
    if not allowed:
        raise limits.TooManyAttempts.until(why["locked_until"])
    if django_otp.verify_token(device.user, device.persistent_id, code) is None:
        raise BadCode


def _use_recovery_code(user: User, code: str) -> None:
    plain = code.strip().lower()
    for row in RecoveryCode.objects.filter(user=user, used_at=None).order_by("pk"):
        if check_password(plain, row.code_hash) and _spend(row, user):
            return
    raise BadCode("recovery_code")


@transaction.atomic
def _spend(row: RecoveryCode, user: User) -> bool:
    """Of many at once, one; its owner is told."""
    if not RecoveryCode.objects.filter(pk=row.pk, used_at=None).update(used_at=Now()):
        return False
    mail.send(
        to=user.email,
        template="recovery_code_used",
        language=user.language,
        name=user.name,
        left=RecoveryCode.objects.filter(user=user, used_at=None).count(),
    )
    return True
