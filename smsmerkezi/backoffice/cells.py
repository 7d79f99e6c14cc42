"""Values as people read them: moments, numbers, yes and no, states as pills."""

from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.admin.utils import label_for_field, lookup_field
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from smsmerkezi.templatetags import ui

NOTHING = "–"


class Cell(NamedTuple):
    label: str
    value: Any


class Word(NamedTuple):
    tone: str
    icon: str
    label: str


def heading(model_admin: Any, name: str) -> str:
    return capital(label_for_field(name, model_admin.model, model_admin))


def capital(words: Any) -> str:
    """The first letter large, the Turkish way."""
    text = str(words)
    return text[:1].replace("i", "İ").upper() + text[1:]


def shown(model_admin: Any, name: str, row: Any) -> Any:
    """The value of a field, or of a method of the admin or the row, ready for the page."""
    field, _attribute, value = lookup_field(name, row, model_admin)
    if field is not None and getattr(field, "flatchoices", None):
        return getattr(row, f"get_{field.name}_display")()
    if field is not None and field.primary_key and not field.is_relation:
        return f"#{value}"
    return plain(value)


def plain(value: Any) -> Any:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return "Evet" if value else "Hayır"
    if isinstance(value, datetime):
        return ui.moment(value)
    return ui.number(value) if isinstance(value, int) else value


def bounded(count: int, most: int) -> str:
    """A count that was not carried on beyond `most`: `1.000+`."""
    return f"{ui.number(most)}+" if count > most else ui.number(count)


def pill(tone: str, icon: str, label: Any) -> SafeString:
    """Icon, word and colour: never colour alone."""
    return SafeString(render_to_string("ui/pill.html", {"word": Word(tone, icon, str(label))}).strip())


def link(model: str, pk: Any, text: Any) -> str:
    """To another row's page: `link("tenants_tenant", 5, "Örnek Firma")`."""
    return anchor(reverse(f"admin:{model}_change", args=[pk]), text)


def anchor(url: str, text: Any) -> str:
    return format_html('<a href="{}">{}</a>', url, text)


def mono(value: Any) -> str:
    return format_html("<code>{}</code>", value) if value else NOTHING


def tenant(row: Any) -> str:
    """The firm of a row, as a link."""
    return link("tenants_tenant", row.tenant_id, row.tenant) if row.tenant_id else NOTHING
