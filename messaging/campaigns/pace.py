"""How a list is cut into submissions, and when each is due."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

from gateways import registry
from messaging.campaigns.models import Campaign
from messaging.hours import policy
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
    """Submissions for the people of one step, of whom `before` others are stored already.

    `shift` is by how many seconds the hours of commercial messages have put the list off so far. What is stored while the
    message is `paused` is due beyond all time.
    """

    def __init__(
        self, campaign: Campaign, *, start: datetime, before: int, shift: float = 0.0, paused: bool = False
    ) -> None:
        able = registry.able(campaign.gateway)
        if able is None:
            raise sending.GatewayClosed
        self.largest, self.per_minute = min(able.max_batch, ids.BLOCK), campaign.per_minute
        self.commercial, self.paused = campaign.commercial, paused
        self.start, self.before, self.shift = start, before, shift
        self.made: list[bulk.Span] = []
        self.ids: list[int] = []

    def add(self, count: int, encoding: str) -> None:
        for size in sizes(count, largest=self.largest, per_minute=self.per_minute):
            first = ids.recipients.take(size)
            when, closes = self._next()
            when += timedelta(days=bulk.FAR_DAYS if self.paused else 0)
            self.made.append(bulk.Span(uuid4(), first, first + size - 1, size, when, closes, encoding))
            self.ids.extend(range(first, first + size))
            self.before += size

    def _next(self) -> tuple[datetime, datetime | None]:
        when = due(start=self.start, before=self.before, per_minute=self.per_minute)
        when += timedelta(seconds=self.shift)
        if not self.commercial:
            return when, None
        opening = policy.fit(when)
        self.shift += (opening.opens - when).total_seconds()
        return opening
