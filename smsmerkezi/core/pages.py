"""Pages of a list, newest first, by cursor: no offset, no count (contract A7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from smsmerkezi.core import cursors
from smsmerkezi.core.errors import DomainError


class Keyed(Protocol):
    pk: cursors.Key


Row = TypeVar("Row", bound=Keyed)


class BadPageSize(DomainError):
    code = "invalid-filter"
    field = "per_page"


class Rows(Protocol):
    """What a queryset can do, as far as pages need it."""

    def filter(self, **conditions: Any) -> Any: ...
    def order_by(self, *names: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows newest first, and the cursors of the pages beside this one, None where there is none."""

    rows: list[Row]
    older: str | None
    newer: str | None
    per_page: int


def page(rows: Rows, *, cursor: str | None, per_page: int, key: type[cursors.Key] = int) -> Page[Any]:
    """One page of `rows`, whose ids are of the kind `key` and grow with time. Raises InvalidCursor.

    One more row than shown is read, to know whether there are more.
    """
    place = cursors.decode(cursor, key) if cursor else None
    if place is None:
        found, more = _read(rows.order_by("-pk"), per_page)
        return Page(found, _cursor(found[-1:], more), None, per_page)
    if place.prev:
        found, more = _read(rows.filter(pk__gt=place.id).order_by("pk"), per_page)
        found.reverse()
        return Page(found, _cursor(found[-1:], bool(found)), _cursor(found[:1], more, prev=True), per_page)
    found, more = _read(rows.filter(pk__lt=place.id).order_by("-pk"), per_page)
    return Page(found, _cursor(found[-1:], more), _cursor(found[:1], bool(found), prev=True), per_page)


def _read(rows: Any, per_page: int) -> tuple[list[Any], bool]:
    found = list(rows[: per_page + 1])
    return found[:per_page], len(found) > per_page


def _cursor(rows: Sequence[Keyed], wanted: bool, *, prev: bool = False) -> str | None:
    return cursors.encode(rows[0].pk, prev=prev) if wanted and rows else None


def size(raw: str | None, *, default: int, largest: int) -> int:
    """`per_page` as it came in the query. Raises BadPageSize; nothing is clamped (contract A7)."""
    if raw is None or raw == "":
        return default
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 6 and 1 <= int(raw) <= largest):
        raise BadPageSize(f"per_page 1 ile {largest} arasında bir tam sayı olmalıdır.")
    return int(raw)
