"""Door: the first steps of a campaign: where its list comes from, what its columns are, who is left out."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from itertools import islice, zip_longest
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from messaging.campaigns import drafts, leftout, listing, sources
from messaging.campaigns.models import NUMBER, Campaign
from messaging.campaigns.panel_forms import Choice, ColumnsForm, ListForm
from messaging.campaigns.panel_words import COLUMNS, REASONS, column
from messaging.campaigns.sieve import MISTAKES, LeftOut
from messaging.files import sheet_csv, sheets, vault
from smsmerkezi import downloads, scope
from smsmerkezi.core import masks, naming
from smsmerkezi.core.errors import DomainError
from smsmerkezi.core.ids import row_id
from smsmerkezi.panel import refusals
from smsmerkezi.panel.views import PanelMixin

SHOWN = 20  # wrong rows on the page; the rest is in the file
LOOKED_AT = 20_000  # rows that were left out, to find these
SAMPLE = 5  # rows
SAMPLE_FILE = "numara;ad\n05321112233;Ayşe Yılmaz\n0533 111 22 44;Ömer Çelik\n"
Source = Campaign.Source


class Step(PanelMixin):
    """A page of one draft. `now` is the step's number."""

    permission = "bulk.write"
    now = 1
    once_sent = False  # whether the page is there when the campaign was sent
    kwargs: dict[str, Any]

    def stopped(self, request: HttpRequest) -> HttpResponse | None:
        """What was sent has no steps any more: on to how it goes."""
        halt = super().stopped(request)
        if halt or self.once_sent or "raw_id" not in self.kwargs or not self.can(self.permission):
            return halt
        sent = drafts.find(by=self.actor, campaign_id=self.campaign_id).stage == Campaign.Stage.LAUNCHED
        return redirect("panel-campaign", raw_id=self.campaign_id) if sent else None

    @property
    def campaign_id(self) -> int:
        return row_id(self.kwargs["raw_id"])

    @property
    def campaign(self) -> Campaign:
        """Raises Unknown."""
        return drafts.find(by=self.actor, campaign_id=self.campaign_id)


