"""#73-#76: the firm's sender IDs."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from messaging.senders import api_schema, applying, approval, listing, permits
from messaging.senders.api_rows import row
from messaging.senders.documents import LIMIT, TooLarge, Upload
from smsmerkezi.api import multipart
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import clock
from smsmerkezi.core.ids import row_id


class SenderView(ApiView):
    ability = "*"

    @property
    def permission(self) -> str:  # type: ignore[override]
        return "senders.read" if self.request.method in {"GET", "HEAD"} else "senders.apply"


class SenderIds(SenderView):
    parser_classes = [multipart.FormParser]
    largest_file, too_large = LIMIT, TooLarge

    @api_schema.LIST
    def get(self, request: Request) -> Response:
        return Response({"data": [row(each) for each in listing.of(self.actor.tenant)[: listing.MOST]]})

    @api_schema.CREATE
    def post(self, request: Request) -> Response:
        made = applying.submit(
            by=self.actor,
            label=multipart.text(request.data, "label"),
            upload=_upload(request.data),
            claim=_claim(request.data),
        )
        return Response({"data": row(made)}, 201)


class OneSenderId(SenderView):
    @api_schema.DETAIL
    def get(self, request: Request, **path: str) -> Response:
        return Response({"data": row(listing.find(by=self.actor, sender_id=row_id(path["id"])))})

    @api_schema.DELETE
    def delete(self, request: Request, **path: str) -> Response:
        approval.withdraw(by=self.actor, sender_id=row_id(path["id"]))
        return Response(status=204)


def _claim(data: Any) -> permits.Claim:
    """Ours, besides the contract. Raises clock.InvalidDay."""
    until = multipart.text(data, "permit_until")
    day = clock.parse_day(until, field="permit_until") if until else None
    return permits.Claim(multipart.text(data, "applicant"), day)


def _upload(data: Any) -> Upload | None:
    found = multipart.file(data, "document")
    return Upload(found.name or "", found.chunks()) if found else None
