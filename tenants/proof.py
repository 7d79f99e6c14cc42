"""Somebody who is in proves once more who they are, before what a thief of an open session must not do (security §5.1).

As at the door, a guess is counted before it is looked at: five a minute and person, whatever address they come from.
"""

from django.db import transaction

from smsmerkezi.core.errors import DomainError
from tenants import audit, limits, second_factor
from tenants.actors import Actor
from tenants.models import RateWindow

GUESSES = limits.Limit(5, 60)
DIGITS = 6  # of an app's code; whatever is longer can only be a recovery code


class WrongPassword(DomainError):
    code = "wrong-password"
    field = "password"

    def __init__(self, message: str = "Sifre hatali.") -> None:
        super().__init__(message)


def check_password(*, by: Actor, password: str) -> None:
    """Raises WrongPassword, limits.TooManyAttempts."""
    bucket = f"proof:{by.user_id}"
    limits.hit(bucket, GUESSES).check_attempts()
    if not by.person.check_password(password):
        _note_failure(by)
        raise WrongPassword
    RateWindow.objects.filter(bucket=bucket).delete()


def check_code(*, by: Actor, code: str) -> None:
    """Six digits, or a recovery code for those who lost their telephone. Raises BadCode, limits.TooManyAttempts."""
    bucket = f"proof-code:{by.user_id}"
    limits.hit(bucket, GUESSES).check_attempts()
    plain = "".join(code.split())
    try:
        if len(plain) > DIGITS:
            second_factor.prove(by=by, recovery_code=plain)
        else:
            second_factor.prove(by=by, code=plain)
    except second_factor.BadCode:
        _note_failure(by)
        raise second_factor.BadCode from None
    RateWindow.objects.filter(bucket=bucket).delete()


def step_up(*, by: Actor, password: str = "", code: str = "") -> None:
    """A code of those who have a second factor, the password of the others.

    Raises BadCode, WrongPassword, limits.TooManyAttempts.
    """
    if second_factor.is_on(by.person):
        check_code(by=by, code=code)
    else:
        check_password(by=by, password=password)


@transaction.atomic
def _note_failure(by: Actor) -> None:
    audit.record(by=by, action="login.failed", entity=by.person, meta={"step": "proof"})
