"""Contacts, what they are found by, and how many there are."""

from django.db import models
from django.db.models import Q

from tenants.scoping import TenantQuerySet


class Contact(models.Model):
    """Somebody in a firm's address book, once for each number. `msisdn` is E.164 as an integer.

    `opt_out_at` is kept by triggers from the opt-out list, which stands alone (migration 0020); whoever sends asks the list.
    """

    tenant = models.ForeignKey(
        "tenants.Tenant", models.CASCADE, related_name="contacts", db_index=False, verbose_name="firma"
    )
    msisdn = models.BigIntegerField("numara")
    name = models.CharField("ad", max_length=150, blank=True, default="")
    folded = models.CharField(max_length=300, blank=True, default="")  # core.folding: some letters become two
    tags = models.JSONField("etiketler", default=list, blank=True)  # texts, each once
    address_country = models.CharField("ülke", max_length=2, blank=True, default="TR")
    address_province = models.CharField("il", max_length=64, blank=True, default="")
    address_district = models.CharField("ilçe", max_length=64, blank=True, default="")
    landline = models.CharField("sabit telefon", max_length=20, blank=True, default="")
    sector = models.CharField("sektör", max_length=64, blank=True, default="")
    fields = models.JSONField("alanlar", default=dict, blank=True)  # of the firm's own: {name: text}
    opt_out_at = models.DateTimeField("ret", null=True, blank=True, editable=False)
    archived_at = models.DateTimeField("arşiv", null=True, blank=True)
    created_at = models.DateTimeField("eklenme", auto_now_add=True)
    updated_at = models.DateTimeField("değişme", auto_now=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "kişi"
        verbose_name_plural = "kişiler"
        indexes = [
            models.Index("tenant", "id", name="contact_of_tenant", condition=Q(archived_at=None)),
            models.Index(
                "tenant", "address_province", "id", name="contact_province", condition=~Q(address_province="")
            ),
            models.Index("tenant", "id", name="contact_opted_out", condition=~Q(opt_out_at=None)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "msisdn"], name="contact_number_once"),
            models.CheckConstraint(condition=Q(msisdn__gt=0), name="contact_has_number"),
        ]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class Key(models.Model):
    """A word of a contact's name, or a tag: what it is found by, in order. Kept by triggers."""

    class Kind(models.IntegerChoices):
        WORD = 0
        TAG = 1

    pk = models.CompositePrimaryKey("tenant_id", "kind", "word", "contact_id")
    tenant_id = models.BigIntegerField()
    kind = models.SmallIntegerField(choices=Kind)
    word = models.CharField(max_length=300, db_collation="C")  # ranges of it are beginnings of words
    contact_id = models.BigIntegerField(db_index=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "arama anahtarı"
        verbose_name_plural = "arama anahtarları"


class Tally(models.Model):
    """How many contacts a firm has outside of its archive, and how many of them opted out. Kept by triggers."""

    tenant = models.OneToOneField("tenants.Tenant", models.CASCADE, primary_key=True, related_name="+")
    total = models.BigIntegerField(default=0)
    opted_out = models.BigIntegerField(default=0)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "kişi sayısı"
        verbose_name_plural = "kişi sayıları"
        constraints = [
            models.CheckConstraint(
                condition=Q(opted_out__gte=0, total__gte=models.F("opted_out")), name="tally_fits"
            )
        ]
