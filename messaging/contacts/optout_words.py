"""The panel's words for refusals: where they came from, and what happened."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from messaging.contacts.models import OptOut, OptOutEvent

SOURCES: dict[str, Promise] = {
    OptOut.Source.PANEL: _("Panel"),
    OptOut.Source.API: _("API"),
    OptOut.Source.SMS: _("SMS ile RET"),
    OptOut.Source.IYS: _("İYS"),
    OptOut.Source.LINK: _("Bağlantı"),
}
KINDS: dict[str, Promise] = {
    OptOutEvent.Kind.REFUSED: _("Ret verdi"),
    OptOutEvent.Kind.ALLOWED: _("Ret kaldırıldı"),
}


def told(events: Iterable[OptOutEvent]) -> list[tuple[OptOutEvent, Promise, Promise]]:
    """Each with what it was and whence."""
    return [(event, KINDS[event.kind], SOURCES[event.source]) for event in events]
