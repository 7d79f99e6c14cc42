"""A campaign from a messy file while everything around it is killed: each person once, each credit once, nobody who refused, and
nothing that is claimed while it is paused.
"""

import random
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Min

from messaging.campaigns import drafts, launching, letters, listing, steering
from messaging.campaigns.models import Campaign
from messaging.contacts import erased, optouts, platform_list
from messaging.contacts.models import ErasedOptOut
from messaging.sms.models import Attempt, Recipient, Submission
from smsmerkezi.embedded import processes
from tenants.actors import Actor
from tests import factories, switching
from tests.soak import clients, firms, house, judge
from tests.soak.bars import Bars

MESSAGES = 20_000  # people on the list; the factories know no more numbers
KILL_EVERY = 2.0  # seconds
SPAN = 30.0  # seconds that the list is spread over
QUIET = 6.0  # seconds that it is paused: longer than what a worker holds may take
DRAIN = 90  # seconds until everything must be over
PATIENCE = 60  # seconds for a job of the files' worker
WRONG, TWICE_EVERY, REFUSED_EVERY = 20, 15, 25
BARS = Bars(
    zero=("claimed_while_paused", "refused_but_sent", "unlike_quote", "miscounted", *judge.MUST_BE_ZERO),
    least={"refused_meanwhile": 3, "kills": 1},
)


def run(place: house.House, *, messages: int, seed: int) -> dict[str, Any]:
    firms.road(place)
    actor = firms.firm(credits=messages * 2).actor
    people = [int(factories.number(n)) for n in range(messages)]
    known = people[::REFUSED_EVERY]
    optouts.add(by=actor, numbers=[f"+{number}" for number in known])
    place.operator.faults(seed=seed, **house.FAULTS)
    place.start_family(KILL_EVERY)
    campaign = launched(actor, people)
    refused, paused = refused_meanwhile(place, actor, campaign, random.Random(seed))
    place.let_live()
    ended = processes.wait_until(lambda: over(campaign), seconds=DRAIN + SPAN, step=0.5)
    campaign.refresh_from_db()
    willing = set(people) - set(known)
    promise = clients.Promise(campaign.message_id, 1, sorted(willing))
    book = place.book()
    verdict = judge.verdict([promise], book)
    charged = len(judge.taken(book))
    return {
        "ended": ended,
        "kills": place.kills,
        "refused_meanwhile": len(refused),
        "refused_but_sent": len(refused & judge.taken(book).keys()),
        "claimed_while_paused": claimed_between(*paused),
        "miscounted": campaign.recipients - len(willing) or campaign.reasons["invalid"] - WRONG,
        "unlike_quote": campaign.credits - campaign.charged - not_sent(campaign)
        or campaign.charged - charged,
        **verdict,
    }


def launched(actor: Actor, people: list[int]) -> Campaign:
    """By the jobs of workers that may die at any moment."""
    made = drafts.create(by=actor, name="Kasım")
    listing.give_file(by=actor, campaign_id=made.pk, chunks=file(people), name="liste.csv")
    listing.check(by=actor, campaign_id=made.pk)
    awaited(made, lambda: made.stage == Campaign.Stage.CHECKED)
    pace = int(len(people) * 60 / SPAN)
    letter = letters.Letter("Sayın {{name}}, indirim", commercial=False, per_minute=pace)
    letters.write(by=actor, campaign_id=made.pk, letter=letter)
    awaited(made, lambda: bool(made.quoted))
    return launching.launch(by=actor, campaign_id=made.pk, quoted=made.quoted)


def awaited(campaign: Campaign, done: Any) -> None:
    def look() -> bool:
        campaign.refresh_from_db()
        return bool(done())

    if not processes.wait_until(look, seconds=PATIENCE, step=0.2):
        raise SystemExit(f"The campaign stayed {campaign.stage}")


def file(people: list[int]) -> Iterator[bytes]:
    """As people have them: some rows wrong, some twice, in one of the spellings of a spreadsheet."""
    yield "Cep Telefonu;Ad\r\n".encode("cp1254")
    for n, number in enumerate(people):
        national = str(number)[2:]
        spelt = (f"0{national}", f"+90 {national}", national)[n % 3]
        yield f"{spelt};Müşteri {n}\r\n".encode("cp1254")
        if n % TWICE_EVERY == 0:
            yield f"{national};yine\r\n".encode("cp1254")
    yield b"".join(f"0212555{n:04d}x;yanlis\r\n".encode() for n in range(WRONG))


def refused_meanwhile(
    place: house.House, actor: Actor, campaign: Campaign, dice: random.Random
) -> tuple[set[int], tuple[datetime, datetime]]:
    """Pause in the middle; whoever says no by then, on whichever list, is not sent to any more. Then go on."""
    time.sleep(SPAN / 3)
    steering.pause(by=actor, campaign_id=campaign.pk)
    campaign.refresh_from_db()
    paused_at = campaign.message.paused_at
    time.sleep(QUIET)
    chosen = dice.sample(untried(campaign), 30)
    for turn, number in enumerate(chosen):
        (refuse_here, refuse_everywhere, erase)[turn % 3](actor, number)
    resumed_at = Recipient.objects.raw("SELECT 1 AS id, now() AS at")[0].at
    steering.resume(by=actor, campaign_id=campaign.pk)
    return set(chosen), (paused_at, resumed_at)


def untried(campaign: Campaign) -> list[int]:
    """Numbers whose submission nobody has tried yet."""
    tried = Attempt.objects.values("submission_id")
    found: list[int] = []
    waiting = Submission.objects.filter(message_id=campaign.message_id, state=0).exclude(pk__in=tried)
    for each in waiting:
        span = (each.first_recipient_id, each.last_recipient_id)
        found += Recipient.objects.filter(id__range=span).values_list("msisdn", flat=True)
    return found


def refuse_here(actor: Actor, number: int) -> None:
    optouts.add(by=actor, numbers=[f"+{number}"])


def refuse_everywhere(_actor: Actor, number: int) -> None:
    platform_list.add(by=switching.staff(), numbers=[f"+{number}"])


def erase(actor: Actor, number: int) -> None:
    digest = erased.digest(firm_id=actor.tenant.pk, msisdn=number)
    ErasedOptOut.objects.create(tenant=actor.tenant, digest=digest, source="sms")


def claimed_between(paused_at: datetime, resumed_at: datetime) -> int:
    """Submissions that were first tried while nothing new might be."""
    firsts = Attempt.objects.values("submission_id").annotate(first=Min("started_at"))
    return firsts.filter(first__gt=paused_at, first__lt=resumed_at).count()


def over(campaign: Campaign) -> bool:
    return (
        judge.under_way() == 0 and Campaign.objects.filter(pk=campaign.pk, closed_at__isnull=False).exists()
    )


def not_sent(campaign: Campaign) -> int:
    """Credits that went back."""
    spans = Submission.objects.filter(message_id=campaign.message_id)
    ranges = spans.values_list("first_recipient_id", "last_recipient_id")
    return sum(Recipient.objects.filter(id__range=span, released_at__isnull=False).count() for span in ranges)
