"""#3 and #4: what became of messages."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateways import segments
from messaging.sms import filters, reading, words
from messaging.sms.api_send import MESSAGE_FIELDS
from messaging.sms.models import Message
from smsmerkezi.api import pagination, schema
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import clock, masks, pages

PER_PAGE, LARGEST_PAGE = 20, 100
RecipientRow = inline_serializer(
    "MessageRecipient",
    {
        "msisdn": serializers.CharField(),
        "status": serializers.CharField(),
        "delivered_at": serializers.DateTimeField(allow_null=True),
        "error_code": serializers.CharField(allow_null=True),
    },
    many=True,
)


class List(ApiView):
    ability = "sms:read"
    permission = "sms.read"

    @extend_schema(
        summary="SMS listesi",
        tags=["SMS Raporlama"],
        parameters=[
            OpenApiParameter("status", str, enum=sorted(words.STATUSES)),
            OpenApiParameter("from", str, description="created_at >= (ISO-8601)"),
            OpenApiParameter("to", str, description="created_at <= (ISO-8601)"),
            OpenApiParameter("per_page", int, description="1-100, varsayılan 20"),
            OpenApiParameter("cursor", str),
        ],
        responses={
            200: inline_serializer(
                "MessagePage",
                {
                    "data": inline_serializer("MessageRow", MESSAGE_FIELDS, many=True),
                    "links": serializers.DictField(child=serializers.CharField(allow_null=True)),
                    "meta": serializers.DictField(child=serializers.CharField(allow_null=True)),
                },
            ),
            **schema.problem(422, "Geçersiz süzgeç"),
        },
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        found = filters.MessageFilter(
            {"status": query.get("status", "")}, Message.objects.of(self.actor.tenant)
        ).qs
        page = pages.page(
            filters.between(found, query.get("from"), query.get("to")),
            cursor=query.get("cursor"),
            per_page=pages.size(query.get("per_page"), default=PER_PAGE, largest=LARGEST_PAGE),
        )
        return Response(pagination.with_links(request, page, row))


class Detail(ApiView):
    ability = "sms:read"
    permission = "sms.read"

    @extend_schema(
        summary="SMS ayrıntısı",
        tags=["SMS Raporlama"],
        responses={
            200: inline_serializer(
                "MessageDetail",
                {
                    "data": inline_serializer(
                        "MessageWithRecipients",
                        {
                            **MESSAGE_FIELDS,
                            "scheduled_at": serializers.DateTimeField(allow_null=True),
                            "sent_at": serializers.DateTimeField(allow_null=True),
                            "recipients": RecipientRow,
                        },
                    )
                },
            ),
            **schema.problem(404, "Bulunamadı (veya başka tenant)"),
        },
    )
    def get(self, request: Request, message_id: str) -> Response:
        message = reading.message(self.actor.tenant, message_id)
        return Response(
            {
                "data": {
                    **row(message),
                    "scheduled_at": _time(message.scheduled_at),
                    "sent_at": _time(message.sent_at),
                    "recipients": [_recipient(each) for each in reading.recipients(message)],
                }
            }
        )


def row(message: Message) -> dict[str, Any]:
    return {
        "id": message.pk,
        "uuid": message.uuid,
        "body": message.body,
        "originator": message.originator,
        "status": words.status_of(message),
        "parts": message.parts,
        "encoding": segments.v1_name(segments.Encoding(message.encoding)),
        "recipients_count": message.recipients,
        "gateway": message.gateway,
        "created_at": clock.iso_utc(message.created_at),
    }


def _recipient(line: reading.Line) -> dict[str, Any]:
    return {
        "msisdn": masks.mask_v1(line.msisdn),
        "status": line.status,
        "delivered_at": _time(line.finished_at) if line.status == "delivered" else None,
        "error_code": line.error_code,
    }


def _time(moment: Any) -> str | None:
    return clock.iso_utc(moment) if moment else None
