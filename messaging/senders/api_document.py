"""A document as an answer: to be saved, or looked at within a frame of ours; never run, never kept by anybody between."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from messaging.senders.documents import Opened

SAVED = "sandbox; default-src 'none'"
# Chromium shows no PDF in a sandbox. What is shown was looked into when it came: nothing in it acts.
FRAMED = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'; frame-ancestors 'self'"
)


def download(opened: Opened) -> HttpResponse:
    return _answer(opened, inline=False, policy=SAVED)


def preview(opened: Opened) -> HttpResponse:
    answer = _answer(opened, inline=True, policy=FRAMED)
    answer["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _answer(opened: Opened, *, inline: bool, policy: str) -> HttpResponse:
    answer = HttpResponse(opened.data, content_type=opened.media_type)
    answer["Content-Disposition"] = str(content_disposition_header(not inline, opened.name))
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = policy
    answer["Cache-Control"] = "no-store"
    return answer
