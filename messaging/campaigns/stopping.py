"""Ending what a cancelled campaign has not sent, and closing campaigns of which nothing leaves any more."""

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from messaging.campaigns import happenings, standing
from messaging.campaigns.models import Campaign
from messaging.files import jobs
from messaging.files.models import Job
from messaging.sms import cancelling
from messaging.sms.models import Submission
from messaging.sms.store import bulk, sweep
from tenants import notices
from tenants.actors import Actor
from tenants.models import User

KIND = "campaign.stop"
AT_ONCE = 10  # submissions, of up to a thousand recipients each
AT_MOST = 100  # campaigns in one look
OVER = (Job.State.DONE, Job.State.FAILED, Job.State.CANCELLED)


class Stop(jobs.Handler):
    """What is in a worker's hands now is ended when it comes back, by `close`."""

    def step(self) -> bool:
        campaign = Campaign.objects.select_related("message").get(pk=self.job.options["campaign"])
        self.job.done += bulk.abandon(message_id=campaign.sent_as, cancelled=True)
        waiting = sweep.waiting(message_id=campaign.sent_as, limit=AT_ONCE)
        if waiting:
            self.job.done += cancelling.end(waiting)
        return bool(waiting)


def start(*, by: Actor, campaign: Campaign) -> None:
    """Set a job on the campaign, which the caller saves."""
    campaign.job = jobs.start(by=by, kind=KIND, options={"campaign": campaign.pk})


def close() -> int:
    """Campaigns whose last recipient was handed over or given up are over; how many. What a cancelled one still holds, since
    it came back from a worker, is ended by one more job.
    """
    opened = Campaign.objects.filter(stage=Campaign.Stage.LAUNCHED, closed_at=None).order_by("id")
    ended = opened.filter(message__recipients=F("message__sent") + F("message__dropped"))
    ready = Submission.objects.filter(
        message=OuterRef("message"), state=Submission.State.READY, next_check_at=None
    )
    stopped = opened.filter(Exists(ready), job__state__in=OVER).exclude(cancelled_at=None)
    for campaign_id in stopped.values_list("id", flat=True)[:AT_MOST]:
        _stop_again(campaign_id)
    return sum(_close(campaign_id) for campaign_id in ended.values_list("id", flat=True)[:AT_MOST])


@transaction.atomic
def _stop_again(campaign_id: int) -> None:
    campaign = _locked(campaign_id)
    if campaign is not None:
        start(by=Actor(campaign.tenant), campaign=campaign)
        campaign.save(update_fields=["job"])


@transaction.atomic
def _close(campaign_id: int) -> int:
    campaign = _locked(campaign_id)
    if campaign is None:
        return 0
    standing.end(campaign)
    campaign.save(update_fields=["closed_at", "outcome", "charged"])
    happenings.note(campaign, happenings.Kind.ENDED)
    _tell(campaign)
    return 1


def _tell(campaign: Campaign) -> None:
    """Whoever made it, if they still work there."""
    message = campaign.message
    assert message is not None
    person = User.objects.filter(pk=campaign.user_id or 0, tenant=campaign.tenant, is_active=True)
    kind = "campaign_failed" if campaign.outcome == Campaign.Outcome.FAILED else "campaign_ended"
    facts = {"name": campaign.name, "recipients": message.recipients, "sent": message.sent}
    notices.notify(people=person, kind=kind, data={**facts, "charged": campaign.charged})


def _locked(campaign_id: int) -> Campaign | None:
    """Unless somebody was faster."""
    rows = Campaign.objects.select_for_update(no_key=True, of=("self",)).select_related("message", "tenant")
    return rows.filter(pk=campaign_id, closed_at=None).first()
