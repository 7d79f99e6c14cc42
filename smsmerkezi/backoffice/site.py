"""The site of platform staff: its name, its way in, its menu and its first page."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django_htmx.http import HttpResponseClientRedirect

from smsmerkezi.backoffice import entrance, lists, screens
from smsmerkezi.panel import errors

MENU = {
    "Firmalar": ("tenants.Tenant", "tenants.User", "tenants.ApiToken", "senders.SenderId"),
    "Trafik": ("sms.Message", "sms.Submission", "contacts.OptOut"),
    "Kredi": ("billing.Account", "billing.LedgerEntry"),
    "Platform": ("gateways.GatewayAccount", "health", "tenants.AuditEntry"),
}


class Backoffice(AdminSite):
    """Only what is shown through `lists.Rows` is registered: what other packages bring along stays out."""

    site_header = "SMS Merkezi yönetimi"
    site_title = "SMS Merkezi"
    index_title = "Özet"
    site_url = None
    enable_nav_sidebar = False
    login_form = entrance.LoginForm
    index_template = app_index_template = "admin/index.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.screens: dict[str, screens.Screen] = {}

    def register(self, model_or_iterable: Any, admin_class: type | None = None, **options: Any) -> None:
        if admin_class is not None and issubclass(admin_class, lists.Rows):
            super().register(model_or_iterable, admin_class, **options)

    def show(self, screen: screens.Screen) -> None:
        """What `register` is for tables."""
        self.screens[screen.name] = screen

    def get_urls(self) -> list[Any]:
        own = [url for screen in self.screens.values() for url in screen.urls(self)]
        return [*own, *super().get_urls()]

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Any:
        """A database that is away is told as such, and a refusal that no form shows as a page."""
        return _whole_pages(errors.answered(super().admin_view(view, cacheable)))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The menu: by kind of work, not by Django app."""
        entries = self._tables(request, app_label) | ({} if app_label else self._screens())
        sections = {
            name: [entries[label] for label in labels if label in entries] for name, labels in MENU.items()
        }
        return [
            {"name": name, "app_label": slugify(name), "models": models}
            for name, models in sections.items()
            if models
        ]

    def _tables(self, request: HttpRequest, app_label: str | None) -> dict[str, dict[str, Any]]:
        found = {}
        for app in self._build_app_dict(request, app_label).values():
            for entry in app["models"]:
                rows = self.get_model_admin(entry["model"])
                found[entry["model"]._meta.label] = entry | {"icon": rows.icon, "title": rows.heading}  # noqa: SLF001
        return found

    def _screens(self) -> dict[str, dict[str, Any]]:
        return {
            name: {"icon": screen.icon, "title": screen.title, "admin_url": screen.url}
            for name, screen in self.screens.items()
        }

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "page_title": self.index_title}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().index(request, {"waiting": list(self._waiting()), **(extra_context or {})})

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One's own password is set like anybody's: on the person's page, through the domain."""
        return redirect(f"{self.name}:tenants_user_password", object_id=request.user.pk)

    def _waiting(self) -> Iterator[lists.Waiting]:
        for model_admin in self._registry.values():
            yield from model_admin.waiting()


def _whole_pages(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Whoever is logged out while a part of a page refreshes itself gets the login instead of the page, not inside of it."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        if not (request.htmx and answer.status_code == 302):
            return answer
        back = request.htmx.current_url_abs_path or reverse("admin:index")
        return HttpResponseClientRedirect(redirect_to_login(back, reverse("admin:login")).url)

    return inner
