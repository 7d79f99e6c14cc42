"""Why a campaign did not reach whom it did not reach, by the operators' words: counted when it is over, and again as reports
come in, so that no page counts rows.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from messaging.campaigns.models import Campaign
from messaging.sms import words
from messaging.sms.models import Recipient
from smsmerkezi import database
from smsmerkezi.core import clock

AT_ONCE = 5  # campaigns
LATE = timedelta(days=4)  # a report may come three days after the last message
SHOWN = 12  # reasons
# The states that words.RECIPIENT calls undelivered, expired and failed.
COUNT = """
SELECT r.state, coalesce(r.error_code, ''), count(*)::int FROM sms_submission s CROSS JOIN LATERAL (
  SELECT state, error_code FROM sms_recipient
  WHERE id BETWEEN s.first_recipient_id AND s.last_recipient_id AND tenant_id = s.tenant_id AND state IN (4, 5, 6, 7)) r
WHERE s.message_id = %(message)s GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""
MISSED = F("message__undelivered") + F("message__expired") + F("message__failed")


def recount() -> int:
    """Those of the last days whose counters have moved since; how many campaigns."""
    recent = Campaign.objects.filter(closed_at__gte=clock.now() - LATE).exclude(coded=MISSED)
    return sum(map(_count, recent.order_by("closed_at").values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _count(campaign_id: int) -> int:
    rows = Campaign.objects.select_for_update(no_key=True, of=("self",)).select_related("message")
    campaign = rows.get(pk=campaign_id)
    message = campaign.message
    assert message is not None
    found = database.rows(COUNT, {"message": message.pk})
    told = [[words.RECIPIENT[Recipient.State(state)], code, n] for state, code, n in found]
    campaign.codes = told[:SHOWN]
    campaign.coded = message.undelivered + message.expired + message.failed
    campaign.save(update_fields=["codes", "coded"])
    return 1
