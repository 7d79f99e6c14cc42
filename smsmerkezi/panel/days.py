"""From this day to that one, in the filters of a list; both included, either left open."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from smsmerkezi.core import clock

DAY = forms.TextInput(attrs={"type": "date"})


class Days(forms.Form):
    """`first` and `last`, as dates."""

    first = forms.CharField(label=_("Başlangıç"), required=False, widget=DAY)
    last = forms.CharField(label=_("Bitiş"), required=False, widget=DAY)

    def clean_first(self) -> Any:
        return self._day("first")

    def clean_last(self) -> Any:
        return self._day("last")

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("first") and given.get("last") and given["first"] > given["last"]:
            self.add_error("first", _("Başlangıç bitişten sonra olamaz."))
        return given

    def _day(self, name: str) -> Any:
        raw = self.cleaned_data[name]
        try:
            return clock.parse_day(raw) if raw else None
        except clock.InvalidDay:
            raise forms.ValidationError(_("Tarih geçersiz.")) from None
