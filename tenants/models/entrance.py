"""What somebody holds between two steps of getting in, and the sessions of those who are in.

A secret that was sent out is kept as its SHA-256 only.
"""

from django.db import models
from django.db.models import Q

from tenants.models.people import User


class Challenge(models.Model):
    """The password was right, and something is still missing: a second factor, or consent to the privacy notice. Used once."""

    class Kind(models.TextChoices):
        TWO_FACTOR = "two-factor", "İkinci adım"
        KVKK = "kvkk", "KVKK onayı"

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    secret_hash = models.CharField(max_length=64, unique=True)
    device_name = models.CharField(max_length=64, blank=True, default="")
    ip = models.GenericIPAddressField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["two-factor", "kvkk"]), name="challenge_kind_known")
        ]


class MailLink(models.Model):
    """A secret mailed to a person: who opens it reads that person's mail. Used once."""

    class Purpose(models.TextChoices):
        VERIFY = "verify", "E-posta doğrulama"
        RESET = "reset", "Parola sıfırlama"

    user = models.ForeignKey(User, models.CASCADE, related_name="mail_links")
    purpose = models.CharField(max_length=8, choices=Purpose)
    secret_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)  # a later one took its place
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=["verify", "reset"]), name="mail_link_purpose_known"
            )
        ]


class MailRequest(models.Model):
    """Somebody at the door asked for a mail to an address.

    Whether one is sent and what it says depends on whose address it is, which whoever asked must not learn. So a worker
    answers (tenants.links), and asking costs the same for every address.
    """

    class Kind(models.TextChoices):
        VERIFY = "verify", "Doğrulama iletisi"
        RESET = "reset", "Parola sıfırlama iletisi"
        KNOWN = "known", "Hesap zaten var"

    kind = models.CharField(max_length=8, choices=Kind)
    email = models.EmailField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["verify", "reset", "known"]), name="mail_request_kind_known"
            )
        ]


class PanelSession(models.Model):
    """A browser in which somebody is logged in. `key` is Django's session, which dies with its row there."""

    user = models.ForeignKey(User, models.CASCADE, related_name="panel_sessions")
    key = models.CharField(max_length=40, unique=True)
    ip = models.GenericIPAddressField("adres", null=True)
    user_agent = models.CharField("istemci", max_length=255, blank=True, default="")
    created_at = models.DateTimeField("açılış", auto_now_add=True)
    seen_at = models.DateTimeField("son görülme", auto_now_add=True)  # written at most once a minute
