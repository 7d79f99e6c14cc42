"""Messages, the submissions that carry them over the wire, and their recipients.

The three state machines are those of the contract's glossary (§3, §4) and of architecture §4. Bulk writes to these tables
stand in `messaging.sms.store`; nothing else changes a state.
"""

import uuid

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from tenants.scoping import TenantQuerySet


class Message(models.Model):
    """What a customer asked for: one text to 1..n recipients.

    Counters are recipients, not parts: `recipients` accepted, `skipped` (opted out at accept, never stored), `sent` ever
    handed over, `dropped` ended without hand-over, and one for each end. `state` follows from them (`sms_message_state`).

    Of a campaign, `awaited` recipients and their credit are accepted but have no rows yet: its list is being read; `abandoned`
    ended without ever having one. Where texts differ, `parts` is the most that one has, and `cost` what all of them cost.
    """

    class Kind(models.IntegerChoices):
        OTP = 0, "OTP"
        NORMAL = 1, "Normal"

    class State(models.TextChoices):
        SCHEDULED = "scheduled", "Zamanlandı"
        QUEUED = "queued", "Kuyrukta"
        SENDING = "sending", "Gönderiliyor"
        SENT = "sent", "Gönderildi"
        REPORTING = "reporting", "Raporlanıyor"
        COMPLETED = "completed", "Tamamlandı"
        CANCELLED = "cancelled", "İptal"
        FAILED = "failed", "Başarısız"
        REJECTED = "rejected", "Reddedildi"

    class Source(models.TextChoices):
        PANEL = "panel", "Panel"
        API = "api", "API"
        CAMPAIGN = "campaign", "Toplu gönderim"

    tenant = models.ForeignKey(
        "tenants.Tenant",
        models.PROTECT,
        related_name="messages",
        db_index=False,
        db_constraint=False,  # the account row, which holds the credit of each message, has the constraint
        verbose_name="firma",
    )
    user_id = models.BigIntegerField("kullanıcı", null=True)
    token_id = models.BigIntegerField("anahtar", null=True)
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    custom_id = models.CharField(max_length=100, null=True)
    kind = models.SmallIntegerField("tür", choices=Kind, default=Kind.NORMAL)
    source = models.CharField("kaynak", max_length=8, choices=Source)
    originator = models.CharField("başlık", max_length=11)
    body = models.TextField("metin")
    encoding = models.CharField("kodlama", max_length=8)
    parts = models.SmallIntegerField("parça")
    gateway = models.CharField("sağlayıcı", max_length=40)
    meta = models.JSONField(null=True)
    scheduled_at = models.DateTimeField("zamanlama", null=True)
    validity_minutes = models.IntegerField("geçerlilik (dk)", default=1440)
    state = models.CharField("durum", max_length=12, choices=State)
    recipients = models.IntegerField("alıcı")
    cost = models.BigIntegerField("kredi", null=True)
    commercial = models.BooleanField("ticari", default=False, db_default=False)
    awaited = models.IntegerField("okunan", default=0, db_default=0)
    awaited_credits = models.BigIntegerField(default=0, db_default=0)
    abandoned = models.IntegerField("okunmayan", default=0, db_default=0)
    paused_at = models.DateTimeField("duraklatma", null=True)
    skipped = models.IntegerField("atlanan", default=0)
    sent = models.IntegerField("gönderilen", default=0)
    dropped = models.IntegerField("gönderilmeden biten", default=0)
    delivered = models.IntegerField("teslim", default=0)
    undelivered = models.IntegerField("teslim edilemeyen", default=0)
    expired = models.IntegerField("süresi dolan", default=0)
    failed = models.IntegerField("başarısız", default=0)
    cancelled = models.IntegerField("iptal", default=0)
    created_at = models.DateTimeField("kabul")
    sent_at = models.DateTimeField("gönderim", null=True)
    finished_at = models.DateTimeField("bitiş", null=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "mesaj"
        verbose_name_plural = "mesajlar"
        indexes = [
            models.Index("tenant", "id", name="message_of_tenant"),
            models.Index("scheduled_at", name="message_scheduled", condition=Q(scheduled_at__isnull=False)),
            BrinIndex(fields=["created_at"], name="message_age"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "custom_id"],
                condition=Q(custom_id__isnull=False),
                name="message_custom_id_once",
            ),
            models.CheckConstraint(condition=Q(parts__gte=1, recipients__gte=1), name="message_not_empty"),
            models.CheckConstraint(
                condition=Q(
                    recipients__gte=F("delivered")
                    + F("undelivered")
                    + F("expired")
                    + F("failed")
                    + F("cancelled")
                )
                & Q(recipients__gte=F("sent") + F("dropped")),
                name="message_counts_each_once",
            ),
            models.CheckConstraint(
                condition=Q(awaited__gte=0, awaited_credits__gte=F("awaited"))
                & (Q(awaited__gt=0) | Q(awaited_credits=0)),
                name="message_awaits_what_is_paid_for",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def finished(self) -> int:
        """Recipients whose state will not change any more."""
        return self.delivered + self.undelivered + self.expired + self.failed + self.cancelled

    @property
    def credits(self) -> int:
        """What the message holds or has taken, before releases."""
        return self.parts * self.recipients if self.cost is None else self.cost


class Submission(models.Model):
    """The unit that crosses the wire: the recipients first..last of one message. Doubt is kept here, per submission."""

    class State(models.IntegerChoices):
        READY = 0, "hazır"
        SUBMITTING = 1, "iletiliyor"
        UNKNOWN = 2, "belirsiz"
        HANDED_OVER = 3, "iletildi"
        REFUSED = 4, "reddedildi"
        UNRESOLVED = 5, "çözülemedi"
        CANCELLED = 6, "iptal"
        EXPIRED = 7, "süresi doldu"

    class Lane(models.IntegerChoices):
        OTP = 0, "otp"
        SMS = 1, "sms"
        BULK = 2, "bulk"

    message = models.ForeignKey(Message, models.PROTECT, related_name="submissions")
    tenant_id = models.BigIntegerField()
    gateway = models.CharField(max_length=40)
    lane = models.SmallIntegerField(choices=Lane)
    encoding = models.CharField(max_length=8, default="", db_default="")  # where its texts need another
    client_ref = models.UUIDField(unique=True)
    first_recipient_id = models.BigIntegerField()
    last_recipient_id = models.BigIntegerField()
    recipient_count = models.IntegerField()
    open_count = (
        models.IntegerField()
    )  # recipients without an end; 0 closes the submission for the report puller
    state = models.SmallIntegerField(choices=State, default=State.READY)
    fence = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closes_at = models.DateTimeField(null=True)  # not to be sent from then on, before it is due anew
    last_tx_at = models.DateTimeField(null=True)
    next_check_at = models.DateTimeField(null=True)
    checks = models.IntegerField(default=0)
    reopened = models.SmallIntegerField(default=0)  # how often staff took it up after it was given up
    # Of a copy, and in doubt since: what the original did with it afterwards, it may have done elsewhere and in pieces.
    quarantined = models.BooleanField(default=False, db_default=False)
    provider_id = models.CharField(max_length=64, blank=True, default="")
    handed_over_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("lease_until", condition=Q(state=1), name="submission_submitting"),
            models.Index("next_check_at", condition=Q(state=2), name="submission_unknown"),
            models.Index(
                "gateway",
                "next_check_at",
                condition=Q(state=3, open_count__gt=0),
                name="submission_unreported",
            ),
            # Who waits for which road, so that each gets its turn: `store.claim.WAITING` hops from pair to pair.
            models.Index(
                "lane",
                "gateway",
                "tenant_id",
                "due_at",
                "id",
                condition=Q(state=0),
                name="submission_waiting",
            ),
            models.Index("expires_at", condition=Q(state=0), name="submission_overdue"),
            # What staff look at: in doubt, by road; and given up.
            models.Index("gateway", "last_tx_at", condition=Q(state=2), name="submission_doubted"),
            models.Index("id", condition=Q(state=5), name="submission_unresolved"),
            models.Index(
                "gateway", "provider_id", condition=~Q(provider_id=""), name="submission_of_provider"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_recipient_id__gte=F("first_recipient_id"))
                & Q(recipient_count__gte=1, recipient_count__lte=1000)
                & Q(open_count__gte=0, open_count__lte=F("recipient_count")),
                name="submission_range",
            ),
            models.CheckConstraint(
                condition=Q(state=1, lease_until__isnull=False) | (~Q(state=1) & Q(lease_until=None)),
                name="submission_leased_while_submitting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} ({self.get_state_display()})"


class Attempt(models.Model):
    """One try to hand a submission over, written before the first byte leaves."""

    pk = models.CompositePrimaryKey("submission_id", "fence")
    submission_id = models.BigIntegerField()
    fence = models.IntegerField()
    gateway = models.CharField(max_length=40, blank=True, default="")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, blank=True, default="")
    reason = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        indexes = [BrinIndex(fields=["started_at"], name="attempt_age")]


class Recipient(models.Model):
    """One number of one message. No foreign keys, no state in any index: architecture §3 says why.

    `queued` is shown as `sending` while its submission is under way. Settled (charged) or released, never both.
    """

    class State(models.IntegerChoices):
        QUEUED = 0, "Kuyrukta"
        SENDING = 1, "Gönderiliyor"
        SENT = 2, "Gönderildi"
        DELIVERED = 3, "Teslim edildi"
        UNDELIVERED = 4, "Teslim edilemedi"
        EXPIRED = 5, "Süresi doldu"
        REJECTED = 6, "Reddedildi"
        FAILED = 7, "Başarısız"
        CANCELLED = 8, "İptal"

    id = models.BigIntegerField(primary_key=True)
    tenant_id = models.BigIntegerField()
    msisdn = models.BigIntegerField("numara")
    parts = models.SmallIntegerField("parça")
    state = models.SmallIntegerField("durum", choices=State, default=State.QUEUED)
    error_code = models.TextField("hata kodu", null=True)
    network = models.SmallIntegerField("operatör", null=True)  # gateways.base.Network
    provider_ref = models.TextField(null=True)
    text = models.TextField(null=True)
    sent_at = models.DateTimeField("gönderim", null=True)
    finished_at = models.DateTimeField("bitiş", null=True)
    settled_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        managed = False  # partitioned by hand: migration 0002
        db_table = "sms_recipient"
        verbose_name = "alıcı"
        verbose_name_plural = "alıcılar"


class IdempotencyKey(models.Model):
    """A request that was accepted: the same key and body get the same answer, another body a refusal. Kept 7 days."""

    pk = models.CompositePrimaryKey("tenant_id", "key")
    tenant_id = models.BigIntegerField()
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    message_id = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("created_at", name="idempotency_age")]


