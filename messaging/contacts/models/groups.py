"""Groups of contacts, as a tree."""

from django.db import models
from django.db.models import F, Q

from messaging.contacts.models.people import Contact
from tenants.scoping import TenantQuerySet


class Group(models.Model):
    """A name for some contacts. Below a `parent`, or at the top.

    `total` are its own members outside of the archive, `reachable` those of them who did not opt out. Kept by triggers.
    """

    tenant = models.ForeignKey(
        "tenants.Tenant", models.CASCADE, related_name="contact_groups", db_index=False, verbose_name="firma"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="üst grup"
    )
    name = models.CharField("ad", max_length=100)
    total = models.BigIntegerField(default=0, db_default=0, editable=False)
    reachable = models.BigIntegerField(default=0, db_default=0, editable=False)
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
            models.CheckConstraint(
                condition=Q(reachable__gte=0, total__gte=F("reachable")), name="group_tally_fits"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A contact in a group, once. `import_id` is the import that put it there."""

    tenant_id = models.BigIntegerField()
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships", db_index=False)
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="memberships")
    import_id = models.BigIntegerField(null=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "üyelik"
        verbose_name_plural = "üyelikler"
        indexes = [models.Index("import_id", "id", name="membership_of_import", condition=~Q(import_id=None))]
        constraints = [models.UniqueConstraint(fields=["group", "contact"], name="membership_once")]
