"""Door: what may be done to a campaign, each verb a button or a question."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View

from messaging.campaigns import again, drafts, standing, steering
from messaging.campaigns.panel import One, Row
from smsmerkezi.core.errors import DomainError
from smsmerkezi.panel import refusals
from smsmerkezi.panel.verbs import VerbPage


class Verb(One, View):
    """A button of the page. What it refuses is said there."""

    permission = "bulk.write"
    verb: Any
    done: Promise

    def post(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        goes_to = self.campaign_id
        try:
            made = type(self).verb(by=self.actor, campaign_id=goes_to)
        except DomainError as refusal:
            if refusal.code in {"not-found", "forbidden", "closed-while-acting"}:
                raise
            messages.error(request, str(refusals.sentence(refusal)), extra_tags="bad")
        else:
            messages.success(request, str(self.done), extra_tags="ok")
            goes_to = made.pk
        return redirect("panel-campaign", raw_id=goes_to)


class Pause(Verb):
    verb = staticmethod(steering.pause)
    done = _("Gönderim duraklatıldı. Operatöre iletilmiş olanlar geri alınamaz.")


class Resume(Verb):
    verb = staticmethod(steering.resume)
    done = _("Gönderim kaldığı yerden sürüyor.")


class Clone(Verb):
    verb = staticmethod(again.clone)
    done = _("Kopyası hazır; göndermeden önce listesi yeniden denetlenir.")


class Missed(Verb):
    verb = staticmethod(again.to_missed)
    done = _("Ulaşmayanlar için yeni bir taslak hazırlanıyor.")


class Stop(One, VerbPage):
    permission = "bulk.write"
    goes_to = "panel-campaigns"
    template_name = "panel/campaign_stop.html"
    extra_context = {"page_title": _("Gönderimi durdur")}
    done = _("Gönderim durduruluyor; gönderilmeyenlerin kredisi iade edilecek.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.campaign
        if found.message is None:
            raise drafts.Unknown
        return super().get_context_data(campaign=found, row=Row(found), left=standing.left(found), **kwargs)

    def act(self, given: dict[str, Any]) -> object:
        return steering.cancel(by=self.actor, campaign_id=self.campaign_id)


class Delete(One, VerbPage):
    permission = "bulk.write"
    goes_to = "panel-campaigns"
    template_name = "panel/campaign_delete.html"
    extra_context = {"page_title": _("Taslağı sil")}
    done = _("Taslak ve listesi silindi.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(campaign=self.campaign, **kwargs)

    def act(self, given: dict[str, Any]) -> object:
        return drafts.remove(by=self.actor, campaign_id=self.campaign_id)
