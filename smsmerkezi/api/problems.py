"""Refusals and failures in the words of /v1 (contract A5): one total table, no default.

tests/structure checks that every DomainError of the project stands in KINDS.
"""

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.response import Response

from smsmerkezi.core.errors import DomainError, Several
from smsmerkezi.requests import CACHE_CONTROL, is_outage
from tenants.limits import Quota, TooManyAttempts, TooManyRequests
from tenants.tokens import Unauthenticated

logger = logging.getLogger(__name__)

TYPE = "https://smsmerkezi.net/errors/"  # a constant, whatever the host (contract D43)
OUTAGE_RETRY = 2  # seconds


class Kind(NamedTuple):
    slug: str
    title: str
    status: int


INVALID = Kind("invalid-request", "Invalid Request", 422)
VALIDATION = Kind("validation-error", "Validation Error", 422)
FORBIDDEN = Kind("forbidden", "Forbidden", 403)
NOT_FOUND = Kind("not-found", "Not Found", 404)
CONFLICT = Kind("conflict", "Conflict", 409)
RATE_LIMIT = Kind("rate-limit", "Too Many Requests", 429)
TOO_MANY = Kind("too-many-attempts", "Too Many Attempts", 429)
KVKK_REQUIRED = Kind("kvkk-required", "KVKK Consent Required", 422)
BAD_REQUEST = Kind("bad-request", "Bad Request", 400)
METHOD = Kind("method-not-allowed", "Method Not Allowed", 405)
TOO_LARGE = Kind("payload-too-large", "Payload Too Large", 413)
MEDIA_TYPE = Kind("unsupported-media-type", "Unsupported Media Type", 415)
INTERNAL = Kind("internal-error", "Internal Server Error", 500)
UNAVAILABLE = Kind("maintenance", "Service Unavailable", 503)
KEY_REUSED = Kind("idempotency-key-reuse", "Idempotency Key Reuse", 422)
SHOWN_AS_401 = Kind("unauthenticated", "Unauthenticated", 401)  # its body is the literal of A5 (c)

