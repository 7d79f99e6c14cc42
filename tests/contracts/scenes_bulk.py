"""The scenes of #79-#83: a firm with one campaign of 150 people, in the state that the example shows."""

from messaging.campaigns import drafts, launching, letters, listing, steering, stopping
from messaging.campaigns.models import Campaign
from messaging.sms.models import Message
from smsmerkezi import queues
from tenants.models import Tenant
from tests import factories
from tests.api import doors
from tests.contracts.examples import Example

PEOPLE = "".join(f"5{300000000 + n}\n" for n in range(150))


def sent(firm: Tenant, *, handed: int, refused: int) -> Campaign:
    """Launched; of its people so many were handed over and so many were not taken."""
    by = factories.actor(firm)
    made = drafts.create(by=by, name="Mayis kampanya")
    listing.paste(by=by, campaign_id=made.pk, lines=PEOPLE)
    listing.check(by=by, campaign_id=made.pk)
    letters.write(by=by, campaign_id=made.pk, letter=letters.Letter("Bayram indirimi devam ediyor."))
    made = Campaign.objects.get(pk=made.pk)
    made = launching.launch(by=by, campaign_id=made.pk, quoted=made.quoted)
    queues.LOOKS["files"]()
    state = {"sent": handed, "dropped": refused, "failed": refused, "sent_at": made.launched_at}
    Message.objects.filter(pk=made.message_id).update(**state)
    stopping.close()
    return made


def finished(firm: Tenant, example: Example) -> doors.Door:
    return at(firm, example, sent(firm, handed=148, refused=2))


def under_way(firm: Tenant, example: Example) -> doors.Door:
    return at(firm, example, sent(firm, handed=80, refused=2))


def stopped(firm: Tenant, example: Example) -> doors.Door:
    made = sent(firm, handed=80, refused=2)
    steering.cancel(by=factories.actor(firm), campaign_id=made.pk)
    return at(firm, example, made)


def poor(firm: Tenant, example: Example) -> doors.Door:
    return doors.door(factories.tenant(credits=0))


def at(firm: Tenant, example: Example, made: Campaign) -> doors.Door:
    """The example's address and answer name the campaign that is there."""
    path = example.request["path"]
    example.request["path"] = path.replace("/3", f"/{made.pk}", 1) if "/3" in path else path
    body = example.response["body"]
    if "instance" in body:
        body["instance"] = body["instance"].replace("/3/", f"/{made.pk}/")
    return doors.door(firm)


BY_NAME = {
    "79-bulk-list/200-ok": finished,
    "80-bulk-create/422-credit": poor,
    "81-bulk/200-ok": finished,
    "82-bulk-progress/200-processing": under_way,
    "83-bulk-cancel/200-cancelled": under_way,
    "83-bulk-cancel/409-over": stopped,
}
