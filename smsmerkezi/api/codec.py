"""JSON in and out, by orjson: NaN, broken UTF-8 and lone surrogates are refused, Turkish letters stay letters."""

from typing import IO, Any

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from smsmerkezi.core.errors import DomainError

UNREADABLE = "İstek gövdesi okunamadı; geçerli bir JSON nesnesi gönderin."


class BadRequest(DomainError):
    """The body is not what the content type says."""

    code = "bad-request"

    def __init__(self) -> None:
        super().__init__(UNREADABLE)


class JsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, media_type: str | None = None, context: Any = None) -> bytes:
        return b"" if data is None else orjson.dumps(data)


class JsonParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, context: Any = None) -> dict[str, Any]:
        try:
            return load_object(stream.read())
        except BadRequest as error:
            raise ParseError(error.message) from error


def load_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises BadRequest for anything else."""
    try:
        loaded = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest from error
    if not isinstance(loaded, dict):
        raise BadRequest
    return loaded
