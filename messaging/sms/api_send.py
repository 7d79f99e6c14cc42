"""#2, the platform's busiest endpoint: a plain Django view, because DRF's machinery alone costs more than the sending.

It stands in the schema as the DRF view that it replaces, `SendSms`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from gateways import segments
from messaging.sms import api_schema, sending
from smsmerkezi.api import authentication, codec, problems
from smsmerkezi.api.views import ApiView, actor_of
from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError
from smsmerkezi.requests import CACHE_CONTROL
from tenants import access, tokens

SCOPE, ABILITY, PERMISSION = "sms-send", "sms:send", "sms.send"


class BadFields(Exception):
    """Fields of the wrong type, each with its message."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__()
        self.errors = errors


# field -> (accepted type, whether it must be there, what is said otherwise)
FIELDS: dict[str, tuple[type, bool, str]] = {
    "body": (str, True, "Mesaj zorunludur ve metin olmalıdır."),
    "recipients": (list, True, "Alıcılar zorunludur ve bir liste olmalıdır."),
    "originator": (str, False, "Gönderici adı metin olmalıdır."),
    "scheduled_at": (str, False, "Gönderim zamanı ISO-8601 metni olmalıdır."),
    "gateway": (str, False, "Sağlayıcı metin olmalıdır."),
    "meta": (dict, False, "meta bir nesne olmalıdır."),
    "commercial": (bool, False, "commercial true ya da false olmalıdır."),
}


def send(request: HttpRequest) -> HttpResponse:
    """POST /v1/sms/send."""
    if request.method != "POST":
        return problems.respond(problems.method_not_allowed(request.path, "POST"))
    found: tokens.Pass | None = None
    try:
        found = authentication.open_door(request, SCOPE)
        found.quota.check()
        found.require(ABILITY)
        access.require(found.user, PERMISSION)
        key = request.META.get("HTTP_IDEMPOTENCY_KEY")
        accepted = sending.send_sms(by=actor_of(request, found), order=read(request), idempotency_key=key)
    except BadFields as error:
        response = problems.respond(problems.of_fields(request.path, error.errors))
    except (DomainError, DatabaseError) as error:
        answer = problems.of_exception(request.path, error)
        if answer is None:
            raise
        response = problems.respond(answer)
    else:
        response = HttpResponse(
            orjson.dumps({"data": body_of(accepted)}), status=202, content_type="application/json"
        )
        response["Cache-Control"] = CACHE_CONTROL
    if found is not None:
        for name, value in problems.quota_headers(found.quota).items():
            response[name] = value
    return response


def read(request: HttpRequest) -> sending.Order:
    """The order in a request's body. Raises what `codec.read_object` does, BadFields, InvalidDatetime."""
    data = codec.read_object(request)
    errors = {
        name: [text]
        for name, (kind, required, text) in FIELDS.items()
        if not _fits(data, name, kind, required)
    }
    if errors:
        raise BadFields(errors)
    return sending.Order(
        body=data["body"],
        recipients=data["recipients"],
        originator=data.get("originator") or "",
        scheduled_at=_moment(data.get("scheduled_at")),
        gateway=data.get("gateway") or "",
        meta=data.get("meta"),
        commercial=bool(data.get("commercial")),
    )


def _fits(data: dict[str, Any], name: str, kind: type, required: bool) -> bool:
    value = data.get(name)
    return isinstance(value, kind) or (value is None and not required)


def _moment(raw: str | None) -> datetime | None:
    return clock.parse_datetime_input(raw, field="scheduled_at") if raw is not None else None


def body_of(accepted: sending.Accepted) -> dict[str, Any]:
    """The contract's `data` of #2. `skipped_count` is additive: how many were on the opt-out list."""
    return {
        "id": accepted.id,
        "uuid": accepted.uuid,
        "body": accepted.body,
        "originator": accepted.originator,
        "status": "queued",
        "parts": accepted.parts,
        "encoding": segments.v1_name(segments.Encoding(accepted.encoding)),
        "recipients_count": accepted.recipients,
        "skipped_count": accepted.skipped,
        "scheduled_at": clock.iso_utc(accepted.scheduled_at) if accepted.scheduled_at else None,
        "gateway": accepted.gateway,
        "created_at": clock.iso_utc(accepted.created_at),
    }


class SendSms(ApiView):
    scope = SCOPE
    ability = ABILITY
    permission = PERMISSION

    @api_schema.SEND
    def post(self, request: Request) -> Response:
        """Only the schema reads this; `as_view` answers requests with `send`."""
        raise AssertionError("unreachable")

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponse]:
        view: Any = super().as_view(**initkwargs)

        def door(request: HttpRequest) -> HttpResponse:
            return send(request)

        door.cls, door.initkwargs, door.csrf_exempt = view.cls, view.initkwargs, True  # type: ignore[attr-defined]
        return door
