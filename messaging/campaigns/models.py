"""Campaigns. What they send is a message like any other; here stands what a person prepares and steers."""

from django.db import models
from django.db.models import Q

from tenants.scoping import TenantQuerySet


class Campaign(models.Model):
    """One text to a list of people.

    `file` is what was given, `layout` and `columns` how it is read, `kept` who is left of it, `excluded` who is not and why;
    `layout` of people from the address book says which. `columns` names each column of the file: "msisdn", a field's name, or
    "" for one that is not used. The counts are rows of the file. `quoted` is the text and road that `credits` and `parts` hold
    for.
    """

    class Stage(models.TextChoices):
        DRAFT = "draft", "Taslak"
        CHECKING = "checking", "Denetleniyor"
        CHECKED = "checked", "Hazır"
        LAUNCHED = "launched", "Gönderime verildi"

    class Source(models.TextChoices):
        FILE = "file", "Dosya"
        MANUAL = "manual", "Yapıştırma"
        BOOK = "book", "Kişiler"
        MISSED = "missed", "Ulaşmayanlar"

    class Outcome(models.TextChoices):
        """Contract #83. Without one it is still going on."""

        COMPLETED = "completed", "Tamamlandı"
        PARTIAL = "partial", "Kısmen gönderildi"
        CANCELLED = "cancelled", "Durduruldu"
        FAILED = "failed", "Başarısız"

    tenant = models.ForeignKey(
        "tenants.Tenant", models.CASCADE, related_name="campaigns", db_index=False, verbose_name="firma"
    )
    user_id = models.BigIntegerField("kullanıcı", null=True)
    name = models.CharField("ad", max_length=120)
    body = models.TextField("metin", blank=True, default="")
    originator = models.CharField("başlık", max_length=11, blank=True, default="")
    commercial = models.BooleanField("ticari", default=True)
    stage = models.CharField("aşama", max_length=8, choices=Stage, default=Stage.DRAFT)
    source = models.CharField("liste", max_length=6, choices=Source, default=Source.FILE)
    file = models.ForeignKey("files.StoredFile", models.SET_NULL, null=True, related_name="+")
    kept = models.ForeignKey("files.StoredFile", models.SET_NULL, null=True, related_name="+")
    excluded = models.ForeignKey("files.StoredFile", models.SET_NULL, null=True, related_name="+")
    job = models.ForeignKey("files.Job", models.SET_NULL, null=True, related_name="+")
    layout = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    rows = models.IntegerField("satır", default=0)
    recipients = models.IntegerField("alıcı", default=0)
    reasons = models.JSONField("elenenler", default=dict)  # reason -> rows
    quoted = models.CharField(max_length=64, blank=True, default="")
    gateway = models.CharField(max_length=40, blank=True, default="")
    encoding = models.CharField(max_length=8, blank=True, default="")
    parts = models.SmallIntegerField("parça", default=0)
    credits = models.BigIntegerField("kredi", default=0)
    quote = models.JSONField(default=dict)  # histogram, the longest rows, rows with gaps
    scheduled_at = models.DateTimeField("zamanlama", null=True)
    per_minute = models.IntegerField("dakikada", null=True)
    delay = models.IntegerField(default=0)  # seconds by which pauses have put it off
    message = models.OneToOneField("sms.Message", models.PROTECT, null=True, related_name="campaign")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    error_code = models.CharField(max_length=64, blank=True, default="")
    error_text = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField("oluşturma", auto_now_add=True)
    launched_at = models.DateTimeField("başlatma", null=True)
    cancelled_at = models.DateTimeField("durdurma", null=True)
    closed_at = models.DateTimeField("kapanış", null=True)  # nothing of it leaves any more
    charged = models.BigIntegerField("harcanan", default=0)  # credits, once it is closed
    codes = models.JSONField(
        default=list
    )  # [status, error code, recipients] of whom it did not reach, most first
    coded = models.IntegerField(default=0, db_default=0)  # recipients that `codes` are of
    outcome = models.CharField("sonuç", max_length=9, choices=Outcome, blank=True, default="")

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "toplu gönderim"
        verbose_name_plural = "toplu gönderimler"
        indexes = [
            models.Index("tenant", "id", name="campaign_of_tenant"),
            models.Index("id", name="campaign_open", condition=Q(stage="launched", closed_at=None)),
            models.Index("closed_at", name="campaign_closed", condition=~Q(closed_at=None)),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="campaign_has_name"),
            models.CheckConstraint(
                condition=Q(stage="launched", message__isnull=False) | ~Q(stage="launched") & Q(message=None),
                name="campaign_sends_once_launched",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | Q(closed_at__isnull=False) & ~Q(outcome=""),
                name="campaign_ends_somehow",
            ),
            models.CheckConstraint(
                condition=Q(per_minute=None) | Q(per_minute__gte=1), name="campaign_rate_is_positive"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sent_as(self) -> int:
        """Its message, of one that was launched."""
        if self.message_id is None:
            raise ValueError("not launched")
        return self.message_id

    @property
    def fields(self) -> list[str]:
        """What is known of each recipient besides the number, in the order in which it is kept."""
        return [name for name in self.columns if name and name != NUMBER]


class Happening(models.Model):
    """A line of a campaign's own log. `user_id` is whoever did it; nobody where it came by itself."""

    class Kind(models.TextChoices):
        LAUNCHED = "launched", "Gönderime verildi"
        STORED = "stored", "Liste okundu"
        PAUSED = "paused", "Duraklatıldı"
        RESUMED = "resumed", "Sürdürüldü"
        CANCELLED = "cancelled", "Durduruldu"
        ENDED = "ended", "Bitti"

    tenant_id = models.BigIntegerField()
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="happenings", db_index=False)
    kind = models.CharField(max_length=9, choices=Kind)
    user_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("campaign", "id", name="happening_of_campaign")]


NUMBER = "msisdn"  # the column of numbers
