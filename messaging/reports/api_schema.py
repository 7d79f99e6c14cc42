"""What the reference says of #65-#67."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from messaging.sms import api_schema as sms
from messaging.sms import words
from smsmerkezi.api import schema

SMS, REPORTS = "Panel - SMS", "Panel - Raporlar"
DAYS = [
    OpenApiParameter("date_from", str, description="İlk gün, YYYY-AA-GG"),
    OpenApiParameter("date_to", str, description="Son gün, YYYY-AA-GG"),
]
LINE = {"id": 1, "msisdn": "555****4567", "status": "delivered"}
HEAD = {"id": 1, "originator": "SMSMERKEZI", "body": "Merhaba", "status": "delivered"}
COUNT = serializers.IntegerField


def _counts(*names: str) -> dict[str, Any]:
    return {name: COUNT() for name in names}


def _moment() -> Any:
    return serializers.DateTimeField(allow_null=True)


def _head() -> dict[str, Any]:
    return {
        "id": COUNT(),
        "originator": serializers.CharField(),
        "body": serializers.CharField(),
        "status": serializers.ChoiceField(list(words.STATUSES)),
    }


Row = inline_serializer(
    "PanelMessageRow",
    {
        **_head(),
        "recipients_count": COUNT(),
        "recipients_sample": serializers.ListField(child=serializers.CharField()),
        "created_at": serializers.DateTimeField(),
    },
)
Meta = inline_serializer(
    "PanelMessageMeta",
    {
        "next_cursor": serializers.CharField(allow_null=True),
        "prev_cursor": serializers.CharField(allow_null=True),
        "has_more": serializers.BooleanField(),
        "per_page": COUNT(),
        "can_see_full_msisdn": serializers.BooleanField(),
    },
)
Stats = inline_serializer("PanelMessageStats", _counts("total", "delivered", "failed", "queued", "sent"))
Line = inline_serializer(
    "PanelRecipient",
    {
        "id": COUNT(),
        "msisdn": serializers.CharField(),
        "status": serializers.ChoiceField(list(words.STATUSES)),
        "delivered_at": _moment(),
        "error_code": serializers.CharField(allow_null=True),
        "operator": serializers.CharField(allow_null=True),
    },
)
Message = inline_serializer(
    "PanelMessage",
    {
        **_head(),
        "recipients": serializers.ListField(child=Line),
        "parts": COUNT(),
        "encoding": serializers.ChoiceField(sms.ENCODINGS),
        "gateway": serializers.CharField(),
        "scheduled_at": _moment(),
        "sent_at": _moment(),
        "created_at": serializers.DateTimeField(),
        "recipients_count": COUNT(),
        "recipients_truncated": serializers.BooleanField(),
    },
)


def _grouped(name: str, key: str) -> Any:
    return serializers.ListField(
        child=inline_serializer(
            f"Report{name}", {key: serializers.CharField(), **_counts("recipients", "delivered")}
        )
    )


Report = inline_serializer(
    "Report",
    {
        "range": inline_serializer(
            "ReportRange", {"date_from": serializers.DateField(), "date_to": serializers.DateField()}
        ),
        "totals": inline_serializer(
            "ReportTotals",
            {
                **_counts("messages", "recipients", "parts", "credits"),
                **_counts("delivered", "undelivered", "failed", "expired", "pending"),
                "delivery_rate": serializers.FloatField(),
            },
        ),
        "daily": serializers.ListField(
            child=inline_serializer(
                "ReportDay",
                {
                    "date": serializers.DateField(),
                    **_counts("recipients", "delivered", "undelivered", "failed", "pending", "credits"),
                },
            )
        ),
        "by_status": serializers.DictField(child=COUNT()),
        "by_gateway": _grouped("Gateway", "gateway"),
        "by_originator": _grouped("Originator", "originator"),
        "by_operator": _grouped("Operator", "operator"),
    },
)
LIST = extend_schema(
    operation_id="listPanelSms",
    summary="Mesajlar",
    description="En yeni mesaj önce; sayılar aynı gün aralığındaki bütün mesajların.",
    tags=[SMS],
    parameters=[
        OpenApiParameter("status", str, enum=[*words.STATUSES, "all"]),
        OpenApiParameter("originator", str, description="Başlıkta geçen harfler"),
        *DAYS,
        *schema.paging(25),
    ],
    examples=[
        schema.answered(
            200,
            {
                "data": [
                    {
                        **HEAD,
                        "recipients_count": 2,
                        "recipients_sample": ["555****4567"],
                        "created_at": "2026-05-11T08:00:00+00:00",
                    }
                ],
                "meta": {**schema.only_page(25), "can_see_full_msisdn": False},
                "stats": {"total": 100, "delivered": 80, "failed": 5, "queued": 15, "sent": 0},
            },
        )
    ],
    responses={
        200: OpenApiResponse(
            inline_serializer(
                "PanelMessageList",
                {"data": serializers.ListField(child=Row), "meta": Meta, "stats": Stats},
            ),
            "Bir sayfa mesaj",
        ),
        **schema.problem(422, "Geçersiz süzgeç"),
    },
)
DETAIL = extend_schema(
    operation_id="getPanelSms",
    summary="Mesaj ayrıntısı",
    description="Mesaj ve alıcıları; bir kampanyanın ilk bin alıcısı gösterilir, recipients_truncated bunu söyler.",
    tags=[SMS],
    parameters=[OpenApiParameter("id", int, OpenApiParameter.PATH, description="Mesaj kimliği")],
    examples=[
        schema.answered(
            200,
            {
                "data": {
                    **HEAD,
                    "recipients": [
                        {
                            **LINE,
                            "delivered_at": "2026-05-11T08:00:05+00:00",
                            "error_code": None,
                            "operator": "turkcell",
                        }
                    ],
                    "parts": 1,
                    "encoding": "gsm7",
                    "gateway": sms.EXAMPLE["gateway"],
                    "scheduled_at": None,
                    "sent_at": "2026-05-11T08:00:01+00:00",
                    "created_at": "2026-05-11T08:00:00+00:00",
                    "recipients_count": 1,
                    "recipients_truncated": False,
                }
            },
        )
    ],
    responses={
        200: OpenApiResponse(inline_serializer("OnePanelMessage", {"data": Message}), "Mesaj"),
        **schema.problem(404, "Mesaj yok ya da başka bir firmanın"),
    },
)
REPORT = extend_schema(
    operation_id="getReport",
    summary="Rapor",
    description="Bir gün aralığının toplamları; en çok 366 gün. Bugünün sayıları bir dakikadan eski değildir.",
    tags=[REPORTS],
    parameters=DAYS,
    examples=[
        schema.answered(
            200,
            {
                "data": {
                    "range": {"date_from": "2026-05-11", "date_to": "2026-05-11"},
                    "totals": {
                        "messages": 10,
                        "recipients": 150,
                        "parts": 150,
                        "credits": 150,
                        "delivered": 140,
                        "undelivered": 6,
                        "failed": 2,
                        "expired": 0,
                        "pending": 2,
                        "delivery_rate": 93.33,
                    },
                    "daily": [
                        {
                            "date": "2026-05-11",
                            "recipients": 150,
                            "delivered": 140,
                            "undelivered": 6,
                            "failed": 2,
                            "pending": 2,
                            "credits": 150,
                        }
                    ],
                    "by_status": {"delivered": 140},
                    "by_gateway": [{"gateway": sms.EXAMPLE["gateway"], "recipients": 150, "delivered": 140}],
                    "by_originator": [{"originator": "SMSMERKEZI", "recipients": 150, "delivered": 140}],
                    "by_operator": [{"operator": "turkcell", "recipients": 80, "delivered": 78}],
                }
            },
        )
    ],
    responses={
        200: OpenApiResponse(inline_serializer("OneReport", {"data": Report}), "Rapor"),
        **schema.problem(422, "Geçersiz ya da çok uzun aralık"),
    },
)
