"""From a claimed submission to its gateway and back to the rows.

`drain` keeps a lane's submissions moving: the calling thread talks to the database, a few others to each gateway. No
transaction is open while a gateway is spoken to, and whatever happens to this process, the rows know more than it did.
"""

import logging
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings

from gateways import circuit, health
from gateways.base import Capabilities, Gateway, NotSent, Outbound, Outcome, Parcel, Unknown
from gateways.segments import Encoding
from messaging.sms import outcomes, points, quarantine, roads
from messaging.sms.models import Message, Recipient
from messaging.sms.store import claim as store
from messaging.sms.store import record, route
from smsmerkezi import database

logger = logging.getLogger(__name__)

stopping = (
    threading.Event()
)  # set by a worker that was told to end: what is under way is finished, nothing new begun

POLL = 0.05  # seconds between looks while lingering: the price of one small query, the latency of a lost bell
LINGER = 1.2  # seconds that a drain waits for more, so that one bell a second suffices
_cursors: dict[int, tuple[str, int]] = {}  # where each lane's next look at those who wait begins


@dataclass(frozen=True, slots=True)
class Errand:
    """A claimed submission, what to hand over, to whom, and when it was claimed (monotonic)."""

    claim: store.Claimed
    parcel: Parcel
    gateway: Gateway
    claimed: float

    @property
    def begin_by(self) -> float:
        """The last moment (monotonic) for its exchange to begin, so that it ends within the lease."""
        return self.claimed + settings.SEND_LEASE - settings.SEND_TIMEOUT - settings.SEND_MARGIN

    def parcel_at(self, moment: float) -> Parcel:
        """The parcel, knowing what time it is for the database at this moment (monotonic)."""
        return replace(self.parcel, at=self.claim.claimed_at + timedelta(seconds=moment - self.claimed))


class Answer(NamedTuple):
    """What came of an errand, and after how many seconds; 0 where nothing went over the wire."""

    errand: Errand
    outcome: Outcome
    seconds: float = 0.0


class _Crew:
    """Threads that talk to gateways, a few for each, so that a gateway that hangs keeps no other waiting."""

    def __init__(self) -> None:
        self._pools: dict[str, ThreadPoolExecutor] = {}
        self._under_way: dict[Future[Answer], str] = {}

    @property
    def busy(self) -> Counter[str]:
        return Counter(self._under_way.values())

    def send(self, errands: Iterable[Errand]) -> None:
        for errand in errands:
            slug = errand.claim.gateway
            if slug not in self._pools:
                self._pools[slug] = ThreadPoolExecutor(settings.SEND_THREADS, thread_name_prefix="gateway")
            self._under_way[self._pools[slug].submit(_hand_over, errand)] = slug

    def answers(self, timeout: float | None) -> list[Answer]:
        """What has come by now, or within `timeout` seconds; without one, all of it. In the order in which it was begun."""
        until = FIRST_COMPLETED if timeout is not None else "ALL_COMPLETED"
        done, _ = wait(self._under_way, timeout=timeout, return_when=until)
        answered = [future for future in self._under_way if future in done]
        for future in answered:
            del self._under_way[future]
        return [future.result() for future in answered]

    def dismiss(self) -> None:
        for pool in self._pools.values():
            pool.shutdown()


def drain(lane: int, *, linger: float = LINGER, stop_after: float = 300.0) -> int:
    """Hand over whatever is due in the lane until there has been nothing for `linger` seconds. How many submissions."""
    started = idle_since = time.monotonic()
    handled, crew = 0, _Crew()
    try:
        while True:
            enough = stopping.is_set() or time.monotonic() - started > stop_after
            crew.send([] if enough else take(lane, busy=crew.busy))
            if crew.busy:
                # Not longer than a look apart: what hangs at one gateway must not make us deaf to what is new.
                handled += settle(crew.answers(POLL))
                idle_since = time.monotonic()
            elif enough or time.monotonic() - idle_since >= linger:
                return handled
            else:
                time.sleep(POLL)
    finally:  # whatever ended the loop: an answer is evidence, and is written down
        handled += settle(crew.answers(None))
        crew.dismiss()
        health.tally.write(now=True)


def take(lane: int, *, busy: Mapping[str, int] | None = None, limit: int = store.PAIRS) -> list[Errand]:
    """Claim what is due in the lane and its roads have room for. The claim is durable on return."""
    quarantine.look()
    begun = time.monotonic()
    waiting = _waiting(lane)
    open_roads = roads.open_roads({pair.gateway for pair in waiting if pair.due}, busy or {}, lane)
    wants = roads.shares(waiting, open_roads)
    errands: list[Errand] = []
    fell = False
    try:
        going, fell = _claim(lane, wants, open_roads, limit) if wants else ([], False)
        errands += [
            Errand(claim, _parcel(claim, rows), open_roads[claim.gateway].gateway, begun)
            for claim, rows in going
        ]
    finally:  # what could not be claimed, or fell to pieces, has used nothing of its road's rate
        roads.give_back(open_roads, Counter(errand.claim.gateway for errand in errands))
    if fell and not errands:
        return take(lane, busy=busy, limit=limit)  # the pieces are ready now
    if errands:
        points.reach("claim.committed")
    return errands


