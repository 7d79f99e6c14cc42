"""A campaign in one request: list, check, price and launch, or nothing of it (contract #80)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from messaging.campaigns import checking, drafts, launching, letters, listing, pricing
from messaging.campaigns.models import NUMBER, Campaign
from messaging.files.unreadable import Empty
from messaging.sms import sending
from smsmerkezi.core.errors import DomainError
from tenants.actors import Actor

LIMIT = 5 * 1024**2  # bytes (contract A9)
SUFFIXES = (".csv", ".txt")


class NotText(DomainError):
    code = "file-not-text"
    field = "file"

    def __init__(self) -> None:
        super().__init__("Yalnızca CSV ve TXT dosyaları kabul edilir.")


@dataclass(frozen=True, slots=True)
class Given:
    """A file with its name, or lines where there is none."""

    name: str = ""
    chunks: Iterable[bytes] = ()
    lines: str = ""


@transaction.atomic
def send(*, by: Actor, name: str, given: Given, letter: letters.Letter) -> Campaign:
    """Raises what the steps raise; nothing is left then, be it a file or a draft."""
    made = drafts.create(by=by, name=name)
    if given.name:
        if not given.name.lower().endswith(SUFFIXES):
            raise NotText
        _take(by, made.pk, given)
    else:
        listing.paste(by=by, campaign_id=made.pk, lines=given.lines)
    campaign = drafts.draft(by=by, campaign_id=made.pk)
    if NUMBER not in campaign.columns:
        raise checking.EmptyList
    checking.at_once(campaign)
    if not campaign.recipients:
        raise sending.NoRecipientsLeft
    letters.put(campaign, letter)
    pricing.price(campaign, waited_for=campaign.recipients)
    campaign.save()
    return launching.launch(by=by, campaign_id=campaign.pk, quoted=campaign.quoted)


def _take(by: Actor, campaign_id: int, given: Given) -> None:
    try:
        listing.give_file(by=by, campaign_id=campaign_id, chunks=given.chunks, name=given.name, limit=LIMIT)
    except Empty as nothing:
        raise checking.EmptyList from nothing
