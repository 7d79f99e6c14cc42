"""Errors as pages inside the shell, each with the request's id to copy; for htmx, one sentence that a toast shows."""

import functools
from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from smsmerkezi.core.errors import Busy, DomainError, Forbidden, NotFound
from smsmerkezi.panel import refusals, theme
from tenants.limits import TooManyRequests

STATUSES: dict[type[DomainError], int] = {NotFound: 404, Forbidden: 403, TooManyRequests: 429, Busy: 503}
WORDS: dict[int, tuple[Promise, Promise]] = {
    400: (_("İstek anlaşılamadı"), _("Sayfayı yenileyip yeniden deneyin.")),
    403: (
        _("Bu sayfayı açamazsınız"),
        _("Hesabınızın yetkisi yetmiyor. Yetkiyi firmanızın yöneticisi verebilir."),
    ),
    404: (_("Aradığınız bulunamadı"), _("Adres yanlış olabilir ya da kayıt artık yok.")),
    413: (_("Dosya çok büyük"), _("Daha küçük bir dosya seçip yeniden deneyin.")),
    429: (_("Çok fazla istek geldi"), _("Kısa bir süre bekleyip yeniden deneyin.")),
    500: (
        _("Bizde bir sorun oluştu"),
        _("Yaptığınız son işlem tamamlanmamış olabilir; yinelemeden önce listeye bakın."),
    ),
    503: (
        _("Sistem şu an yanıt veremiyor"),
        _("Birkaç saniye sonra yeniden deneyin. Hiçbir şey kaybolmadı."),
    ),
}
OUTAGE_RETRY = 2  # seconds
EXPIRED_FORM = _("Form süresi dolmuş ya da çerezler kapalı. Sayfayı yenileyip yeniden deneyin.")


def page(
    request: HttpRequest, status: int, *, sentence: str | Promise = "", retry_after: int | None = None
) -> HttpResponse:
    title, usual = WORDS[status]
    words = {"status": status, "title": title, "sentence": sentence or usual, "retry_after": retry_after}
    response = (
        _plain(request, words) if status >= 500 else render(request, "panel/error.html", words, status=status)
    )
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response


def _plain(request: HttpRequest, words: dict[str, Any]) -> HttpResponse:
    """Without the shell: whatever failed, this page asks neither the database nor the session."""
    context = words | {
        "theme": request.COOKIES.get(theme.COOKIE, ""),
        "request_id": getattr(request, "id", ""),
    }
    return HttpResponse(render_to_string("panel/error_plain.html", context), status=words["status"])


def refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """A refusal that no form can show: no such row, not allowed, too often, too busy."""
    status = next((status for kind, status in STATUSES.items() if isinstance(refusal, kind)), 400)
    usual = refusal.code in {Forbidden.code, NotFound.code}
    return page(
        request,
        status,
        sentence="" if usual else refusals.sentence(refusal),
        retry_after=getattr(refusal, "retry_after", None),
    )


def answered(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Turn what the domain refuses, and a database that is away, into pages. Anything else stays loud."""

    @functools.wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DomainError as refusal:
            return refused(request, refusal)
        except (OperationalError, InterfaceError):
            connection.close_if_unusable_or_obsolete()
            return page(request, 503, retry_after=OUTAGE_RETRY)

    return inner


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return page(request, 403, sentence=EXPIRED_FORM)
