"""Sistem: #1 status and #32 health. Both public, both answer from configuration, without a probe (contract D35)."""

from django.conf import settings
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateways import accounts
from smsmerkezi import VERSION
from smsmerkezi.api import schema
from smsmerkezi.api.views import PublicView
from smsmerkezi.core import clock

SERVICE, API_VERSION = "smsmerkezi-api", "v1"
UNAVAILABLE = "Hizmet şu an yanıt veremiyor"
PHASE = "faz5"  # a literal constant (contract D35)

_common = {
    "service": serializers.CharField(),
    "version": serializers.CharField(),
    "env": serializers.CharField(),
    "time": serializers.DateTimeField(),
}


GatewayStatus = inline_serializer(
    "GatewayStatus",
    {
        "slug": serializers.CharField(),
        "status": serializers.ChoiceField(["operational", "degraded", "down", "disabled"]),
    },
    many=True,
)
StatusBody = inline_serializer(
    "ServiceStatus",
    {
        **_common,
        "release": serializers.CharField(),
        "default_gateway": serializers.CharField(allow_null=True),
        "gateways": GatewayStatus,
    },
)
HealthBody = inline_serializer(
    "Health", {"status": serializers.CharField(), **_common, "phase": serializers.CharField()}
)


class Status(PublicView):
    @extend_schema(
        operation_id="getStatus",
        summary="Servis durumu",
        description="Sürüm ve sağlayıcıların durumu. Anahtar istemez.",
        tags=["Sistem"],
        auth=[],
        responses={200: OpenApiResponse(StatusBody, "Durum"), **schema.problem(503, UNAVAILABLE)},
    )
    def get(self, request: Request) -> Response:
        default = accounts.default()
        return Response(
            {
                "service": SERVICE,
                "version": API_VERSION,
                "release": VERSION,
                "env": settings.ENVIRONMENT,
                "time": clock.iso_utc(clock.now()),
                "default_gateway": default.slug if default else None,
                "gateways": [{"slug": slug, "status": state} for slug, state in accounts.states()],
            }
        )


class Health(PublicView):
    @extend_schema(
        operation_id="getHealth",
        summary="Sağlık",
        description="Servisin ayakta olduğunu söyler. Anahtar istemez.",
        tags=["Sistem"],
        auth=[],
        responses={200: OpenApiResponse(HealthBody, "Ayakta")},
    )
    def get(self, request: Request) -> Response:
        return Response(
            {
                "status": "ok",
                "service": SERVICE,
                "version": API_VERSION,
                "env": settings.ENVIRONMENT,
                "time": clock.iso_istanbul(clock.now()),
                "phase": PHASE,
            }
        )
