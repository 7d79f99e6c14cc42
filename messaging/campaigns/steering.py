"""What may be done to a campaign that was launched: hold it, let it go on, stop it."""

import math

from django.db import transaction

from messaging.campaigns import drafts, happenings, standing, stopping
from messaging.campaigns.models import Campaign
from messaging.sms import bell
from messaging.sms.models import Message, Submission
from messaging.sms.store import bulk
from smsmerkezi import database
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Conflict
from tenants import audit
from tenants.actors import Actor


class Over(Conflict):
    """Contract #83."""

    code = "campaign-over"

    def __init__(self) -> None:
        super().__init__("Kampanya zaten tamamlandi veya durduruldu.")


class NotPaused(Conflict):
    code = "campaign-not-paused"

    def __init__(self) -> None:
        super().__init__("Kampanya duraklatılmış değil.")


@database.transactional
def pause(*, by: Actor, campaign_id: int) -> Campaign:
    """Nothing more of it leaves, but for what may have left already. Raises Forbidden, Unknown, Over."""
    campaign = _running(by, campaign_id)
    if not bulk.pause(message_id=campaign.sent_as):
        raise Over
    happenings.note(campaign, happenings.Kind.PAUSED, user_id=by.user_id)
    audit.record(by=by, action="bulk.paused", entity=campaign)
    return campaign


@database.transactional
def resume(*, by: Actor, campaign_id: int) -> Campaign:
    """It goes on where it was, in the order and at the pace that it had. Raises Forbidden, Unknown, Over, NotPaused."""
    campaign = _running(by, campaign_id)
    message = Message.objects.get(pk=campaign.sent_as)
    if message.paused_at is None:
        raise NotPaused
    held_up = clock.now() - max(message.paused_at, message.scheduled_at or message.paused_at)
    seconds = max(0, math.ceil(held_up.total_seconds()))
    bulk.resume(message_id=message.pk, seconds=seconds)
    campaign.delay += seconds
    campaign.save(update_fields=["delay"])
    happenings.note(campaign, happenings.Kind.RESUMED, user_id=by.user_id)
    audit.record(by=by, action="bulk.resumed", entity=campaign)
    transaction.on_commit(lambda: bell.ring(Submission.Lane.BULK))
    return campaign


@database.transactional
def cancel(*, by: Actor, campaign_id: int) -> Campaign:
    """Nothing more of it leaves from this commit on; a job ends what waits and gives its credit back.

    Raises Forbidden, Unknown, Over.
    """
    campaign = _running(by, campaign_id)
    bulk.pause(message_id=campaign.sent_as)
    campaign.cancelled_at = clock.now()
    stopping.start(by=by, campaign=campaign)
    campaign.save(update_fields=["cancelled_at", "job"])
    happenings.note(campaign, happenings.Kind.CANCELLED, user_id=by.user_id)
    audit.record(by=by, action="bulk.cancelled", entity=campaign)
    return campaign


def _running(by: Actor, campaign_id: int) -> Campaign:
    campaign = drafts.held(by=by, campaign_id=campaign_id)
    if campaign.stage != Campaign.Stage.LAUNCHED:
        raise drafts.NotReady
    if campaign.cancelled_at or campaign.closed_at or standing.left(campaign) == 0:
        raise Over
    return campaign
