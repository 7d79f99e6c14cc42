"""Which language a page speaks: the user's choice, else the cookie's, else Turkish.

`Accept-Language` is not asked: numbers formatted by the browser's language beside sentences in ours read as errors.
"""

from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import translation

COOKIE = "dil"
LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)
TURKISH = ("/v1/", "/admin/")  # the contract's texts, and a back office of one team


class LanguageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(language_of(request)):
            response = self.get_response(request)
            response.headers.setdefault(
                "Content-Language", translation.get_language() or settings.LANGUAGE_CODE
            )
            return response


def language_of(request: HttpRequest) -> str:
    """API and back office are never translated."""
    if request.path.startswith(TURKISH):
        return settings.LANGUAGE_CODE
    chosen = _users(request) or request.COOKIES.get(COOKIE, "")
    return chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE


def _users(request: HttpRequest) -> str:
    """Empty while the database is away: the page that says so still needs a language."""
    try:
        return request.user.language if request.user.is_authenticated else ""
    except (OperationalError, InterfaceError):
        connection.close_if_unusable_or_obsolete()
        return ""
