"""Door: Toplu gönderim. The list of campaigns, one of them while it is sent, and what may be done to it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView

from messaging.campaigns import drafts, happenings, progress, standing
from messaging.campaigns.models import Campaign
from messaging.campaigns.panel_words import HAPPENINGS, STATES, state
from messaging.sms.panel_words import Word, meaning
from smsmerkezi.core import clock, pages
from smsmerkezi.core.ids import row_id
from smsmerkezi.panel.views import PanelMixin
from tenants import trail

PER_PAGE = 25
PACE = ((30, "1s"), (600, "3s"))  # seconds since the launch, how often to look
SLOW = "10s"
Stage = Campaign.Stage


class List(PanelMixin, TemplateView):
    permission = "bulk.read"

    def get_template_names(self) -> list[str]:
        return [
            "panel/_campaign_table.html" if self.request.headers.get("X-Poll") else "panel/campaigns.html"
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        campaigns = Campaign.objects.of(self.tenant).select_related("message")
        page = pages.page(campaigns, cursor=self.request.GET.get("cursor"), per_page=PER_PAGE)
        rows = [Row(each) for each in page.rows]
        people = dict(trail.people_of(self.tenant)) if rows else {}
        return super().get_context_data(
            page_title=_("Toplu gönderim"),
            page=page,
            rows=[(row, people.get(row.campaign.user_id, "")) for row in rows],
            live=any(row.active for row in rows),
            narrowed=bool(self.request.GET.get("cursor")),
            **kwargs,
        )


class Row:
    """One campaign as a line of the list, and as the head of its page."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.state = state(campaign)
        self.word = STATES[self.state]
        self.standing = standing.of(campaign) if campaign.message else None

    @property
    def active(self) -> bool:
        return self.standing is not None and self.standing.is_active


class One(PanelMixin):
    permission = "bulk.read"
    kwargs: dict[str, Any]

    @property
    def campaign_id(self) -> int:
        return row_id(self.kwargs["raw_id"])

    @property
    def campaign(self) -> Campaign:
        return drafts.find(by=self.actor, campaign_id=self.campaign_id)


class Detail(One, View):
    """Step 5. A draft leads to the step that it is at; `X-Poll` asks for what changes."""

    def get(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        found = self.campaign
        if found.stage != Stage.LAUNCHED:
            return redirect(_next_step(found), raw_id=found.pk)
        template = "panel/_campaign_live.html" if request.headers.get("X-Poll") else "panel/campaign.html"
        return render(request, template, {"page_title": found.name, "now": 5, **self.told(found)})

    def told(self, found: Campaign) -> dict[str, Any]:
        row, may = Row(found), self.can("bulk.write")
        message = found.message
        assert message is not None
        return {
            "campaign": found,
            "message": message,
            "row": row,
            "pace": progress.pace(found),
            "again": _interval(found) if row.active else "",
            "returned": found.credits - found.charged if found.closed_at else 0,
            "may_pause": may and row.state in {"queued", "scheduled", "processing"},
            "may_resume": may and row.state == "paused",
            "may_stop": may and row.active and not found.cancelled_at,
            "may_repeat": may,
            "log": self.log(found),
            "codes": [(n, code, meaning(code, status)) for status, code, n in found.codes],
            "missed": message.undelivered + message.expired + message.failed if found.closed_at else 0,
        }

    def log(self, found: Campaign) -> list[tuple[Word, Any, str]]:
        """(what, when, who)."""
        happened = happenings.of(found)
        people = dict(trail.people_of(self.tenant)) if happened else {}
        return [(HAPPENINGS[each.kind], each.at, people.get(each.user_id, "")) for each in happened]


def priced(campaign: Campaign) -> bool:
    """Its price is known, or being made, or could not be made."""
    weighing = campaign.job is not None and not campaign.job.final
    return bool(campaign.body and (campaign.quoted or campaign.error_text or weighing))


def _next_step(campaign: Campaign) -> str:
    if campaign.stage == Stage.CHECKED:
        return "panel-campaign-confirm" if priced(campaign) else "panel-campaign-letter"
    return "panel-campaign-check" if campaign.stage == Stage.CHECKING else "panel-campaign-columns"


def _interval(campaign: Campaign) -> str:
    age = (clock.now() - (campaign.launched_at or campaign.created_at)).total_seconds()
    return next((often for limit, often in PACE if age < limit), SLOW)
