"""A table as platform staff see it: a list, a page per row and the verbs on offer. Nothing is edited in place."""

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, ClassVar, NamedTuple

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode

from smsmerkezi.backoffice import cells, pages, verbs
from smsmerkezi.core.errors import Conflict, DomainError


class Waiting(NamedTuple):
    """Something on the first page that waits for somebody."""

    text: str
    count: int | str
    url: str
    tone: str = ""


class Section(NamedTuple):
    """A small table on a row's page; a line is pairs of heading and value."""

    title: str
    lines: Sequence[Sequence[tuple[str, Any]]]
    url: str = ""
    more: str = ""


class Rows(ModelAdmin):
    """`facts` are the fields of a row's page, `offers` its verbs; `grows` marks tables without an end (see `pages`).

    `title` stands where the list shows something else than the table's own name says.
    """

    icon: ClassVar[str] = "liste"
    title: ClassVar[str] = ""
    facts: ClassVar[Sequence[str]] = ()
    offers: ClassVar[Sequence[verbs.Verb]] = ()
    grows: ClassVar[bool] = False
    empty: ClassVar[str] = "Henüz kayıt yok."
    actions = None
    sortable_by: ClassVar[Sequence[str]] = ()
    ordering: ClassVar[Sequence[str]] = ("-pk",)
    list_per_page = 50
    show_full_result_count = False
    change_list_template = "admin/rows.html"
    row_template: ClassVar[str] = "admin/row.html"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only by our own filters: any field in the address would let a list be asked about hashes and passwords."""
        return lookup in {spec.name for spec in self.list_filter}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[pages.Pages]:
        return pages.Pages

    def completed(self, rows: list[Any]) -> list[Any]:
        """A page of rows, with what a page wants to know of all of them at once."""
        return rows

    def waiting(self) -> Iterable[Waiting]:
        return ()

    @property
    def heading(self) -> str:
        return self.title or cells.capital(self.opts.verbose_name_plural)

    def name_of(self, row: Any) -> str:
        """A row as the title of its page."""
        return str(row)

    def beside(self) -> Iterable[tuple[str, str]]:
        """Text and address of what belongs to the whole list but stands elsewhere."""
        return ()

    def links(self, row: Any) -> Iterable[tuple[str, str]]:
        """Text and address of what belongs to the row but stands elsewhere."""
        return ()

    def sections(self, row: Any) -> Iterable[Section]:
        return ()

    def beside_row(self, row: Any) -> dict[str, Any]:
        """What a `row_template` of one's own shows besides."""
        return {}

    def standing(self, row: Any) -> str:
        """Why a verb does not fit this row any more."""
        return "Kayıt bu işlem için uygun durumda değil."

    # Addresses

    def get_urls(self) -> list[URLPattern]:
        return [*map(self._verb_url, self.offers), *super().get_urls()]

    def _verb_url(self, verb: verbs.Verb) -> URLPattern:
        route = f"{verb.name}/" if verb.fresh else f"<path:object_id>/{verb.name}/"
        view = self.admin_site.admin_view(partial(self.verb_view, verb=verb))
        return path(route, view, name=verbs.view_name(self.model, verb))

    def url_of(self, verb: verbs.Verb, row: Any = None) -> str:
        return reverse(f"admin:{verbs.view_name(self.model, verb)}", args=[] if verb.fresh else [row.pk])

    def list_url(self, **query: Any) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"
        return reverse(name) + (f"?{urlencode(query)}" if query else "")

    def row_url(self, row: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    # Pages

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        fresh = [(verb, self.url_of(verb)) for verb in self.offers if verb.fresh]
        return super().changelist_view(
            request,
            {
                "fresh": fresh,
                "beside": list(self.beside()),
                "page_title": self.heading,
                "empty": self.empty,
                "icon": self.icon,
                **(extra_context or {}),
            },
        )

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        row = self.row_or_404(request, object_id)
        offered = [verb for verb in self.offers if not verb.fresh and verb.fits(row)]
        context = {
            "offered": [(verb, self.url_of(verb, row)) for verb in offered],
            "links": list(self.links(row)),
        }
        context |= self._context(request, row) | self.beside_row(row)
        return TemplateResponse(request, self.row_template, context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """What happened to a row stands in the audit trail."""
        row = self.row_or_404(request, object_id)
        query = urlencode({"entity": self.model.__name__, "entity_id": row.pk})
        return HttpResponseRedirect(f"{reverse('admin:tenants_auditentry_changelist')}?{query}")

    def verb_view(self, request: HttpRequest, object_id: str = "", *, verb: verbs.Verb) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = None if verb.fresh else self.row_or_404(request, object_id)
        form = verb.form(request.POST if request.method == "POST" else None, row=row)
        if not form.is_valid():
            return self._form_page(request, verb, row, form, 422 if form.is_bound else 200)
        try:
            said = verb.call(verbs.actor_of(request), row, form.cleaned_data)
        except DomainError as refusal:
            return self._refused(request, verb, row, form, refusal)
        if verb.reveals:
            return self._shown_once(request, verb, row, said)
        messages.success(request, said, extra_tags="ok")
        return redirect(self.list_url() if verb.gone or row is None else self.row_url(row))

    def _refused(
        self, request: HttpRequest, verb: verbs.Verb, row: Any, form: verbs.VerbForm, refusal: DomainError
    ) -> HttpResponse:
        """On a page that shows the row as it is now: somebody else may have been here."""
        form.refuse(refusal)
        now = None if row is None else self.row_or_404(request, str(row.pk))
        return self._form_page(request, verb, now, form, 409 if isinstance(refusal, Conflict) else 422)

    def _shown_once(self, request: HttpRequest, verb: verbs.Verb, row: Any, secret: str) -> HttpResponse:
        """In this answer alone: no session, no cookie and no later page has it, and nobody may store a page of the admin."""
        context = self._context(request, row) | {"verb": verb, "secret": secret, "page_title": verb.label}
        return TemplateResponse(request, "admin/secret.html", context)

    def _form_page(
        self, request: HttpRequest, verb: verbs.Verb, row: Any, form: verbs.VerbForm, status: int
    ) -> HttpResponse:
        fits = row is None or verb.fits(row)
        back = self.list_url() if row is None else self.row_url(row)
        context = {
            "verb": verb,
            "form": form,
            "back": back,
            "hint": verb.hint_for(row),
            "standing": "" if fits else verb.unfit or self.standing(row),
            "page_title": verb.label,
        }
        return TemplateResponse(
            request, "admin/verb.html", self._context(request, row) | context, status=status
        )

    def _context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        context = self.admin_site.each_context(request) | {"opts": self.opts, "row": row}
        context |= {"list_url": self.list_url(), "list_title": self.heading}
        if row is None:
            return context
        return context | {
            "page_title": self.name_of(row),
            "row_name": self.name_of(row),
            "row_url": self.row_url(row),
            "facts": [
                cells.Cell(cells.heading(self, name), cells.shown(self, name, row)) for name in self.facts
            ],
            "sections": list(self.sections(row)),
        }

    def row_or_404(self, request: HttpRequest, object_id: str) -> Any:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return self.completed([row])[0]