class HeldReport(models.Model):
    """A report that a gateway pushed, kept until it is applied: at once, or when we learn whom it means.

    An operator may be quicker than our own commit, and may tell of what we never sent.
    """

    gateway = models.CharField(max_length=40)
    provider_id = models.CharField(max_length=64, blank=True, default="")
    client_ref = models.CharField(max_length=32, blank=True, default="")
    msisdn = models.BigIntegerField()
    status = models.CharField(max_length=12)
    error_code = models.CharField(max_length=64, blank=True, default="")
    network = models.SmallIntegerField(null=True)
    at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index("next_try_at", "id", name="held_report_due")]
        verbose_name = "bekleyen rapor"
        verbose_name_plural = "bekleyen raporlar"


class SeldomEnd(models.Model):
    """A message that ended as few do: failed, cancelled, or delivered to nobody. A list of such is read from here, not from
    among all the others; no index of messages has a state in it, which would make every update of one dearer. Kept by a
    trigger; an end that changed afterwards is told by the message itself.
    """

    pk = models.CompositePrimaryKey("tenant_id", "message_id")
    tenant_id = models.BigIntegerField()
    message_id = models.BigIntegerField()

    objects = TenantQuerySet.as_manager()


class Identity(models.Model):
    """The database that these rows live in, as it was known last (`messaging.sms.quarantine`). One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    name = models.CharField(max_length=80)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="identity_is_one")]


class Template(models.Model):
    """A text that a firm writes again and again; `{{name}}` stands for what is known of each recipient."""

    tenant = models.ForeignKey(
        "tenants.Tenant", models.CASCADE, related_name="templates", db_index=False, verbose_name="firma"
    )
    name = models.CharField("ad", max_length=100)
    body = models.TextField("metin", max_length=1530)  # ten parts of 153 (contract #69)
    folded = models.TextField(default="")  # name and text, for the search (core.folding)
    is_active = models.BooleanField("etkin", default=True)
    created_at = models.DateTimeField("eklenme", auto_now_add=True)
    updated_at = models.DateTimeField("değişme", auto_now=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "şablon"
        verbose_name_plural = "şablonlar"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "name"], name="template_name_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(body=""), name="template_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name
