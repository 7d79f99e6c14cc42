"""Who of a campaign's list is not sent to, kept in a file of its own: a line of JSON for each row."""

from collections.abc import Iterable, Iterator
from itertools import islice

import orjson

from messaging.campaigns.models import Campaign
from messaging.campaigns.sieve import LeftOut
from messaging.campaigns.sources import FileGone
from messaging.files import vault

PURPOSE = "campaign.excluded"


def packed(out: Iterable[LeftOut]) -> bytes:
    return b"".join(orjson.dumps(tuple(each)) + b"\n" for each in out)


def read(campaign: Campaign, *, skip: int = 0) -> Iterator[LeftOut]:
    """Who is not sent to, in the order of the file. Raises NotFound when the list is gone."""
    if campaign.excluded is None:
        raise FileGone
    for line in islice(vault.opened(campaign.excluded), skip, None):
        yield LeftOut(*orjson.loads(line))
