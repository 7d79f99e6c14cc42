"""Door: one thing done to many contacts, ticked in the list or found by its search."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from messaging.contacts import bulk
from messaging.contacts.group_choices import choices
from messaging.files import jobs
from smsmerkezi.core.errors import DomainError
from smsmerkezi.core.ids import row_id
from smsmerkezi.panel import refusals
from smsmerkezi.panel.views import PanelMixin
from tenants.models import Tenant

ASKED = ("search", "tag", "status", "group")  # what the list can be asked for
WORD = "ONAY"
ACTIONS = (
    ("join", _("Gruba ekle")),
    ("leave", _("Gruptan çıkar")),
    ("refuse", _("Ret listesine al")),
    ("archive", _("Arşivle")),
    ("delete", _("Sil")),
)
DANGEROUS = {"refuse", "delete"}  # what is hard to take back is asked for with a word


class BulkForm(forms.Form):
    action = forms.ChoiceField(
        label=_("İşlem"), choices=ACTIONS, error_messages={"required": _("Bir işlem seçin.")}
    )
    to = forms.ChoiceField(label=_("Grup"), required=False)
    word = forms.CharField(
        label=_("Silmek ya da ret listesine almak için ONAY yazın"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, firm: Tenant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = choices(firm, _("Seçin"))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        action = given.get("action")
        if action in bulk.OF_GROUPS and not given.get("to"):
            self.add_error("to", _("Bir grup seçin."))
        if action in DANGEROUS and given.get("word", "").strip() != WORD:
            self.add_error("word", _("Onaylamak için ONAY yazın."))
        return given


class Do(PanelMixin, FormView):  # type: ignore[type-arg]
    """Asks what to do; `id` were ticked, or `all` with what the list was asked for."""

    permission = "contacts.write"
    form_class = BulkForm
    template_name = "panel/bulk.html"
    extra_context = {"page_title": _("Toplu işlem")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "firm": self.tenant}

    @property
    def given(self) -> Any:
        return self.request.POST if self.request.method == "POST" else self.request.GET

    @property
    def asked(self) -> dict[str, str] | None:
        """What the list was asked for, where everybody it finds is meant."""
        if not self.given.get("all"):
            return None
        return {name: self.given[name][:100] for name in ASKED if self.given.get(name)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(asked=self.asked, ids=self.given.getlist("id"), **kwargs)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        given, asked = form.cleaned_data, self.asked
        action = bulk.Action(given["action"], int(given["to"]) if given["to"] else None)
        try:
            if asked is not None:
                job = bulk.found(by=self.actor, action=action, asked=asked)
                return redirect("panel-bulk-progress", raw_id=job.pk)
            ids = [row_id(raw) for raw in self.given.getlist("id")[: bulk.TICKED + 1]]
            changed = bulk.ticked(by=self.actor, action=action, ids=ids)
        except DomainError as refusal:
            refusals.show(form, refusal)
            return self.form_invalid(form)
        said = gettext("{n} kişi için yapıldı.").format(n=changed)
        messages.success(self.request, said, extra_tags="ok")
        return redirect("panel-contacts")

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class Progress(PanelMixin, View):
    permission = "contacts.write"

    def get(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        job = jobs.find(by=self.actor, job_id=row_id(raw_id), kind=bulk.KIND)
        template = "panel/_bulk.html" if request.headers.get("X-Poll") else "panel/bulk_progress.html"
        title = dict(ACTIONS)[job.options["action"]]
        return render(
            request, template, {"page_title": title, "job": job, "changed": job.data.get("changed", 0)}
        )
