"""Door: the hours of commercial messages, for platform staff."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max

from messaging.hours import keeping
from messaging.hours.models import Holiday, Window
from smsmerkezi.backoffice import lists
from smsmerkezi.backoffice.verbs import Verb, VerbForm
from smsmerkezi.core import clock

FORESEEN = timedelta(days=180)  # staff are told when the known holidays end sooner


class WindowForm(VerbForm):
    opens = forms.TimeField(label="Açılış", required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    closes = forms.TimeField(label="Kapanış", required=False, widget=forms.TimeInput(attrs={"type": "time"}))

    def first(self, row: Any) -> dict[str, Any]:
        return {name: f"{value:%H:%M}" for name in ("opens", "closes") if (value := getattr(row, name))}


def change(by: Any, row: Window, data: dict[str, Any]) -> str:
    keeping.change(by=by, day=row.day, opens=data["opens"], closes=data["closes"])
    return f"{row} saatleri değişti."


@admin.register(Window)
class Windows(lists.Rows):
    icon = "saat"
    list_display = ("__str__", "hours")
    facts = ("hours",)
    empty = "Saat yok."
    offers = (
        Verb(
            "hours",
            "Saatleri değiştir",
            change,
            WindowForm,
            icon="duzenle",
            hint="Ticari iletiler yalnız bu saatlerde gider; kuyruktakiler bir sonraki açılışı bekler. Boş: o gün kapalı.",
        ),
    )

    @admin.display(description="saatler")
    def hours(self, row: Window) -> str:
        return f"{row.opens:%H:%M} – {row.closes:%H:%M}" if row.opens and row.closes else "Kapalı"


class HolidayForm(VerbForm):
    day = forms.DateField(label="Gün", widget=forms.DateInput(attrs={"type": "date"}))
    name = forms.CharField(label="Ad", max_length=80)


def add(by: Any, _row: None, data: dict[str, Any]) -> str:
    return f"{keeping.add_holiday(by=by, day=data['day'], name=data['name'])} eklendi."


def remove(by: Any, row: Holiday, _data: dict[str, Any]) -> str:
    keeping.remove_holiday(by=by, holiday_id=row.pk)
    return f"{row} silindi."


@admin.register(Holiday)
class Holidays(lists.Rows):
    icon = "saat"
    list_display = ("day", "name")
    facts = ("day", "name")
    ordering = ("day",)
    empty = "Resmî tatil yok."
    offers = (
        Verb("create", "Tatil ekle", add, HolidayForm, icon="ekle", fresh=True),
        Verb("remove", "Sil", remove, icon="sil", tone="danger", gone=True),
    )

    def waiting(self) -> Iterable[lists.Waiting]:
        """The religious ones move by eleven days a year: somebody must add them in time."""
        last = Holiday.objects.aggregate(day=Max("day"))["day"]
        if last is None or last < clock.today() + FORESEEN:
            until = f"{last:%d.%m.%Y}" if last else "yok"
            yield lists.Waiting("Bilinen son resmî tatil", until, self.list_url(), "warn")
