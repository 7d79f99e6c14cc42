"""P8 a report may come twice, late, out of order or forged: pushed at the web's door, folded by workers beside each other.

What becomes of each recipient is thrown by dice, which is the oracle; the operator is silent about all of them when asked. The
reports are shuffled over rounds, and each round is folded before the next begins, so that a word against a final state is
one. Some name submissions whose hand-over we learn of at the end, as after a worker's death; some name nothing at all.
"""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.db.models import F

from billing.models import LedgerEntry
from gateways import accounts, setup
from gateways.base import Accepted
from gateways.models import GatewayAccount
from messaging.sms import dispatch, sending, sweeping
from messaging.sms.models import HeldReport, Recipient, Submission
from smsmerkezi.embedded import processes
from tenants.actors import Actor
from tests import factories
from tests.soak import crew, firms, house, judge
from tests.soak.bars import Bars
from tests.soak.clients import Promise

MESSAGES = 20_000  # reports, before those that are told again
SIZES = (1, 9, 90)  # recipients of the messages, in turn
WITHHELD = 0.025  # share of the recipients whose hand-over is recorded last
STRANGE, DOUBLED, CONTRADICTED, FORGED = 0.025, 0.30, 0.01, 0.05  # shares of the reports
ROUNDS = 4
POSTERS = 4  # threads
LONGEST = {"honest": 500, "forged": 20}  # reports in one request
PATIENCE = 60  # seconds for a round
ENDS = {
    "delivered": Recipient.State.DELIVERED,
    "undelivered": Recipient.State.UNDELIVERED,
    "expired": Recipient.State.EXPIRED,
    "rejected": Recipient.State.REJECTED,
}
LOCK = threading.Lock()
ODDS = (85, 10, 3, 2)
CODES = ("", "absent", "busy", "27")
OF_THE_JUDGE = ("charged_unlike_book", "reserved_left", "stuck", "broken")
BARS = Bars(
    zero=("wrong", "refused", "forged_believed", "not_kept", "left", "refunds", *OF_THE_JUDGE),
    least={"doubled": 1, "contradicting": 1, "forged": 1, "strangers": 1, "matched_later": 1},
)


class Handed(NamedTuple):
    """A recipient as the operator knows it: its order's id there, our reference, its number."""

    name: str
    ref: str
    number: int


class Word(NamedTuple):
    """What is told of a recipient: by the operator's id, by our reference, or by both."""

    name: str
    ref: str
    number: int
    status: str
    code: str

    def row(self) -> dict[str, Any]:
        told = {"id": self.name, "ref": self.ref, "msisdn": self.number, "status": self.status}
        return {**told, "vendor": "mock-b", "code": self.code, "at": time.time()}


@dataclass
class Plan:
    """What is posted in each round, honest and forged; and how each recipient, by id and number, must end."""

    honest: list[list[Word]] = field(default_factory=lambda: [[] for _ in range(ROUNDS)])
    forged: list[list[Word]] = field(default_factory=lambda: [[] for _ in range(ROUNDS)])
    ends: dict[tuple[str, int], tuple[int, str | None]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)


def run(place: house.House, *, messages: int, seed: int) -> dict[str, Any]:
    dice = random.Random(seed)
    doors = _doors(place)
    firm = firms.firm(credits=messages)
    later = round(messages * WITHHELD)
    promises = _accepted(firm.actor, messages - later)
    dispatch.drain(Submission.Lane.SMS, linger=0)
    known = _recorded()
    promises += _accepted(firm.actor, later, first=messages - later)
    plan = planned(known, list(_unrecorded()), dice)
    with crew.at_work(place) as people:
        _hired(people, place)
        begun = time.monotonic()
        answers = _told(plan, place.url, doors, dice)
        seconds = time.monotonic() - begun
        kept = HeldReport.objects.count()
        _handed_over_at_last(plan)
    verdict = judge.verdict(promises, place.book())
    return {
        **{name: plan.counts[name] for name in ("doubled", "contradicting", "strangers", "withheld")},
        "forged": answers["forged", 401],
        "forged_believed": sum(n for (kind, code), n in answers.items() if kind == "forged" and code != 401),
        "refused": sum(n for (kind, code), n in answers.items() if kind == "honest" and code != 200),
        "not_kept": plan.counts["withheld"] + plan.counts["strangers"] - kept,
        "matched_later": kept - HeldReport.objects.count(),
        "left": HeldReport.objects.count() - plan.counts["strangers"],
        "wrong": wrong(plan),
        "reports_per_second": round(sum(map(len, plan.honest)) / seconds),
        "refunds": LedgerEntry.objects.filter(reason="refund").count(),
        **{name: verdict[name] for name in OF_THE_JUDGE},
    }


