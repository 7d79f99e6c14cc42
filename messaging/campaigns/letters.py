"""What is written to the list of a draft, and what that costs."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from messaging.campaigns import pricing
from messaging.campaigns.drafts import NotReady, draft
from messaging.campaigns.models import Campaign
from messaging.files import jobs
from messaging.sms import sending
from smsmerkezi.core.errors import DomainError
from tenants.actors import Actor

FASTEST = 600_000  # recipients a minute


class BadPace(DomainError):
    code = "invalid-pace"
    field = "per_minute"

    def __init__(self) -> None:
        super().__init__(f"Dakikadaki gönderim 1 ile {FASTEST} arasında olmalıdır.")


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written to the list, and when. An empty originator is the firm's default."""

    body: str
    originator: str = ""
    commercial: bool = True
    scheduled_at: datetime | None = None
    per_minute: int | None = None


@transaction.atomic
def write(*, by: Actor, campaign_id: int, letter: Letter) -> Campaign:
    """The text, and what it costs: known at once, or by a job. Raises NotReady, BadPace and what `pricing.price` raises."""
    campaign = draft(by=by, campaign_id=campaign_id)
    if campaign.stage != Campaign.Stage.CHECKED:
        raise NotReady
    put(campaign, letter)
    campaign.job = None  # whoever still weighs another text ends
    campaign.error_code = campaign.error_text = ""
    if pricing.price(campaign) is None:
        campaign.job = jobs.start(
            by=by, kind=pricing.KIND, options={"campaign": campaign.pk}, total=campaign.recipients
        )
    campaign.save()
    return campaign


def put(campaign: Campaign, letter: Letter) -> None:
    """Onto the campaign, which the caller saves. Raises BadPace, sending.BadSchedule, sending.SenderNotApproved."""
    if letter.per_minute is not None and not 1 <= letter.per_minute <= FASTEST:
        raise BadPace
    if letter.originator:
        sending.checked_originator(letter.originator)
    sending.checked_schedule(letter.scheduled_at)
    for name in Letter.__slots__:
        setattr(campaign, name, getattr(letter, name))
