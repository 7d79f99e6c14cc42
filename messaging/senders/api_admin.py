"""#19-#21 and #33: everybody's sender IDs, for platform staff."""

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from messaging.senders import api_schema, approval, documents, listing
from messaging.senders.api_rows import row_of_firm
from smsmerkezi import downloads
from smsmerkezi.api import pagination
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import pages
from smsmerkezi.core.errors import DomainError
from smsmerkezi.core.ids import row_id

PER_PAGE, LARGEST_PAGE = 30, 100


class BadFilter(DomainError):
    code = "invalid-filter"


class QueueView(ApiView):
    ability = "*"
    permission = "senders.decide"


class AllSenderIds(QueueView):
    @api_schema.ALL
    def get(self, request: Request) -> Response:
        query = request.query_params
        size = pages.size(query.get("per_page"), default=PER_PAGE, largest=LARGEST_PAGE)
        rows = listing.everybodys(_status(query.get("status")))
        return Response(
            pagination.with_meta(pages.page(rows, cursor=query.get("cursor"), per_page=size), row_of_firm)
        )


class Approve(QueueView):
    @api_schema.APPROVE
    def post(self, request: Request, **path: str) -> Response:
        approved = approval.approve(by=self.actor, sender_id=row_id(path["id"]), again=True)
        return Response({"data": row_of_firm(approved)})


class Reject(QueueView):
    @api_schema.REJECT
    def post(self, request: Request, **path: str) -> Response:
        form = api_schema.Refusal(data=request.data)
        form.is_valid(raise_exception=True)
        reason = form.validated_data["reject_reason"]
        rejected = approval.reject(by=self.actor, sender_id=row_id(path["id"]), reason=reason)
        return Response({"data": row_of_firm(rejected)})


class Document(QueueView):
    @api_schema.DOCUMENT
    def get(self, request: Request, **path: str) -> HttpResponse:
        return downloads.saved(*documents.fetch(by=self.actor, sender_id=row_id(path["id"])))


def _status(raw: str | None) -> str:
    if (raw or "pending") not in {*api_schema.STATUSES, "all"}:
        raise BadFilter("status pending, approved, rejected ya da all olmalıdır.", field="status")
    return raw or "pending"
