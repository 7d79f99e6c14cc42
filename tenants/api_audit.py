"""#9, #40 and #41: the audit trail, of all firms and of one's own."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from smsmerkezi.api import pagination, schema
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import clock, pages
from tenants import filters, trail
from tenants.models import AuditEntry, Tenant
from tenants.trail import Line

PER_PAGE, LARGEST_PAGE = 50, 200
EXAMPLE = {
    "id": 1,
    "action": "contact.created",
    "entity_type": "Contact",
    "entity_id": "1",
    "user": {"id": 12, "name": "Ahmet Yilmaz"},
    "acting": False,
    "ip": "127.0.0.1",
    "user_agent": "curl/8.0",
    "changes": {},
    "meta": {},
    "created_at": "2026-05-11T08:00:00+00:00",
}
META = schema.only_page(50)
_row: dict[str, serializers.Field[Any, Any, Any, Any]] = {
    "id": serializers.IntegerField(),
    "action": serializers.CharField(),
    "entity_type": serializers.CharField(allow_null=True),
    "entity_id": serializers.CharField(allow_null=True),
    "user": inline_serializer(
        "AuditUser", {"id": serializers.IntegerField(), "name": serializers.CharField()}, allow_null=True
    ),
    "acting": serializers.BooleanField(help_text="Platform yöneticisi firma adına yaptı"),
    "ip": serializers.CharField(allow_null=True),
    "user_agent": serializers.CharField(),
    "changes": serializers.DictField(
        child=serializers.ListField(), help_text="Alan: [önceki, sonraki]; gizli değerler •••"
    ),
    "meta": serializers.DictField(),
    "created_at": serializers.DateTimeField(),
}
_meta = inline_serializer(
    "CursorMeta",
    {
        "next_cursor": serializers.CharField(allow_null=True),
        "prev_cursor": serializers.CharField(allow_null=True),
        "has_more": serializers.BooleanField(),
        "per_page": serializers.IntegerField(),
    },
)
_of_firm = {
    "tenant_id": serializers.IntegerField(allow_null=True),
    "tenant_name": serializers.CharField(allow_null=True),
}
Log = type(inline_serializer("AuditLog", _row))
ListBody = inline_serializer("AuditLogList", {"data": Log(many=True), "meta": _meta})
OneBody = inline_serializer("AuditLogOne", {"data": Log()})
AllBody = inline_serializer(
    "PlatformAuditLogList",
    {"data": inline_serializer("PlatformAuditLog", {**_row, **_of_firm}, many=True), "meta": _meta},
)
FILTERS = [
    OpenApiParameter("user_id", int, description="Kullanıcının kimliği"),
    OpenApiParameter("action", str, description="Olayın adı, birebir: login"),
    OpenApiParameter("entity_type", str, description="Nesnenin türü ya da bir parçası: Message"),
    OpenApiParameter("date_from", str, description="İlk gün (YYYY-AA-GG, Türkiye), dahil"),
    OpenApiParameter("date_to", str, description="Son gün, dahil"),
    OpenApiParameter("cursor", str, description="Sayfa imleci"),
]


class List(ApiView):
    ability = "*"
    permission = "audit.read"

    @extend_schema(
        operation_id="listAuditLogs",
        summary="Denetim kaydı",
        description="Firmanızda kim, ne zaman, neyi yaptı; en yenisi önce.",
        tags=["Panel - Audit Log"],
        parameters=[*FILTERS, OpenApiParameter("per_page", int, description="1-200, varsayılan 50")],
        examples=[schema.answered(200, {"data": [EXAMPLE], "meta": META})],
        responses={200: OpenApiResponse(ListBody, "Kayıtlar"), **schema.problem(422, "Geçersiz süzgeç")},
    )
    def get(self, request: Request) -> Response:
        firm, query = self.actor.tenant, request.query_params
        size = pages.size(query.get("per_page"), default=PER_PAGE, largest=LARGEST_PAGE)
        found = filters.TrailFilter(query, AuditEntry.objects.of(firm)).qs
        page = pages.page(found, cursor=query.get("cursor"), per_page=size)
        return Response(pagination.with_meta(_told(page, firm), row))


class Detail(ApiView):
    ability = "*"
    permission = "audit.read"

    @extend_schema(
        operation_id="getAuditLog",
        summary="Denetim kaydının ayrıntısı",
        tags=["Panel - Audit Log"],
        parameters=[OpenApiParameter("id", int, OpenApiParameter.PATH, description="Kaydın kimliği")],
        examples=[schema.answered(200, {"data": EXAMPLE})],
        responses={200: OpenApiResponse(OneBody, "Kayıt"), **schema.problem(404, "Audit log bulunamadi")},
    )
    def get(self, request: Request, **path: str) -> Response:
        return Response({"data": row(trail.find(self.actor.tenant, path["id"]))})


class All(ApiView):
    ability = "*"
    permission = "audit.read-all"

    @extend_schema(
        operation_id="listAllAuditLogs",
        summary="Bütün firmaların denetim kaydı",
        description="Platform yöneticileri içindir; en yenisi önce, sayfada 50 kayıt.",
        tags=["Admin - Audit Log"],
        parameters=[OpenApiParameter("tenant_id", int, description="Firmanın kimliği"), *FILTERS],
        examples=[
            schema.answered(
                200, {"data": [{**EXAMPLE, "tenant_id": 16, "tenant_name": "ABC Sirket"}], "meta": META}
            )
        ],
        responses={200: OpenApiResponse(AllBody, "Kayıtlar"), **schema.problem(422, "Geçersiz süzgeç")},
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        found = filters.PlatformTrailFilter(query, trail.of_everybody()).qs
        page = pages.page(found, cursor=query.get("cursor"), per_page=PER_PAGE)
        return Response(pagination.with_meta(_told(page, None), row_of_any))


def _told(page: pages.Page[AuditEntry], firm: Tenant | None) -> pages.Page[Line]:
    return pages.Page(trail.lines(page.rows, firm=firm), page.older, page.newer, page.per_page)


def row(line: Line) -> dict[str, Any]:
    entry = line.entry
    return {
        "id": entry.pk,
        "action": entry.action,
        "entity_type": entry.entity_type or None,
        "entity_id": str(entry.entity_id) if entry.entity_id is not None else None,
        "user": {"id": entry.user_id, "name": line.name} if entry.user_id else None,
        "acting": entry.acting,
        "ip": entry.ip,
        "user_agent": entry.user_agent,
        "changes": entry.changes,
        "meta": entry.meta,
        "created_at": clock.iso_utc(entry.created_at),
    }


def row_of_any(line: Line) -> dict[str, Any]:
    firm = line.entry.tenant
    return {
        **row(line),
        "tenant_id": line.entry.tenant_id,
        "tenant_name": firm.name if firm else None,
    }
