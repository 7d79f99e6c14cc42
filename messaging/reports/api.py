"""#66 and #67: messages as the panel's clients see them."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from gateways import segments
from messaging.reports import api_schema, reading, samples
from messaging.reports.api_words import days, operator
from messaging.sms import filters, searching, words
from messaging.sms import reading as messages
from messaging.sms.models import Message
from smsmerkezi.api import pagination
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import clock, masks, pages, phones
from tenants import access

PER_PAGE, LARGEST_PAGE = 25, 100
LONGEST_NAME = 11


class PanelView(ApiView):
    ability = "*"
    permission = "sms.read"

    @property
    def whole(self) -> bool:
        return access.can(self.actor, "msisdn.view_full")

    def number(self, msisdn: int) -> str:
        return phones.national(msisdn) if self.whole else masks.mask_panel(msisdn)


class Messages(PanelView):
    @api_schema.LIST
    def get(self, request: Request) -> Response:
        query, firm = request.query_params, self.actor.tenant
        first, last = days(query)
        status = query.get("status", "")
        rows = filters.MessageFilter(
            {"status": "" if status == "all" else status}, Message.objects.of(firm)
        ).qs
        if like := query.get("originator", "")[:LONGEST_NAME].replace("\x00", ""):
            rows = rows.filter(originator__icontains=like)
        page = pages.page(
            searching.on_days(rows, first, last),
            cursor=query.get("cursor"),
            per_page=pages.size(query.get("per_page"), default=PER_PAGE, largest=LARGEST_PAGE),
        )
        shown = samples.of(tenant_id=firm.pk, message_ids=[message.pk for message in page.rows])
        answer = pagination.with_meta(page, lambda message: self.row(message, shown[message.pk]))
        answer["meta"]["can_see_full_msisdn"] = self.whole
        return Response({**answer, "stats": _stats(reading.states(firm, first, last))})

    def row(self, message: Message, sample: list[int]) -> dict[str, Any]:
        return {
            "id": message.pk,
            "originator": message.originator,
            "body": message.body,
            "status": words.status_of(message),
            "recipients_count": message.recipients,
            "recipients_sample": [self.number(msisdn) for msisdn in sample],
            "created_at": clock.iso_utc(message.created_at),
        }


def _stats(found: dict[str, int]) -> dict[str, int]:
    """Contract #66; other states count only in the total."""
    queued = found["queued"] + found["sending"]
    named = {"total": found["total"], "delivered": found["delivered"], "failed": found["failed"]}
    return {**named, "queued": queued, "sent": found["sent"]}


class OneMessage(PanelView):
    @api_schema.DETAIL
    def get(self, request: Request, **path: str) -> Response:
        message = messages.message(self.actor.tenant, path["id"])
        lines = messages.recipients(message)
        times = {name: _moment(getattr(message, name)) for name in ("scheduled_at", "sent_at")}
        told = {
            "id": message.pk,
            "originator": message.originator,
            "body": message.body,
            "status": words.status_of(message),
            "recipients": [self.line(line) for line in lines],
            "parts": message.parts,
            "encoding": segments.v1_name(segments.Encoding(message.encoding)),
            "gateway": message.gateway,
            **times,
            "created_at": clock.iso_utc(message.created_at),
            "recipients_count": message.recipients,
            "recipients_truncated": len(lines) < message.recipients,
        }
        return Response({"data": told})

    def line(self, line: messages.Line) -> dict[str, Any]:
        return {
            "id": line.id,
            "msisdn": self.number(line.msisdn),
            "status": line.status,
            "delivered_at": _moment(line.finished_at) if line.status == "delivered" else None,
            "error_code": line.error_code,
            "operator": operator(line.network),
        }


def _moment(at: Any) -> str | None:
    return clock.iso_utc(at) if at else None
