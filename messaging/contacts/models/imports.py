"""Contacts out of a file, and what is needed to take that back."""

from django.db import models

from tenants.scoping import TenantQuerySet


class ContactImport(models.Model):
    """One file on its way into the address book.

    `columns` names each column: "msisdn", a field of contacts, "tag", a field of the firm's own, or "" for one that is not
    used. Everybody joins `group`. `kept` are the rows that will be taken, `excluded` the others with their reasons. `counts`
    tells rows, fresh, known and the reasons.
    """

    class Stage(models.TextChoices):
        DRAFT = "draft", "Taslak"
        CHECKING = "checking", "Denetleniyor"
        CHECKED = "checked", "Hazır"
        RUNNING = "running", "Aktarılıyor"
        DONE = "done", "Aktarıldı"
        UNDOING = "undoing", "Geri alınıyor"
        UNDONE = "undone", "Geri alındı"

    tenant = models.ForeignKey("tenants.Tenant", models.CASCADE, related_name="+", db_index=False)
    user_id = models.BigIntegerField(null=True)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.DRAFT)
    file = models.ForeignKey("files.StoredFile", models.SET_NULL, null=True, related_name="+")
    kept = models.ForeignKey("files.StoredFile", models.SET_NULL, null=True, related_name="+")
    excluded = models.ForeignKey("files.StoredFile", models.SET_NULL, null=True, related_name="+")
    job = models.ForeignKey("files.Job", models.SET_NULL, null=True, related_name="+")
    layout = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    update_known = models.BooleanField(default=True)
    tags = models.JSONField(default=list)
    group = models.ForeignKey("contacts.Group", models.SET_NULL, null=True, related_name="+")
    counts = models.JSONField(default=dict)
    error_text = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("tenant", "id", name="contact_import_of_tenant")]


class ImportChange(models.Model):
    """What an import did to one contact. `stamp` is its `updated_at` afterwards: a contact that was touched later is kept."""

    tenant_id = models.BigIntegerField()
    owner = models.ForeignKey(ContactImport, models.CASCADE, related_name="changes")
    contact_id = models.BigIntegerField()
    created = models.BooleanField()
    before = models.JSONField(null=True)
    stamp = models.DateTimeField()

    objects = TenantQuerySet.as_manager()
