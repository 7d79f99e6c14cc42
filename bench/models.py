"""A plain table: what the bare view stores of a message."""

from django.db import models


class BareMessage(models.Model):
    """Made and dropped by `bench.bare`; no migration knows it."""

    tenant_id = models.BigIntegerField(db_index=True)
    msisdn = models.BigIntegerField(db_index=True)
    originator = models.CharField(max_length=11)
    body = models.TextField()
    state = models.CharField(max_length=12, default="queued")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        managed = False
