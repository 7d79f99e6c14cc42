"""The site of platform staff: its name, its way in, its menu and its first page."""

import functools
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from smsmerkezi.backoffice import entrance, lists, menu, screens
from smsmerkezi.panel import errors
from smsmerkezi.panel.views import actor_of
from tenants import access, login


class Backoffice(AdminSite):
    """Only what is shown through `lists.Rows` is registered: what other packages bring along stays out."""

    site_header = "SMS Merkezi yönetimi"
    site_title = "SMS Merkezi"
    index_title = "Özet"
    site_url = None
    enable_nav_sidebar = False
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
        return screens.whole_pages(errors.answered(from_own_account(super().admin_view(view, cacheable))))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """The menu: by kind of work, not by Django app."""
        tables = menu.tables(self._build_app_dict(request, app_label), self.get_model_admin)
        return menu.sections(tables if app_label else tables | menu.screens(self.screens))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "page_title": self.index_title}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().index(request, {"waiting": list(self._waiting()), **(extra_context or {})})

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's own would let in whoever knows the password."""
        index = reverse("admin:index", current_app=self.name)
        if request.method == "GET" and self.has_permission(request):
            return redirect(index)
        context = {**self.each_context(request), "app_path": request.get_full_path(), **(extra_context or {})}
        if REDIRECT_FIELD_NAME not in request.GET and REDIRECT_FIELD_NAME not in request.POST:
            context[REDIRECT_FIELD_NAME] = index
        return entrance.Login.as_view(
            extra_context=context, authentication_form=entrance.LoginForm, template_name="admin/login.html"
        )(request)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method == "POST" and request.user.is_authenticated:
            login.log_out(by=actor_of(request))
        return super().logout(request, extra_context)

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One's own password is set like anybody's: on the person's page, through the domain."""
        return redirect(f"{self.name}:tenants_user_password", object_id=request.user.pk)

    def _waiting(self) -> Iterator[lists.Waiting]:
        for model_admin in self._registry.values():
            yield from model_admin.waiting()


def from_own_account(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The platform is run by nobody who acts for a firm: what is closed meanwhile is done here (tenants.access)."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and request.user.acting:
            raise access.ClosedWhileActing
        return view(request, *args, **kwargs)

    return inner
