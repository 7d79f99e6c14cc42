"""Door: what a contact was sent, and forgetting them for good."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from messaging.contacts import book
from messaging.contacts.models import Contact
from messaging.sms import erasing, panel_words, searching
from messaging.sms.models import Message
from smsmerkezi.core import pages
from smsmerkezi.core.ids import row_id
from smsmerkezi.panel.verbs import VerbPage
from smsmerkezi.panel.views import PanelMixin

PER_PAGE = 25


class OneContact(PanelMixin):
    kwargs: dict[str, Any]

    @property
    def contact(self) -> Contact:
        return book.find(by=self.actor, contact_id=row_id(self.kwargs["raw_id"]))


class Messages(OneContact, TemplateView):
    permission = "contacts.read"
    template_name = "panel/contact_messages.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contact = self.contact
        found = Message.objects.of(self.tenant).filter(
            pk__in=searching.messages_to(self.tenant, contact.msisdn)
        )
        page = pages.page(found, cursor=self.request.GET.get("cursor"), per_page=PER_PAGE)
        rows = [(row, panel_words.STATUSES[panel_words.status_of(row)]) for row in page.rows]
        return super().get_context_data(
            page_title=contact.name or _("Kişi"), contact=contact, page=page, rows=rows, **kwargs
        )


class WordForm(forms.Form):
    word = forms.CharField(
        label=_("Onaylamak için SİL yazın"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Onaylamak için SİL yazın.")},
    )


class Erase(OneContact, VerbPage):
    permission = "contacts.erase"
    goes_to = "panel-contacts"
    form_class = WordForm
    template_name = "panel/contact_erase.html"
    extra_context = {"page_title": _("KVKK: sil ve anonimleştir")}
    done = _("Kişi kalıcı olarak silindi.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(contact=self.contact, **kwargs)

    def act(self, given: dict[str, Any]) -> object:
        return erasing.erase(by=self.actor, contact_id=self.contact.pk, word=given["word"])
