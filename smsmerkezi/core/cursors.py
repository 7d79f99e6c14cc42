"""Page cursors: `eyJpZCI6MTIzfQ` is `{"id":123}` (contract, A7). A place in a list, never a permission.

Lists are newest first. A cursor asks for what comes after row 123, the older rows; with `"prev":true` it asks
for what comes before it.
"""

import base64
import binascii
import json
import re
from typing import NamedTuple

from smsmerkezi.core.errors import DomainError

MAX_ID = 2**63 - 1
_SHAPE = re.compile(r"([A-Za-z0-9_-]{1,64})={0,2}").fullmatch


class InvalidCursor(DomainError):
    code = "invalid-cursor"
    field = "cursor"

    def __init__(self, message: str = "Sayfa imleci geçersiz.") -> None:
        super().__init__(message)


class Cursor(NamedTuple):
    """The row at the border, itself not on the page. `prev` asks for the newer side."""

    id: int
    prev: bool = False


def encode(row_id: int, *, prev: bool = False) -> str:
    place = {"id": row_id, "prev": True} if prev else {"id": row_id}
    packed = json.dumps(place, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode(raw: object) -> Cursor:
    """Padded or not. Raises InvalidCursor for whatever `encode` would not have written."""
    place = _unpacked(raw)
    if not isinstance(place, dict):
        raise InvalidCursor
    row_id, prev = place.get("id"), place.get("prev", False)
    if type(row_id) is not int or not 1 <= row_id <= MAX_ID or type(prev) is not bool or place.keys() - _KEYS:
        raise InvalidCursor
    return Cursor(row_id, prev)


_KEYS = {"id", "prev"}


def _unpacked(raw: object) -> object:
    shaped = _SHAPE(raw) if isinstance(raw, str) else None
    if shaped is None:
        raise InvalidCursor
    body = shaped[1]
    try:
        return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (binascii.Error, ValueError):
        raise InvalidCursor from None
