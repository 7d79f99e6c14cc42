"""Door: an operator's callbacks. Plain answers: 200 kept, 400 not understood, 401 unknown address, 413 too big.

No cookie, token or header means anything here; whoever knows the address is believed to be the operator.
"""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from gateways.base import Callback
from messaging.sms import callbacks

STATUSES = {callbacks.Forged.code: 401, callbacks.Unreadable.code: 400}


@csrf_exempt
@require_http_methods(["GET", "POST"])  # some operators put everything into the address
def receive(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    try:
        callbacks.receive(slug=slug, key=key, callback=_read(request))
    except (callbacks.Forged, callbacks.Unreadable) as refusal:
        return _told(refusal.message, STATUSES[refusal.code])
    except RequestDataTooBig:
        return _told("İçerik çok büyük.", 413)
    return _told("OK", 200)


def _read(request: HttpRequest) -> Callback:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Callback(body=request.body, query=request.GET.dict(), headers=headers)


def _told(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
