"""Django's error handlers: a problem under /v1, a page elsewhere."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from smsmerkezi.api import problems
from smsmerkezi.panel import errors as pages


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    if problems.is_api(request):
        return problems.respond(problems.of_kind(request.path, problems.BAD_REQUEST, "İstek anlaşılamadı."))
    return pages.page(request, 400)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    if problems.is_api(request):
        return problems.respond(
            problems.of_kind(request.path, problems.FORBIDDEN, "Bu işlem için yetkiniz yok.")
        )
    return pages.page(request, 403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return problems.no_such_path(request) if problems.is_api(request) else pages.page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    if problems.is_api(request):
        return problems.respond(problems.internal(request.path, getattr(request, "id", "")))
    return pages.page(request, 500)