def _waiting(lane: int) -> list[store.Waiting]:
    """Where more firms wait than one look shows, the next look begins behind this one."""
    found = store.waiting(lane=lane, after=_cursors.get(lane, store.FIRST), limit=store.PAIRS)
    full = len(found) == store.PAIRS
    _cursors[lane] = (found[-1].gateway, found[-1].tenant_id) if full else store.FIRST
    return found


@database.transactional
def _claim(
    lane: int, wants: list[store.Want], open_roads: Mapping[str, roads.Road], limit: int
) -> tuple[list[tuple[store.Claimed, list[store.Row]]], bool]:
    """Claims with the rows that go; what does not fit its road is ready again in pieces, and whether anything was so."""
    claims = store.claim(lane=lane, wants=wants, limit=limit, lease=settings.SEND_LEASE)
    claims = _under_their_names(claims)
    found = store.recipients(claims) if claims else {}
    whole = _whole(claims, found)
    rows = _suppressed({claim.id: found[claim.id] for claim in whole})
    going, fell = [], False
    for claim in whole:
        at_most = _at_most(rows[claim.id], open_roads[claim.gateway].gateway.capabilities)
        if at_most < len(rows[claim.id]) and not claim.doubted:
            fell = bool(route.split(submission=claim.id, at_most=at_most)) or fell
        elif rows[claim.id]:
            going.append((claim, rows[claim.id]))
    points.reach("claim.before_commit")
    return going, fell


def _under_their_names(claims: list[store.Claimed]) -> list[store.Claimed]:
    """Without those whose sender ID has lost its approval since they were accepted: they end unsent and are not charged.

    What may have left before is asked about, as ever.
    """
    revoked = [claim for claim in claims if not claim.sender_approved]
    if not revoked:
        return claims
    outcomes.end_unsent([claim for claim in revoked if not claim.doubted], "sender-revoked")
    outcomes.put_in_doubt([claim for claim in revoked if claim.doubted], "sender revoked since")
    return [claim for claim in claims if claim.sender_approved]


def _whole(claims: list[store.Claimed], rows: Mapping[int, list[store.Row]]) -> list[store.Claimed]:
    """Without the repeats somebody of whom has opted out: a repeat goes as it is, or not at all, and its gateway is asked."""
    lacking = {claim.id for claim in claims if claim.doubted and any(row.opted_out for row in rows[claim.id])}
    back = [claim for claim in claims if claim.id in lacking]
    if back:
        outcomes.put_in_doubt(back, "opted out since")
    return [claim for claim in claims if claim.id not in lacking]


def _at_most(rows: list[store.Row], able: Capabilities) -> int:
    """How many of these recipients one request to this gateway may carry."""
    alike = able.personalised or len({row.text for row in rows}) <= 1
    return able.max_batch if alike else 1


def _suppressed(rows: dict[int, list[store.Row]]) -> dict[int, list[store.Row]]:
    """Those that may be sent to. Whoever opted out since the message was accepted is left out and not charged."""
    gone = [row for found in rows.values() for row in found if row.opted_out]
    if not gone:
        return rows
    record.leave(
        submissions=[row.submission for row in gone],
        msisdns=[row.msisdn for row in gone],
        codes=["opted-out"] * len(gone),
        recipients=Recipient.State.CANCELLED,
    )
    return {submission: [row for row in found if not row.opted_out] for submission, found in rows.items()}


def _parcel(claim: store.Claimed, rows: list[store.Row]) -> Parcel:
    """A text that all have is the parcel's own: not every gateway carries one for each."""
    texts = {row.text for row in rows}
    shared = texts.pop() if len(texts) == 1 else None
    return Parcel(
        client_ref=claim.client_ref.hex,
        originator=claim.originator,
        body=claim.body if shared is None else shared,
        encoding=Encoding(claim.encoding),
        recipients=[Outbound(row.msisdn, None if shared is not None else row.text) for row in rows],
        validity_minutes=claim.validity_minutes,
        otp=claim.kind == Message.Kind.OTP,
    )


def _hand_over(errand: Errand) -> Answer:
    points.reach("send.before")
    begun = time.monotonic()
    if begun > errand.begin_by:  # the lease might end before the exchange does
        return Answer(errand, NotSent("lease nearly over", retry_after=timedelta(0)))
    try:
        outcome = errand.gateway.submit(errand.parcel_at(begun))
    except Exception:
        logger.exception("dispatch.gateway_broke", extra={"ids": {"submission": errand.claim.id}})
        outcome = Unknown("internal error")
    points.reach("send.answered")
    return Answer(errand, outcome, time.monotonic() - begun)


def settle(answers: Iterable[Answer]) -> int:
    """Record what the gateways said, in one transaction. How many answers."""
    answers = list(answers)
    if answers:
        outcomes.record_all([(answer.errand.claim, answer.outcome) for answer in answers])
        _note(answers)
    return len(answers)


def _note(answers: list[Answer]) -> None:
    """What the answers say about the roads."""
    heard: defaultdict[str, list[Outcome]] = defaultdict(list)
    for errand, outcome, seconds in answers:
        health.tally.exchanged(errand.claim.gateway, outcome, seconds)
        if seconds:
            heard[errand.claim.gateway].append(outcome)
    for slug, words in heard.items():
        circuit.heard(slug, words)
    health.tally.write()


def due(lane: int) -> bool:
    """Is there anything to hand over in this lane?"""
    return store.due(lane=lane)