def _doors(place: house.House) -> list[str]:
    """Where the operator posts; behind it addresses that nobody gave it: a wrong key, another account's, no account."""
    urls = []
    for slug in ("mock", "other"):
        firms.road(place, slug)
        account = GatewayAccount.objects.get(slug=slug)
        urls.append(urlsplit(setup.renew_callback(account_id=account.pk, note=lambda *_: None)).path)
    accounts.forget()
    (ours, mine), (_, theirs) = (url.rsplit("/", 1) for url in urls)
    return [urls[0], f"{ours}/{mine[::-1]}", f"{ours}/{theirs}", f"/callbacks/nobody/{mine}"]


def _accepted(actor: Actor, count: int, *, first: int = 0) -> list[Promise]:
    """Messages to so many numbers of which the operator never tells by itself, the `first`-th and those behind it."""
    promises, last = [], first + count
    while first < last:
        size = min(SIZES[len(promises) % len(SIZES)], last - first)
        numbers = [factories.number(n, fate="0006") for n in range(first, first + size)]
        accepted = sending.send_sms(by=actor, order=factories.order(*numbers))
        promises.append(Promise(accepted.id, accepted.parts, [int(number) for number in numbers]))
        first += size
    return promises


def _recorded() -> list[Handed]:
    submissions = Submission.objects.filter(state=Submission.State.HANDED_OVER)
    return [
        Handed(each.provider_id, each.client_ref.hex, number)
        for each in submissions
        for number in Recipient.objects.filter(
            id__range=(each.first_recipient_id, each.last_recipient_id)
        ).values_list("msisdn", flat=True)
    ]


def _unrecorded() -> Iterator[Handed]:
    """Handed over by a worker that dies with the answers in its hands."""
    while errands := dispatch.take(Submission.Lane.SMS):
        for errand in errands:
            outcome = errand.gateway.submit(errand.parcel)
            assert isinstance(outcome, Accepted), outcome
            for recipient in errand.parcel.recipients:
                yield Handed(outcome.provider_id, errand.parcel.client_ref, recipient.msisdn)


def planned(known: Sequence[Handed], withheld: Sequence[Handed], dice: random.Random) -> Plan:
    plan = Plan()
    for each in known:
        _plan(plan, each, dice)
    for each in withheld:  # by the operator's id alone: our reference would prove the hand-over at once
        plan.honest[dice.randrange(ROUNDS)].append(_word(plan, each._replace(ref=""), dice))
        plan.counts["withheld"] += 1
    for n in range(round((len(known) + len(withheld)) * STRANGE)):
        nobody = Handed(f"m-0-{n}", f"{dice.getrandbits(128):032x}", 905_300_000_001)
        plan.honest[dice.randrange(ROUNDS)].append(Word(*nobody, "delivered", ""))
        plan.counts["strangers"] += 1
    for words in (*plan.honest, *plan.forged):
        dice.shuffle(words)
    return plan


def _plan(plan: Plan, recipient: Handed, dice: random.Random) -> None:
    """The true word, and perhaps the same again, another one when it is final, and another one from somebody else."""
    word = _word(plan, recipient, dice)
    told = [dice.randrange(ROUNDS)]
    if dice.random() < DOUBLED:
        told.append(dice.randrange(ROUNDS))
        plan.counts["doubled"] += 1
    for n in told:
        plan.honest[n].append(word)
    if dice.random() < FORGED:
        plan.forged[dice.randrange(ROUNDS)].append(_against(word, dice))
    after = range(min(told) + 1, ROUNDS)
    if after and dice.random() < CONTRADICTED * ROUNDS / (ROUNDS - 1):
        plan.honest[dice.choice(after)].append(_against(word, dice))
        plan.counts["contradicting"] += 1


