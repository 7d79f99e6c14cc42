"""Page cursors: `eyJpZCI6MTIzfQ` is `{"id":123}` (contract, A7). A place in a list, never a permission.

The id is a number, or a UUID in a list whose rows have one.

Lists are newest first. A cursor asks for what comes after row 123, the older rows; with `"prev":true` it asks
for what comes before it.
"""

import base64
import binascii
import json
import re
from typing import NamedTuple
from uuid import UUID

from smsmerkezi.core.errors import DomainError
from smsmerkezi.core.ids import NO_UUID, uuid_of

MAX_ID = 2**63 - 1
Key = int | UUID
_SHAPE = re.compile(r"([A-Za-z0-9_-]{1,80})={0,2}").fullmatch


class InvalidCursor(DomainError):
    code = "invalid-cursor"
    field = "cursor"

    def __init__(self, message: str = "Sayfa imleci geçersiz.") -> None:
        super().__init__(message)


class Cursor(NamedTuple):
    """The row at the border, itself not on the page. `prev` asks for the newer side."""

    id: Key
    prev: bool = False


def encode(row_id: Key, *, prev: bool = False) -> str:
    key = str(row_id) if isinstance(row_id, UUID) else row_id
    place = {"id": key, "prev": True} if prev else {"id": key}
    packed = json.dumps(place, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode(raw: object, kind: type[Key] = int) -> Cursor:
    """Padded or not, with an id of this kind. Raises InvalidCursor for whatever `encode` would not have written."""
    place = _unpacked(raw)
    if not isinstance(place, dict):
        raise InvalidCursor
    row_id, prev = _key(place.get("id"), kind), place.get("prev", False)
    if row_id is None or type(prev) is not bool or place.keys() - _KEYS:
        raise InvalidCursor
    return Cursor(row_id, prev)


def _key(raw: object, kind: type[Key]) -> Key | None:
    if kind is UUID:
        found = uuid_of(raw) if isinstance(raw, str) else NO_UUID
        return None if found == NO_UUID else found
    return raw if type(raw) is int and 1 <= raw <= MAX_ID else None


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
