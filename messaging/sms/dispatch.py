"""From a claimed submission to its gateway and back to the rows.

`drain` keeps a lane's submissions moving: the calling thread talks to the database, a few others to gateways. No
transaction is open while a gateway is spoken to, and whatever happens to this process, the rows know more than it did.
"""

import logging
import threading
import time
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from gateways import accounts, registry
from gateways.base import Gateway, NotSent, Outbound, Outcome, Parcel, Unknown
from gateways.segments import Encoding
from messaging.sms import outcomes, points
from messaging.sms.models import Message, Recipient
from messaging.sms.store import claim as store
from messaging.sms.store import record

logger = logging.getLogger(__name__)

stopping = (
    threading.Event()
)  # set by a worker that was told to end: what is under way is finished, nothing new begun

POLL = 0.05  # seconds between looks while lingering: the price of one small query, the latency of a lost bell
LINGER = 1.2  # seconds that a drain waits for more, so that one bell a second suffices
PAUSE = timedelta(seconds=5)  # before a closed road is tried again


@dataclass(frozen=True, slots=True)
class Errand:
    """A claimed submission, what to hand over, to whom (None: closed), and until when (monotonic) that may begin."""

    claim: store.Claimed
    parcel: Parcel
    gateway: Gateway | None
    begin_by: float


def drain(lane: int, *, linger: float = LINGER, stop_after: float = 300.0) -> int:
    """Hand over whatever is due in the lane until there has been nothing for `linger` seconds. How many submissions."""
    started = idle_since = time.monotonic()
    handled, under_way = 0, set[Future[tuple[Errand, Outcome]]]()
    with ThreadPoolExecutor(settings.SEND_THREADS, thread_name_prefix="gateway") as pool:
        try:
            while True:
                enough = stopping.is_set() or time.monotonic() - started > stop_after
                room = 0 if enough else 2 * settings.SEND_THREADS - len(under_way)
                errands = take(lane, limit=room) if room >= settings.SEND_THREADS else []
                under_way |= {pool.submit(_hand_over, errand) for errand in errands}
                if under_way:
                    # Not longer than a look apart: what hangs at one gateway must not make us deaf to what is new.
                    done, under_way = wait(under_way, timeout=POLL, return_when=FIRST_COMPLETED)
                    handled += settle(future.result() for future in done)
                    idle_since = time.monotonic()
                elif enough or time.monotonic() - idle_since >= linger:
                    return handled
                else:
                    time.sleep(POLL)
        finally:  # whatever ended the loop: an answer is evidence, and is written down
            handled += settle(future.result() for future in wait(under_way).done)


def take(lane: int, *, limit: int) -> list[Errand]:
    """Claim up to `limit` due submissions of the lane and read what they carry. The claim is durable on return."""
    begun = time.monotonic()
    with transaction.atomic():
        claims = store.claim(lane=lane, limit=limit, lease=settings.SEND_LEASE)
        if not claims:
            return []
        rows = store.recipients(claims)
        _suppress(rows)
        points.reach("claim.before_commit")
    points.reach("claim.committed")
    begin_by = begun + settings.SEND_LEASE - settings.SEND_TIMEOUT - settings.SEND_MARGIN
    errands = (
        Errand(claim, _parcel(claim, rows[claim.id]), _road(claim.gateway), begin_by) for claim in claims
    )
    return [errand for errand in errands if errand.parcel.recipients]


def _road(slug: str) -> Gateway | None:
    """Looked up here, by the thread that has the database; the gateways' threads have none."""
    try:
        return registry.get(slug) if accounts.usable(slug) else None
    except Exception:
        logger.exception("dispatch.no_road", extra={"ids": {"gateway": slug}})
        return None


def _suppress(rows: dict[int, list[store.Row]]) -> None:
    """Whoever opted out since the message was accepted is not sent to and not charged."""
    gone = [(submission, row.msisdn) for submission, found in rows.items() for row in found if row.opted_out]
    if gone:
        record.leave(
            submissions=[submission for submission, _ in gone],
            msisdns=[msisdn for _, msisdn in gone],
            codes=["opted-out"] * len(gone),
            recipients=Recipient.State.CANCELLED,
        )


def _parcel(claim: store.Claimed, rows: list[store.Row]) -> Parcel:
    return Parcel(
        client_ref=claim.client_ref.hex,
        originator=claim.originator,
        body=claim.body,
        encoding=Encoding(claim.encoding),
        recipients=[Outbound(row.msisdn, row.text) for row in rows if not row.opted_out],
        validity_minutes=claim.validity_minutes,
        otp=claim.kind == Message.Kind.OTP,
    )


def _hand_over(errand: Errand) -> tuple[Errand, Outcome]:
    points.reach("send.before")
    try:
        outcome = _outcome(errand)
    except Exception:
        logger.exception("dispatch.gateway_broke", extra={"ids": {"submission": errand.claim.id}})
        outcome = Unknown("internal error")
    points.reach("send.answered")
    return errand, outcome


def _outcome(errand: Errand) -> Outcome:
    """One exchange with the gateway; not begun when the lease might end before it does."""
    if time.monotonic() > errand.begin_by:
        return NotSent("lease nearly over", retry_after=timedelta(0))
    if errand.gateway is None:
        return NotSent("gateway closed", retry_after=PAUSE)
    return errand.gateway.submit(errand.parcel)


def settle(answers: Iterable[tuple[Errand, Outcome]]) -> int:
    """Record what the gateways said, in one transaction. How many answers."""
    words = [(errand.claim, outcome) for errand, outcome in answers]
    if words:
        outcomes.record_all(words)
    return len(words)


def due(lane: int) -> bool:
    """Is there anything to hand over in this lane?"""
    return store.due(lane=lane)
