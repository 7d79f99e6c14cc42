"""Campaigns for tests."""

from messaging.campaigns import lists
from messaging.campaigns.models import Campaign
from messaging.campaigns.sieve import Row, Sieve
from messaging.files import vault


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
