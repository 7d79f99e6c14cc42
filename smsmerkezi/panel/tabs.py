"""The pages of Ayarlar. As in the menu, only what exists is listed, and only what a role may open."""

from typing import Any, NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants import access
from tenants.models import User


class Tab(NamedTuple):
    """`view` is the URL name."""

    view: str
    label: str | Promise
    permission: str


SETTINGS = (
    Tab("panel-settings", _("Profil"), "settings.own"),
    Tab("panel-password", _("Parola"), "settings.own"),
    Tab("panel-second-factor", _("İki adımlı doğrulama"), "second-factor.own"),
    Tab("panel-sessions", _("Oturumlar"), "settings.own"),
    Tab("panel-firm", _("Firma"), "settings.firm"),
    Tab("panel-privacy", _("KVKK"), "settings.own"),
)


def settings_for(user: User, path: str) -> list[dict[str, Any]]:
    """Each tab's address and words, and whether `path` is it."""
    found = []
    for tab in SETTINGS:
        try:
            url = reverse(tab.view)
        except NoReverseMatch:  # a page that this installation has not got
            continue
        if access.can(user, tab.permission):
            found.append(
                {
                    "url": url,
                    "label": tab.label,
                    "current": path == url or (path.startswith(f"{url}/") and tab is not SETTINGS[0]),
                }
            )
    return found