# DomainError.code -> what /v1 says. INVALID becomes VALIDATION under /v1/panel and /v1/admin (contract D5).
KINDS: dict[str, Kind] = {
    "invalid-request": INVALID,
    "not-found": NOT_FOUND,
    "conflict": CONFLICT,
    "forbidden": FORBIDDEN,
    "closed-while-acting": FORBIDDEN,
    "proof-needed": FORBIDDEN,
    "acting-already": CONFLICT,
    "firm-suspended": CONFLICT,
    "invalid-acting-reason": INVALID,
    "busy": UNAVAILABLE,
    "bad-request": BAD_REQUEST,
    "unsupported-media-type": MEDIA_TYPE,
    "payload-too-large": TOO_LARGE,
    "unauthenticated": SHOWN_AS_401,
    "rate-limit": RATE_LIMIT,
    "too-many-attempts": TOO_MANY,
    "bad-credentials": INVALID,
    "account-closed": FORBIDDEN,
    "unknown-challenge": INVALID,
    "invalid-code": INVALID,
    "wrong-password": INVALID,
    "second-factor-not-pending": INVALID,
    "second-factor-off": INVALID,
    "invalid-abilities": INVALID,
    "invalid-addresses": INVALID,
    "invalid-expiry": INVALID,
    "invalid-network": INVALID,
    "invalid-name": INVALID,
    "insufficient-credit": INVALID,
    "invalid-amount": INVALID,
    "invalid-body": INVALID,
    "invalid-recipients": INVALID,
    "no-recipients": INVALID,
    "invalid-number": INVALID,
    "unencodable": INVALID,
    "sender-not-approved": INVALID,
    "invalid-sender": INVALID,
    "invalid-reason": INVALID,
    "invalid-schedule": INVALID,
    "invalid-datetime": INVALID,
    "invalid-date": INVALID,
    "invalid-cursor": INVALID,
    "invalid-meta": INVALID,
    "invalid-filter": INVALID,
    "invalid-idempotency-key": INVALID,
    "idempotency-key-reuse": KEY_REUSED,
    "idempotency-in-progress": CONFLICT,
    "duplicate-custom-id": CONFLICT,
    "too-late": CONFLICT,
    "unknown-gateway": INVALID,
    "gateway-closed": INVALID,
    "unknown-role": INVALID,
    "yourself": INVALID,
    "last-admin": INVALID,
    "email-registered": INVALID,
    "invitation-pending": INVALID,
    "invitation-over": INVALID,
    "too-many-invitations": RATE_LIMIT,
    "consent-missing": INVALID,
    "several": INVALID,
    "invalid-company-name": INVALID,
    "invalid-full-name": INVALID,
    "invalid-email": INVALID,
    "invalid-phone": INVALID,
    "email-known": INVALID,
    "password-not-repeated": INVALID,
    "password-too-short": INVALID,
    "password-too-long": INVALID,
    "password-too-plain": INVALID,
    "password-too-common": INVALID,
    "reason-too-long": INVALID,
    "invalid-url": INVALID,
    "link-over": CONFLICT,
    "too-long": INVALID,
    "invalid-country": INVALID,
    "invalid-text": INVALID,
    "contact-known": INVALID,
    "invalid-template-name": INVALID,
    "invalid-template-body": INVALID,
    "template-known": INVALID,
    "too-many-templates": INVALID,
    "invalid-note": INVALID,
    "too-many-numbers": INVALID,
    "opt-out-from-iys": CONFLICT,
    "file-too-large": INVALID,
    "file-binary": INVALID,
    "file-bomb": INVALID,
    "file-broken": INVALID,
    "file-cell-too-long": INVALID,
    "file-empty": INVALID,
    "empty-list": VALIDATION,
    "file-not-text": INVALID,
    "invalid-export": INVALID,
    "sheet-full": INVALID,
    "erase-under-way": CONFLICT,
    "erase-not-confirmed": INVALID,
    "invalid-import-columns": INVALID,
    "import-not-now": CONFLICT,
    "invalid-applicant": INVALID,
    "invalid-permit": INVALID,
    "invalid-registration": INVALID,
    "group-known": CONFLICT,
    "invalid-bulk-action": INVALID,
    "invalid-group-name": INVALID,
    "invalid-parent": INVALID,
    "nobody-chosen": INVALID,
    "too-many-groups": CONFLICT,
    "invalid-range": INVALID,
    "invalid-window": INVALID,
    "never-open": INVALID,
    "holiday-known": CONFLICT,
    "commercial-otp": INVALID,
    "no-numbers": INVALID,
    "invalid-field": INVALID,
    "missing-field": INVALID,
    "invalid-campaign-name": VALIDATION,
    "invalid-columns": VALIDATION,
    "invalid-pace": VALIDATION,
    "list-too-short": CONFLICT,
    "campaign-not-ready": CONFLICT,
    "campaign-over": CONFLICT,
    "campaign-not-paused": CONFLICT,
    "campaign-not-over": CONFLICT,
    "nobody-missed": CONFLICT,
    "price-changed": CONFLICT,
    "file-format": INVALID,
    "file-locked": INVALID,
    "file-mixed-encoding": INVALID,
    "file-row-too-long": INVALID,
    "file-too-many-rows": INVALID,
    "file-too-wide": INVALID,
    "digits-lost": INVALID,
    "job-given-up": CONFLICT,
    "label-digits": INVALID,
    "label-domain": INVALID,
    "label-generic": INVALID,
    "label-known": INVALID,
    "own-application": FORBIDDEN,
    "sender-in-use": INVALID,
    "document-missing": INVALID,
    "document-type": INVALID,
    "document-broken": INVALID,
    "document-encrypted": INVALID,
    "document-active": INVALID,
    "document-pixels": INVALID,
    "document-pages": INVALID,
    "too-many-documents": INVALID,
    "unknown-variable": VALIDATION,
    "callback-forged": FORBIDDEN,
    "callback-unreadable": INVALID,
}
OTHERS = (METHOD, INTERNAL, VALIDATION, KVKK_REQUIRED)  # no DomainError's kind of its own


def every_kind() -> list[Kind]:
    """What /v1 may answer as a problem, each once, by status."""
    return sorted({*KINDS.values(), *OTHERS} - {SHOWN_AS_401}, key=lambda kind: (kind.status, kind.slug))


PANEL_AREAS = ("/v1/panel", "/v1/admin")

# What DRF itself raises. Texts are ours: its own are translated per request and say less.
FRAMEWORK: dict[type[exceptions.APIException], tuple[Kind, str]] = {
    exceptions.ParseError: (BAD_REQUEST, "İstek gövdesi okunamadı; geçerli bir JSON nesnesi gönderin."),
    exceptions.MethodNotAllowed: (METHOD, "Bu adres bu yöntemi desteklemiyor."),
    exceptions.UnsupportedMediaType: (MEDIA_TYPE, "Yalnızca application/json kabul edilir."),
    exceptions.NotFound: (NOT_FOUND, "Kayıt bulunamadı."),
    exceptions.PermissionDenied: (FORBIDDEN, "Bu işlem için yetkiniz yok."),
}


class Answer(NamedTuple):
    status: int
    body: dict[str, Any]
    headers: dict[str, str]
    media_type: str = "application/problem+json"


def of_kind(path: str, kind: Kind, detail: str, **members: Any) -> Answer:
    """A problem body; `members` extend it."""
    body = {
        "type": TYPE + kind.slug,
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": path,
        **members,
    }
    return Answer(kind.status, body, {})


def of_refusal(path: str, error: DomainError) -> Answer:
    """What /v1 answers to a refusal of the domain."""
    if isinstance(error, Unauthenticated):
        return unauthenticated()
    if isinstance(error, TooManyRequests):
        return rate_limited(path, error.quota)
    if isinstance(error, TooManyAttempts):
        return too_many_attempts(path, error.retry_after)
    kind = KINDS[error.code]
    if kind is INVALID and path.startswith(PANEL_AREAS):
        kind = VALIDATION
    errors = by_field(error) if kind.status == 422 else {}
    answer = of_kind(path, kind, error.message, **({"errors": errors} if errors else {}))
    retry_after = getattr(error, "retry_after", None)
    return answer._replace(headers={"Retry-After": str(retry_after)} if retry_after else {})


