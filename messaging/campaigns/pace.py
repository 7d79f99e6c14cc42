"""How a list is cut into submissions, and when each is due."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

from gateways import registry
from messaging.campaigns.models import Campaign
from messaging.sms import ids, sending
from messaging.sms.store import bulk

AT_LEAST = 12  # submissions a minute where a pace is asked for: five seconds are even enough


def sizes(count: int, *, largest: int, per_minute: int | None) -> Iterator[int]:
    """Recipients of each submission of `count` people."""
    if per_minute is not None:
        largest = max(1, min(largest, per_minute // AT_LEAST))
    for start in range(0, count, largest):
        yield min(largest, count - start)


def due(*, start: datetime, before: int, per_minute: int | None) -> datetime:
    """When those are due before whom `before` others go."""
    return start if per_minute is None else start + timedelta(minutes=before / per_minute)


class Spans:
    """Submissions for the people of one step, of whom `before` others are stored already."""

    def __init__(self, campaign: Campaign, *, start: datetime, before: int) -> None:
        able = registry.able(campaign.gateway)
        if able is None:
            raise sending.GatewayClosed
        self.largest, self.per_minute = min(able.max_batch, ids.BLOCK), campaign.per_minute
        self.start, self.before = start, before
        self.made: list[bulk.Span] = []
        self.ids: list[int] = []

    def add(self, count: int, encoding: str) -> None:
        for size in sizes(count, largest=self.largest, per_minute=self.per_minute):
            first = ids.recipients.take(size)
            when = due(start=self.start, before=self.before, per_minute=self.per_minute)
            self.made.append(bulk.Span(uuid4(), first, first + size - 1, size, when, None, encoding))
            self.ids.extend(range(first, first + size))
            self.before += size