def _word(plan: Plan, recipient: Handed, dice: random.Random) -> Word:
    [status] = dice.choices(list(ENDS), ODDS)
    code = "" if status == "delivered" else dice.choice(CODES)
    plan.ends[recipient.name, recipient.number] = (int(ENDS[status]), code or None)
    name, ref = recipient.name, recipient.ref
    named = dice.choice([(name, ref), (name, ""), ("", ref)]) if ref else (name, "")
    return Word(*named, recipient.number, status, code)


def _against(word: Word, dice: random.Random) -> Word:
    return word._replace(status=dice.choice([status for status in ENDS if status != word.status]), code="lie")


def _hired(people: crew.Crew, place: house.House) -> None:
    people.start("web", crew.web(place.port))
    for n in (1, 2):
        people.start(f"dlr-{n}", crew.worker("dlr"))
    crew.await_web(place.port)


def _told(plan: Plan, url: str, doors: Sequence[str], dice: random.Random) -> Counter[tuple[str, int]]:
    """Round by round; how often which answer was given to an honest and to a forged request."""
    answers: Counter[tuple[str, int]] = Counter()
    ours, *wrong_ones = doors
    site = urlsplit(url).netloc
    for honest, forged in zip(plan.honest, plan.forged, strict=True):
        requests = [("honest", ours, words) for words in _batches(honest, LONGEST["honest"], dice)]
        requests += [
            ("forged", dice.choice(wrong_ones), words) for words in _batches(forged, LONGEST["forged"], dice)
        ]
        dice.shuffle(requests)
        threads = [
            threading.Thread(target=_post, args=(site, requests[n::POSTERS], answers)) for n in range(POSTERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        processes.wait_until(_all_tried, seconds=PATIENCE, step=0.1)
    return answers


def _all_tried() -> bool:
    return not HeldReport.objects.filter(tries=0).exists()


def _batches(words: Sequence[Word], longest: int, dice: random.Random) -> Iterator[Sequence[Word]]:
    start = 0
    while start < len(words):
        size = dice.randint(1, longest)
        yield words[start : start + size]
        start += size


def _post(
    site: str, requests: Iterable[tuple[str, str, Sequence[Word]]], answers: Counter[tuple[str, int]]
) -> None:
    connection = http.client.HTTPConnection(site, timeout=PATIENCE)
    for kind, path, words in requests:
        body = json.dumps({"reports": [word.row() for word in words]})
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        with LOCK:
            answers[kind, answer.status] += 1
    connection.close()


def _handed_over_at_last(plan: Plan) -> None:
    """The dead worker's leases lapse, their gateway is asked, and what is kept is looked at again."""
    lapsed = Submission.objects.filter(state=Submission.State.SUBMITTING)
    lapsed.update(lease_until=F("last_tx_at"))
    sweeping.reap()
    open_ones = Submission.objects.filter(state__lt=Submission.State.HANDED_OVER)
    processes.wait_until(lambda: not open_ones.exists(), seconds=PATIENCE, step=0.1)
    HeldReport.objects.update(next_try_at=F("received_at"))
    strangers = plan.counts["strangers"]
    processes.wait_until(lambda: HeldReport.objects.count() <= strangers, seconds=PATIENCE, step=0.1)


def wrong(plan: Plan) -> int:
    """Recipients whose end, or its reason, is not the dice's."""
    found = {}
    for each in Submission.objects.all():
        rows = Recipient.objects.filter(id__range=(each.first_recipient_id, each.last_recipient_id))
        for number, state, code in rows.values_list("msisdn", "state", "error_code"):
            found[each.provider_id, number] = (state, code)
    return sum(found.get(key) != end for key, end in plan.ends.items()) + abs(len(found) - len(plan.ends))
