"""Recovery codes: what opens when the telephone is gone. Eight at a time, each once, kept as the password hasher's hashes."""

import secrets

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models.functions import Now

from tenants import mail
from tenants.models import RecoveryCode, User

COUNT, LENGTH = 8, 10
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # 32 that nobody misreads: 50 bits a code


def fresh() -> list[str]:
    return ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(COUNT)]


def hashed(codes: list[str]) -> list[str]:
    """Slow on purpose: call it before a transaction begins."""
    return [make_password(code) for code in codes]


def replace(user: User, hashes: list[str]) -> None:
    """Only these open from now on. Call it in the transaction of the change."""
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, code_hash=each) for each in hashes)


def left(user: User) -> int:
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def use(user: User, code: str) -> bool:
    """Whether it opened; it never does again."""
    plain = code.strip().lower()
    unused = RecoveryCode.objects.filter(user=user, used_at=None).order_by("pk")
    return any(check_password(plain, row.code_hash) and _spend(row, user) for row in unused)


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
        left=left(user),
    )
    return True
