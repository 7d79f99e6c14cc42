"""Storing the recipients of a campaign that was launched, some thousands in a step; what is stored goes at once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from gateways.segments import Encoding
from messaging.campaigns import happenings, lists, pace, pricing
from messaging.campaigns.lists import Person
from messaging.campaigns.models import Campaign
from messaging.files import jobs
from messaging.files.models import Job
from messaging.sms import bell
from messaging.sms.models import Submission
from messaging.sms.store import bulk
from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError

KIND = "campaign.load"
AT_ONCE = 5000  # recipients in one step
LANE = Submission.Lane.BULK


class ListTooShort(DomainError):
    """Fewer people than were paid for: what is missing is given up."""

    code = "list-too-short"

    def __init__(self) -> None:
        super().__init__("Liste beklenenden kısa; kalan kredi iade edildi.")


class Weighed(NamedTuple):
    """A person whose text is made."""

    person: Person
    text: str
    parts: int
    encoding: str


class Stored(NamedTuple):
    """As bulk.store takes them."""

    msisdns: list[int]
    parts: int | list[int]
    texts: list[str] | None


class Load(jobs.Handler):
    """`job.done` recipients are stored. Whoever dies within a step has stored none of it."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self._begun = False

    def step(self) -> bool:
        campaign = Campaign.objects.select_related("kept", "tenant").get(pk=self.job.options["campaign"])
        message = bulk.loading(message_id=campaign.sent_as)
        if not message.awaited or campaign.cancelled_at:
            return False  # who stops it gives up the rest
        if not self._begun:
            self._begun = True
            self._reader = lists.Reader(campaign, skip=self.job.done)
            self._scale = pricing.scale(campaign)
        left, stored = self._store(campaign, message)
        self.job.done += stored
        if not message.paused_at:
            transaction.on_commit(lambda: bell.ring(LANE))
        return left > 0

    def ended(self) -> None:
        """What nobody will read any more is given up; nothing is left where the list was read to its end."""
        campaign = Campaign.objects.get(pk=self.job.options["campaign"])
        if self.job.done == campaign.recipients:
            happenings.note(campaign, happenings.Kind.STORED)
        if self.job.state != Job.State.DONE:
            bulk.abandon(message_id=campaign.sent_as, cancelled=False)
            Campaign.objects.filter(pk=campaign.pk).update(
                error_code=self.job.error_code, error_text=self.job.error_text
            )

    def _store(self, campaign: Campaign, message: bulk.Loading) -> tuple[int, int]:
        """How many are left, and how many this step has stored."""
        spans = pace.Spans(
            campaign,
            start=self._start(campaign, message),
            before=self.job.done,
            shift=self.job.data.get("shift", 0.0),
            paused=message.paused_at is not None,
        )
        made = (self._alike if self._scale.wording.alike else self._each)(campaign, spans)
        if not made.msisdns:
            raise ListTooShort
        self.job.data["shift"] = spans.shift
        left = bulk.store(message, lane=LANE, spans=spans.made, ids=spans.ids, **made._asdict())
        return left, len(made.msisdns)

    def _alike(self, campaign: Campaign, spans: pace.Spans) -> Stored:
        """The same text for all: their numbers are enough."""
        msisdns = self._reader.numbers(AT_ONCE)
        spans.add(len(msisdns), "")
        return Stored(msisdns, campaign.parts, None)

    def _each(self, _campaign: Campaign, spans: pace.Spans) -> Stored:
        each = self._in_order(self._reader.people(AT_ONCE), spans)
        texts = [one.text for one in each]
        return Stored([one.person.msisdn for one in each], [one.parts for one in each], texts)

    def _in_order(self, people: list[Person], spans: pace.Spans) -> list[Weighed]:
        sorted_out = self._by_encoding(people)
        for encoding, weighed in sorted_out.items():
            spans.add(len(weighed), encoding)
        return [one for weighed in sorted_out.values() for one in weighed]

    def _start(self, campaign: Campaign, message: bulk.Loading) -> datetime:
        """When the first of the list is due, as pauses have put it off."""
        begun = self.job.data.setdefault("start", clock.now().timestamp())
        start = datetime.fromtimestamp(begun, UTC) + timedelta(seconds=campaign.delay)
        start = max(start, message.scheduled_at or start)
        return start if campaign.per_minute or message.paused_at else max(start, clock.now())

    def _by_encoding(self, people: Sequence[Person]) -> dict[str, list[Weighed]]:
        """One request has one encoding: a quotation mark of one name must not cost all the others a part."""
        found: dict[str, list[Weighed]] = {str(encoding): [] for encoding in Encoding}
        for person in people:
            text = self._scale.wording.text(person.values)
            size = self._scale.size(text, row=person.row)
            found[str(size.encoding)].append(Weighed(person, text, size.parts, str(size.encoding)))
        return found
