"""Long work that a person waits for."""

from django.db import models
from django.db.models import F, Q

from tenants.scoping import TenantQuerySet


class Job(models.Model):
    """Work with progress. The row is the queue: a worker holds it until `lease_until`, and `fence` tells its holders apart.

    `done` of `total` are in units of the kind's own, mostly rows; a total of 0 is not known yet. `options` is what was
    asked, `data` where the work stands: both hold ids, counts and column names, never numbers or texts of recipients.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Sırada"
        RUNNING = "running", "Çalışıyor"
        DONE = "done", "Bitti"
        FAILED = "failed", "Başarısız"
        CANCELLED = "cancelled", "Durduruldu"

    tenant = models.ForeignKey(
        "tenants.Tenant", models.CASCADE, related_name="jobs", db_index=False, verbose_name="firma"
    )
    user_id = models.BigIntegerField("kullanıcı", null=True)
    kind = models.CharField("tür", max_length=32)
    state = models.CharField("durum", max_length=10, choices=State, default=State.QUEUED)
    file = models.ForeignKey("files.StoredFile", models.SET_NULL, null=True, related_name="+")
    result = models.ForeignKey("files.StoredFile", models.SET_NULL, null=True, related_name="+")
    options = models.JSONField("istenen", default=dict)
    data = models.JSONField("ilerleme", default=dict)
    done = models.BigIntegerField("yapılan", default=0)
    total = models.BigIntegerField("toplam", default=0)
    error_code = models.CharField("hata", max_length=64, default="", blank=True)
    error_text = models.CharField("hata metni", max_length=300, default="", blank=True)
    fence = models.IntegerField(default=0)
    crashes = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField("eklenme", auto_now_add=True)
    started_at = models.DateTimeField("başlangıç", null=True)
    finished_at = models.DateTimeField("bitiş", null=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "iş"
        verbose_name_plural = "işler"
        indexes = [
            models.Index("due_at", "id", name="job_due", condition=Q(state__in=["queued", "running"])),
            models.Index("tenant", "kind", "id", name="job_of_tenant"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(done__gte=0, total__gte=0) & (Q(total=0) | Q(total__gte=F("done"))),
                name="job_progress",
            ),
            models.CheckConstraint(
                condition=Q(state="running") | Q(lease_until=None), name="job_leased_while_running"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"

    @property
    def final(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    @property
    def percent(self) -> int:
        """Whole percents, 100 only at the end."""
        if self.state == self.State.DONE:
            return 100
        return min(99, 100 * self.done // self.total) if self.total else 0
