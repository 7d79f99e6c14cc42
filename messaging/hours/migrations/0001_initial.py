"""The first policy: nine to nine on every day, and the public holidays until the end of 2028 (Law 2429; the religious ones
by the calendar of Diyanet), on which the same hours hold until staff say otherwise.
"""

from datetime import date, time

import django.db.models
from django.db import migrations, models

FIXED = {
    (1, 1): "Yılbaşı",
    (4, 23): "Ulusal Egemenlik ve Çocuk Bayramı",
    (5, 1): "Emek ve Dayanışma Günü",
    (5, 19): "Atatürk'ü Anma, Gençlik ve Spor Bayramı",
    (7, 15): "Demokrasi ve Millî Birlik Günü",
    (8, 30): "Zafer Bayramı",
    (10, 29): "Cumhuriyet Bayramı",
}
FEASTS = {
    "Ramazan Bayramı": [(2027, 3, 9, 3), (2028, 2, 26, 3)],
    "Kurban Bayramı": [(2027, 5, 16, 4), (2028, 5, 5, 4)],
}
YEARS = (2027, 2028)


def days():
    found = {}
    for name, spans in FEASTS.items():
        for year, month, first, length in spans:
            for n in range(length):
                found[date.fromordinal(date(year, month, first).toordinal() + n)] = name
    for year in YEARS:
        for (month, day), name in FIXED.items():
            found.setdefault(date(year, month, day), name)
    return found


def seed(apps, schema_editor):
    window, holiday = apps.get_model("hours", "Window"), apps.get_model("hours", "Holiday")
    window.objects.bulk_create(window(day=day, opens=time(9), closes=time(21)) for day in range(8))
    holiday.objects.bulk_create(holiday(day=day, name=name) for day, name in sorted(days().items()))


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Window",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "day",
                    models.SmallIntegerField(
                        choices=[
                            (0, "Pazartesi"),
                            (1, "Salı"),
                            (2, "Çarşamba"),
                            (3, "Perşembe"),
                            (4, "Cuma"),
                            (5, "Cumartesi"),
                            (6, "Pazar"),
                            (7, "Resmî tatil"),
                        ],
                        unique=True,
                        verbose_name="gün",
                    ),
                ),
                ("opens", models.TimeField(blank=True, null=True, verbose_name="açılış")),
                ("closes", models.TimeField(blank=True, null=True, verbose_name="kapanış")),
            ],
            options={"verbose_name": "gönderim saati", "verbose_name_plural": "ticari gönderim saatleri"},
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="gün")),
                ("name", models.CharField(max_length=80, verbose_name="ad")),
            ],
            options={"verbose_name": "resmî tatil", "verbose_name_plural": "resmî tatiller"},
        ),
        migrations.AddConstraint(
            model_name="window",
            constraint=models.CheckConstraint(
                condition=models.Q(("closes", None), ("opens", None))
                | models.Q(("opens__lt", django.db.models.F("closes"))),
                name="window_opens_before_it_closes",
            ),
        ),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
