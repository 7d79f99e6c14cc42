"""Who is in, in which browser, and since when: thirty idle minutes or twelve hours end a session (security §5.1).

The last of the middleware, so that what it says is in the person's language.
"""

from collections.abc import Callable

from django.contrib import auth, messages
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from smsmerkezi import requests
from smsmerkezi.panel.middleware import API
from tenants import sessions
from tenants.actors import Actor

POLL = "X-Poll"  # panel.js sends it with what a page asks by itself


class Presence:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API):
            return self.get_response(request)
        seen = see(request)
        response = self.get_response(request)
        if request.session.session_key != seen:
            see(request, instead_of=seen)  # logged in or out, or Django gave the session another key
        return response


def see(request: HttpRequest, *, instead_of: str | None = None) -> str | None:
    """Note this session, or end it. Its key; None for nobody's, and while the database is away."""
    try:
        if instead_of:
            sessions.forget(key=instead_of)
        if not request.user.is_authenticated:
            return request.session.session_key
        if not sessions.see(
            by=_actor(request), key=request.session.session_key, active=POLL not in request.headers
        ):
            auth.logout(request)
            messages.info(request, gettext("Oturumunuz zaman aşımına uğradı. Yeniden giriş yapın."))
        return request.session.session_key
    except (OperationalError, InterfaceError):
        connection.close_if_unusable_or_obsolete()
        return None


def _actor(request: HttpRequest) -> Actor:
    address = requests.client_address(request) or None
    return Actor(None, request.user, ip=address, user_agent=request.headers.get("User-Agent", ""))
