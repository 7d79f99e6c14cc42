"""The list of a draft: a file, pasted lines or the address book; its columns, and its reading."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from messaging.campaigns import checking, sources
from messaging.campaigns.drafts import draft
from messaging.campaigns.models import NUMBER, Campaign
from messaging.files import jobs, sheets, vault
from messaging.files.models import StoredFile
from smsmerkezi.core import clock, naming, texts
from smsmerkezi.core.errors import DomainError
from tenants import access
from tenants.actors import Actor

PURPOSE = "campaign.file"
LIMIT = 128 * 1024**2  # bytes of a file; a million rows of a hundred
WAITED_FOR = 64 * 1024  # bytes of a list that is checked while a person waits: about 2,000 rows


class BadColumns(DomainError):
    code = "invalid-columns"
    field = "columns"

    def __init__(self) -> None:
        super().__init__("Tam bir sütun telefon olmalı; her alan bir kez seçilebilir.")


@transaction.atomic
def give_file(
    *, by: Actor, campaign_id: int, chunks: Iterable[bytes], name: str, limit: int = LIMIT
) -> Campaign:
    """The list is this file. Raises vault.TooLarge, sheets.Unreadable."""
    campaign = draft(by=by, campaign_id=campaign_id)
    ends_at = clock.now() + checking.KEPT_FOR
    stored = vault.keep(
        tenant=by.tenant, chunks=chunks, name=name, purpose=PURPOSE, limit=limit, ends_at=ends_at
    )
    return _take(campaign, stored)


@transaction.atomic
def paste(*, by: Actor, campaign_id: int, lines: str) -> Campaign:
    """The list is what somebody pasted: `number[,name]` a line. Raises EmptyList, vault.TooLarge."""
    campaign = draft(by=by, campaign_id=campaign_id)
    if not lines.strip():
        raise checking.EmptyList
    plain = texts.without_unstorable(lines).encode()
    ends_at = clock.now() + checking.KEPT_FOR
    stored = vault.keep(
        tenant=by.tenant, chunks=[plain], name="liste.txt", purpose=PURPOSE, limit=LIMIT, ends_at=ends_at
    )
    _replace(campaign, stored, Campaign.Source.MANUAL)
    headed = not any(map(str.isdigit, lines.strip().splitlines()[0]))
    campaign.layout = sheets.Layout("csv", "utf-8", _cut(lines), headed).as_dict()
    campaign.columns = [NUMBER, "name"]
    _unchecked(campaign)
    return campaign


@transaction.atomic
def from_book(*, by: Actor, campaign_id: int, group: int | None = None, tag: str = "") -> Campaign:
    """The list is the address book, or a part of it."""
    campaign = draft(by=by, campaign_id=campaign_id)
    access.require(by, "contacts.read")
    campaign.source, campaign.layout = Campaign.Source.BOOK, {"group": group, "tag": tag}
    campaign.columns = list(sources.BOOK_COLUMNS)
    _unchecked(campaign)
    return campaign


def _cut(lines: str) -> str:
    """What stands between number and name: the first of what may."""
    return next((letter for letter in lines if letter in ",;\t|"), ",")


def _take(campaign: Campaign, stored: StoredFile) -> Campaign:
    stream = vault.opened(stored)
    layout = sheets.guess(stream, stored.name)
    header, rows = sheets.sample(stream, layout)
    _replace(campaign, stored, Campaign.Source.FILE)
    campaign.layout = layout.as_dict()
    campaign.columns = _named_second(sheets.guess_columns(rows, header), headed=layout.header)
    _unchecked(campaign)
    return campaign


def _replace(campaign: Campaign, stored: StoredFile, source: str) -> None:
    """The file before goes, unless a copy of the campaign has it."""
    old, campaign.file, campaign.source = campaign.file, stored, source
    campaign.save(update_fields=["file", "source"])
    if old is not None and not Campaign.objects.filter(file=old).exists():
        vault.remove(old)


def _named_second(columns: list[str], *, headed: bool) -> list[str]:
    """Without a header, what follows the number is a name (contract #80)."""
    if headed or NUMBER not in columns or "name" in columns:
        return columns
    after = columns.index(NUMBER) + 1
    return [*columns[:after], "name", *columns[after + 1 :]] if after < len(columns) else columns


def _unchecked(campaign: Campaign) -> None:
    campaign.stage, campaign.quoted, campaign.job = Campaign.Stage.DRAFT, "", None
    campaign.error_code = campaign.error_text = ""
    campaign.save()


@transaction.atomic
def choose_columns(*, by: Actor, campaign_id: int, columns: Sequence[str], header: bool) -> Campaign:
    """What each column of the file is. Raises BadColumns."""
    campaign = draft(by=by, campaign_id=campaign_id)
    chosen = [name if name in {NUMBER, ""} else naming.variable(name) for name in columns]
    used = [name for name in chosen if name]
    if chosen.count(NUMBER) != 1 or len(set(used)) != len(used) or len(chosen) > len(campaign.columns):
        raise BadColumns
    campaign.columns, campaign.layout = chosen, {**campaign.layout, "header": header}
    _unchecked(campaign)
    return campaign


@transaction.atomic
def check(*, by: Actor, campaign_id: int) -> Campaign:
    """Read the list: at once where that is quick, otherwise as a job. Raises what the reading raises, BadColumns."""
    campaign = draft(by=by, campaign_id=campaign_id)
    if campaign.columns.count(NUMBER) != 1:
        raise BadColumns
    given = campaign.file if campaign.source in {Campaign.Source.FILE, Campaign.Source.MANUAL} else None
    if given is not None and given.size <= WAITED_FOR:
        checking.at_once(campaign)
    else:
        campaign.stage = Campaign.Stage.CHECKING
        campaign.job = jobs.start(by=by, kind=checking.KIND, options={"campaign": campaign.pk})
    campaign.save()
    return campaign
