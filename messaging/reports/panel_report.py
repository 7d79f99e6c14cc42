"""Door: Raporlar. What the firm's messages came to in a range of days, beside the days before."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from messaging.reports import reading
from messaging.reports.panel_report_form import Filters, presets
from messaging.sms import searching
from messaging.sms.panel_words import meaning
from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel import refusals
from smsmerkezi.panel.views import PanelMixin
from smsmerkezi.templatetags.ui import percent

WEEKLY = 92  # days; above that a bar is a week
TOP = 10  # sender IDs, reasons


class Report(PanelMixin, TemplateView):
    permission = "reports.read"
    template_name = "panel/reports.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = Filters(self.request.GET, originators=searching.originators(self.tenant))
        asked = self.asked(form)
        narrow = {name: form.cleaned_data.get(name, "") for name in ("originator", "source")}
        rows = reading.of(self.tenant, asked, **narrow)
        totals = reading.totals(rows)
        before = reading.totals(reading.of(self.tenant, asked.before(), **narrow))
        days = reading.daily(rows, asked.days)
        return super().get_context_data(
            page_title=_("Raporlar"),
            form=form,
            asked=asked,
            presets=presets(asked),
            wider=presets(asked)[-1],
            totals=totals,
            pending=reading.pending(totals),
            before=before,
            days=days[::-1],
            bars=_bars(days),
            finding=_finding(totals),
            names=reading.by(rows, "originator")[:TOP],
            reasons=[
                (n, code, meaning(code, status))
                for status, code, n in reading.reasons(self.tenant, asked)[:TOP]
            ],
            may_see_cost=self.can("sms.send"),
            **kwargs,
        )

    def asked(self, form: Filters) -> reading.Range:
        """Thirty days where what is asked for is none."""
        given = form.cleaned_data if form.is_valid() else {}
        try:
            return reading.between(given.get("first"), given.get("last"))
        except DomainError as refusal:
            form.add_error(None, refusals.sentence(refusal))
            return reading.between(None, None)


def _bars(days: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """(arrived, did not) for each day, or each week of a long range."""
    step = 7 if len(days) > WEEKLY else 1
    groups = [days[at : at + step] for at in range(0, len(days), step)]
    return [
        (
            sum(day["delivered"] for day in group),
            sum(day["undelivered"] + day["failed"] + day["expired"] for day in group),
        )
        for group in groups
    ]


def _finding(totals: dict[str, int]) -> str:
    share = percent(totals["delivered"], totals["recipients"])
    return gettext("Teslim oranı {share}").format(share=share)
