"""#56-#60: the firm's address book."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from messaging.contacts import api_schema, book, filters
from messaging.contacts.models import Contact
from smsmerkezi.api import pagination
from smsmerkezi.api.views import ApiView
from smsmerkezi.core import clock, masks, pages, phones
from smsmerkezi.core.ids import row_id
from tenants import access

PER_PAGE, LARGEST_PAGE = 30, 100
FILTERS = ("search", "tag", "status", "province", "sector")


class BookView(ApiView):
    ability = "*"

    @property
    def permission(self) -> str:  # type: ignore[override]
        return "contacts.read" if self.request.method in {"GET", "HEAD"} else "contacts.write"

    def details(self, request: Request) -> book.Details:
        form = api_schema.ContactBody(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        return book.Details(**{**given, "tags": given.get("tags", "").split(",")})

    def told(self, contact: Contact) -> dict[str, Any]:
        return row(contact, whole=access.can(self.actor, "msisdn.view_full"))


class Contacts(BookView):
    @extend_schema(**api_schema.LIST)
    def get(self, request: Request) -> Response:
        query, firm = request.query_params, self.actor.tenant
        asked = {name: query[name] for name in FILTERS if query.get(name)}
        page = pages.page(
            filters.ContactFilter(asked, book.of(firm), firm=firm).qs,
            cursor=query.get("cursor"),
            per_page=pages.size(query.get("per_page"), default=PER_PAGE, largest=LARGEST_PAGE),
        )
        answer, tally = pagination.with_meta(page, self.told), book.counts(firm)
        answer["meta"]["can_see_full_msisdn"] = access.can(self.actor, "msisdn.view_full")
        active = tally.total - tally.opted_out
        return Response(
            {**answer, "stats": {"total": tally.total, "active": active, "opted_out": tally.opted_out}}
        )

    @extend_schema(**api_schema.CREATE)
    def post(self, request: Request) -> Response:
        made = book.create(by=self.actor, details=self.details(request))
        return Response({"data": self.told(made)}, 201)


class OneContact(BookView):
    @extend_schema(**api_schema.READ)
    def get(self, request: Request, **path: str) -> Response:
        return Response({"data": self.told(book.find(by=self.actor, contact_id=row_id(path["id"])))})

    @extend_schema(**api_schema.REPLACE)
    def put(self, request: Request, **path: str) -> Response:
        changed = book.change(by=self.actor, contact_id=row_id(path["id"]), details=self.details(request))
        return Response({"data": self.told(changed)})

    @extend_schema(**api_schema.DELETE)
    def delete(self, request: Request, **path: str) -> Response:
        book.remove(by=self.actor, contact_id=row_id(path["id"]))
        return Response(status=204)


def row(contact: Contact, *, whole: bool) -> dict[str, Any]:
    """`whole` numbers, or masked ones (contract A6)."""
    shown = phones.national if whole else masks.mask_panel
    return {
        "id": contact.pk,
        "name": contact.name,
        "msisdn": shown(contact.msisdn),
        "tags": contact.tags,
        "opt_out_at": clock.iso_utc(contact.opt_out_at) if contact.opt_out_at else None,
        "address_country": contact.address_country,
        "address_province": contact.address_province,
        "sector": contact.sector,
        "created_at": clock.iso_utc(contact.created_at),
        "address_district": contact.address_district,
        "landline": _landline(contact.landline, whole=whole),
        "fields": contact.fields,
    }


def _landline(number: str, *, whole: bool) -> str:
    return number if whole or len(number) < 7 else f"{number[:-7]}****{number[-4:]}"
