"""A person's second factor, set up and taken down: begin, confirm with a code, renew the recovery codes, disable.

Whatever changes who may open the door ends the person's other sessions in browsers.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.db import transaction
from django.db.models import F

from smsmerkezi.core import clock, crypto
from smsmerkezi.core.errors import Conflict, DomainError
from tenants import audit, proof, recovery_codes, second_factor
from tenants.actors import Actor
from tenants.models import Authenticator, User

ISSUER = "SMS Merkezi"
KEY_BYTES = 20  # as long as the hash of RFC 6238


class AlreadyOn(Conflict):
    def __init__(self) -> None:
        super().__init__("2FA zaten aktif.")


class NothingPending(DomainError):
    """No set-up was begun, or it is done already."""

    code = "second-factor-not-pending"

    def __init__(self) -> None:
        super().__init__("Aktif veya pending degil.")


class NotOn(DomainError):
    code = "second-factor-off"

    def __init__(self) -> None:
        super().__init__("2FA aktif degil.")


class WrongSetupCode(second_factor.BadCode):
    TEXTS = {"code": "Kod hatali."}


@dataclass(frozen=True, slots=True)
class Setup:
    """What the app needs: `secret` in base32 for those who type, `url` for those who show a QR code."""

    secret: str
    url: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """On since `at`; `codes` are the recovery codes, told this once."""

    at: datetime
    codes: list[str]


@transaction.atomic
def start(*, by: Actor) -> second_factor.Standing:
    """A fresh key that waits for its first code; one that waited before is forgotten. Raises AlreadyOn."""
    user = _locked(by)
    if second_factor.is_on(user):
        raise AlreadyOn
    Authenticator.objects.filter(user=user).delete()
    Authenticator.objects.create(
        user=user, confirmed=False, secret=crypto.encrypt(secrets.token_bytes(KEY_BYTES).hex())
    )
    return second_factor.standing(user)


def setup(*, by: Actor) -> Setup:
    """The key that waits. Raises NothingPending."""
    device = Authenticator.objects.filter(user=by.person, confirmed=False).first()
    if device is None:
        raise NothingPending
    secret = base64.b32encode(device.key).decode()
    label, issuer = quote(f"{ISSUER}:{by.person.email}", safe=":@"), quote(ISSUER)
    return Setup(secret, f"otpauth://totp/{label}?secret={secret}&issuer={issuer}")


def confirm(*, by: Actor, code: str) -> Confirmed:
    """The app's first code switches the second factor on.

    Raises AlreadyOn, NothingPending, WrongSetupCode, limits.TooManyAttempts.
    """
    device = _pending(by.person)
    try:
        second_factor.check_digits(device, code)
    except second_factor.BadCode:
        raise WrongSetupCode from None
    made = Confirmed(clock.now(), recovery_codes.fresh())
    hashes = recovery_codes.hashed(made.codes)
    with transaction.atomic():
        waiting = Authenticator.objects.filter(pk=device.pk, confirmed=False)
        if not waiting.update(confirmed=True, confirmed_at=made.at):
            raise AlreadyOn
        recovery_codes.replace(by.person, hashes)
        _changed(by, "2fa.enabled")
    return made


def regenerate(*, by: Actor, password: str, code: str | None = None) -> list[str]:
    """Eight new recovery codes; the old ones are void. `code` is looked at where the door asks for one.

    Raises NotOn, WrongPassword, BadCode, limits.TooManyAttempts.
    """
    _prove(by, password, code)
    if not second_factor.is_on(by.person):
        raise NotOn
    codes = recovery_codes.fresh()
    hashes = recovery_codes.hashed(codes)
    with transaction.atomic():
        user = _locked(by)
        if not second_factor.is_on(user):
            raise NotOn
        recovery_codes.replace(user, hashes)
        audit.record(by=by, action="2fa.recovery_regenerated", entity=user)
    return codes


def disable(*, by: Actor, password: str, code: str | None = None) -> second_factor.Standing:
    """The password alone opens again; a set-up that was begun is given up. `code` as in `regenerate`.

    Raises WrongPassword, BadCode, limits.TooManyAttempts.
    """
    _prove(by, password, code)
    with transaction.atomic():
        user = _locked(by)
        was_on = second_factor.is_on(user)
        Authenticator.objects.filter(user=user).delete()
        recovery_codes.replace(user, [])
        if was_on:
            _changed(by, "2fa.disabled")
        return second_factor.standing(user)


def _prove(by: Actor, password: str, code: str | None) -> None:
    proof.check_password(by=by, password=password)
    if code is not None:
        proof.check_code(by=by, code=code)


def _pending(user: User) -> Authenticator:
    device: Authenticator | None = Authenticator.objects.filter(user=user).first()
    if device is None:
        raise NothingPending
    if device.confirmed:
        raise AlreadyOn
    return device


def _changed(by: Actor, action: str) -> None:
    User.objects.filter(pk=by.person.pk).update(session_epoch=F("session_epoch") + 1)
    audit.record(by=by, action=action, entity=by.person)


def _locked(by: Actor) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=by.person.pk)
