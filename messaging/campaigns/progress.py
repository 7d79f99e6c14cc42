"""How fast a campaign goes, and how long it still takes, as it looks now."""

from dataclasses import dataclass
from datetime import timedelta

from messaging.campaigns import standing
from messaging.campaigns.models import Campaign
from smsmerkezi.core import clock

LEAST = timedelta(seconds=5)  # before that nothing can be said


@dataclass(frozen=True, slots=True)
class Pace:
    """`per_minute` recipients on average since it began, pauses left out; `left` until the last one. None: not known."""

    per_minute: int | None = None
    left: timedelta | None = None


def pace(campaign: Campaign) -> Pace:
    """Of one that is under way."""
    message = campaign.message
    if message is None or campaign.launched_at is None:
        return Pace()
    begun = max(campaign.launched_at, message.scheduled_at or campaign.launched_at)
    until = message.paused_at or campaign.closed_at or clock.now()
    worked = until - begun - timedelta(seconds=campaign.delay)
    done = message.sent + message.dropped
    if not done or worked < LEAST:
        return Pace()
    rate = done / worked.total_seconds()
    return Pace(round(rate * 60), timedelta(seconds=standing.left(campaign) / rate))
