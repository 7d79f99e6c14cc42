"""One campaign out of another: the same again, or the text once more to those whom it missed."""

from django.db import transaction

from messaging.campaigns import checking, drafts, sources
from messaging.campaigns.models import NUMBER, Campaign
from messaging.files import jobs
from smsmerkezi.core.errors import Conflict
from tenants.actors import Actor

LETTER = ("body", "originator", "commercial", "per_minute")


class NotOver(Conflict):
    code = "campaign-not-over"

    def __init__(self) -> None:
        super().__init__("Kampanya bitmeden ulaşmayanlara yeniden gönderilemez.")


class NobodyMissed(Conflict):
    code = "nobody-missed"

    def __init__(self) -> None:
        super().__init__("Ulaşmayan alıcı yok.")


@transaction.atomic
def clone(*, by: Actor, campaign_id: int) -> Campaign:
    """A draft with the same list and text; its list is checked anew, as opt-outs may have come."""
    before = drafts.find(by=by, campaign_id=campaign_id)
    made = _draft(by, before, "kopya")
    for name in ("source", "file", "layout", "columns", "parent"):
        setattr(made, name, getattr(before, name))
    made.save()
    return made


@transaction.atomic
def to_missed(*, by: Actor, campaign_id: int) -> Campaign:
    """A draft for those whom the first one certainly did not reach, being checked. Raises NotOver, NobodyMissed, FileGone."""
    before = drafts.find(by=by, campaign_id=campaign_id)
    message = before.message
    if message is None or not before.closed_at:
        raise NotOver
    if not message.undelivered + message.expired + message.failed:
        raise NobodyMissed
    if before.kept is None:
        raise sources.FileGone
    made = _draft(by, before, "ulaşmayanlar")
    made.source, made.parent = Campaign.Source.MISSED, before
    made.columns = [NUMBER, *before.fields]
    made.stage = Campaign.Stage.CHECKING
    made.job = jobs.start(by=by, kind=checking.KIND, options={"campaign": made.pk})
    made.save()
    return made


def _draft(by: Actor, before: Campaign, word: str) -> Campaign:
    name = f"{before.name[: drafts.NAME - len(word) - 3]} ({word})"
    return drafts.create(by=by, name=name, **{field: getattr(before, field) for field in LETTER})
