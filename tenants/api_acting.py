"""#77, #78 and their two of ours: a super_admin's token acts for a firm (contract D20, docs/adr/0007)."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from smsmerkezi.api import pagination, schema
from smsmerkezi.api.fields import Text
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import clock, pages
from tenants import acting

PER_PAGE, LARGEST_PAGE = 20, 100
TAGS = ["Panel - Tenant Switcher"]

FIRM = {"id": 16, "name": "ABC Sirket", "slug": "abc-sirket"}
STANDING = {
    "data": {
        "acting": True,
        "tenant": FIRM,
        "since": "2026-05-11T08:00:00+00:00",
        "until": "2026-05-11T09:00:00+00:00",
    }
}
_firm: dict[str, serializers.Field[Any, Any, Any, Any]] = {
    "id": serializers.IntegerField(),
    "name": serializers.CharField(),
    "slug": serializers.CharField(),
}
FirmPage = inline_serializer(
    "FirmPage",
    {
        "data": inline_serializer("FirmToActFor", _firm, many=True),
        "meta": inline_serializer(
            "FirmPageMeta",
            {
                "next_cursor": serializers.CharField(allow_null=True),
                "prev_cursor": serializers.CharField(allow_null=True),
                "has_more": serializers.BooleanField(),
                "per_page": serializers.IntegerField(),
            },
        ),
    },
)
StandingBody = inline_serializer(
    "ActingStatus",
    {
        "data": inline_serializer(
            "ActingStanding",
            {
                "acting": serializers.BooleanField(),
                "tenant": inline_serializer("ActedForFirm", _firm, allow_null=True),
                "since": serializers.DateTimeField(allow_null=True),
                "until": serializers.DateTimeField(allow_null=True),
            },
        )
    },
)


class Begin(serializers.Serializer[Any]):
    tenant_id = serializers.IntegerField(
        min_value=1,
        max_value=2**63 - 1,
        help_text="Adına çalışılacak firma",
        error_messages={
            "required": "Firma zorunludur.",
            "null": "Firma zorunludur.",
            "invalid": "Firma kimliği bir tam sayı olmalıdır.",
            "min_value": "Firma kimliği geçersiz.",
            "max_value": "Firma kimliği geçersiz.",
            "max_string_length": "Firma kimliği geçersiz.",
        },
    )
    reason = Text(
        max_length=1000,
        help_text="Neden, 5-200 karakter; firmanın denetim kaydına yazılır",
        error_messages={
            "required": "Neden zorunludur.",
            "blank": "Neden zorunludur.",
            "null": "Neden zorunludur.",
            "invalid": "Neden metin olmalıdır.",
            "max_length": "Neden 5 ile 200 karakter arasında olmalıdır.",
        },
    )


class Switcher(ApiView):
    ability = "*"
    permission = "tenants.switch"

    @extend_schema(
        operation_id="listFirmsToActFor",
        summary="Firma listesi",
        description="Adına çalışılabilecek firmalar, en yenisi önce. Yalnız super_admin.",
        tags=TAGS,
        parameters=[
            OpenApiParameter(
                "q", str, description="Firma adında ya da kısa adında aranır; büyük küçük harf bir"
            ),
            OpenApiParameter("cursor", str, description="Önceki yanıttaki next_cursor ya da prev_cursor"),
            OpenApiParameter("per_page", int, description="Sayfadaki firma sayısı, 1-100", default=PER_PAGE),
        ],
        examples=[
            schema.answered(
                200,
                {
                    "data": [FIRM],
                    "meta": schema.only_page(PER_PAGE),
                },
            )
        ],
        responses={
            200: OpenApiResponse(FirmPage, "Firmalar"),
            **schema.problem(422, "Geçersiz cursor ya da per_page"),
        },
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        page = pages.page(
            acting.firms_to_act_for(by=self.actor, q=query.get("q", "").strip()),
            cursor=query.get("cursor"),
            per_page=pages.size(query.get("per_page"), default=PER_PAGE, largest=LARGEST_PAGE),
        )
        return Response(pagination.with_meta(page, lambda firm: dict(acting.brief(firm))))

    @extend_schema(
        operation_id="startActing",
        summary="Firma adına çalışmaya başla",
        description="Bir saat boyunca bu anahtarla yapılan her istek firmanın yöneticisininki gibi yanıtlanır; denetim"
        " kaydına iki taraf da yazılır. Para, sırlar, anahtarlar, ekip, parola ve ikinci adım kapalıdır. Son 10 dakika"
        " içinde /v1/auth ile alınmış bir oturum anahtarı gerekir.",
        tags=TAGS,
        request=Begin,
        examples=[
            schema.asked({"tenant_id": 16, "reason": "Destek kaydı 4812: raporlar açılmıyor"}),
            schema.answered(200, STANDING),
        ],
        responses={
            200: OpenApiResponse(StandingBody, "Başladı"),
            **schema.problem(400, "Gövde okunamadı"),
            **schema.problem(404, "Firma bulunamadı"),
            **schema.problem(409, "Zaten bir firma adına çalışılıyor ya da firma askıda"),
            **schema.problem(413, "Gövde 256 kB'tan büyük"),
            **schema.problem(415, "Gövde JSON değil"),
            **schema.problem(422, "Geçersiz firma veya neden"),
        },
    )
    def post(self, request: Request) -> Response:
        form = Begin(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(_standing(acting.start_with_token(by=self.actor, **form.validated_data)))

    @extend_schema(
        operation_id="endActing",
        summary="Kendi hesabına dön",
        description="Firma adına çalışmayı bitirir. Çalışılmıyorsa hiçbir şey olmaz.",
        tags=TAGS,
        responses={204: OpenApiResponse(description="Bitti")},
    )
    def delete(self, request: Request) -> Response:
        acting.end_with_token(by=self.actor)
        return Response(status=204)


class Status(ApiView):
    ability = "*"
    permission = "tenants.switch"

    @extend_schema(
        operation_id="getActing",
        summary="Firma adına çalışılıyor mu",
        description="Bu anahtarın durumu.",
        tags=TAGS,
        examples=[schema.answered(200, STANDING)],
        responses={200: OpenApiResponse(StandingBody, "Durum")},
    )
    def get(self, request: Request) -> Response:
        return Response(_standing(acting.of_token(by=self.actor)))


def _standing(running: acting.Acting | None) -> dict[str, Any]:
    return {
        "data": {
            "acting": running is not None,
            "tenant": acting.brief(running.firm) if running else None,
            "since": clock.iso_utc(running.since) if running else None,
            "until": clock.iso_utc(running.until) if running else None,
        }
    }
