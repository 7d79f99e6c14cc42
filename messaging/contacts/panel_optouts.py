"""Door: Ret listesi. Who must not be written to, and since when."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView, TemplateView

from messaging.contacts import optout_import, optouts
from messaging.contacts.models import OptOut
from messaging.contacts.optout_words import SOURCES, told
from messaging.files import jobs
from messaging.files.models import Job
from smsmerkezi.core import masks, pages, phones
from smsmerkezi.core.errors import DomainError
from smsmerkezi.core.ids import row_id
from smsmerkezi.panel import refusals
from smsmerkezi.panel.verbs import VerbPage
from smsmerkezi.panel.views import PanelMixin

PER_PAGE = 25


class Search(forms.Form):
    number = forms.CharField(label=_("Numara (tam)"), required=False, max_length=32)
    source = forms.ChoiceField(label=_("Kaynak"), required=False, choices=[("", _("Tümü")), *SOURCES.items()])

    def clean_number(self) -> int | None:
        raw = self.cleaned_data["number"]
        try:
            return phones.normalise(raw) if raw else None
        except phones.InvalidNumber:
            raise forms.ValidationError(_("Numarayı eksiksiz yazın.")) from None


class AddForm(forms.Form):
    numbers = forms.CharField(
        label=_("Numaralar"),
        required=False,
        max_length=300_000,
        help_text=_("Her satıra bir numara; en çok 10.000 satır."),
        widget=forms.Textarea(
            attrs={"rows": 8, "autocomplete": "off", "spellcheck": "false", "inputmode": "tel"}
        ),
    )
    file = forms.FileField(
        label=_("ya da dosya"),
        required=False,
        allow_empty_file=True,
        help_text=_("CSV, TXT veya XLSX; telefon sütunu kendiliğinden bulunur."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    note = forms.CharField(
        label=_("Not"), required=False, max_length=1000, help_text=_("Nereden geldiği: Mayıs fuarı")
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("file") and not given.get("numbers"):
            self.add_error("numbers", _("Numara yapıştırın ya da dosya seçin."))
        return given


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Neden"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Denetim için saklanır: Alıcı 12 Mayıs'ta yazılı onay verdi"),
        error_messages={"required": _("Nedeni yazın.")},
    )


class List(PanelMixin, TemplateView):
    permission = "contacts.read"
    template_name = "panel/optouts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = Search(self.request.GET)
        rows = optouts.of(self.tenant) if form.is_valid() else OptOut.objects.none()
        asked = {name: value for name, value in form.cleaned_data.items() if value}
        if number := asked.get("number"):
            rows = rows.filter(msisdn=number)
        if source := asked.get("source"):
            rows = rows.filter(source=source)
        page = pages.page(rows, cursor=self.request.GET.get("cursor"), per_page=PER_PAGE)
        whole = self.can("msisdn.view_full")
        return super().get_context_data(
            page_title=_("Ret listesi"),
            form=form,
            page=page,
            rows=[(row, shown(row.msisdn, whole), SOURCES[row.source]) for row in page.rows],
            narrowed=bool(asked or self.request.GET.get("cursor")),
            **kwargs,
        )


def shown(msisdn: int, whole: bool) -> str:
    return phones.pretty(msisdn) if whole else masks.mask_screen(msisdn)


class Add(PanelMixin, FormView):  # type: ignore[type-arg]
    """Pasted lines are told about at once, a file by its job."""

    permission = "contacts.write"
    template_name = "panel/optout_add.html"
    form_class = AddForm
    largest_file = optout_import.LIMIT
    extra_context = {"page_title": _("Ret listesine ekle")}

    def form_valid(self, form: AddForm) -> HttpResponse:
        try:
            return self.act(form.cleaned_data)
        except DomainError as refusal:
            refusals.show(form, refusal)
            return self.form_invalid(form)

    def act(self, given: dict[str, Any]) -> HttpResponse:
        file = given["file"]
        if file:
            job = optout_import.start(by=self.actor, chunks=file.chunks(), name=file.name, note=given["note"])
            return redirect("panel-optout-file", raw_id=job.pk)
        lines = [line for line in given["numbers"].splitlines() if line.strip()]
        added = optouts.add_pasted(by=self.actor, numbers=lines, note=given["note"])
        return self.render_to_response(self.get_context_data(form=AddForm(), added=added))

    def form_invalid(self, form: AddForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class Imported(PanelMixin, View):
    """How far a file is, and what became of it."""

    permission = "contacts.read"

    def get(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        job = jobs.find(by=self.actor, job_id=row_id(raw_id), kind=optout_import.KIND)
        template = "panel/_optout_file.html" if request.headers.get("X-Poll") else "panel/optout_file.html"
        failed = job.state == Job.State.FAILED
        return render(request, template, {"page_title": _("Dosya yükleniyor"), "job": job, "failed": failed})


class One(PanelMixin):
    permission = "contacts.read"
    kwargs: dict[str, Any]

    @property
    def optout(self) -> OptOut:
        return optouts.find(by=self.actor, optout_id=row_id(self.kwargs["raw_id"]))


class Detail(One, View):
    def get(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        found = self.optout
        events = optouts.history(by=self.actor, msisdn=found.msisdn)[:PER_PAGE]
        context = {
            "page_title": _("Ret kaydı"),
            "optout": found,
            "number": shown(found.msisdn, self.can("msisdn.view_full")),
            "source": SOURCES[found.source],
            "events": told(events),
            "removable": found.source != OptOut.Source.IYS,
            "may_remove": self.can("optouts.remove"),
        }
        return render(request, "panel/optout.html", context)


class Remove(One, VerbPage):
    permission = "optouts.remove"
    goes_to = "panel-optouts"
    form_class = ReasonForm
    template_name = "panel/optout_remove.html"
    extra_context = {"page_title": _("Ret listesinden çıkar")}
    done = _("Numara ret listesinden çıkarıldı; yeniden gönderilebilir.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.optout
        number = shown(found.msisdn, self.can("msisdn.view_full"))
        return super().get_context_data(optout=found, number=number, **kwargs)

    def act(self, given: dict[str, Any]) -> object:
        return optouts.remove(by=self.actor, optout_id=self.optout.pk, reason=given["reason"])
