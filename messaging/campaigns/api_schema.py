"""What the reference says of #79-#83."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from messaging.campaigns.api_rows import STATUSES
from smsmerkezi.api import schema

TAG = "Panel - Toplu SMS"
COUNTS = {"total_recipients": 150, "sent_count": 148, "failed_count": 2, "progress_percent": 100}
EXAMPLE = {"id": 1, "name": "Mayis kampanya", "status": "completed", **COUNTS}
DETAIL_EXAMPLE = {
    **EXAMPLE,
    "body": "Bayram indirimi devam ediyor.",
    "originator": "SMSMERKEZI",
    "source_type": "manual",
    "parts_count": 1,
    "skipped_count": 3,
    "created_at": "2026-05-11T08:00:00+00:00",
    "started_at": "2026-05-11T08:00:01+00:00",
    "finished_at": "2026-05-11T08:01:00+00:00",
    "cancelled_at": None,
    "skipped_reasons": {"duplicate": 2, "opted_out": 1},
    "commercial": True,
    "scheduled_at": None,
    "paused_at": None,
}
_Status = serializers.ChoiceField
_TOTALS = ("total_recipients", "sent_count", "failed_count")


def _moment() -> Any:
    return serializers.DateTimeField(allow_null=True)


def _listed() -> dict[str, Any]:
    return {
        "id": serializers.IntegerField(),
        "name": serializers.CharField(),
        "status": _Status(STATUSES),
        **{name: serializers.IntegerField() for name in _TOTALS},
        "progress_percent": serializers.FloatField(),
    }


Row = inline_serializer("BulkRow", _listed())
Detail = inline_serializer(
    "BulkDetail",
    {
        **_listed(),
        "body": serializers.CharField(),
        "originator": serializers.CharField(),
        "source_type": serializers.ChoiceField(("file", "manual")),
        "parts_count": serializers.IntegerField(),
        "skipped_count": serializers.IntegerField(),
        "created_at": serializers.DateTimeField(),
        **{name: _moment() for name in ("started_at", "finished_at", "cancelled_at")},
        "skipped_reasons": serializers.DictField(child=serializers.IntegerField()),
        "commercial": serializers.BooleanField(),
        **{name: _moment() for name in ("scheduled_at", "paused_at")},
    },
)
Progress = inline_serializer(
    "BulkProgress",
    {
        "status": _Status(STATUSES),
        **{name: serializers.IntegerField() for name in ("sent_count", "failed_count", "total_recipients")},
        "progress_percent": serializers.FloatField(),
        "is_active": serializers.BooleanField(),
        "is_final": serializers.BooleanField(),
    },
)
Created = inline_serializer(
    "BulkCreated",
    {
        "data": inline_serializer(
            "BulkCreatedRow",
            {
                "id": serializers.IntegerField(),
                "status": _Status(STATUSES),
                "total_recipients": serializers.IntegerField(),
                "parts_count": serializers.IntegerField(),
                "skipped_count": serializers.IntegerField(),
            },
        )
    },
)
Cancelled = inline_serializer(
    "BulkCancelled",
    {
        "data": inline_serializer(
            "BulkCancelledRow",
            {
                "id": serializers.IntegerField(),
                "status": _Status(STATUSES),
                "cancelled_at": serializers.DateTimeField(),
            },
        )
    },
)
Meta = inline_serializer(
    "BulkPageMeta",
    {
        "next_cursor": serializers.CharField(allow_null=True),
        "prev_cursor": serializers.CharField(allow_null=True),
        "has_more": serializers.BooleanField(),
        "per_page": serializers.IntegerField(),
    },
)
ID = OpenApiParameter("bulkJob_id", int, OpenApiParameter.PATH, description="Kampanya kimliği")
MISSING = schema.problem(404, "Kampanya yok ya da başka bir firmanın")


# Only described: what comes in is looked at by the domain.
class Asked(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, help_text="Kampanya adı")
    body = serializers.CharField(max_length=1000, help_text="Metin; {{name}} yerine alıcının adı gelir")
    originator = serializers.CharField(
        required=False, max_length=11, help_text="Yoksa firmanın varsayılan başlığı"
    )
    source_type = serializers.ChoiceField(("file", "manual"))
    file = serializers.FileField(
        required=False, help_text="source_type=file iken: CSV ya da TXT, en çok 5 MB"
    )
    manual_recipients = serializers.CharField(
        required=False, help_text="source_type=manual iken: her satıra bir alıcı, msisdn[,name]"
    )
    commercial = serializers.BooleanField(
        required=False, default=True, help_text="Ticari ileti izin saatlerinde gider; bilgilendirme hemen"
    )
    scheduled_at = serializers.DateTimeField(required=False, help_text="En az 1 dakika sonrası")
    per_minute = serializers.IntegerField(required=False, min_value=1, help_text="Dakikada en çok alıcı")


LIST = extend_schema(
    operation_id="listBulk",
    summary="Kampanyalar",
    description="Gönderime verilmiş kampanyalar, en yeni önce.",
    tags=[TAG],
    parameters=[OpenApiParameter("status", str, enum=[*STATUSES, "all"]), *schema.paging(20)],
    examples=[
        schema.answered(200, {"data": [EXAMPLE], "meta": schema.only_page(20), "statuses": list(STATUSES)})
    ],
    responses={
        200: OpenApiResponse(
            inline_serializer(
                "BulkList",
                {
                    "data": serializers.ListField(child=Row),
                    "meta": Meta,
                    "statuses": serializers.ListField(child=serializers.CharField()),
                },
            ),
            "Bir sayfa kampanya",
        ),
        **schema.problem(422, "Geçersiz süzgeç"),
    },
)
CREATE = extend_schema(
    operation_id="createBulk",
    summary="Kampanya gönder",
    description=(
        "Liste okunur, geçersiz, mükerrer ve ret listesindeki satırlar elenir, kalanların kredisi ayrılır ve gönderim başlar. "
        "Bir şey kabul edilmezse hiçbir şey saklanmaz."
    ),
    tags=[TAG],
    request={"multipart/form-data": Asked},
    examples=[
        schema.asked(
            {
                "name": "Mayis kampanya",
                "body": "Bayram indirimi devam ediyor.",
                "originator": "SMSMERKEZI",
                "source_type": "manual",
                "manual_recipients": "5551234567,Ahmet",
            },
            "multipart/form-data",
        ),
        schema.answered(
            201,
            {
                "data": {
                    "id": 42,
                    "status": "queued",
                    "total_recipients": 150,
                    "parts_count": 1,
                    "skipped_count": 0,
                }
            },
        ),
    ],
    responses={
        201: OpenApiResponse(Created, "Kabul edildi"),
        **schema.problem(400, "Gövde okunamadı"),
        **schema.problem(415, "Gövde multipart/form-data değil"),
        **schema.problem(422, "Liste, metin ya da başlık kabul edilmiyor, ya da bakiye yetmiyor"),
    },
)
DETAIL = extend_schema(
    operation_id="getBulk",
    summary="Kampanya ayrıntısı",
    description="Metni, sayıları, elenenler ve zamanları.",
    tags=[TAG],
    parameters=[ID],
    examples=[schema.answered(200, {"data": DETAIL_EXAMPLE})],
    responses={200: OpenApiResponse(inline_serializer("OneBulk", {"data": Detail}), "Kampanya"), **MISSING},
)
PROGRESS = extend_schema(
    operation_id="getBulkProgress",
    summary="Kampanyanın ilerlemesi",
    description="Sık sorulabilir; is_final true olunca durun.",
    tags=[TAG],
    parameters=[ID],
    examples=[
        schema.answered(
            200,
            {
                "status": "processing",
                "sent_count": 80,
                "failed_count": 2,
                "total_recipients": 150,
                "progress_percent": 54.66,
                "is_active": True,
                "is_final": False,
            },
        )
    ],
    responses={200: OpenApiResponse(Progress, "İlerleme"), **MISSING},
)
CANCEL = extend_schema(
    operation_id="cancelBulk",
    summary="Kampanyayı durdur",
    description="Bu andan sonra kimseye gönderilmez; gönderilmeyenlerin kredisi geri verilir.",
    tags=[TAG],
    parameters=[ID],
    request=None,
    examples=[
        schema.answered(
            200, {"data": {"id": 42, "status": "processing", "cancelled_at": "2026-05-11T08:00:00+00:00"}}
        )
    ],
    responses={
        200: OpenApiResponse(Cancelled, "Durduruluyor"),
        **MISSING,
        **schema.problem(409, "Zaten tamamlandı veya durduruldu"),
    },
)
