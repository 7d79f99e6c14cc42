"""Door: a super_admin looks for a firm, says why, and acts for it; and comes back."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView, TemplateView

from smsmerkezi.core import pages
from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel import acting as session
from smsmerkezi.panel import refusals, step_up
from smsmerkezi.panel.views import PanelMixin, go
from tenants import acting, firms

PER_PAGE = 25
SHORTEST, LONGEST = acting.REASON


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Neden"),
        help_text=_("5-200 karakter. Firmanın denetim kaydına yazılır; yöneticileri görür."),
        min_length=SHORTEST,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2, "autofocus": True}),
        error_messages=dict.fromkeys(
            ("required", "min_length", "max_length"), refusals.SENTENCES["invalid-acting-reason"]
        ),
    )


class FromOwnAccount(PanelMixin):
    """Pages in the look of the back office; whoever acts already has nothing to choose here."""

    permission = "tenants.switch"
    for_staff = True

    def stopped(self, request: HttpRequest) -> HttpResponse | None:
        stopped = super().stopped(request)
        if stopped is None and request.method == "GET" and request.user.acting:
            return go(request, "/")
        return stopped

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**admin.site.each_context(self.request), **super().get_context_data(**kwargs)}


class Search(FromOwnAccount, TemplateView):
    template_name = "panel/acting.html"
    extra_context = {"page_title": _("Firma adına çalış")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        q = self.request.GET.get("q", "").strip()[:100]
        found = acting.firms_to_act_for(by=self.actor, q=q)
        page = pages.page(found, cursor=self.request.GET.get("cursor"), per_page=PER_PAGE)
        return super().get_context_data(q=q, page=page, **kwargs)


class Start(step_up.StepUpMixin, FromOwnAccount, FormView):
    template_name = "panel/acting_start.html"
    form_class = ReasonForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        firm = firms.find(self.kwargs["tenant_id"])
        return super().get_context_data(
            firm=firm, page_title=firm.name, minutes=acting.PERIOD.seconds // 60, **kwargs
        )

    def form_valid(self, form: ReasonForm) -> HttpResponse:
        try:
            started = acting.start(
                by=self.actor,
                tenant_id=self.kwargs["tenant_id"],
                proved_at=step_up.proved_at(self.request),
                **form.cleaned_data,
            )
        except DomainError as refusal:
            form.add_error(
                refusal.field if refusal.field in form.fields else None, refusals.sentence(refusal)
            )
            return self.form_invalid(form)
        session.enter(self.request, started)
        return redirect("panel-home")

    def form_invalid(self, form: ReasonForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class End(PanelMixin, View):
    permission = "tenants.switch"
    for_staff = True

    def post(self, request: HttpRequest) -> HttpResponse:
        acting.end(by=self.actor)
        session.leave(request)
        return redirect("/admin/")
