"""The menu: tables and screens by kind of work, not by Django app."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.text import slugify

from smsmerkezi.backoffice.screens import Screen

Entries = dict[str, dict[str, Any]]
MENU = {
    "Firmalar": ("tenants.Tenant", "tenants.User", "tenants.ApiToken", "senders.SenderId"),
    "Trafik": (
        "sms.Message",
        "sms.Submission",
        "contacts.OptOut",
        "contacts.PlatformOptOut",
        "hours.Window",
        "hours.Holiday",
    ),
    "Kredi": ("billing.Account", "billing.LedgerEntry"),
    "Platform": ("gateways.GatewayAccount", "health", "tenants.AuditEntry"),
}


def tables(apps: Mapping[str, Any], rows_of: Callable[[Any], Any]) -> Entries:
    """Of what Django knows of each app that may be looked at; `rows_of` gives the list of a model."""
    found = {}
    for app in apps.values():
        for entry in app["models"]:
            rows = rows_of(entry["model"])
            found[entry["model"]._meta.label] = entry | {"icon": rows.icon, "title": rows.heading}  # noqa: SLF001
    return found


def screens(known: Mapping[str, Screen]) -> Entries:
    return {
        name: {"icon": screen.icon, "title": screen.title, "admin_url": screen.url}
        for name, screen in known.items()
    }


def sections(entries: Entries) -> list[dict[str, Any]]:
    """Only those in which there is something."""
    found = {name: [entries[label] for label in labels if label in entries] for name, labels in MENU.items()}
    return [
        {"name": name, "app_label": slugify(name), "models": models}
        for name, models in found.items()
        if models
    ]
