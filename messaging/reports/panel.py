"""Door: Dışa aktarımlar. Lists as files: asked for, waited for, taken along."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView

from messaging.files import jobs, vault
from messaging.files.models import Job
from messaging.reports import exporting
from messaging.reports.tables import TABLES
from messaging.sms.panel_words import Word
from smsmerkezi import scope
from smsmerkezi.core import pages
from smsmerkezi.core.ids import row_id
from smsmerkezi.panel.views import PanelMixin

PER_PAGE = 25
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ASKED = (
    "status", "originator", "source", "text", "first", "last", "search", "tag", "group", "user", "action", "message", "missed",
)  # fmt: skip
STATES: dict[str, Word] = {
    "queued": Word(_("Hazırlanıyor"), "bekliyor", "wait"),
    "running": Word(_("Hazırlanıyor"), "bekliyor", "info"),
    "done": Word(_("Hazır"), "basarili", "ok"),
    "failed": Word(_("Başarısız"), "kapat", "bad"),
    "cancelled": Word(_("Durduruldu"), "yok", "none"),
    "over": Word(_("Süresi doldu"), "uyari", "none"),
}


class List(PanelMixin, TemplateView):
    permission = "exports.make"

    def get_template_names(self) -> list[str]:
        return ["panel/_export_table.html" if self.request.headers.get("X-Poll") else "panel/exports.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = Job.objects.of(self.tenant).filter(kind=exporting.KIND).select_related("result")
        page = pages.page(own, cursor=self.request.GET.get("cursor"), per_page=PER_PAGE)
        return super().get_context_data(
            page_title=_("Dışa aktarımlar"),
            page=page,
            rows=[(job, _title(job), STATES[_state(job)]) for job in page.rows],
            live=any(not job.final for job in page.rows),
            **kwargs,
        )


def _title(job: Job) -> Promise | str:
    return TABLES[job.options["table"]].title


def _state(job: Job) -> str:
    return "over" if job.state == Job.State.DONE and job.result is None else job.state


class Start(PanelMixin, View):
    """The list with the filters that are in the form."""

    permission = "exports.make"

    def post(self, request: HttpRequest) -> HttpResponse:
        asked = {name: request.POST[name][:200] for name in ASKED if request.POST.get(name)}
        table, form = request.POST.get("table", ""), request.POST.get("format", "csv")
        exporting.start(by=self.actor, table=table, form=form, asked=asked)
        return redirect("panel-exports")


class Download(PanelMixin, View):
    """Whoever may make exports may take the firm's along; whole numbers only who may see them."""

    permission = "exports.make"

    def get(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        job = jobs.find(by=self.actor, job_id=row_id(raw_id), kind=exporting.KIND)
        if job.result is None or (job.options["whole"] and not self.can("msisdn.view_full")):
            raise Http404
        pieces = vault.chunks(job.result)

        def read() -> Any:
            while True:
                with scope.of(job.tenant_id):
                    piece = next(pieces, None)
                if piece is None:
                    return
                yield piece

        answer = StreamingHttpResponse(read(), content_type=TYPES[job.options["format"]])
        answer["Content-Disposition"] = f'attachment; filename="{job.result.name}"'
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "no-store"
        return answer  # type: ignore[return-value]
