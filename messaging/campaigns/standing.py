"""How far a campaign is, in the contract's words. Read off the counters of its message: nothing is counted here."""

import math
from dataclasses import dataclass

from messaging.campaigns.models import Campaign
from smsmerkezi import database
from smsmerkezi.core import clock

ACTIVE = ("queued", "processing")

# Asked once, when nothing of it is left. Never tried, and not because somebody stopped it: the list that was not read, and
# what expired while it waited. Charged: whoever was handed over.
SUMS = """
SELECT m.recipients - m.cancelled - coalesce(sum(s.recipient_count) FILTER (WHERE s.state NOT IN (6, 7)), 0),
  coalesce(sum(r.parts), 0)
FROM sms_message m LEFT JOIN sms_submission s ON s.message_id = m.id LEFT JOIN LATERAL (
  SELECT sum(parts) AS parts FROM sms_recipient
  WHERE id BETWEEN s.first_recipient_id AND s.last_recipient_id AND settled_at IS NOT NULL) r ON true
WHERE m.id = %(message)s GROUP BY m.id
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """`status` as in contract #79; `sent` were handed over, `failed` ended without. `percent` has two decimals, cut."""

    status: str
    sent: int
    failed: int
    cancelled: int
    recipients: int

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def percent(self) -> float:
        """Contract #82: 82 of 150 are 54.66. 100 when it is over."""
        if not self.is_active:
            return 100
        return math.floor(10_000 * (self.sent + self.failed) / self.recipients) / 100


def of(campaign: Campaign) -> Standing:
    """Of one that was launched, with its message."""
    message = campaign.message
    assert message is not None
    begun = message.sent + message.dropped > 0
    status = campaign.outcome or ("processing" if begun or campaign.cancelled_at else "queued")
    return Standing(
        status, message.sent, message.dropped - message.cancelled, message.cancelled, message.recipients
    )


def left(campaign: Campaign) -> int:
    """Recipients who have neither been handed over nor given up."""
    message = campaign.message
    assert message is not None
    return message.recipients - message.sent - message.dropped


def end(campaign: Campaign) -> None:
    """Set how it ended, when nothing of it is left (contract #83). The caller saves the campaign."""
    message = campaign.message
    assert message is not None
    untried, campaign.charged = map(int, database.rows(SUMS, {"message": message.pk})[0])
    if campaign.cancelled_at or message.state == message.State.CANCELLED:
        campaign.outcome = Campaign.Outcome.CANCELLED
    elif not message.sent:
        campaign.outcome = Campaign.Outcome.FAILED
    else:
        campaign.outcome = Campaign.Outcome.PARTIAL if untried > 0 else Campaign.Outcome.COMPLETED
    campaign.closed_at = clock.now()
