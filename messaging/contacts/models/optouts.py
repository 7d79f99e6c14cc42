"""Who must not be written to."""

from django.db import models

from tenants.scoping import TenantQuerySet


class OptOut(models.Model):
    """A number that said no to a tenant. It stands alone: forgetting the contact does not forget the refusal."""

    class Source(models.TextChoices):
        PANEL = "panel", "Panel"
        API = "api", "API"
        SMS = "sms", "SMS ile"
        IYS = "iys", "İYS"
        LINK = "link", "Bağlantı"

    tenant = models.ForeignKey(
        "tenants.Tenant", models.CASCADE, related_name="opt_outs", db_index=False, verbose_name="firma"
    )
    msisdn = models.BigIntegerField("numara")
    source = models.CharField("kaynak", max_length=8, choices=Source, default=Source.PANEL)
    note = models.CharField("not", max_length=200, blank=True, default="")
    user_id = models.BigIntegerField("ekleyen", null=True, blank=True)
    created_at = models.DateTimeField("zaman", auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "ret kaydı"
        verbose_name_plural = "ret listesi"
        constraints = [models.UniqueConstraint(fields=["tenant", "msisdn"], name="opt_out_once")]
        indexes = [
            models.Index("tenant", "id", name="opt_out_of_tenant"),
            models.Index("tenant", "source", "id", name="opt_out_source"),
        ]