class FormStep(Step, FormView, ABC):  # type: ignore[type-arg]
    """A step with a form in front of one verb."""

    @abstractmethod
    def act(self, given: dict[str, Any]) -> HttpResponse:
        """The domain's verbs, and where to go then. Raises DomainError."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                return self.act(form.cleaned_data)
        except DomainError as refusal:
            if refusal.code in {"not-found", "forbidden", "closed-while-acting"}:
                raise
            refusals.show(form, refusal)
            return self.form_invalid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class New(FormStep):
    """Step 1, of a campaign that is not there yet."""

    template_name = "panel/campaign_list.html"
    form_class = ListForm
    largest_file = listing.LIMIT

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "firm": self.tenant}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(page_title=_("Yeni toplu gönderim"), now=self.now, **kwargs)

    def act(self, given: dict[str, Any]) -> HttpResponse:
        made = drafts.create(by=self.actor, name=given["name"])
        return self.take(made.pk, given)

    def take(self, campaign_id: int, given: dict[str, Any]) -> HttpResponse:
        if given["source"] == Source.FILE:
            file = given["file"]
            listing.give_file(by=self.actor, campaign_id=campaign_id, chunks=file.chunks(), name=file.name)
            return redirect("panel-campaign-columns", raw_id=campaign_id)
        if given["source"] == Source.MANUAL:
            listing.paste(by=self.actor, campaign_id=campaign_id, lines=given["lines"])
        else:
            group = int(given["group"]) if given["group"] else None
            listing.from_book(by=self.actor, campaign_id=campaign_id, group=group, tag=given["tag"])
        listing.check(by=self.actor, campaign_id=campaign_id)
        return redirect("panel-campaign-check", raw_id=campaign_id)


class List(New):
    """Step 1 again, with another list."""

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.campaign.name, "source": self.campaign.source}

    def act(self, given: dict[str, Any]) -> HttpResponse:
        drafts.rename(by=self.actor, campaign_id=self.campaign_id, name=given["name"])
        return self.take(self.campaign_id, given)


class Columns(FormStep):
    """Step 2."""

    template_name = "panel/campaign_columns.html"
    form_class = ColumnsForm
    now = 2

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.campaign.source not in {Source.FILE, Source.MANUAL}:
            return redirect("panel-campaign-check", raw_id=self.campaign_id)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "offered": _offered(self.campaign)}

    def get_initial(self) -> dict[str, Any]:
        found = self.campaign
        guessed = {f"c{at}": name for at, name in enumerate(found.columns)}
        return {"header": found.layout.get("header"), **guessed}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.campaign
        header, rows = _sample(found)
        width = len(found.columns)
        return super().get_context_data(
            page_title=found.name,
            campaign=found,
            now=self.now,
            header=_padded(header.cells if header else [], width),
            rows=[(row.number, _padded(row.cells, width)) for row in rows],
            **kwargs,
        )

    def act(self, given: dict[str, Any]) -> HttpResponse:
        columns = [value for name, value in given.items() if name != "header"]
        listing.choose_columns(
            by=self.actor, campaign_id=self.campaign_id, columns=columns, header=given["header"]
        )
        listing.check(by=self.actor, campaign_id=self.campaign_id)
        return redirect("panel-campaign-check", raw_id=self.campaign_id)


def _sample(campaign: Campaign) -> tuple[sheets.Row | None, list[sheets.Row]]:
    if campaign.file is None:
        raise drafts.Unknown
    layout = sheets.Layout.from_dict(campaign.layout)
    return sheets.sample(vault.opened(campaign.file), layout, SAMPLE)


def _padded(cells: list[str], width: int) -> list[str]:
    return [cell for cell, _at in zip_longest(cells[:width], range(width), fillvalue="")]


def _offered(campaign: Campaign) -> list[list[Choice]]:
    """For each column: nothing, the number, the name, or a field called as its heading is."""
    header, _rows = _sample(campaign)
    titles = _padded(header.cells if header else [], len(campaign.columns))
    taken: list[str] = []
    offered: list[list[Choice]] = []
    for at, (title, guessed) in enumerate(zip(titles, campaign.columns, strict=True), 1):
        own = guessed if guessed not in COLUMNS else naming.variable(title) or f"alan_{at}"
        own = f"{own}_{at}" if own in taken or own in COLUMNS else own
        taken.append(own)
        offered.append([*COLUMNS.items(), (own, f"{{{{{own}}}}}")])
    return offered


class Check(Step, View):
    """Step 3, and what it shows while a job reads the list."""

    now = 3

    def get(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        found = self.campaign
        template = (
            "panel/_campaign_check.html" if request.headers.get("X-Poll") else "panel/campaign_check.html"
        )
        return render(request, template, {"page_title": found.name, "now": self.now, **_checked(found)})

    def post(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        """Again, as somebody may have opted out since."""
        listing.check(by=self.actor, campaign_id=self.campaign_id)
        return redirect("panel-campaign-check", raw_id=raw_id)


def _checked(campaign: Campaign) -> dict[str, Any]:
    wrong = sum(campaign.reasons.get(reason, 0) for reason in MISTAKES)
    others = [(REASONS[name], n) for name, n in campaign.reasons.items() if name not in MISTAKES and n]
    ready = campaign.stage == Campaign.Stage.CHECKED
    return {
        "campaign": campaign,
        "job": campaign.job if campaign.stage == Campaign.Stage.CHECKING else None,
        "ready": ready,
        "wrong": wrong,
        "mistakes": [
            (REASONS[name], campaign.reasons[name]) for name in MISTAKES if campaign.reasons.get(name)
        ],
        "others": others,
        "columns": [column(name) for name in campaign.columns],
        "rows": _wrong_rows(campaign) if ready and wrong else [],
    }


def _wrong_rows(campaign: Campaign) -> list[tuple[int, list[tuple[str, Any]]]]:
    """(number, [(cell, what is wrong with it)]) of the first wrong rows."""
    at = campaign.columns.index(NUMBER)
    found = (each for each in islice(leftout.read(campaign), LOOKED_AT) if each.reason in MISTAKES)
    return [(each.row, _cells(each, at, len(campaign.columns))) for each in islice(found, SHOWN)]


def _cells(out: LeftOut, at: int, width: int) -> list[tuple[str, Any]]:
    cells = _padded(list(out.cells), width)
    return [(cell[:80], REASONS[out.reason] if place == at else "") for place, cell in enumerate(cells)]


class Excluded(Step, View):
    """Who is left out, as a file."""

    once_sent = True

    def get(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        found = drafts.find(by=self.actor, campaign_id=self.campaign_id)
        names = [str(column(name)) for name in found.columns]
        head = [gettext("Satır"), gettext("Neden"), *names]
        if found.excluded is None:
            raise sources.FileGone
        ours = found.source in {Campaign.Source.BOOK, Campaign.Source.MISSED}
        masked = found.columns.index(NUMBER) if ours and not self.can("msisdn.view_full") else None
        sheet = _sheet(found, head, masked)
        answer = StreamingHttpResponse(sheet, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="elenenler-{found.pk}.csv"'
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "no-store"
        return answer  # type: ignore[return-value]


def _sheet(campaign: Campaign, head: list[str], masked: int | None) -> Iterator[bytes]:
    """Piece by piece; each is read as the firm, whatever the thread serves in between. `masked` is the place of numbers that
    the firm knows and this person may not see whole.
    """
    out = leftout.read(campaign)
    yield sheet_csv.BOM + sheet_csv.lines([head])
    while True:
        with scope.of(campaign.tenant_id):
            rows = [
                [each.row, REASONS[each.reason], *_masked(each.cells, masked)] for each in islice(out, 1000)
            ]
        if not rows:
            return
        yield sheet_csv.lines(rows)


def _masked(cells: Sequence[str], at: int | None) -> list[str]:
    return [
        masks.mask_screen(int(cell)) if place == at and cell.isdigit() else cell
        for place, cell in enumerate(cells)
    ]


class SampleFile(PanelMixin, View):
    """What a list looks like."""

    permission = "bulk.write"

    def get(self, request: HttpRequest) -> HttpResponse:
        return downloads.saved(
            "ornek-liste.csv", "text/csv; charset=utf-8", sheet_csv.BOM + SAMPLE_FILE.encode()
        )
