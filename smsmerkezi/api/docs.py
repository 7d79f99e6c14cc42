"""The API described: as OpenAPI, as our own page for people, and as Swagger UI to try it. All work offline."""

import functools
from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from smsmerkezi.api.codec import OneForm
from smsmerkezi.api.views import PublicView

METHODS = ("get", "post", "put", "patch", "delete")


@functools.cache
def document() -> dict[str, Any]:
    """The OpenAPI document; it is the same for everybody."""
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-any-return, no-untyped-call]


@extend_schema(exclude=True)
class Schema(PublicView):
    def get(self, request: Request) -> Response:
        return Response(document())


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """One page, from the schema."""
    return render(
        request, "panel/api_docs.html", {"groups": _groups(document()), "document": document()["info"]}
    )


def _groups(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Operations by tag, in the order of the paths."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = methods[method]
                tag = operation.get("tags", ["API"])[0]
                groups.setdefault(tag, []).append(_shown(path, method, operation))
    return groups


def _shown(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    return {
        "path": path,
        "method": method.upper(),
        "id": operation["operationId"],
        "summary": operation.get("summary", ""),
        "parameters": operation.get("parameters", []),
        "statuses": [
            {"status": status, "description": answer.get("description", "")}
            for status, answer in operation["responses"].items()
        ],
        "public": operation.get("security") == [],
    }


# Swagger UI writes style attributes; scripts stay our own files, nothing comes from elsewhere.
@method_decorator(csp_update({"style-src": ["'unsafe-inline'"]}), name="dispatch")
class Swagger(SpectacularSwaggerSplitView):
    url_name = "v1-schema"
    http_method_names = ["get", "head"]
    content_negotiation_class = OneForm
