"""What #51-#55 answer, as the OpenAPI document says it."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

EXAMPLE = {
    "id": "0190b8a4-0000-7000-8000-000000000000",
    "type": "balance_low",
    "title": "Bakiye azaldı",
    "body": "Kullanılabilir bakiye 480 SMS'e indi; uyarı eşiğiniz 500 SMS.",
    "data": {"available": 480, "threshold": 500},
    "read_at": None,
    "created_at": "2026-05-11T08:00:00+00:00",
}


class Notice(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    type = serializers.CharField()
    title = serializers.CharField()
    body = serializers.CharField(allow_blank=True)
    data = serializers.DictField()
    read_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


Meta = inline_serializer(
    "NotificationCursorMeta",
    {
        "next_cursor": serializers.CharField(allow_null=True),
        "prev_cursor": serializers.CharField(allow_null=True),
        "has_more": serializers.BooleanField(),
        "per_page": serializers.IntegerField(),
    },
)
Stats = inline_serializer(
    "NotificationStats", {"total": serializers.IntegerField(), "unread": serializers.IntegerField()}
)
