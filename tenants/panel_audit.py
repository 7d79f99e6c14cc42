"""Door: the audit trail in the panel, for a firm's administrators. Nothing can be done to it."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from smsmerkezi.core import pages
from smsmerkezi.panel.days import Days
from smsmerkezi.panel.views import PanelMixin
from tenants import audit_chain, audit_nouns, audit_words, filters, trail
from tenants.models import AuditEntry
from tenants.trail import Line

PER_PAGE = 50
PAGES = {"Message": "panel-message"}  # objects that have a page of their own


class TrailForm(Days):
    """Filters, all optional; a GET form, so that a filtered list has an address."""

    user = forms.ChoiceField(label=_("Kim"), required=False)
    action = forms.ChoiceField(label=_("Eylem"), required=False)

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("Tümü"))]
        self.fields["user"].choices = [*everything, *people]
        self.fields["action"].choices = [*everything, *audit_nouns.choices()]

    def asked(self) -> dict[str, str]:
        """In the words of the filter that the API has, too."""
        given = self.cleaned_data
        days = {
            name: day.isoformat() if day else ""
            for name, day in (("date_from", given["first"]), ("date_to", given["last"]))
        }
        return {"user_id": given["user"], "action": given["action"], **days}


class List(PanelMixin, TemplateView):
    permission = "audit.read"

    def get_template_names(self) -> list[str]:
        partial = self.request.htmx and not self.request.htmx.boosted
        return ["panel/_audit_table.html" if partial else "panel/audit.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = TrailForm(self.request.GET, people=trail.people_of(self.tenant))
        entries = AuditEntry.objects.of(self.tenant)
        rows = filters.TrailFilter(form.asked(), entries).qs if form.is_valid() else entries.none()
        page = pages.page(rows, cursor=self.request.GET.get("cursor"), per_page=PER_PAGE)
        return super().get_context_data(
            page_title=_("Denetim kaydı"),
            form=form,
            page=page,
            rows=[shown(line) for line in trail.lines(page.rows, firm=self.tenant)],
            narrowed=any(form.data.get(name) for name in [*form.fields, "cursor"]),
            **kwargs,
        )


class Detail(PanelMixin, TemplateView):
    permission = "audit.read"
    template_name = "panel/audit_entry.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        line = trail.find(self.tenant, kwargs["entry_id"])
        return super().get_context_data(
            page_title=audit_words.sentence(line.entry.action),
            row=shown(line),
            changes=audit_nouns.changes(line.entry),
            meta=audit_nouns.pretty(line.entry.meta) if line.entry.meta else "",
            place=audit_chain.place_of(line.pk),
            **kwargs,
        )


def shown(line: Line) -> dict[str, Any]:
    """An entry in words; `url` where its object has a page."""
    entry, view = line.entry, PAGES.get(line.entry.entity_type)
    return {
        "entry": entry,
        "sentence": audit_words.sentence(entry.action),
        "name": line.name,
        "object": audit_nouns.object_of(entry),
        "url": reverse(view, args=[entry.entity_id]) if view and entry.entity_id else "",
    }
