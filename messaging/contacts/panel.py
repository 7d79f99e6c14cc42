"""Door: Kişiler. The firm's address book."""

from contextlib import suppress
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import TemplateView

from messaging.contacts import book, filters, members, optout_words, optouts
from messaging.contacts.models import Contact
from messaging.contacts.panel_forms import ContactForm, Search
from smsmerkezi.core import masks, pages, phones
from smsmerkezi.core.errors import Conflict
from smsmerkezi.core.ids import row_id
from smsmerkezi.panel.verbs import VerbPage
from smsmerkezi.panel.views import PanelMixin

PER_PAGE = 25


class List(PanelMixin, TemplateView):
    permission = "contacts.read"

    def get_template_names(self) -> list[str]:
        partial = self.request.htmx and not self.request.htmx.boosted
        return ["panel/_contact_table.html" if partial else "panel/contacts.html"]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = Search(self.request.GET, firm=self.tenant)
        asked = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
        rows = filters.ContactFilter(asked, book.of(self.tenant), firm=self.tenant).qs
        page = pages.page(
            rows if form.is_valid() else rows.none(),
            cursor=self.request.GET.get("cursor"),
            per_page=PER_PAGE,
        )
        whole = self.can("msisdn.view_full")
        return super().get_context_data(
            page_title=_("Kişiler"),
            form=form,
            page=page,
            rows=[(row, number(row, whole=whole)) for row in page.rows],
            tally=book.counts(self.tenant),
            narrowed=bool(asked or self.request.GET.get("cursor")),
            may_write=self.can("contacts.write"),
            **kwargs,
        )


class ContactPage(VerbPage):
    permission = "contacts.write"
    goes_to = "panel-contacts"
    form_class = ContactForm
    template_name = "panel/contact_form.html"
    done = _("Kişi kaydedildi.")

    def details(self, given: dict[str, Any], **more: Any) -> book.Details:
        return book.Details(**{**given, "tags": given["tags"].split(","), **more})


class New(ContactPage):
    extra_context = {"page_title": _("Kişi ekle")}

    def act(self, given: dict[str, Any]) -> object:
        return book.create(by=self.actor, details=self.details(given))


class OneContact(VerbPage):
    """A page about one contact; `whole` numbers only for those who may see them."""

    permission = "contacts.write"
    goes_to = "panel-contacts"

    @property
    def contact(self) -> Contact:
        return book.find(by=self.actor, contact_id=row_id(self.kwargs["raw_id"]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contact = self.contact
        shown = number(contact, whole=self.can("msisdn.view_full"))
        return super().get_context_data(contact=contact, number=shown, **kwargs)


class Edit(OneContact, ContactPage):
    extra_context = {"page_title": _("Kişiyi düzenle")}

    def get_initial(self) -> dict[str, Any]:
        kept, whole = self.contact, self.can("msisdn.view_full")
        same = ("name", "address_province", "address_district", "landline", "sector")
        return {
            **{name: getattr(kept, name) for name in same},
            "msisdn": phones.pretty(kept.msisdn) if whole else masks.mask_panel(kept.msisdn),
            "tags": ", ".join(kept.tags),
            "own": kept.fields,
        }

    def act(self, given: dict[str, Any]) -> object:
        """What has no field on this page stays."""
        kept = self.contact
        details = self.details(given, address_country=kept.address_country)
        return book.change(by=self.actor, contact_id=kept.pk, details=details)


class Delete(OneContact):
    template_name = "panel/contact_delete.html"
    extra_context = {"page_title": _("Kişiyi sil")}
    done = _("Kişi silindi.")

    def act(self, given: dict[str, Any]) -> object:
        return book.remove(by=self.actor, contact_id=row_id(self.kwargs["raw_id"]))


class Archive(PanelMixin, View):
    """Out of the list, and back."""

    permission = "contacts.write"
    away: ClassVar[bool] = True

    def post(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        verb, contact_id = book.archive if self.away else book.restore, row_id(raw_id)
        with suppress(Conflict):  # somebody was faster, and it is as it should be
            verb(by=self.actor, contact_id=contact_id)
        return redirect("panel-contact", raw_id=contact_id)


class Detail(PanelMixin, View):
    permission = "contacts.read"

    def get(self, request: HttpRequest, raw_id: str) -> HttpResponse:
        contact = book.find(by=self.actor, contact_id=row_id(raw_id))
        context = {
            "page_title": contact.name or _("Kişi"),
            "contact": contact,
            "number": number(contact, whole=self.can("msisdn.view_full")),
            "may_write": self.can("contacts.write"),
            "groups": members.groups_of(contact),
            "events": optout_words.told(optouts.history(by=self.actor, msisdn=contact.msisdn)[:PER_PAGE]),
        }
        return render(request, "panel/contact.html", context)


def number(contact: Contact, *, whole: bool) -> str:
    return phones.pretty(contact.msisdn) if whole else masks.mask_screen(contact.msisdn)
