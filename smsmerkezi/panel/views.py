"""What every page of the panel has in common: a person of an active tenant, a permission, and an answer to refusals."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from smsmerkezi import requests
from smsmerkezi.panel import errors
from tenants import access, second_factor
from tenants.actors import Actor
from tenants.models import Tenant


class PanelMixin:
    """Put first among a view's bases. `permission` is a key of tenants.access.PERMISSIONS.

    `for_staff` opens a page of one's own account to platform staff as well, `while_owed` to those whom their firm asks for a
    second factor that they have not set up.
    """

    permission: str
    for_staff = False
    while_owed = False
    request: HttpRequest

    @method_decorator(errors.answered)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        stopped = self.stopped(request)
        if stopped:
            return stopped
        access.require(request.user, self.permission)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def stopped(self, request: HttpRequest) -> HttpResponse | None:
        return gate(request, for_staff=self.for_staff, while_owed=self.while_owed)

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    @property
    def tenant(self) -> Tenant:
        return self.request.user.firm

    def can(self, permission: str) -> bool:
        return access.can(self.request.user, permission)


def gate(request: HttpRequest, *, for_staff: bool = False, while_owed: bool = False) -> HttpResponse | None:
    """Where somebody goes who has no business on a tenant's pages; None for those who have."""
    user = request.user
    if not user.is_authenticated:
        return go(request, login_url(request))
    if user.is_super_admin and not user.acting:
        return None if for_staff else go(request, "/admin/")
    if user.firm.state != Tenant.State.ACTIVE:
        logout(request)
        return go(request, settings.LOGIN_URL)
    if not while_owed and second_factor.is_owed(user):
        return go(request, reverse("panel-second-factor"))
    return None


def login_url(request: HttpRequest) -> str:
    """Back to the page that was asked for; after a fragment, back to the page that holds it."""
    came_from = request.htmx.current_url_abs_path if request.htmx else request.get_full_path()
    wanted = came_from if came_from and came_from != "/" else ""
    return f"{settings.LOGIN_URL}?{urlencode({'sonra': wanted})}" if wanted else settings.LOGIN_URL


def own_url(request: HttpRequest, url: str) -> str:
    """`url` if it leads to a page of ours, else the first page."""
    secure = request.is_secure()
    fits = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=secure)
    return url if fits else settings.LOGIN_REDIRECT_URL


def go(request: HttpRequest, url: str) -> HttpResponse:
    """htmx would follow a plain redirect and put the whole page into a fragment's place."""
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)


def actor_of(request: HttpRequest) -> Actor:
    return Actor(
        firm=request.user.firm,
        user=request.user,
        ip=requests.client_address(request) or None,
        user_agent=request.headers.get("User-Agent", ""),
        acting=request.user.acting,
    )


@errors.answered
def home(request: HttpRequest) -> HttpResponse:
    """The first page: write where that is allowed, read otherwise."""
    stopped = gate(request)
    if stopped:
        return stopped
    return redirect("panel-send" if access.can(request.user, "sms.send") else "panel-messages")
