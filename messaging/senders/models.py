"""Sender IDs (başlık)."""

import string
from typing import Any

from django.db import models
from django.db.models import F, Func, Q, Value

from tenants.scoping import TenantQuerySet

# Letters that people take for one another fall together; dots, dashes and spaces fall out.
SEEN = string.ascii_lowercase + "01L" + " .-"
AS = string.ascii_uppercase.replace("L", "I") + "OII"


def look_of(label: Any) -> Func:
    """What a name looks like, as PostgreSQL computes it, whatever the collation."""
    return Func(label, Value(SEEN), Value(AS), function="translate", output_field=models.CharField())


class SenderId(models.Model):
    """A name under which a tenant may write once it is approved. Matched letter by letter (contract #2, D38).

    `document` proves the right to it; rows from before there were documents have none.
    """

    class State(models.TextChoices):
        PENDING = "pending", "İncelemede"
        APPROVED = "approved", "Onaylı"
        REJECTED = "rejected", "Reddedildi"
        BANNED = "banned", "Askıda"

    class Applicant(models.TextChoices):
        """In whose right a name is asked for: that decides which document proves it (compliance §3)."""

        COMPANY = "company", "Şirket unvanı"
        BRAND = "brand", "Marka"
        DEALER = "dealer", "Bayi"
        PERSON = "person", "Kişi adı"
        PUBLIC = "public", "Kamu kurumu, dernek, vakıf"

    tenant = models.ForeignKey(
        "tenants.Tenant", models.PROTECT, related_name="sender_ids", db_index=False, verbose_name="firma"
    )
    label = models.CharField("başlık", max_length=11)
    look = models.GeneratedField(
        expression=look_of(F("label")), output_field=models.CharField(max_length=11), db_persist=True
    )
    state = models.CharField("durum", max_length=16, choices=State, default=State.PENDING)
    document = models.OneToOneField(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="belge"
    )
    applicant = models.CharField("başvuran türü", max_length=8, choices=Applicant, blank=True, default="")
    permit_until = models.DateField(
        "iznin bitişi", null=True, blank=True
    )  # somebody else's permission, to use the name
    permit_told = models.SmallIntegerField(default=0, db_default=0)  # messaging.senders.permits.Told
    submitted_by = models.ForeignKey(
        "tenants.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="başvuran"
    )
    reject_reason = models.CharField("ret nedeni", max_length=500, blank=True, default="")
    decided_by = models.ForeignKey(
        "tenants.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="karar veren"
    )
    decided_at = models.DateTimeField("karar zamanı", null=True, blank=True)
    created_at = models.DateTimeField("başvuru", auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "başlık"
        verbose_name_plural = "başlıklar"
        indexes = [
            models.Index("tenant", "id", name="sender_of_tenant"),
            models.Index("created_at", "id", name="sender_waiting", condition=Q(state="pending")),
            models.Index(
                "permit_until",
                name="sender_permit",
                condition=Q(state="approved", permit_until__isnull=False),
            ),
            models.Index(
                "look", name="sender_look"
            ),  # of all: an index of the approved tempts the planner when it accepts
        ]
        constraints = [
            # A refused name may be asked for again; the refusal stays.
            models.UniqueConstraint(
                fields=["tenant", "label"], name="sender_label_once", condition=~Q(state="rejected")
            ),
            models.CheckConstraint(
                condition=Q(label__regex=r"^[A-Za-z0-9 .-]{1,11}$"), name="sender_label_letters"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "approved", "rejected", "banned"]),
                name="sender_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="rejected") | ~Q(reject_reason=""), name="sender_rejected_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Registration(models.Model):
    """How a name stands with one road to the operators: what is approved at one is not at another. Kept by staff."""

    class State(models.TextChoices):
        ASKED = "asked", "İstendi"
        REGISTERED = "registered", "Kayıtlı"
        REFUSED = "refused", "Reddedildi"

    tenant_id = models.BigIntegerField()
    sender = models.ForeignKey(SenderId, models.CASCADE, related_name="registrations", db_index=False)
    road = models.CharField("sağlayıcı", max_length=40)
    state = models.CharField("durum", max_length=10, choices=State)
    note = models.CharField("not", max_length=200, blank=True, default="")
    changed_at = models.DateTimeField("değişme", auto_now=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "road"], name="registration_once"),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "registered", "refused"]), name="registration_state_known"
            ),
        ]
