"""Between two steps of getting in: a secret that says "the password was right". It opens once, and not for long.

Every try is counted before it is looked at, so any number of parallel tries has five looks at the most.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, QuerySet
from django.db.models.functions import Now

from smsmerkezi.core.errors import DomainError
from tenants.models import Challenge, User

Kind = Challenge.Kind
TRIES = 5
LIFETIMES = {Kind.TWO_FACTOR: 300, Kind.KVKK: 600}  # seconds
FIELDS = {Kind.TWO_FACTOR: "challenge_token", Kind.KVKK: "consent_token"}


class UnknownChallenge(DomainError):
    """Never given out, over, used, or tried too often: one answer for all. Whoever knocks starts anew."""

    code = "unknown-challenge"

    def __init__(self, kind: Kind) -> None:
        super().__init__(
            "İstek geçersiz ya da süresi dolmuş. Yeniden giriş yapın.",
            field=FIELDS[kind],
        )


@dataclass(frozen=True, slots=True)
class Issued:
    """`secret` is a uuid4 and stands nowhere else; `expires_in` seconds."""

    kind: Kind
    secret: str
    expires_in: int


def issue(*, user: User, kind: Kind, ip: str, device: str) -> Issued:
    """A fresh challenge of this user. `device` names the session that is wanted at the end."""
    secret = str(uuid.uuid4())
    seconds = LIFETIMES[kind]
    Challenge.objects.create(
        user=user,
        kind=kind,
        secret_hash=_digest(secret),
        device_name=device,
        ip=ip or None,
        expires_at=Now() + timedelta(seconds=seconds),
    )
    return Issued(kind, secret, seconds)


def attempt(*, secret: str, kind: Kind) -> Challenge:
    """Spend one try; the challenge with its user and the user's firm. Raises UnknownChallenge."""
    rows = Challenge.objects.filter(secret_hash=_digest(secret), kind=kind)
    if not _alive(rows).update(tries=F("tries") + 1):
        raise UnknownChallenge(kind)
    return rows.select_related("user__tenant").get()


def use(challenge: Challenge) -> None:
    """It has done its work. Raises UnknownChallenge if another call was faster."""
    rows = Challenge.objects.filter(pk=challenge.pk, used_at=None, expires_at__gt=Now())
    if not rows.update(used_at=Now()):
        raise UnknownChallenge(Kind(challenge.kind))


def remaining(challenge: Challenge) -> int:
    """Tries that are left."""
    return max(0, TRIES - challenge.tries)


def forget(*, user: User) -> None:
    """A new password makes whatever the old one began worthless."""
    Challenge.objects.filter(user=user, used_at=None).delete()


def prune() -> int:
    """Forget what is over for a day; how many."""
    return Challenge.objects.filter(expires_at__lt=Now() - timedelta(days=1)).delete()[0]


def _alive(rows: QuerySet[Challenge]) -> QuerySet[Challenge]:
    return rows.filter(used_at=None, expires_at__gt=Now(), tries__lt=TRIES)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
