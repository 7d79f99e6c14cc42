"""OpenAPI of /v1: what every endpoint shares is said once, here."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

Problem = inline_serializer(
    "Problem",
    {
        "type": serializers.URLField(),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(),
        "instance": serializers.CharField(),
        "errors": serializers.DictField(
            child=serializers.ListField(child=serializers.CharField()), required=False
        ),
        "retry_after": serializers.IntegerField(required=False),
    },
)
PROBLEM = "application/problem+json"


def problem(status: int, description: str) -> dict[tuple[int, str], OpenApiResponse]:
    return {(status, PROBLEM): OpenApiResponse(Problem, description)}


def answered(status: int, body: dict[str, Any]) -> OpenApiExample:
    """An example of an answer, as the contract prints it."""
    return OpenApiExample(f"{status}", body, response_only=True, status_codes=[str(status)])


def asked(body: dict[str, Any], media: str = "application/json") -> OpenApiExample:
    """An example of a request."""
    return OpenApiExample("Örnek", body, request_only=True, media_type=media)


def paging(usual: int, largest: int = 100) -> list[OpenApiParameter]:
    """What every list takes to be read page by page; `usual` rows unless the caller asks for others (contract A7)."""
    return [
        OpenApiParameter("per_page", int, description=f"1-{largest}, varsayılan {usual}"),
        OpenApiParameter("cursor", str, description="Önceki yanıttaki next_cursor ya da prev_cursor"),
    ]


def only_page(per_page: int) -> dict[str, Any]:
    """The `meta` of an example whose first page is the last."""
    return {"next_cursor": None, "prev_cursor": None, "has_more": False, "per_page": per_page}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "smsmerkezi.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "id|secret"}


class Schema(AutoSchema):
    """Docstrings are for programmers; what customers read is given to `extend_schema`."""

    def get_description(self) -> str:
        return ""

    def _get_request_body(self, direction: str = "request") -> Any:
        """drf-spectacular gives DELETE no body; a view whose DELETE has one (#39) says so."""
        if self.method != "DELETE" or not getattr(self.view, "delete_has_body", False):
            return super()._get_request_body(direction)
        self.method = "POST"
        try:
            return super()._get_request_body(direction)
        finally:
            self.method = "DELETE"


def _integer(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "integer"}}


HEADERS = {
    "X-RateLimit-Limit": _integer("Bir dakikada izin verilen istek sayısı"),
    "X-RateLimit-Remaining": _integer("Bu pencerede kalan istek sayısı"),
    "X-RateLimit-Reset": _integer("Pencerenin yenileneceği an (Unix saniyesi)"),
    "Retry-After": _integer("Kaç saniye sonra yeniden denenebileceği"),
}
COUNTED = ("X-RateLimit-Limit", "X-RateLimit-Remaining")
UNAUTHENTICATED = {"type": "object", "properties": {"message": {"type": "string"}}, "required": ["message"]}
_problem_body = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
SHARED: dict[str, dict[str, Any]] = {
    "401": {
        "description": "Anahtar yok, geçersiz ya da iptal edilmiş",
        "content": {"application/json": {"schema": UNAUTHENTICATED}},
    },
    "403": {"description": "Anahtarın ya da kullanıcının yetkisi yok", "content": _problem_body},
    "429": {"description": "İstek limiti aşıldı", "content": _problem_body},
    "503": {"description": "Hizmet şu an yanıt veremiyor", "content": _problem_body},
}
ANSWER_HEADERS = {"401": (), "429": tuple(HEADERS), "503": (*COUNTED, "Retry-After")}


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Postprocessing hook: what guarded endpoints share, and the headers of each answer."""
    components = result["components"]
    components["headers"] = HEADERS
    components["responses"] = {f"Shared{status}": _with_headers(status, SHARED[status]) for status in SHARED}
    for methods in result["paths"].values():
        for operation in methods.values():
            if operation.get("security"):
                _complete_operation(operation)
    return result


def _complete_operation(operation: dict[str, Any]) -> None:
    declared = {status: _with_headers(status, answer) for status, answer in operation["responses"].items()}
    shared = {status: {"$ref": f"#/components/responses/Shared{status}"} for status in SHARED}
    operation["responses"] = dict(sorted({**shared, **declared}.items()))


def _with_headers(status: str, answer: dict[str, Any]) -> dict[str, Any]:
    names = ANSWER_HEADERS.get(status, COUNTED)
    return {**answer, "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names}}
