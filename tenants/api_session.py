"""#30 and #31: out through the API, and who a token's owner is."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateways import accounts
from smsmerkezi.api import schema
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import clock
from tenants import access, acting, api_entrance, consent, login
from tenants.models import Tenant, User

TAG = "Auth API"
ME = {
    "data": {
        "user": {
            "id": 12,
            "name": "Ali Akin",
            "email": "ali@firma.com",
            "phone": "+905551234567",
            "role": "admin",
            "is_super_admin": False,
            "email_verified_at": None,
            "two_factor_enabled": False,
            "kvkk_consented_at": "2026-05-01T08:00:00+00:00",
        },
        "tenant": {
            "id": 16,
            "name": "Akin Tekstil A.S.",
            "slug": "akin-tekstil-as",
            "default_originator": "SMSMERKEZI",
            "gateway": "mock",
        },
        "permissions": list(access.TOLD),
        "acting_as": None,
    }
}
MeBody = inline_serializer(
    "Me",
    {
        "data": inline_serializer(
            "MeData",
            {
                "user": inline_serializer(
                    "MeUser",
                    {
                        **api_entrance.USER_FIELDS,
                        "phone": serializers.CharField(allow_null=True),
                        "kvkk_consented_at": serializers.DateTimeField(allow_null=True),
                    },
                ),
                "tenant": inline_serializer(
                    "MeTenant",
                    {
                        **api_entrance.TENANT_FIELDS,
                        "default_originator": serializers.CharField(allow_null=True),
                        "gateway": serializers.CharField(allow_null=True),
                    },
                    allow_null=True,
                ),
                "permissions": serializers.ListField(child=serializers.ChoiceField(access.TOLD)),
                "acting_as": inline_serializer(
                    "ActingAs",
                    {
                        "id": serializers.IntegerField(),
                        "name": serializers.CharField(),
                        "slug": serializers.CharField(),
                    },
                    allow_null=True,
                ),
            },
        )
    },
)


class Logout(ApiView):
    @extend_schema(
        operation_id="logOut",
        summary="Çıkış",
        description="İsteği yapan anahtar kalıcı olarak iptal edilir.",
        tags=[TAG],
        request=None,
        examples=[schema.answered(200, {"status": "revoked"})],
        responses={
            200: OpenApiResponse(
                inline_serializer("LoggedOut", {"status": serializers.CharField()}), "İptal edildi"
            )
        },
    )
    def post(self, request: Request) -> Response:
        login.log_out(by=self.actor)
        return Response({"status": "revoked"})


class Me(ApiView):
    @extend_schema(
        operation_id="getMe",
        summary="Kullanıcı bilgisi",
        description="Anahtarın sahibi, firması ve yetkileri.",
        tags=[TAG],
        examples=[schema.answered(200, ME)],
        responses={200: OpenApiResponse(MeBody, "Kullanıcı")},
    )
    def get(self, request: Request) -> Response:
        user = User.objects.select_related("tenant").get(pk=request.user.pk)
        return Response(
            {
                "data": {
                    "user": _person(user),
                    "tenant": _firm(user.tenant),
                    "permissions": access.permissions_of(request.user),
                    "acting_as": acting.acting_as(by=self.actor),
                }
            }
        )


def _person(user: User) -> dict[str, Any]:
    given = consent.given_at(user)
    row = api_entrance.user_row(user)
    return {
        **{name: row[name] for name in ("id", "name", "email")},
        "phone": user.phone or None,
        **{name: row[name] for name in ("role", "is_super_admin", "email_verified_at", "two_factor_enabled")},
        "kvkk_consented_at": clock.iso_utc(given) if given else None,
    }


def _firm(tenant: Tenant | None) -> dict[str, Any] | None:
    if tenant is None:
        return None
    default = accounts.default()
    return {
        **(api_entrance.tenant_row(tenant) or {}),
        "default_originator": tenant.default_originator or None,
        "gateway": tenant.gateway or (default.slug if default else None),
    }
