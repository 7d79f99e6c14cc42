"""What a list must tell so that it can be taken along as a file."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from smsmerkezi.core import clock, masks, phones
from tenants.models import Tenant

AT_ONCE = 2000  # rows


@dataclass(frozen=True, slots=True)
class Table:
    """`read` gives a firm's rows for what was asked, some at a time; what it refuses, it refuses before the first. `told` gets
    a row and whether whole numbers may be shown.
    """

    title: Promise
    permission: str
    columns: Sequence[Promise | str]
    read: Callable[[Tenant, dict[str, str]], Iterator[list[Any]]]
    told: Callable[[Any, bool], Sequence[object]]


def by_id(rows: QuerySet[Any]) -> Iterator[list[Any]]:
    """So that what comes or goes meanwhile moves nothing."""
    last = 0
    while found := list(rows.order_by("pk").filter(pk__gt=last)[:AT_ONCE]):
        last = found[-1].pk
        yield found


def number(msisdn: int, whole: bool) -> str:
    return phones.pretty(msisdn) if whole else masks.mask_screen(msisdn)


def moment(at: Any) -> str:
    return at.astimezone(clock.ISTANBUL).strftime("%d.%m.%Y %H:%M:%S") if at else ""
