"""Sistem: #1 status and #32 health. Both public, both answer from configuration, without a probe (contract D35)."""

from django.conf import settings
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateways import accounts
from smsmerkezi import VERSION
from smsmerkezi.api.views import PublicView
from smsmerkezi.core import clock

SERVICE, API_VERSION = "smsmerkezi-api", "v1"
PHASE = "faz5"  # a literal constant (contract D35)

_common = {
    "service": serializers.CharField(),
    "version": serializers.CharField(),
    "env": serializers.CharField(),
    "time": serializers.DateTimeField(),
}


class Status(PublicView):
    @extend_schema(
        summary="Servis durumu",
        tags=["Sistem"],
        auth=[],
        responses=inline_serializer(
            "ServiceStatus",
            {
                **_common,
                "release": serializers.CharField(),
                "default_gateway": serializers.CharField(allow_null=True),
                "gateways": inline_serializer(
                    "GatewayStatus",
                    {
                        "slug": serializers.CharField(),
                        "status": serializers.ChoiceField(["operational", "degraded", "down", "disabled"]),
                    },
                    many=True,
                ),
            },
        ),
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
        summary="Sağlık",
        tags=["Sistem"],
        auth=[],
        responses=inline_serializer(
            "Health", {"status": serializers.CharField(), **_common, "phase": serializers.CharField()}
        ),
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
