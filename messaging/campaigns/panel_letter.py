"""Door: the last steps of a campaign: what is written, what it costs, and the button."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views import View

from billing import ledger
from messaging.campaigns import launching, letters, previews
from messaging.campaigns.models import Campaign
from messaging.campaigns.panel import priced
from messaging.campaigns.panel_forms import LaunchForm, LetterForm, TrialForm
from messaging.campaigns.panel_new import FormStep, Step
from messaging.hours import policy
from messaging.senders import approval
from messaging.sms import content, sending
from messaging.sms.panel_forms import LATER, NOW, new_key
from messaging.sms.panel_words import CONTENT, ENCODINGS
from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel import refusals

TYPED_FROM = 10_000  # recipients whose number has to be typed


class Letter(FormStep):
    """Step 4."""

    template_name = "panel/campaign_letter.html"
    form_class = LetterForm
    now = 4

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.campaign.stage != Campaign.Stage.CHECKED:
            return redirect("panel-campaign-check", raw_id=self.campaign_id)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "originators": approval.approved_labels(self.tenant)}

    def get_initial(self) -> dict[str, Any]:
        found = self.campaign
        at = found.scheduled_at and found.scheduled_at.astimezone(clock.ISTANBUL)
        return {
            "originator": found.originator or self.tenant.default_originator,
            "body": found.body,
            "commercial": "1" if found.commercial else "0",
            "when": LATER if at else NOW,
            "scheduled_at": at.strftime("%Y-%m-%dT%H:%M") if at else "",
            "per_minute": found.per_minute,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.campaign
        _slug, able = sending.road(self.tenant)
        return super().get_context_data(
            page_title=found.name, campaign=found, now=self.now, profile=asdict(able.profile), **kwargs
        )

    def act(self, given: dict[str, Any]) -> HttpResponse:
        letter = letters.Letter(**{name: given[name] for name in letters.Letter.__slots__})
        letters.write(by=self.actor, campaign_id=self.campaign_id, letter=letter)
        return redirect("panel-campaign-confirm", raw_id=self.campaign_id)


class Confirm(FormStep):
    """Step 4, looked at: the price to the credit, real texts, a trial, and the button that sends."""

    template_name = "panel/campaign_confirm.html"
    form_class = LaunchForm
    now = 4

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.campaign
        if found.stage != Campaign.Stage.CHECKED or not priced(found):
            return redirect("panel-campaign-letter", raw_id=self.campaign_id)
        if request.headers.get("X-Poll"):
            return self.polled(found)
        return super().get(request, *args, **kwargs)

    def polled(self, found: Campaign) -> HttpResponse:
        """While a job weighs the texts; then the whole page once more."""
        answer = render(self.request, "panel/_campaign_weighing.html", {"campaign": found})
        if found.quoted or found.error_text:
            answer["HX-Refresh"] = "true"
        return answer

    def get_form_kwargs(self) -> dict[str, Any]:
        count = self.campaign.recipients
        return {**super().get_form_kwargs(), "count": count, "many": count >= TYPED_FROM}

    def get_initial(self) -> dict[str, Any]:
        return {"quoted": self.campaign.quoted}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.campaign
        available = ledger.account_of(self.tenant).available
        return super().get_context_data(
            page_title=found.name,
            campaign=found,
            now=self.now,
            priced=bool(found.quoted),
            encoding=ENCODINGS.get(found.encoding, ""),
            histogram=[(int(parts), n) for parts, n in found.quote.get("histogram", {}).items()],
            longest=[tuple(each) for each in found.quote.get("longest", [])],
            available=available,
            after=available - found.credits,
            told=self.told(found),
            quote={"held_until": policy.held_until(found.scheduled_at, commercial=found.commercial)},
            preview=previews.preview(found, row=_row(self.request)),
            trial=TrialForm(
                initial={"phone": self.actor.person.phone, "key": new_key(), "row": _row(self.request)}
            ),
            **kwargs,
        )

    def told(self, found: Campaign) -> list[Any]:
        """What a commercial text lacks."""
        if not found.commercial:
            return []
        warnings = content.warnings(found.body, firm=self.tenant.name, originator=found.originator)
        return [CONTENT[code] for code in warnings]

    def act(self, given: dict[str, Any]) -> HttpResponse:
        launching.launch(by=self.actor, campaign_id=self.campaign_id, quoted=given["quoted"])
        return redirect("panel-campaign", raw_id=self.campaign_id)


def _row(request: HttpRequest) -> int:
    raw = request.GET.get("satir", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else 0


class Trial(Step, View):
    """One of the texts to one's own telephone."""

    def post(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        form = TrialForm(request.POST)
        if form.is_valid():
            self.send(form.cleaned_data)
        else:
            messages.error(request, gettext("Deneme için bir numara yazın."), extra_tags="bad")
        return redirect("panel-campaign-confirm", raw_id=raw_id)

    def send(self, given: dict[str, Any]) -> None:
        try:
            previews.trial(
                by=self.actor,
                campaign=self.campaign,
                phone=given["phone"],
                row=given["row"] or 0,
                key=given["key"],
            )
        except DomainError as refusal:
            messages.error(self.request, str(refusals.sentence(refusal)), extra_tags="bad")
        else:
            messages.success(self.request, gettext("Deneme mesajı gönderildi."), extra_tags="ok")
