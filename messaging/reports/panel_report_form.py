"""What a report can be asked for: days, a sender ID, a source."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.reports import reading
from messaging.sms import panel_words
from smsmerkezi.core import clock
from smsmerkezi.panel.days import Days

PRESETS = ((1, _("Bugün")), (7, _("7 gün")), (30, _("30 gün")), (90, _("90 gün")))


class Filters(Days):
    originator = forms.ChoiceField(label=_("Başlık"), required=False)
    source = forms.ChoiceField(label=_("Kaynak"), required=False)

    def __init__(self, *args: Any, originators: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("Tümü"))]
        named: Any = self.fields
        named["originator"].choices = everything + [(name, name) for name in originators]
        named["source"].choices = everything + list(panel_words.SOURCES.items())


def presets(asked: reading.Range) -> list[tuple[str, str, Promise, bool]]:
    """(first, last, label, whether it is shown)."""
    today = clock.today()
    shown: list[tuple[str, str, Promise, bool]] = []
    for days, label in PRESETS:
        first = today - timedelta(days=days - 1)
        shown.append((first.isoformat(), today.isoformat(), label, asked == reading.Range(first, today)))
    return shown
