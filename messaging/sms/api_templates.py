"""#68-#72: the firm's templates."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from messaging.sms import templates
from messaging.sms.models import Template
from smsmerkezi.api import pagination, schema
from smsmerkezi.api.fields import Flag, Text
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import clock, pages
from smsmerkezi.core.errors import DomainError
from smsmerkezi.core.ids import row_id

TAG = "Panel - Şablonlar"
PER_PAGE, LARGEST_PAGE, LONGEST_SEARCH = 30, 100, 100
ACTIVE = {"all": {}, "active": {"is_active": True}, "inactive": {"is_active": False}}
EXAMPLE = {
    "id": 1,
    "name": "Hosgeldin",
    "body": "Merhaba {{name}}",
    "encoding": "gsm7",
    "variables": ["name"],
    "is_active": True,
    "created_at": "2026-05-11T08:00:00+00:00",
    "updated_at": "2026-05-11T08:00:00+00:00",
}
ASKED = {"name": "Hosgeldin", "body": "Merhaba {{name}}, hosgeldiniz.", "is_active": True}
Row = inline_serializer(
    "TemplateRow",
    {
        "id": serializers.IntegerField(),
        "name": serializers.CharField(),
        "body": serializers.CharField(),
        "encoding": serializers.ChoiceField(templates.ENCODINGS),
        "variables": serializers.ListField(child=serializers.CharField()),
        "is_active": serializers.BooleanField(),
        "created_at": serializers.DateTimeField(),
        "updated_at": serializers.DateTimeField(),
    },
)
One = inline_serializer("OneTemplate", {"data": Row})
Meta = inline_serializer(
    "TemplatePageMeta",
    {
        "next_cursor": serializers.CharField(allow_null=True),
        "prev_cursor": serializers.CharField(allow_null=True),
        "has_more": serializers.BooleanField(),
        "per_page": serializers.IntegerField(),
    },
)
Stats = inline_serializer(
    "TemplateStats", {name: serializers.IntegerField() for name in ("total", "active", "inactive")}
)
ID = OpenApiParameter("id", int, OpenApiParameter.PATH, description="Şablon kimliği")
MISSING = schema.problem(404, "Şablon yok ya da başka bir firmanın")
BAD = {
    **schema.problem(400, "Gövde okunamadı"),
    **schema.problem(413, "Gövde 256 kB'tan büyük"),
    **schema.problem(415, "Gövde JSON değil"),
    **schema.problem(422, "Ad kullanılıyor ya da alanlardan biri geçersiz"),
}


class BadFilter(DomainError):
    code = "invalid-filter"


class TemplateBody(serializers.Serializer[Any]):
    name = Text(
        max_length=templates.NAME,
        help_text="Firmanızda bir kez kullanılır",
        error_messages={
            **dict.fromkeys(("required", "blank", "null"), "Şablon adı zorunludur."),
            "invalid": "Şablon adı metin olmalıdır.",
            "max_length": "value {max_length} karakterden uzun olmamalıdır.",
        },
    )
    body = Text(
        max_length=templates.BODY,
        trim_whitespace=False,
        help_text="Metin; {{ad}} yerine alıcının bilgisi gelir",
        error_messages={
            **dict.fromkeys(("required", "blank", "null"), "Metin zorunludur."),
            "invalid": "Metin bir metin olmalıdır.",
            "max_length": "value {max_length} karakterden uzun olmamalıdır.",
        },
    )
    is_active = Flag(
        required=False, default=True, error_messages={"invalid": "is_active true ya da false olmalıdır."}
    )


class TemplateView(ApiView):
    ability = "*"

    @property
    def permission(self) -> str:  # type: ignore[override]
        return "templates.read" if self.request.method in {"GET", "HEAD"} else "templates.write"

    def details(self, request: Request) -> templates.Details:
        form = TemplateBody(data=request.data)
        form.is_valid(raise_exception=True)
        return templates.Details(**form.validated_data)


class Templates(TemplateView):
    @extend_schema(
        operation_id="listTemplates",
        summary="Şablonlar",
        description="En yeni önce. Arama adda ve metinde, büyük küçük harf ayrımı olmadan yapılır.",
        tags=[TAG],
        parameters=[
            OpenApiParameter("search", str, description="Adda ya da metinde geçen sözcükler"),
            OpenApiParameter("active", str, enum=list(ACTIVE)),
            *schema.paging(30),
        ],
        examples=[
            schema.answered(
                200,
                {
                    "data": [EXAMPLE],
                    "meta": schema.only_page(30),
                    "stats": {"total": 5, "active": 4, "inactive": 1},
                },
            )
        ],
        responses={
            200: OpenApiResponse(
                inline_serializer(
                    "TemplateList", {"data": serializers.ListField(child=Row), "meta": Meta, "stats": Stats}
                ),
                "Bir sayfa şablon",
            ),
            **schema.problem(422, "Geçersiz süzgeç"),
        },
    )
    def get(self, request: Request) -> Response:
        query, firm = request.query_params, self.actor.tenant
        rows = templates.of(firm, search=_search(query.get("search", ""))).filter(
            **_active(query.get("active"))
        )
        size = pages.size(query.get("per_page"), default=PER_PAGE, largest=LARGEST_PAGE)
        page = pages.page(rows, cursor=query.get("cursor"), per_page=size)
        return Response({**pagination.with_meta(page, row), "stats": templates.counts(firm)})

    @extend_schema(
        operation_id="createTemplate",
        summary="Şablon ekle",
        description="Kodlama ve değişkenler metinden hesaplanır.",
        tags=[TAG],
        request=TemplateBody,
        examples=[schema.asked(ASKED), schema.answered(201, {"data": EXAMPLE})],
        responses={201: OpenApiResponse(One, "Eklendi"), **BAD},
    )
    def post(self, request: Request) -> Response:
        made = templates.create(by=self.actor, details=self.details(request))
        return Response({"data": row(made)}, 201)


class OneTemplate(TemplateView):
    @extend_schema(
        operation_id="getTemplate",
        summary="Şablon ayrıntısı",
        description="Metni, kodlaması ve değişkenleri.",
        tags=[TAG],
        parameters=[ID],
        examples=[schema.answered(200, {"data": EXAMPLE})],
        responses={200: OpenApiResponse(One, "Şablon"), **MISSING},
    )
    def get(self, request: Request, **path: str) -> Response:
        return Response({"data": row(templates.find(by=self.actor, template_id=row_id(path["id"])))})

    @extend_schema(
        operation_id="replaceTemplate",
        summary="Şablonu değiştir",
        description="Bundan sonraki gönderimler için geçerlidir.",
        tags=[TAG],
        parameters=[ID],
        request=TemplateBody,
        examples=[schema.asked(ASKED), schema.answered(200, {"data": EXAMPLE})],
        responses={200: OpenApiResponse(One, "Değiştirildi"), **BAD, **MISSING},
    )
    def put(self, request: Request, **path: str) -> Response:
        changed = templates.change(
            by=self.actor, template_id=row_id(path["id"]), details=self.details(request)
        )
        return Response({"data": row(changed)})

    @extend_schema(
        operation_id="deleteTemplate",
        summary="Şablonu sil",
        description="Onunla yazılmış mesajlar olduğu gibi kalır.",
        tags=[TAG],
        parameters=[ID],
        responses={204: OpenApiResponse(description="Silindi"), **MISSING},
    )
    def delete(self, request: Request, **path: str) -> Response:
        templates.remove(by=self.actor, template_id=row_id(path["id"]))
        return Response(status=204)


def row(template: Template) -> dict[str, Any]:
    return {
        "id": template.pk,
        "name": template.name,
        "body": template.body,
        "encoding": templates.encoding(template.body),
        "variables": templates.variables(template.body),
        "is_active": template.is_active,
        "created_at": clock.iso_utc(template.created_at),
        "updated_at": clock.iso_utc(template.updated_at),
    }


def _search(raw: str) -> str:
    if len(raw) > LONGEST_SEARCH or "\x00" in raw:
        raise BadFilter(f"Arama en çok {LONGEST_SEARCH} karakter olabilir.", field="search")
    return raw


def _active(raw: str | None) -> dict[str, bool]:
    if (raw or "all") not in ACTIVE:
        raise BadFilter("active all, active ya da inactive olmalıdır.", field="active")
    return ACTIVE[raw or "all"]
