"""#6-#8: a user's own API tokens."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from smsmerkezi.api import schema
from smsmerkezi.api.fields import Text
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import clock
from smsmerkezi.core.errors import NotFound
from tenants import access, tokens
from tenants.models import ApiToken

_fields = {
    "id": serializers.IntegerField(),
    "name": serializers.CharField(),
    "abilities": serializers.ListField(child=serializers.ChoiceField(access.ABILITIES)),
}
TokenRow = inline_serializer(
    "Token",
    {
        **_fields,
        "last_used_at": serializers.DateTimeField(allow_null=True),
        "created_at": serializers.DateTimeField(),
    },
    many=True,
)
_example = {"id": 7, "name": "Üretim CRM Entegrasyonu", "abilities": ["sms:send", "sms:read", "balance:read"]}
EXAMPLE = {
    **_example,
    "last_used_at": "2026-05-07T08:45:12+00:00",
    "created_at": "2026-04-20T14:22:33+00:00",
}


class NewToken(serializers.Serializer[Any]):
    name = Text(
        max_length=64,
        trim_whitespace=False,
        help_text="Anahtarı tanıyacağınız ad, en çok 64 karakter",
        error_messages={
            "required": "Ad zorunludur.",
            "blank": "Ad zorunludur.",
            "null": "Ad zorunludur.",
            "invalid": "Ad metin olmalıdır.",
            "max_length": "Ad en fazla 64 karakter olabilir.",
        },
    )
    abilities = serializers.ListField(
        child=serializers.ChoiceField(access.ABILITIES, error_messages={"invalid_choice": "Geçersiz yetki."}),
        min_length=1,
        max_length=len(access.ABILITIES),
        help_text="sms:send, sms:read, balance:read ya da * (hepsi)",
        error_messages={
            "required": "En az bir yetki seçilmelidir.",
            "null": "En az bir yetki seçilmelidir.",
            "min_length": "En az bir yetki seçilmelidir.",
            "max_length": "Yetkiler tekrarlanamaz.",
            "not_a_list": "Yetkiler bir liste olmalıdır.",
        },
    )


class Tokens(ApiView):
    permission = "tokens.own"

    @property
    def ability(self) -> str | None:  # type: ignore[override]  # one path, two demands (contract A3)
        return "*" if self.request.method == "POST" else None

    @extend_schema(
        operation_id="listTokens",
        summary="Token listesi",
        description="Kendi anahtarlarınız. Anahtarların kendisi yalnızca oluşturulurken gösterilir.",
        tags=["API Token"],
        examples=[schema.answered(200, {"data": [EXAMPLE]})],
        responses={200: OpenApiResponse(inline_serializer("TokenList", {"data": TokenRow}), "Anahtarlar")},
    )
    def get(self, request: Request) -> Response:
        rows = ApiToken.objects.filter(user_id=request.user.pk).order_by("-created_at", "-id")
        return Response({"data": [_row(token) for token in rows]})

    @extend_schema(
        operation_id="createToken",
        summary="Token oluştur",
        description='Anahtarın kendisi yalnızca bu yanıtta gösterilir. "*" yetkili bir anahtar gerekir.',
        tags=["API Token"],
        request=NewToken,
        examples=[
            schema.asked({"name": _example["name"], "abilities": _example["abilities"]}),
            schema.answered(
                201, {**_example, "plain_text_token": "7|aBcD1234eFgH5678iJkL9012mNoP3456qRsT7890"}
            ),
        ],
        responses={
            201: OpenApiResponse(
                inline_serializer("CreatedToken", {**_fields, "plain_text_token": serializers.CharField()}),
                "Oluşturuldu",
            ),
            **schema.problem(400, "Gövde okunamadı"),
            **schema.problem(413, "Gövde 256 kB'tan büyük"),
            **schema.problem(415, "Gövde JSON değil"),
            **schema.problem(422, "Geçersiz ad veya yetki"),
        },
    )
    def post(self, request: Request) -> Response:
        form = NewToken(data=request.data)
        form.is_valid(raise_exception=True)
        made = tokens.create(by=self.actor, **form.validated_data)
        token = made.token
        body = {"id": token.pk, "name": token.name, "abilities": token.abilities}
        return Response({**body, "plain_text_token": made.plain_text}, 201)


class Token(ApiView):
    permission = "tokens.own"
    ability = "*"

    @extend_schema(
        operation_id="revokeToken",
        summary="Token iptal et",
        description="Anahtar hemen geçersiz olur.",
        tags=["API Token"],
        parameters=[OpenApiParameter("id", int, OpenApiParameter.PATH, description="Anahtar kimliği")],
        examples=[schema.answered(200, {"status": "revoked"})],
        responses={
            200: OpenApiResponse(
                inline_serializer("RevokedToken", {"status": serializers.CharField()}), "İptal edildi"
            ),
            **schema.problem(404, "Token bulunamadı"),
        },
    )
    def delete(self, request: Request, **path: str) -> Response:
        tokens.revoke(by=self.actor, token_id=_id(path["id"]))
        return Response({"status": "revoked"})


def _id(raw: str) -> int:
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 18):
        raise NotFound("Token bulunamadı.")
    return int(raw)


def _row(token: ApiToken) -> dict[str, Any]:
    return {
        "id": token.pk,
        "name": token.name,
        "abilities": token.abilities,
        "last_used_at": clock.iso_utc(token.last_used_at) if token.last_used_at else None,
        "created_at": clock.iso_utc(token.created_at),
    }
