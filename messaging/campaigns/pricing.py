"""What a campaign costs, to the credit: the same texts, counted by the same function, that are stored when it is launched.

The price holds for one list, one text and one road (`campaign.quoted`); whoever launches it with another is asked to look
again. Where all get the same text it is a product; otherwise every text is made and counted, as a job if there are many.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from gateways import registry, segments
from messaging.campaigns import lists
from messaging.campaigns.models import Campaign
from messaging.campaigns.wording import Wording
from messaging.files import jobs
from messaging.files.models import Job
from messaging.sms import sending
from smsmerkezi.core import texts
from smsmerkezi.core.errors import NotFound

KIND = "campaign.price"
AT_ONCE = 5000  # texts in one step
IN_A_REQUEST = 5000  # texts that a person waits for
LONGEST = 5  # rows that are shown


@dataclass(slots=True)
class Price:
    """`credits` are parts; `histogram` says how many recipients have how many; `longest` holds [row, parts] of the longest.

    `gaps` are recipients for whom a variable would be empty.
    """

    recipients: int = 0
    credits: int = 0
    parts: int = 0
    gaps: int = 0
    histogram: Counter[int] = field(default_factory=Counter)
    longest: list[list[int]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in ("recipients", "credits", "parts", "gaps", "longest")}
        return {**told, "histogram": {str(parts): n for parts, n in sorted(self.histogram.items())}}

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Price":
        counted = Counter({int(parts): n for parts, n in data["histogram"].items()})
        return cls(**{**data, "histogram": counted})


class Scale:
    """Weighs texts for one road. Raises BadBody, Unencodable, UnknownVariable."""

    def __init__(self, wording: Wording, profile: segments.SegmentProfile) -> None:
        checked_body(wording.body)
        self.wording, self.profile = wording, profile

    def alike(self, recipients: int) -> Price:
        """All of them get the text as it stands."""
        parts = self.size(self.wording.body, row=0).parts
        return Price(recipients, parts * recipients, parts, 0, Counter({parts: recipients}), [])

    def add(self, price: Price, people: list[lists.Person]) -> None:
        """Weigh the texts of some more people."""
        longest = [tuple(each) for each in price.longest]
        for person in people:
            parts = self.size(self.wording.text(person.values), row=person.row).parts
            price.credits += parts
            price.histogram[parts] += 1
            price.gaps += self.wording.lacks(person.values)
            longest.append((person.row, parts))
        price.recipients += len(people)
        price.parts = max(price.histogram, default=0)
        price.longest = [
            list(each) for each in sorted(longest, key=lambda each: (-each[1], each[0]))[:LONGEST]
        ]

    def size(self, text: str, *, row: int) -> segments.Size:
        """Of one text. Raises BadBody with the row whose text is too long."""
        size = segments.count(text, self.profile)
        if size.parts > self.profile.max_parts:
            whose = f"{row}. satırın metni" if row else "Mesaj"
            raise sending.BadBody(
                f"{whose} {size.parts} parça; en çok {self.profile.max_parts} parça gönderilir."
            )
        if not size.parts:
            raise sending.BadBody(f"{row}. satırda mesaj boş kalıyor.")
        return size


def checked_body(body: str) -> None:
    """Raises BadBody."""
    if not 1 <= len(body) <= sending.MAX_BODY:
        raise sending.BadBody(f"Mesaj 1 ile {sending.MAX_BODY} karakter arasında olmalıdır.")
    if not texts.storable(body):
        raise sending.BadBody("Mesaj geçersiz bir karakter içeriyor.")


def scale(campaign: Campaign) -> Scale:
    """For the campaign's text and road. Raises what Scale raises."""
    able = registry.able(campaign.gateway)
    if able is None:
        raise sending.GatewayClosed
    return Scale(Wording(campaign.body, campaign.fields), able.profile)


def price(campaign: Campaign, *, waited_for: int | None = None) -> Price | None:
    """At once, and kept; None for more texts than are `waited_for`: that takes a job, which the caller starts.

    The caller saves the campaign.

    Raises the refusals of `scale`, sending.GatewayClosed, accounts.UnknownGateway.
    """
    campaign.gateway, _ = sending.road(campaign.tenant)
    weighing = scale(campaign)
    if weighing.wording.alike:
        return keep(campaign, weighing.alike(campaign.recipients))
    weighing.size(campaign.body, row=0)
    if campaign.recipients > (IN_A_REQUEST if waited_for is None else waited_for):
        campaign.quoted = ""
        return None
    found = Price()
    for people in lists.batches(campaign, AT_ONCE):
        weighing.add(found, people)
    return keep(campaign, found)


def keep(campaign: Campaign, found: Price) -> Price:
    campaign.credits, campaign.parts, campaign.quote = found.credits, found.parts, found.as_dict()
    campaign.encoding = str(segments.count(campaign.body, scale(campaign).profile).encoding)
    campaign.quoted = fingerprint(campaign)
    return found


def fingerprint(campaign: Campaign) -> str:
    """Of what a price holds for. Alike in every process: nothing of it is a set, whose order each process shuffles anew."""
    able = registry.able(campaign.gateway)
    profile = able.profile if able else None
    asked = f"{campaign.kept_id}\0{campaign.gateway}\0{profile}\0{campaign.body}"
    return hashlib.sha256(asked.encode()).hexdigest()


class Pricing(jobs.Handler):
    """The price of many different texts."""

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self._reader: lists.Reader | None = None

    def step(self) -> bool:
        campaign = self._campaign()
        if campaign.job_id != self.job.pk or campaign.stage != Campaign.Stage.CHECKED:
            return False  # another text or list was given meanwhile, or it was sent
        if self._reader is None:
            self._scale = scale(campaign)
            self._price = Price.of(self.job.data["price"]) if self.job.data else Price()
            self._reader = lists.Reader(campaign, skip=self.job.done)
        people = self._reader.people(AT_ONCE)
        if not people:
            raise NotFound("Liste artık yok.")
        self._scale.add(self._price, people)
        self.job.done += len(people)
        self.job.data = {"price": self._price.as_dict()}
        if self.job.done < campaign.recipients:
            return True
        keep(campaign, self._price)
        campaign.save()
        return False

    def ended(self) -> None:
        Campaign.objects.filter(pk=self.job.options["campaign"], job=self.job).update(
            error_code=self.job.error_code, error_text=self.job.error_text
        )

    def _campaign(self) -> Campaign:
        return Campaign.objects.select_for_update(no_key=True).get(pk=self.job.options["campaign"])
