"""Door: Başlıklar. The names under which the firm writes."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView

from messaging.senders import applying, approval, documents, listing, permits
from messaging.senders.models import SenderId
from messaging.senders.panel_form import ApplyForm
from messaging.senders.panel_words import APPLICANTS, PAPERS, STATES, STEPS
from smsmerkezi import downloads
from smsmerkezi.core import pages
from smsmerkezi.core.ids import row_id
from smsmerkezi.panel.verbs import VerbPage
from smsmerkezi.panel.views import PanelMixin

PER_PAGE = 25
State = SenderId.State


class List(PanelMixin, TemplateView):
    permission = "senders.read"
    template_name = "panel/senders.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = pages.page(listing.of(self.tenant), cursor=self.request.GET.get("cursor"), per_page=PER_PAGE)
        return super().get_context_data(
            page_title=_("Başlıklar"),
            page=page,
            rows=[(row, STATES[row.state], _is_default(row)) for row in page.rows],
            **kwargs,
        )


class New(VerbPage):
    permission = "senders.apply"
    goes_to = "panel-senders"
    form_class = ApplyForm
    template_name = "panel/sender_new.html"
    largest_file = documents.LIMIT
    extra_context = {"page_title": _("Başlık başvurusu"), "papers": PAPERS}
    done = _("Başvurunuz alındı. Karar verilince size bildirilecek.")

    def act(self, given: dict[str, Any]) -> object:
        file = given["document"]
        upload = documents.Upload(file.name, file.chunks()) if file is not None else None
        claim = permits.Claim(given["applicant"], given["permit_until"])
        return applying.submit(by=self.actor, label=given["label"], upload=upload, claim=claim)


class OneSender(PanelMixin):
    permission = "senders.read"

    @property
    def sender_id(self) -> int:
        return row_id(self.kwargs["raw_id"])  # type: ignore[attr-defined]

    @property
    def sender(self) -> SenderId:
        return listing.find(by=self.actor, sender_id=self.sender_id)


@method_decorator(csp_update({"frame-src": [SELF]}), name="dispatch")
class Detail(OneSender, TemplateView):
    template_name = "panel/sender.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sender, may = self.sender, self.can("senders.apply")
        approved = sender.state == State.APPROVED
        return super().get_context_data(
            page_title=sender.label,
            sender=sender,
            word=STATES[sender.state],
            steps=[(step, STEPS[step.kind]) for step in listing.steps(sender)],
            is_default=_is_default(sender),
            applicant=APPLICANTS.get(sender.applicant, ""),
            may_see_document=may and sender.document is not None,
            may_delete=may and sender.state in {State.PENDING, State.REJECTED},
            may_prefer=self.can("settings.firm") and approved and not _is_default(sender),
            **kwargs,
        )


class Delete(OneSender, VerbPage):
    permission = "senders.apply"
    goes_to = "panel-senders"
    template_name = "panel/sender_delete.html"
    extra_context = {"page_title": _("Başvuruyu sil")}
    done = _("Başvuru silindi.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(sender=self.sender, **kwargs)

    def act(self, given: dict[str, Any]) -> object:
        return approval.withdraw(by=self.actor, sender_id=self.sender_id)


class Prefer(OneSender, View):
    permission = "settings.firm"

    def post(self, request: HttpRequest, **kwargs: str) -> HttpResponse:
        applying.prefer(by=self.actor, sender_id=self.sender_id)
        messages.success(request, gettext("Varsayılan başlık değişti."), extra_tags="ok")
        return redirect("panel-senders")


class Document(OneSender, View):
    permission = "senders.apply"

    def get(self, request: HttpRequest, **kwargs: str) -> HttpResponse:
        return downloads.saved(*documents.fetch(by=self.actor, sender_id=self.sender_id))


class Preview(OneSender, View):
    """The document in the page's frame."""

    permission = "senders.apply"

    def get(self, request: HttpRequest, **kwargs: str) -> HttpResponse:
        return downloads.framed(*documents.fetch(by=self.actor, sender_id=self.sender_id, preview=True))


def _is_default(sender: SenderId) -> bool:
    return sender.state == State.APPROVED and sender.tenant.default_originator == sender.label
