"""Door: contacts out of a file: what its columns are, what is wrong with it, and back within a day."""

from collections.abc import Iterator
from itertools import islice, zip_longest
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from messaging.contacts import import_check, imports, undoing
from messaging.contacts.group_choices import choices
from messaging.contacts.models import ContactImport
from messaging.contacts.panel_import_words import FIELDS, REASONS
from messaging.files import sheet_csv, sheets, vault
from smsmerkezi import scope
from smsmerkezi.core import naming
from smsmerkezi.core.errors import DomainError
from smsmerkezi.core.ids import row_id
from smsmerkezi.panel import refusals
from smsmerkezi.panel.views import PanelMixin
from tenants.models import Tenant

SHOWN, LOOKED_AT, SAMPLE = 20, 20_000, 5
WORKING = {"checking", "running", "undoing"}


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("Dosya"),
        allow_empty_file=True,
        help_text=_("CSV, TXT veya XLSX; en çok 128 MB. Kodlama ve ayraç kendiliğinden bulunur."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={"required": _("Bir dosya seçin.")},
    )


class ColumnsForm(forms.Form):
    header = forms.BooleanField(label=_("İlk satır başlık"), required=False)
    known = forms.ChoiceField(
        choices=[("update", _("Güncelle")), ("skip", _("Atla"))], initial="update", required=False
    )
    tags = forms.CharField(
        label=_("Hepsine etiket"), required=False, max_length=500, help_text=_("Virgülle ayırın: fuar, mayıs")
    )

    group = forms.ChoiceField(label=_("Hepsini gruba ekle"), required=False)

    def __init__(self, *args: Any, firm: Tenant, offered: list[list[tuple[str, Any]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = choices(firm, _("Yok"))  # type: ignore[attr-defined]
        self.width = len(offered)
        for at, offer in enumerate(offered):
            label = _("{n}. sütun").format(n=at + 1)
            self.fields[f"c{at}"] = forms.ChoiceField(label=label, required=False, choices=offer)

    def controls(self) -> list[Any]:
        return [self[f"c{at}"] for at in range(self.width)]


class New(PanelMixin, FormView):  # type: ignore[type-arg]
    permission = "contacts.write"
    template_name = "panel/import_new.html"
    form_class = FileForm
    largest_file = imports.LIMIT
    extra_context = {"page_title": _("Dosyadan kişi aktar"), "now": 1}

    def form_valid(self, form: FileForm) -> HttpResponse:
        file = form.cleaned_data["file"]
        try:
            found = imports.start(by=self.actor, chunks=file.chunks(), name=file.name)
        except DomainError as refusal:
            refusals.show(form, refusal)
            return self.form_invalid(form)
        return redirect("panel-import-columns", raw_id=found.pk)

    def form_invalid(self, form: FileForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class One(PanelMixin):
    permission = "contacts.write"
    kwargs: dict[str, Any]

    @property
    def found(self) -> ContactImport:
        return imports.find(by=self.actor, import_id=row_id(self.kwargs["raw_id"]))


class Columns(One, FormView):  # type: ignore[type-arg]
    template_name = "panel/import_columns.html"
    form_class = ColumnsForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "offered": _offered(self.found), "firm": self.tenant}

    def get_initial(self) -> dict[str, Any]:
        found = self.found
        guessed = {f"c{at}": name for at, name in enumerate(found.columns)}
        known = "update" if found.update_known else "skip"
        return {
            "header": found.layout.get("header"),
            "known": known,
            "tags": ", ".join(found.tags),
            "group": found.group_id or "",
            **guessed,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.found
        header, rows = _sample(found)
        width = len(found.columns)
        return super().get_context_data(
            page_title=_("Dosyadan kişi aktar"),
            owner=found,
            now=2,
            header=_padded(header.cells if header else [], width),
            rows=[(row.number, _padded(row.cells, width)) for row in rows],
            **kwargs,
        )

    def form_valid(self, form: ColumnsForm) -> HttpResponse:
        given = form.cleaned_data
        try:
            imports.check(
                by=self.actor,
                import_id=self.found.pk,
                columns=[given[f"c{at}"] for at in range(form.width)],
                header=given["header"],
                update_known=given["known"] != "skip",
                tags=import_check.tags(given["tags"]),
                group_id=int(given["group"]) if given["group"] else None,
            )
        except DomainError as refusal:
            refusals.show(form, refusal)
            return self.render_to_response(self.get_context_data(form=form), status=422)
        return redirect("panel-import", raw_id=self.found.pk)


def _sample(found: ContactImport) -> tuple[sheets.Row | None, list[sheets.Row]]:
    if found.file is None:
        raise imports.Unknown
    return sheets.sample(vault.opened(found.file), sheets.Layout.from_dict(found.layout), SAMPLE)


def _padded(cells: list[str], width: int) -> list[str]:
    return [cell for cell, _at in zip_longest(cells[:width], range(width), fillvalue="")]


def _offered(found: ContactImport) -> list[list[tuple[str, Any]]]:
    """What a column may be: a field of contacts, or one of the firm's own, called as its heading is."""
    header, _rows = _sample(found)
    titles = _padded(header.cells if header else [], len(found.columns))
    offered: list[list[tuple[str, Any]]] = []
    for at, (title, guessed) in enumerate(zip(titles, found.columns, strict=True), 1):
        own = guessed if guessed not in FIELDS else naming.variable(title)
        own = own if own and own not in FIELDS else f"alan_{at}"
        offered.append([*FIELDS.items(), (own, own)])
    return offered


class Progress(One, View):
    """What was found, how far it is, what became of it."""

    def get(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        found = self.found
        template = "panel/_import.html" if request.headers.get("X-Poll") else "panel/import.html"
        wrong = sum(found.counts.get(reason, 0) for reason in import_check.MISTAKES)
        context = {
            "page_title": _("Dosyadan kişi aktar"),
            "owner": found,
            "now": 3 if found.stage in {"draft", "checking", "checked"} else 4,
            "working": found.stage in WORKING,
            "wrong": wrong,
            "taken": found.counts.get("fresh", 0)
            + (found.counts.get("known", 0) if found.update_known else 0),
            "columns": [FIELDS.get(name, name) for name in found.columns],
            "rows": _wrong(found) if found.stage == "checked" and wrong else [],
            "undoable": undoing.undoable(found),
        }
        return render(request, template, context)


def _wrong(found: ContactImport) -> list[tuple[int, list[tuple[str, Any]]]]:
    bad = (
        each for each in islice(imports.excluded(found), LOOKED_AT) if each.reason in import_check.MISTAKES
    )
    width = len(found.columns)
    return [
        (
            one.row,
            [
                (cell[:80], REASONS[one.reason] if n == one.at else "")
                for n, cell in enumerate(_padded(one.cells, width))
            ],
        )
        for one in islice(bad, SHOWN)
    ]


class Excluded(One, View):
    def get(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        found = self.found
        if found.excluded is None:
            raise imports.Unknown
        answer = StreamingHttpResponse(_sheet(found), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="alinmayanlar-{found.pk}.csv"'
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "no-store"
        return answer  # type: ignore[return-value]


def _sheet(found: ContactImport) -> Iterator[bytes]:
    out = imports.excluded(found)
    head = [gettext("Satır"), gettext("Neden"), *(str(FIELDS.get(name, name)) for name in found.columns)]
    yield sheet_csv.BOM + sheet_csv.lines([head])
    while True:
        with scope.of(found.tenant_id):
            rows = [[one.row, REASONS[one.reason], *one.cells] for one in islice(out, 1000)]
        if not rows:
            return
        yield sheet_csv.lines(rows)


class Run(One, View):
    verb = staticmethod(imports.run)

    def post(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        type(self).verb(by=self.actor, import_id=self.found.pk)
        return redirect("panel-import", raw_id=raw_id)


class Undo(Run):
    verb = staticmethod(imports.undo)
