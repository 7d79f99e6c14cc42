"""#79-#83: campaigns."""

from rest_framework.request import Request
from rest_framework.response import Response

from messaging.campaigns import api_form, api_rows, api_schema, at_once, drafts, steering
from messaging.campaigns.models import Campaign
from messaging.files import vault
from smsmerkezi.api import multipart, pagination
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import pages
from smsmerkezi.core.errors import DomainError
from smsmerkezi.core.ids import row_id

PER_PAGE, LARGEST_PAGE = 20, 100


class BulkView(ApiView):
    ability = "*"

    @property
    def permission(self) -> str:  # type: ignore[override]
        return "bulk.read" if self.request.method in {"GET", "HEAD"} else "bulk.write"

    def find(self, path: dict[str, str]) -> Campaign:
        """One that was launched. Raises Unknown."""
        found = drafts.find(by=self.actor, campaign_id=row_id(path["bulkJob_id"]))
        if found.message is None:
            raise drafts.Unknown
        return found


class Bulk(BulkView):
    parser_classes = [multipart.FormParser]
    largest_file = at_once.LIMIT

    @staticmethod
    def too_large() -> DomainError:
        return vault.TooLarge(at_once.LIMIT)

    @api_schema.LIST
    def get(self, request: Request) -> Response:
        query = request.query_params
        rows = api_rows.of(self.actor.tenant, status=query.get("status") or "all")
        size = pages.size(query.get("per_page"), default=PER_PAGE, largest=LARGEST_PAGE)
        page = pages.page(rows, cursor=query.get("cursor"), per_page=size)
        return Response({**pagination.with_meta(page, api_rows.row), "statuses": list(api_rows.STATUSES)})

    @api_schema.CREATE
    def post(self, request: Request) -> Response:
        data = request.data
        made = at_once.send(
            by=self.actor,
            name=api_form.needed(data, "name"),
            given=api_form.given(data),
            letter=api_form.letter(data),
        )
        told = {"id": made.pk, "status": "queued", "total_recipients": made.recipients}
        skipped = sum(made.reasons.values())
        return Response({"data": {**told, "parts_count": made.parts, "skipped_count": skipped}}, 201)


class OneBulk(BulkView):
    @api_schema.DETAIL
    def get(self, request: Request, **path: str) -> Response:
        return Response({"data": api_rows.detail(self.find(path))})


class Progress(BulkView):
    @api_schema.PROGRESS
    def get(self, request: Request, **path: str) -> Response:
        return Response(api_rows.progress(self.find(path)))


class Cancel(BulkView):
    @api_schema.CANCEL
    def post(self, request: Request, **path: str) -> Response:
        steering.cancel(by=self.actor, campaign_id=self.find(path).pk)
        row = api_rows.detail(self.find(path))
        return Response({"data": {name: row[name] for name in ("id", "status", "cancelled_at")}})
