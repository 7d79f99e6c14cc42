"""What the forms of several doors have in common."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from smsmerkezi.backoffice.verbs import VerbForm
from tenants.models import Tenant

OFFERED = 500  # firms that the browser suggests; others are typed


class FirmInput(forms.TextInput):
    """A text with suggestions, which browsers search without any script of ours."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        known = Tenant.objects.order_by("name", "pk").values_list("slug", "name")[:OFFERED]
        options = format_html_join("", '<option value="{}">{}</option>', known)
        listed = {**(attrs or {}), "list": f"{name}_known", "spellcheck": "false"}
        written = super().render(name, value, listed, renderer)
        return format_html('{}<datalist id="{}_known">{}</datalist>', written, name, options)


class FirmField(forms.SlugField):
    """A firm by its short name; None where nothing stands."""

    widget = FirmInput

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=160, **options)

    def clean(self, value: Any) -> Tenant | None:
        slug = super().clean(value)
        firm = Tenant.objects.filter(slug=slug).first() if slug else None
        if slug and firm is None:
            raise forms.ValidationError("Bu kısa adla bir firma yok.")
        return firm


class ReasonForm(VerbForm):
    """For verbs that somebody will ask about one day."""

    reason = forms.CharField(
        label="Neden",
        min_length=5,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Denetim kaydına yazılır.",
    )
