"""Parcels and questions for tests. Numbers whose last four digits are no magic are delivered in seconds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from gateways.base import Outbound, Parcel, Question
from gateways.segments import Encoding

ORDINARY = 905321234567
DELIVERED, UNDELIVERED, EXPIRED, REFUSED = (905320000000 + magic for magic in (1, 2, 3, 4))
HANGS, SILENT, LATE = (905320000000 + magic for magic in (5, 6, 7))


def parcel(*numbers: int, texts: list[str] | None = None, **fields: Any) -> Parcel:
    numbers = numbers or (ORDINARY,)
    each = texts or [None] * len(numbers)
    given = {"body": "Merhaba", "encoding": Encoding.GSM7, "originator": "SMSMERKEZI", **fields}
    return Parcel(
        client_ref=given.pop("client_ref", uuid4().hex),
        recipients=[Outbound(number, text) for number, text in zip(numbers, each, strict=True)],
        **given,
    )


def still_open(asked: Question, told: set[tuple[str, int]]) -> Question:
    """As the platform asks again: about those of whom nothing is known yet, by (reference or id, number)."""
    names = {asked.client_ref, asked.provider_id} - {""}
    left = tuple(each for each in asked.msisdns if not any((name, each) in told for name in names))
    return replace(asked, msisdns=left)


def question(
    ref: str = "",
    provider_id: str = "",
    *,
    at: datetime | None = None,
    asked_at: datetime | None = None,
    msisdns: tuple[int, ...] = (),
) -> Question:
    now = datetime.now(UTC)
    return Question(ref, provider_id, at or now - timedelta(seconds=1), asked_at or now, msisdns)
