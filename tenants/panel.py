"""Door: how the panel looks to this person."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from smsmerkezi.panel import errors, language, theme
from smsmerkezi.panel.views import own_url
from tenants import preferences

YEAR = 365 * 24 * 3600


@require_POST
@errors.answered
def set_theme(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("theme", "")
    if request.user.is_authenticated:
        preferences.set_theme(user=request.user, theme=chosen)
    return _kept(request, theme.COOKIE, chosen)


@require_POST
@errors.answered
def set_language(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated:
        preferences.set_language(user=request.user, language=chosen)
    return _kept(request, language.COOKIE, chosen)


def _kept(request: HttpRequest, cookie: str, value: str) -> HttpResponse:
    """Back to where the form stood, with a cookie for the pages before login."""
    response = redirect(own_url(request, request.POST.get("back", "")))
    response.set_cookie(
        cookie, value[:8], max_age=YEAR, secure=settings.SECURE, httponly=True, samesite="Lax"
    )
    return response