def by_field(error: DomainError) -> dict[str, list[str]]:
    """What is said of each field, in the order of the refusals."""
    found: dict[str, list[str]] = {}
    for each in error.each if isinstance(error, Several) else (error,):
        if each.field:
            found.setdefault(each.field, []).append(each.message)
    return found


def of_fields(path: str, errors: Mapping[str, list[str]]) -> Answer:
    """422 for input whose types or sizes are wrong: the first message is the detail."""
    kind = VALIDATION if path.startswith(PANEL_AREAS) else INVALID
    return of_kind(path, kind, next(iter(errors.values()))[0], errors=dict(errors))


def method_not_allowed(path: str, allowed: str) -> Answer:
    answer = of_kind(path, *FRAMEWORK[exceptions.MethodNotAllowed])
    return answer._replace(headers={"Allow": allowed})


def unauthenticated() -> Answer:
    headers = {"WWW-Authenticate": "Bearer"}
    return Answer(401, {"message": "Unauthenticated."}, headers, "application/json")


def rate_limited(path: str, quota: Quota) -> Answer:
    """R1 of contract A4; the number in the text is the one in the header."""
    detail = f"İstek limiti aşıldı. {quota.retry_after} saniye sonra tekrar deneyin."
    answer = of_kind(path, RATE_LIMIT, detail, retry_after=quota.retry_after)
    return answer._replace(headers=quota_headers(quota))


def too_many_attempts(path: str, seconds: int) -> Answer:
    """R2 of contract A4: somebody guesses at a password or a code. The sentence is the contract's, letter by letter."""
    detail = f"Cok fazla deneme. {seconds} saniye sonra tekrar deneyin."
    answer = of_kind(path, TOO_MANY, detail, retry_after_seconds=seconds)
    return answer._replace(headers={"Retry-After": str(seconds)})


def quota_headers(quota: Quota) -> dict[str, str]:
    """Part of the product (contract A4); Retry-After and the reset only once the window is full."""
    headers = {"X-RateLimit-Limit": str(quota.limit), "X-RateLimit-Remaining": str(quota.remaining)}
    if quota.exceeded:
        headers |= {"Retry-After": str(quota.retry_after), "X-RateLimit-Reset": str(quota.resets_at)}
    return headers


def outage(path: str) -> Answer:
    """The database is away or overloaded: nothing was changed, the caller may come again."""
    answer = of_kind(path, UNAVAILABLE, "Hizmet şu an yanıt veremiyor. Lütfen birazdan tekrar deneyin.")
    return answer._replace(headers={"Retry-After": str(OUTAGE_RETRY)})


def internal(path: str, request_id: str) -> Answer:
    return of_kind(path, INTERNAL, "Beklenmeyen bir hata oluştu.", request_id=request_id)


def of_exception(path: str, error: Exception) -> Answer | None:
    """The answer to whatever a view raised; None for a bug, which stays loud."""
    if isinstance(error, DomainError):
        return of_refusal(path, error)
    if is_outage(error):
        logger.warning("api.outage", extra={"ids": {"error": type(error).__name__}})
        return outage(path)
    if isinstance(error, RequestDataTooBig):
        return of_kind(path, TOO_LARGE, "İstek gövdesi çok büyük.")
    if isinstance(error, exceptions.ValidationError):
        return of_fields(path, flat(error.detail))
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    found = FRAMEWORK.get(type(error))
    return of_kind(path, *found) if found else None


def flat(detail: Any, name: str = "") -> dict[str, list[str]]:
    """DRF nests the errors of lists and objects; the contract's `errors` has one list for each path."""
    if isinstance(detail, dict):
        parts = [flat(each, f"{name}.{key}" if name else str(key)) for key, each in detail.items()]
        return {path: texts for part in parts for path, texts in part.items()}
    return {name or "body": [str(each) for each in (detail if isinstance(detail, list) else [detail])]}


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER."""
    answer = of_exception(context["request"].path, error)
    if answer is None:
        return None
    return Response(answer.body, answer.status, headers=answer.headers, content_type=answer.media_type)


def respond(answer: Answer) -> HttpResponse:
    """For views without DRF."""
    response = HttpResponse(orjson.dumps(answer.body), status=answer.status, content_type=answer.media_type)
    response["Cache-Control"] = CACHE_CONTROL
    for name, value in answer.headers.items():
        response[name] = value
    return response


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/v1/")


@csrf_exempt  # whatever the method, the answer is 404; no cookie means anything here
def no_such_path(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Also for a known path with a slash at its end (contract A1)."""
    return respond(of_kind(request.path, NOT_FOUND, "Böyle bir adres yok."))
