"""The API described: as OpenAPI, as our own page for people, and as Swagger UI to try it. All work offline."""

import functools
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

from smsmerkezi.api import problems, reference
from smsmerkezi.api.codec import OneForm
from smsmerkezi.api.views import PublicView
from tenants.limits import Limit

# What each kind of problem means to a programmer; a test holds this against problems.KINDS.
MEANINGS = {
    "bad-request": "Gövde okunamadı: JSON değil, bozuk ya da çok derin.",
    "forbidden": "Anahtarın yetkisi ya da kullanıcının rolü yetmiyor.",
    "not-found": "Kayıt yok ya da başka bir firmanın.",
    "method-not-allowed": "Adres bu yöntemi desteklemiyor; desteklenenler Allow başlığında.",
    "conflict": "Kaydın durumu buna izin vermiyor ya da aynı Idempotency-Key ile gelen istek sürüyor.",
    "payload-too-large": "Gövde 256 kB'tan büyük.",
    "unsupported-media-type": "Gövde application/json değil.",
    "invalid-request": "Alanlardan biri geçersiz ya da bakiye yetersiz; errors hangi alan olduğunu söyler.",
    "validation-error": "/v1/panel ve /v1/admin altında invalid-request yerine; errors hangi alan olduğunu söyler.",
    "idempotency-key-reuse": "Bu Idempotency-Key başka bir gövdeyle kullanılmış.",
    "kvkk-required": "Kullanıcı KVKK aydınlatma metnini onaylamamış; consent_token ile /v1/auth/kvkk-consent çağrılır.",
    "too-many-attempts": "Parola ya da kod çok kez yanlış girildi; retry_after_seconds kadar saniye bekleyin.",
    "rate-limit": "İstek limiti doldu; Retry-After kadar saniye bekleyin.",
    "internal-error": "Beklenmeyen bir hata. Destek isterken X-Request-Id başlığını bildirin.",
    "maintenance": "Hizmet şu an yanıt veremiyor; Retry-After kadar saniye sonra yeniden deneyin.",
}


@functools.cache
def document() -> dict[str, Any]:
    """The OpenAPI document; it is the same for everybody."""
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-any-return, no-untyped-call]


@extend_schema(exclude=True)
class Schema(PublicView):
    def get(self, request: Request) -> Response:
        return Response(document())


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Our own reference, from the document."""
    base_url = request.build_absolute_uri("/").rstrip("/")
    return render(
        request,
        "panel/api_docs.html",
        {
            "base_url": base_url,
            "groups": reference.groups(document(), base_url),
            "limit": Limit(*settings.RATE_LIMITS["api"]),
            "send_limit": Limit(*settings.RATE_LIMITS["sms-send"]),
            "problems": [
                (kind, MEANINGS[kind.slug]) for kind in problems.every_kind() if kind.slug in MEANINGS
            ],
            "problem_type": problems.TYPE,
        },
    )


# Swagger UI writes style attributes; scripts stay our own files, nothing comes from elsewhere.
@method_decorator(csp_update({"style-src": ["'unsafe-inline'"]}), name="dispatch")
class Swagger(SpectacularSwaggerSplitView):
    url_name = "v1-schema"
    http_method_names = ["get", "head"]
    content_negotiation_class = OneForm
