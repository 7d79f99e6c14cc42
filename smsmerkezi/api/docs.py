"""The API's pages for people: our own reference, and Swagger UI to try it. Both work offline."""

from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularSwaggerSplitView

METHODS = ("get", "post", "put", "patch", "delete")


def reference(request: HttpRequest) -> HttpResponse:
    """One page, from the schema, without a script."""
    document = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return render(request, "panel/api_docs.html", {"groups": _groups(document), "document": document["info"]})


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
