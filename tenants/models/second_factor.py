"""The second factor: an authenticator app and its recovery codes."""

from typing import ClassVar

from django.db import models
from django_otp.models import Device, ThrottlingMixin
from django_otp.oath import TOTP

from smsmerkezi.core import crypto
from tenants.models.people import User

STEP = 30  # seconds, six digits, SHA-1: what every authenticator app does (RFC 6238)
TOLERANCE = 1  # steps to either side, for clocks that are not quite right
FREE_MISSES = (
    4  # in a row; from the next one on each wrong code doubles the wait, whatever challenge it came with
)
LONGEST_WAIT = 900  # seconds


class Authenticator(ThrottlingMixin, Device):
    """An app that shows six digits; `confirmed` once the person has typed them back.

    Asked through django-otp, which locks the row.
    `secret` is encrypted at rest. `last_t` is the last step that was used, so that a code opens once.
    """

    user = models.OneToOneField(User, models.CASCADE, related_name="authenticator")
    secret = models.CharField(max_length=255)
    drift = models.SmallIntegerField(default=0)
    last_t = models.BigIntegerField(default=-1)
    confirmed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(Device.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(confirmed=False) | models.Q(confirmed_at__isnull=False),
                name="authenticator_confirmed_when",
            )
        ]

    @property
    def key(self) -> bytes:
        return bytes.fromhex(crypto.decrypt(self.secret))

    def verify_token(self, token: str) -> bool:
        """django-otp calls this with the row locked."""
        if not self.verify_is_allowed()[0] or not (token.isascii() and token.isdigit() and len(token) == 6):
            return False
        clock = TOTP(self.key, STEP, drift=self.drift)
        if not clock.verify(int(token), TOLERANCE, self.last_t + 1):
            self.throttle_increment()
            return False
        self.last_t = clock.t()
        self.throttle_reset(commit=False)
        self.save()
        return True

    def get_throttle_factor(self) -> float:
        """django-otp waits this many seconds, doubled with each miss."""
        misses = self.throttling_failure_count
        return 0 if misses <= FREE_MISSES else min(1.0, LONGEST_WAIT / 2 ** (misses - 1))


class RecoveryCode(models.Model):
    """Opens once in place of a code; only its hash is kept, by the password hasher (security §5.1)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=255)
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
