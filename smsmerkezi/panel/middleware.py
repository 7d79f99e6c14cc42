"""What only pages need of a request: /v1 has no cookie, no session and no HTML, and answers a fifth sooner without.

/v1/docs is a page, too, and asks for nothing of this but the policy.
"""

from collections.abc import Callable
from functools import partial

from csp.middleware import CSPMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.functional import SimpleLazyObject
from django_htmx.middleware import HtmxMiddleware

from smsmerkezi.panel import acting

API = "/v1/"


class ForPages:
    """Stands before a middleware and steps aside for the API."""

    get_response: Callable[[HttpRequest], HttpResponse]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API):
            return self.get_response(request)
        answer: HttpResponse = super().__call__(request)  # type: ignore[misc]
        return answer


class Sessions(ForPages, SessionMiddleware): ...


class Csrf(ForPages, CsrfViewMiddleware): ...


class Users(ForPages, AuthenticationMiddleware):
    """Django's, with the firm that a super_admin acts for."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(partial(acting.person, request))


class Messages(ForPages, MessageMiddleware): ...


class Htmx(ForPages, HtmxMiddleware): ...


class Policy(CSPMiddleware):
    """The content security policy, on what a browser may render."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if "json" in response.headers.get("Content-Type", ""):
            return response
        return super().process_response(request, response)
