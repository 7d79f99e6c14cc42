"""OpenAPI of /v1: what every endpoint shares is said once, here."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse, inline_serializer
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
Unauthenticated = inline_serializer("Unauthenticated", {"message": serializers.CharField()})

PROBLEM = "application/problem+json"


def problem(status: int, description: str) -> dict[tuple[int, str], OpenApiResponse]:
    return {(status, PROBLEM): OpenApiResponse(Problem, description)}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "smsmerkezi.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "id|secret"}


class Schema(AutoSchema):
    """Adds the answers that every guarded endpoint may give."""

    def get_response_serializers(self) -> Any:
        declared = super().get_response_serializers()
        if not getattr(self.view, "authentication_classes", None) or not isinstance(declared, dict):
            return declared
        shared = {
            401: OpenApiResponse(Unauthenticated, "Token yok, geçersiz veya iptal edilmiş"),
            **problem(403, "Token veya kullanıcı yetkisi yok"),
            **problem(429, "İstek limiti aşıldı"),
            **problem(503, "Hizmet şu an yanıt veremiyor"),
        }
        return {**shared, **declared}
