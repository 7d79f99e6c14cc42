"""Groups of contacts, as a tree."""

from django.db import models
from django.db.models import F, Q

from messaging.contacts.models.people import Contact
from tenants.scoping import TenantQuerySet


class Group(models.Model):
    """A name for some contacts. Below a `parent`, or at the top."""

    tenant = models.ForeignKey(
        "tenants.Tenant", models.CASCADE, related_name="contact_groups", db_index=False, verbose_name="firma"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="üst grup"
    )
    name = models.CharField("ad", max_length=100)
    created_at = models.DateTimeField("eklenme", auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "grup"
        verbose_name_plural = "gruplar"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "parent", "name"], name="group_name_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=~Q(name=""), name="group_named"),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="group_not_in_itself"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A contact in a group, once."""

    tenant_id = models.BigIntegerField()
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="memberships")

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "üyelik"
        verbose_name_plural = "üyelikler"
        constraints = [models.UniqueConstraint(fields=["group", "contact"], name="membership_once")]
