"""The texts of a campaign as its people will read them, one at a time."""

from dataclasses import dataclass
from itertools import chain

from gateways import segments
from messaging.campaigns import lists, pricing
from messaging.campaigns.models import Campaign
from messaging.sms import sending
from messaging.sms.models import Message
from tenants import access
from tenants.actors import Actor

AT_ONCE = 5000  # people that are passed over in one go


@dataclass(frozen=True, slots=True)
class Preview:
    """`row` of the file, 0 where rows are not kept; what it reads, cut into its parts."""

    row: int
    text: str
    pieces: list[str]
    size: segments.Size


def preview(campaign: Campaign, *, row: int = 0) -> Preview:
    """The text of the first person at or after this row; the list's first without one. Raises what pricing.scale raises."""
    weighing = pricing.scale(campaign)
    people = chain.from_iterable(lists.batches(campaign, AT_ONCE if row else 1))
    person = next((each for each in people if each.row >= row), None) or lists.Person(0, 0, ())
    text = weighing.wording.text(person.values or ("",) * len(campaign.fields))
    profile = weighing.profile
    return Preview(person.row, text, segments.split(text, profile), segments.count(text, profile))


def trial(*, by: Actor, campaign: Campaign, phone: str, row: int, key: str) -> sending.Accepted:
    """Send one of its texts to one's own number, as a message of its own. Raises what sending.send_sms raises."""
    access.require(by, "bulk.write")
    order = sending.Order(
        body=preview(campaign, row=row).text,
        recipients=[phone],
        originator=campaign.originator,
        source=Message.Source.PANEL,
    )
    return sending.send_sms(by=by, order=order, idempotency_key=key)
