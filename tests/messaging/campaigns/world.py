"""Campaigns for tests."""

from datetime import timedelta

from django.db.models import F

from billing import ledger
from messaging.campaigns import drafts, launching, letters, listing, lists
from messaging.campaigns.models import Campaign
from messaging.campaigns.sieve import Sieve
from messaging.files import vault
from messaging.files.sheets import Row
from messaging.sms import dispatch
from messaging.sms.models import Submission
from messaging.sms.store import record
from smsmerkezi import queues
from smsmerkezi.core import clock
from tests import factories


def rows(*cells):
    """Rows of a file whose first row is a heading."""
    return [Row(number, each) for number, each in enumerate(cells, 2)]


def campaign(firm, *cells, columns=("msisdn",), body="Merhaba", **fields):
    """A checked one with this list."""
    made = Campaign.objects.create(tenant=firm, name="Mayıs", body=body, columns=list(columns), **fields)
    people, _ = Sieve(tenant_id=firm.pk, columns=made.columns).sift(rows(*cells))
    packed = lists.packed(people, plain=not made.fields)
    made.kept = vault.keep(
        tenant=firm, chunks=[packed], name="liste", purpose=lists.PURPOSE, limit=lists.LIMIT
    )
    made.recipients, made.stage = len(people), Campaign.Stage.CHECKED
    made.save()
    return made


def draft(firm, content="", *, name="liste.csv", role="operator"):
    """A campaign with this file, as somebody of the firm made it."""
    by = factories.actor(firm, role=role)
    made = drafts.create(by=by, name="Mayıs")
    if content:
        listing.give_file(by=by, campaign_id=made.pk, chunks=[encoded(content)], name=name)
    return Campaign.objects.get(pk=made.pk)


def checked(firm, content, **more):
    made = draft(firm, content, **more)
    return listing.check(by=factories.actor(firm), campaign_id=made.pk)


def written(firm, content, *, body="Merhaba", **letter):
    """With its price."""
    made = checked(firm, content)
    letters.write(by=factories.actor(firm), campaign_id=made.pk, letter=letters.Letter(body, **letter))
    run()
    made.refresh_from_db()
    return made


def launched(firm, content, **letter):
    """Given to be sent; nobody is stored yet."""
    made = written(firm, content, **letter)
    return launching.launch(by=factories.actor(firm), campaign_id=made.pk, quoted=made.quoted)


def loaded(firm, content, **letter):
    """With all of its recipients."""
    made = launched(firm, content, **letter)
    run()
    return fresh(made)


def run():
    """What the files worker does until there is nothing left to do."""
    return queues.LOOKS["files"]()


def fresh(made):
    return Campaign.objects.select_related("message").get(pk=made.pk)


def step(work):
    """One step of a job, as its worker commits it."""
    more = work.step()
    work.job.save()
    return more


def hand_over(submissions=None):
    """An operator takes what may be sent now, or the first `submissions` of it; how many recipients."""
    Submission.objects.filter(state=0, due_at__lte=clock.now() + timedelta(seconds=2)).update(
        due_at=F("due_at") - timedelta(minutes=5)
    )
    claims = [errand.claim for errand in dispatch.take(Submission.Lane.BULK)]
    later = claims[submissions:] if submissions else []
    record.put_back(
        ids=[claim.id for claim in later], fences=[claim.fence for claim in later], delays=[0.0] * len(later)
    )
    ids = [claim.id for claim in claims if claim not in later]
    return record.hand_over(ids=ids, provider_ids=[f"p{n}" for n in ids], first_check=60) if ids else 0


def lines(count, *, first=1):
    """Numbers of as many people, one a line."""
    return "".join(f"5{300000000 + n}\n" for n in range(first, first + count))


def encoded(content):
    return content if isinstance(content, bytes) else content.encode()


def account(firm):
    found = ledger.account_of(firm)
    return found.balance, found.reserved
