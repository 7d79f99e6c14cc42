"""The policy, as rows: windows of the day, and the days that are not like the others. No firm's: the platform's."""

from django.db import models
from django.db.models import F, Q


class Window(models.Model):
    """When commercial messages may go on one kind of day, in Istanbul. Without `opens` nothing goes on that day."""

    class Day(models.IntegerChoices):
        MONDAY = 0, "Pazartesi"
        TUESDAY = 1, "Salı"
        WEDNESDAY = 2, "Çarşamba"
        THURSDAY = 3, "Perşembe"
        FRIDAY = 4, "Cuma"
        SATURDAY = 5, "Cumartesi"
        SUNDAY = 6, "Pazar"
        HOLIDAY = 7, "Resmî tatil"

    day = models.SmallIntegerField("gün", choices=Day, unique=True)
    opens = models.TimeField("açılış", null=True, blank=True)
    closes = models.TimeField("kapanış", null=True, blank=True)

    class Meta:
        verbose_name = "gönderim saati"
        verbose_name_plural = "ticari gönderim saatleri"
        constraints = [
            models.CheckConstraint(
                condition=Q(opens=None, closes=None) | Q(opens__lt=F("closes")),
                name="window_opens_before_it_closes",
            )
        ]

    def __str__(self) -> str:
        return self.get_day_display()


class Holiday(models.Model):
    """A public holiday (Law 2429); religious ones move, so they are kept day by day."""

    day = models.DateField("gün", unique=True)
    name = models.CharField("ad", max_length=80)

    class Meta:
        verbose_name = "resmî tatil"
        verbose_name_plural = "resmî tatiller"

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y} {self.name}"
