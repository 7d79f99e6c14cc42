"""JSON in and out, by orjson: NaN, broken UTF-8 and lone surrogates are refused, Turkish letters stay letters."""

from typing import Any

import orjson
from django.http import HttpRequest
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from smsmerkezi.core.errors import DomainError

UNREADABLE = "İstek gövdesi okunamadı; geçerli bir JSON nesnesi gönderin."
MAX_BYTES = 256 * 1024
MAX_DEPTH = 32


class BadRequest(DomainError):
    """The body is not what the content type says."""

    code = "bad-request"

    def __init__(self) -> None:
        super().__init__(UNREADABLE)


class TooLarge(DomainError):
    code = "payload-too-large"

    def __init__(self) -> None:
        super().__init__("İstek gövdesi çok büyük.")


class NotJson(DomainError):
    code = "unsupported-media-type"

    def __init__(self) -> None:
        super().__init__("Yalnızca application/json kabul edilir.")


class OneForm(DefaultContentNegotiation):
    """A view answers in one form, so Accept (and `?format=`) choose nothing."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class JsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, media_type: str | None = None, context: Any = None) -> bytes:
        return b"" if data is None else orjson.dumps(data)


class JsonParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, context: Any = None) -> dict[str, Any]:
        body = stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise TooLarge
        try:
            return load_object(body)
        except BadRequest as error:
            raise ParseError(error.message) from error


def read_object(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request that DRF does not handle. Raises TooLarge, NotJson, BadRequest."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise BadRequest
    if len(length) > 9 or int(length) > MAX_BYTES:
        raise TooLarge
    if request.content_type != "application/json":
        raise NotJson
    return load_object(request.body)


def load_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises BadRequest for anything else."""
    try:
        loaded = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest from error
    if not isinstance(loaded, dict) or (_brackets(body) > MAX_DEPTH and _deeper(loaded, MAX_DEPTH)):
        raise BadRequest
    return loaded


def _brackets(body: bytes) -> int:
    """A cheap upper bound of the depth; most bodies have two."""
    return body.count(b"[") + body.count(b"{")


def _deeper(value: Any, levels: int) -> bool:
    """Whether `value` is nested in more than `levels`."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_deeper(each, levels - 1) for each in inner)
