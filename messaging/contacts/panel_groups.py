"""Door: Gruplar. The tree of a firm's groups."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from messaging.contacts import groups
from messaging.contacts.group_choices import choices
from messaging.contacts.models import Group
from smsmerkezi.core.ids import row_id
from smsmerkezi.panel.verbs import VerbPage
from smsmerkezi.panel.views import PanelMixin
from tenants.models import Tenant

DASH = "\N{EM DASH} "


class GroupForm(forms.Form):
    name = forms.CharField(
        label=_("Ad"), max_length=groups.NAME, error_messages={"required": _("Bir ad yazın.")}
    )
    parent = forms.ChoiceField(label=_("Üst grup"), required=False)

    def __init__(self, *args: Any, firm: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = choices(firm, _("Yok, en üstte"))  # type: ignore[attr-defined]


class List(PanelMixin, TemplateView):
    permission = "contacts.read"
    template_name = "panel/groups.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        nodes = [(group, DASH * depth) for group, depth in groups.tree(self.tenant)]
        return super().get_context_data(page_title=_("Gruplar"), nodes=nodes, **kwargs)


class GroupPage(VerbPage):
    permission = "contacts.write"
    goes_to = "panel-groups"
    form_class = GroupForm
    template_name = "panel/group_form.html"
    done = _("Grup kaydedildi.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "firm": self.tenant}

    def named(self, given: dict[str, Any]) -> dict[str, Any]:
        parent = given["parent"]
        return {"by": self.actor, "name": given["name"], "parent_id": int(parent) if parent else None}


class New(GroupPage):
    extra_context = {"page_title": _("Yeni grup")}

    def get_initial(self) -> dict[str, Any]:
        return {"parent": self.request.GET.get("parent", "")}

    def act(self, given: dict[str, Any]) -> object:
        return groups.create(**self.named(given))


class OneGroup(VerbPage):
    permission = "contacts.write"
    goes_to = "panel-groups"

    @property
    def group(self) -> Group:
        return groups.find(by=self.actor, group_id=row_id(self.kwargs["raw_id"]))


class Edit(OneGroup, GroupPage):
    extra_context = {"page_title": _("Grubu düzenle")}

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.group.name, "parent": self.group.parent_id or ""}

    def act(self, given: dict[str, Any]) -> object:
        return groups.change(group_id=self.group.pk, **self.named(given))


class Delete(OneGroup):
    template_name = "panel/group_delete.html"
    extra_context = {"page_title": _("Grubu sil")}
    done = _("Grup silindi; kişiler rehberde kaldı.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        group = self.group
        below = len(groups.branch(self.tenant, group.pk)) - 1
        return super().get_context_data(group=group, below=below, **kwargs)

    def act(self, given: dict[str, Any]) -> object:
        return groups.remove(by=self.actor, group_id=self.group.pk)
