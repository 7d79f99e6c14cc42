"""Door: Şablonlar. Texts that are written again and again."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from messaging.sms import templates
from messaging.sms.models import Template
from messaging.sms.panel_template_form import STARTERS, TemplateForm
from smsmerkezi.core import pages
from smsmerkezi.core.ids import row_id
from smsmerkezi.panel.verbs import VerbPage
from smsmerkezi.panel.views import PanelMixin

PER_PAGE = 25


class List(PanelMixin, TemplateView):
    permission = "templates.read"
    template_name = "panel/templates.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        search = self.request.GET.get("q", "")[:100].replace("\x00", "")
        rows = templates.of(self.tenant, search=search)
        page = pages.page(rows, cursor=self.request.GET.get("cursor"), per_page=PER_PAGE)
        return super().get_context_data(
            page_title=_("Şablonlar"),
            page=page,
            rows=[(row, templates.variables(row.body)) for row in page.rows],
            search=search,
            narrowed=bool(search or self.request.GET.get("cursor")),
            may_write=self.can("templates.write"),
            starters=STARTERS,
            **kwargs,
        )


class TemplatePage(VerbPage):
    permission = "templates.write"
    goes_to = "panel-templates"
    form_class = TemplateForm
    template_name = "panel/template.html"
    done = _("Şablon kaydedildi.")

    def details(self, given: dict[str, Any]) -> templates.Details:
        return templates.Details(**given)


class New(TemplatePage):
    extra_context = {"page_title": _("Yeni şablon")}

    def get_initial(self) -> dict[str, Any]:
        """From one of the starters, where the address names it."""
        wanted = self.request.GET.get("ornek", "")
        name, body = STARTERS[int(wanted)] if wanted in {"0", "1", "2"} else ("", "")
        return {"name": name, "body": body, "is_active": True}

    def act(self, given: dict[str, Any]) -> object:
        return templates.create(by=self.actor, details=self.details(given))


class OneTemplate(VerbPage):
    permission = "templates.write"
    goes_to = "panel-templates"

    @property
    def template(self) -> Template:
        return templates.find(by=self.actor, template_id=row_id(self.kwargs["raw_id"]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(template=self.template, **kwargs)


class Edit(OneTemplate, TemplatePage):
    extra_context = {"page_title": _("Şablonu düzenle")}

    def get_initial(self) -> dict[str, Any]:
        kept = self.template
        return {"name": kept.name, "body": kept.body, "is_active": kept.is_active}

    def act(self, given: dict[str, Any]) -> object:
        return templates.change(
            by=self.actor, template_id=row_id(self.kwargs["raw_id"]), details=self.details(given)
        )


class Delete(OneTemplate):
    template_name = "panel/template_delete.html"
    extra_context = {"page_title": _("Şablonu sil")}
    done = _("Şablon silindi.")

    def act(self, given: dict[str, Any]) -> object:
        return templates.remove(by=self.actor, template_id=row_id(self.kwargs["raw_id"]))
