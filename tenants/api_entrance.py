"""What every door answers that lets somebody in through the API (#26-#29): the token, or what is still missing."""

from typing import Any

from django.http import HttpRequest
from drf_spectacular.utils import OpenApiResponse, PolymorphicProxySerializer, inline_serializer
from rest_framework import serializers
from rest_framework.response import Response

from smsmerkezi.api import problems, schema
from smsmerkezi.api.fields import Text
from smsmerkezi.core import clock
from tenants import access, second_factor
from tenants.challenges import Issued
from tenants.login import Kind, Step
from tenants.models import Tenant, User

KVKK_SENTENCE = "KVKK aydinlatma metnini onaylamaniz gerekir."  # the contract's, letter by letter


def response(request: HttpRequest, step: Step, status: int = 200) -> Response:
    """The answer to a step that succeeded."""
    if step.missing is None:
        return Response({"data": _entered(step)}, status)
    if step.missing.kind == Kind.TWO_FACTOR:
        return Response({"data": _challenge(step.missing)})
    answer = _consent_required(request.path, step.missing)
    return Response(answer.body, answer.status, content_type=answer.media_type)


def _entered(step: Step) -> dict[str, Any]:
    return {
        "token": step.token,
        "token_type": "Bearer",
        "user": user_row(step.user),
        "tenant": tenant_row(step.user.tenant),
    }


def user_row(user: User) -> dict[str, Any]:
    return {
        "id": user.pk,
        "name": user.name,
        "email": user.email,
        "role": user.role,
        "is_super_admin": user.is_super_admin,
        "email_verified_at": clock.iso_utc(user.email_verified_at) if user.email_verified_at else None,
        "two_factor_enabled": second_factor.is_on(user),
    }


def tenant_row(tenant: Tenant | None) -> dict[str, Any] | None:
    return {"id": tenant.pk, "name": tenant.name, "slug": tenant.slug} if tenant else None


def _challenge(issued: Issued) -> dict[str, Any]:
    return {"two_factor_required": True, "challenge_token": issued.secret, "expires_in": issued.expires_in}


def _consent_required(path: str, issued: Issued) -> problems.Answer:
    return problems.of_kind(
        path,
        problems.KVKK_REQUIRED,
        KVKK_SENTENCE,
        code="kvkk_required",
        kvkk_required=True,
        consent_token=issued.secret,
        expires_in=issued.expires_in,
    )


class DeviceName(Text):
    """The session's name; none is as good as an empty one."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            allow_blank=True,
            allow_null=True,
            max_length=64,
            help_text="Oturumun adı, en çok 64 karakter; verilmezse mobile",
            error_messages={
                "invalid": "Cihaz adı metin olmalıdır.",
                "max_length": "Cihaz adı en fazla 64 karakter olabilir.",
            },
        )


USER_FIELDS = {
    "id": serializers.IntegerField(),
    "name": serializers.CharField(),
    "email": serializers.CharField(),
    "role": serializers.ChoiceField(access.ROLES),
    "is_super_admin": serializers.BooleanField(),
    "email_verified_at": serializers.DateTimeField(allow_null=True),
    "two_factor_enabled": serializers.BooleanField(),
}
TENANT_FIELDS = {
    "id": serializers.IntegerField(),
    "name": serializers.CharField(),
    "slug": serializers.CharField(),
}
Entered = inline_serializer(
    "Entered",
    {
        "data": inline_serializer(
            "EnteredData",
            {
                "token": serializers.CharField(),
                "token_type": serializers.CharField(),
                "user": inline_serializer("EnteredUser", USER_FIELDS),
                "tenant": inline_serializer("EnteredTenant", TENANT_FIELDS, allow_null=True),
            },
        )
    },
)
Challenged = inline_serializer(
    "TwoFactorRequired",
    {
        "data": inline_serializer(
            "TwoFactorRequiredData",
            {
                "two_factor_required": serializers.BooleanField(),
                "challenge_token": serializers.UUIDField(),
                "expires_in": serializers.IntegerField(),
            },
        )
    },
)
EnteredOrChallenged = PolymorphicProxySerializer(
    component_name="EnteredOrTwoFactorRequired",
    serializers=[Entered, Challenged],
    resource_type_field_name=None,
)
KvkkRequired = inline_serializer(
    "KvkkRequired",
    {
        "type": serializers.URLField(),
        "title": serializers.CharField(),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(),
        "instance": serializers.CharField(),
        "code": serializers.CharField(),
        "kvkk_required": serializers.BooleanField(),
        "consent_token": serializers.UUIDField(),
        "expires_in": serializers.IntegerField(),
    },
)
CONSENT_MISSING = {(422, schema.PROBLEM): OpenApiResponse(KvkkRequired, "KVKK onayı eksik")}
EXAMPLE_UUID = "6ff8f7f6-1eb3-4525-be4a-3932c805afed"
EXAMPLE = {
    "data": {
        "token": "7|aBcD1234eFgH5678iJkL9012mNoP3456qRsT7890",
        "token_type": "Bearer",
        "user": {
            "id": 12,
            "name": "Ali Akin",
            "email": "ali@firma.com",
            "role": "admin",
            "is_super_admin": False,
            "email_verified_at": None,
            "two_factor_enabled": False,
        },
        "tenant": {"id": 16, "name": "Akin Tekstil A.S.", "slug": "akin-tekstil-as"},
    }
}
