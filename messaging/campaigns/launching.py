"""Giving a campaign to be sent, at the price that somebody saw: its credit is held whole, its list is read afterwards."""

from uuid import uuid4

from django.db import DatabaseError, transaction

from gateways import accounts
from gateways.models import GatewayAccount
from messaging.campaigns import drafts, happenings, loading, pricing
from messaging.campaigns.models import Campaign
from messaging.files import jobs
from messaging.sms import sending
from messaging.sms.models import Message
from messaging.sms.store import bulk
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Conflict
from tenants import audit
from tenants.actors import Actor


class PriceChanged(Conflict):
    """The list, the text or the road is another one than was quoted."""

    code = "price-changed"

    def __init__(self) -> None:
        super().__init__("Fiyat bu arada değişti; yeniden bakıp onaylayın.")


@transaction.atomic
def launch(*, by: Actor, campaign_id: int, quoted: str) -> Campaign:
    """Send it for the price whose fingerprint is `quoted`. Once: a second call is refused.

    Raises Forbidden, Unknown, Launched, NotReady, PriceChanged, and sending's NoRecipientsLeft, SenderNotApproved,
    BadSchedule, GatewayClosed and ledger.InsufficientCredit.
    """
    campaign = drafts.draft(by=by, campaign_id=campaign_id)
    if campaign.stage != Campaign.Stage.CHECKED or campaign.kept is None or not campaign.quoted:
        raise drafts.NotReady
    if not campaign.recipients:
        raise sending.NoRecipientsLeft
    _check_road(campaign)
    if not campaign.quoted == quoted == pricing.fingerprint(campaign):
        raise PriceChanged
    message_id = _store(by, campaign)
    campaign.message_id, campaign.stage = message_id, Campaign.Stage.LAUNCHED
    campaign.launched_at = clock.now()
    campaign.job = jobs.start(
        by=by, kind=loading.KIND, options={"campaign": campaign.pk}, total=campaign.recipients
    )
    campaign.save()
    happenings.note(campaign, happenings.Kind.LAUNCHED, user_id=by.user_id)
    told = {"name": campaign.name, "recipients": campaign.recipients, "credits": campaign.credits}
    audit.record(by=by, action="bulk.created", entity=campaign, meta=told)
    return campaign


def _check_road(campaign: Campaign) -> None:
    """The one that was quoted, still open."""
    account = accounts.of_firm(campaign.gateway, campaign.tenant_id)
    if account.state == GatewayAccount.State.DISABLED:
        raise PriceChanged


def _store(by: Actor, campaign: Campaign) -> int:
    originator = sending.checked_originator(campaign.originator or by.tenant.default_originator)
    scheduled_at, _closes = sending.timing(campaign.scheduled_at, commercial=campaign.commercial)
    values = {
        "tenant": by.tenant.pk,
        "user": by.user_id,
        "token": by.token_id,
        "uuid": uuid4(),
        "originator": originator,
        "body": campaign.body,
        "encoding": campaign.encoding,
        "parts": campaign.parts,
        "credits": campaign.credits,
        "gateway": campaign.gateway,
        "scheduled_at": scheduled_at,
        "validity": sending.VALIDITY[Message.Kind.NORMAL],
        "state": Message.State.SCHEDULED if scheduled_at else Message.State.QUEUED,
        "recipients": campaign.recipients,
        "skipped": sum(campaign.reasons.values()),
        "commercial": campaign.commercial,
    }
    try:
        with transaction.atomic():
            message_id = bulk.launch(values)
    except DatabaseError as error:
        raise sending.refusal(error) or error from error
    if message_id is None:
        raise sending.SenderNotApproved
    return message_id
