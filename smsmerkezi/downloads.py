"""A stored file as an answer: to be saved, or looked at within a frame of ours; never run, never kept by anybody between."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

SAVED = "sandbox; default-src 'none'"
# Browsers show no PDF in a sandbox. Only files that were looked into when they came are framed.
FRAMED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'; frame-ancestors 'self'"
)


def saved(name: str, media_type: str, data: bytes) -> HttpResponse:
    return _answer(name, media_type, data, inline=False, policy=SAVED)


def framed(name: str, media_type: str, data: bytes) -> HttpResponse:
    answer = _answer(name, media_type, data, inline=True, policy=FRAMED)
    answer["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _answer(name: str, media_type: str, data: bytes, *, inline: bool, policy: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=media_type)
    answer["Content-Disposition"] = str(content_disposition_header(not inline, name))
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = policy
    answer["Cache-Control"] = "no-store"
    return answer
