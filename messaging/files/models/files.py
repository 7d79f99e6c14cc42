"""Files of firms, in encrypted pieces."""

import uuid

from django.db import models
from django.db.models import Q

from tenants.scoping import TenantQuerySet


class StoredFile(models.Model):
    """A file that somebody gave or may fetch. `secret` opens its pieces; after `ends_at` it is gone.

    `name` is what its owner calls it, for people to read; nothing is ever opened by it. `sha256` is of the plain bytes.
    """

    tenant = models.ForeignKey(
        "tenants.Tenant", models.CASCADE, related_name="files", db_index=False, verbose_name="firma"
    )
    uuid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    purpose = models.CharField("amaç", max_length=32)
    name = models.CharField("ad", max_length=200)
    secret = models.TextField(editable=False)
    size = models.BigIntegerField("bayt", default=0)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    created_at = models.DateTimeField("eklenme", auto_now_add=True)
    ends_at = models.DateTimeField("silinme", null=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "dosya"
        verbose_name_plural = "dosyalar"
        indexes = [
            models.Index("tenant", "purpose", "id", name="file_of_tenant"),
            models.Index("ends_at", name="file_ends", condition=Q(ends_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class Piece(models.Model):
    """The `number`-th piece of a file, encrypted."""

    pk = models.CompositePrimaryKey("file_id", "number")
    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="pieces", db_index=False)
    number = models.IntegerField()
    tenant_id = models.BigIntegerField()
    data = models.BinaryField()

    objects = TenantQuerySet.as_manager()
