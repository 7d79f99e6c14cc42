"""#51-#55: what the token's owner was told. One's own only."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from smsmerkezi.api import pagination, schema
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import clock, pages
from smsmerkezi.core.ids import uuid_of
from tenants import notices
from tenants.api_notification_bodies import EXAMPLE, Meta, Notice, Stats
from tenants.models import Notification

TAG = "Panel - Bildirimler"
PER_PAGE, RECENT = 20, 10
ID = OpenApiParameter("id", str, OpenApiParameter.PATH, description="Bildirim kimliği (UUID)")
MISSING = schema.problem(404, "Bildirim bulunamadı")


class OwnView(ApiView):
    ability = "*"
    permission = "notifications.own"


class Notifications(OwnView):
    @extend_schema(
        operation_id="listNotifications",
        summary="Bildirimler",
        description="Kendi bildirimleriniz, en yeniden eskiye.",
        tags=[TAG],
        parameters=[OpenApiParameter("cursor", str, description="Önceki sayfanın next_cursor değeri")],
        examples=[
            schema.answered(
                200,
                {
                    "data": [EXAMPLE],
                    "meta": schema.only_page(PER_PAGE),
                    "stats": {"total": 9, "unread": 5},
                },
            )
        ],
        responses={
            200: OpenApiResponse(
                inline_serializer(
                    "NotificationList", {"data": Notice(many=True), "meta": Meta, "stats": Stats}
                ),
                "Bildirimler",
            ),
            **schema.problem(422, "Sayfa imleci geçersiz"),
        },
    )
    def get(self, request: Request) -> Response:
        rows = notices.of(self.actor.person)
        page = pages.page(rows, cursor=request.query_params.get("cursor"), per_page=PER_PAGE, key=UUID)
        stats = {"total": rows.count(), "unread": notices.unread(self.actor.person).count()}
        return Response({**pagination.with_meta(page, _row), "stats": stats})


class Recent(OwnView):
    @extend_schema(
        operation_id="listRecentNotifications",
        summary="Son bildirimler",
        description="En yeni 10 bildirim ve okunmamış olanların sayısı.",
        tags=[TAG],
        examples=[schema.answered(200, {"data": [EXAMPLE], "unread_count": 5})],
        responses={
            200: OpenApiResponse(
                inline_serializer(
                    "RecentNotifications",
                    {"data": Notice(many=True), "unread_count": serializers.IntegerField()},
                ),
                "Son bildirimler",
            )
        },
    )
    def get(self, request: Request) -> Response:
        rows = notices.of(self.actor.person)[:RECENT]
        unread = notices.unread(self.actor.person).count()
        return Response({"data": [_row(row) for row in rows], "unread_count": unread})


class ReadAll(OwnView):
    @extend_schema(
        operation_id="readAllNotifications",
        summary="Tümünü okundu yap",
        description="Yanıt, kaç bildirimin okundu yapıldığını söyler.",
        tags=[TAG],
        request=None,
        examples=[schema.answered(200, {"data": {"marked_count": 5}})],
        responses={
            200: OpenApiResponse(
                inline_serializer(
                    "ReadNotifications",
                    {
                        "data": inline_serializer(
                            "ReadNotificationCount", {"marked_count": serializers.IntegerField()}
                        )
                    },
                ),
                "Okundu yapıldı",
            )
        },
    )
    def post(self, request: Request) -> Response:
        return Response({"data": {"marked_count": notices.mark_all_read(by=self.actor)}})


class Read(OwnView):
    @extend_schema(
        operation_id="readNotification",
        summary="Okundu yap",
        description="Yinelenirse ilk okunma zamanı kalır.",
        tags=[TAG],
        parameters=[ID],
        request=None,
        examples=[
            schema.answered(200, {"data": {"id": EXAMPLE["id"], "read_at": "2026-05-11T08:05:00+00:00"}})
        ],
        responses={
            200: OpenApiResponse(
                inline_serializer(
                    "ReadNotification",
                    {
                        "data": inline_serializer(
                            "NotificationReadAt",
                            {"id": serializers.UUIDField(), "read_at": serializers.DateTimeField()},
                        )
                    },
                ),
                "Okundu yapıldı",
            ),
            **MISSING,
        },
    )
    def post(self, request: Request, **path: str) -> Response:
        read = notices.mark_read(by=self.actor, notice_id=uuid_of(path["id"]))
        return Response({"data": {"id": str(read.pk), "read_at": _moment(read.read_at)}})


class OneNotification(OwnView):
    @extend_schema(
        operation_id="deleteNotification",
        summary="Bildirimi sil",
        description="Geri alınamaz.",
        tags=[TAG],
        parameters=[ID],
        responses={204: OpenApiResponse(description="Silindi"), **MISSING},
    )
    def delete(self, request: Request, **path: str) -> Response:
        notices.delete(by=self.actor, notice_id=uuid_of(path["id"]))
        return Response(status=204)


def _row(row: Notification) -> dict[str, Any]:
    words = notices.words(row)
    return {
        "id": str(row.pk),
        "type": row.kind,
        "title": words.title,
        "body": words.body,
        "data": row.data,
        "read_at": _moment(row.read_at),
        "created_at": clock.iso_utc(row.created_at),
    }


def _moment(at: Any) -> str | None:
    return clock.iso_utc(at) if at else None
