"""#3 and #4: what became of messages."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from gateways import segments
from messaging.sms import api_schema, filters, reading, words
from messaging.sms.models import Message
from smsmerkezi.api import pagination
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import clock, masks, pages

PER_PAGE, LARGEST_PAGE = 20, 100


class List(ApiView):
    ability = "sms:read"
    permission = "sms.read"

    @api_schema.LIST
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

    @api_schema.DETAIL
    def get(self, request: Request, **path: str) -> Response:
        message = reading.message(self.actor.tenant, path["id"])
        recipients = [_recipient(each) for each in reading.recipients(message)]
        times = {name: _time(getattr(message, name)) for name in ("scheduled_at", "sent_at", "created_at")}
        return Response({"data": {**_head(message), **times, "recipients": recipients}})


def row(message: Message) -> dict[str, Any]:
    return {**_head(message), "created_at": clock.iso_utc(message.created_at)}


def _head(message: Message) -> dict[str, Any]:
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
