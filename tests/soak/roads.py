"""The same messages by every road: each vendor's dialect ends in the same states, to the recipient and to the credit.

Every message has a recipient of each fate and some ordinary ones; a firm of its own sends them by each vendor's account.
What an operator refuses at once is not charged; what it takes and refuses later is, as its own bill says: so the ledger is
held against the operators' books.
What is measured is whether the words mean the same, so the operators' own limits are lifted.
"""

import time
from collections import Counter
from typing import Any

from gateways import registry
from messaging.sms import sending
from messaging.sms.models import Recipient, Submission
from smsmerkezi.embedded import processes
from tests import factories
from tests.soak import firms, house, judge
from tests.soak.bars import Bars
from tests.soak.clients import Promise

MESSAGES = 10_000  # by each road, counted by recipient
EACH = 20  # recipients of a request: two of each fate, twelve whom any operator reaches
ORDINARY = ("1001", "1002", "1003", "1004", "1005", "1006")
STATE = Recipient.State
ENDS = {"0001": STATE.DELIVERED, "0002": STATE.UNDELIVERED, "0003": STATE.EXPIRED, "0004": STATE.REJECTED}
FATES = (*ENDS, *ORDINARY)
PATIENCE = 100.0  # seconds after the last is accepted
OPTIONS = {
    "rate": 10**6,
    "report_rate": 10**6,  # what an account's contract may allow
    "report_path": "/api/message/report",
    "dates": False,
    "quiet": 2,
    "timeout": 5,
}
BARS = Bars(
    zero=("other_ends", *judge.MUST_BE_ZERO), least={"roads": len(registry.VENDORS), "exact_roads": 5}
)


def run(place: house.House, *, messages: int, seed: int) -> dict[str, Any]:
    place.operator.faults(seed=seed, report_rate=10**9)
    roads = [_road(place, vendor) for vendor in registry.VENDORS]
    place.start_family()
    promises = {slug: _sent(slug, messages // EACH, n) for n, slug in enumerate(roads)}
    begun = time.monotonic()
    processes.wait_until(lambda: judge.under_way() == 0, seconds=PATIENCE, step=0.5)
    everything = [promise for kept in promises.values() for promise in kept]
    return {
        "roads": len(roads),
        "recipients": len(everything) * EACH,
        "settled_in": round(time.monotonic() - begun, 1),
        **_told(ends()),
        **judge.verdict(everything, place.book()),
    }


def _told(found: dict[str, Counter[tuple[str, int]]]) -> dict[str, Any]:
    """`other_ends` by road, and how many roads tell undelivered, expired and refused apart."""
    others = {
        road: {
            f"{fate} {STATE(state).name}": count
            for (fate, state), count in counted.items()
            if wrong(fate, state, exactly=False)
        }
        for road, counted in found.items()
    }
    exact = sum(not any(wrong(*end, exactly=True) for end in counted) for counted in found.values())
    return {"other_ends": {road: wrongs for road, wrongs in others.items() if wrongs}, "exact_roads": exact}


def _road(place: house.House, vendor: str) -> str:
    slug = f"road-{vendor}"
    factories.gateway(slug, vendor=vendor, url=place.operator.url, **OPTIONS)
    return slug


def _sent(slug: str, count: int, nth: int) -> list[Promise]:
    """So many messages of a firm named like its road, to numbers that no other road has."""
    firm = factories.tenant(slug=slug, gateway=slug, credits=count * EACH)
    actor = firms.Actor(firm, factories.user(firm))
    promises = []
    for n in range(count):
        firsts = [2 * (nth * count + n) + twin for twin in range(EACH // len(FATES))]
        numbers = [factories.number(first, fate=fate) for first in firsts for fate in FATES]
        accepted = sending.send_sms(by=actor, order=factories.order(*numbers))
        promises.append(Promise(accepted.id, accepted.parts, [int(number) for number in numbers]))
    return promises


def ends() -> dict[str, Counter[tuple[str, int]]]:
    """By road, how often recipients of each fate (their last four digits) ended in each state."""
    found: dict[str, Counter[tuple[str, int]]] = {}
    for row in Submission.objects.values("gateway", "first_recipient_id", "last_recipient_id").iterator():
        ids = (row["first_recipient_id"], row["last_recipient_id"])
        rows = Recipient.objects.filter(id__range=ids).values_list("msisdn", "state")
        found.setdefault(row["gateway"], Counter()).update(
            (f"{number % 10000:04d}", state) for number, state in rows
        )
    return found


def wrong(fate: str, state: int, *, exactly: bool) -> bool:
    """Whether a recipient of this fate should have ended otherwise.

    Some operators' reports know no more than "delivered" and "not delivered"; what they have no word for is undelivered.
    """
    right = ENDS.get(fate, STATE.DELIVERED)
    plain = STATE.UNDELIVERED if right != STATE.DELIVERED and not exactly else right
    return state not in {right, plain}
