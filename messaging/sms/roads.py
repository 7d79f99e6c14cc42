"""How much may be handed to each account now, and to whom of those who wait it goes.

Each road has threads of its own, so that one that hangs holds no other up; each firm that waits for a road gets its turn,
so that a campaign of one delays nobody else by more than a round.
"""

import logging
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings

from gateways import accounts, circuit, registry, throttle
from gateways.base import Gateway, NotSent, Operation, Rate, Scope
from messaging.sms.models import Submission
from messaging.sms.store.claim import Waiting, Want

logger = logging.getLogger(__name__)
KEPT = 10  # of how many exchanges one is kept for one-time passwords; one at least
PAUSE = timedelta(minutes=1)  # until an account that nobody can speak for is looked at again


class Road(NamedTuple):
    """An account that may be spoken to, how many more submissions it takes now, and what that took of its rate."""

    gateway: Gateway
    room: int
    taken: throttle.Taken | None = None


def open_roads(slugs: Iterable[str], busy: Mapping[str, int], lane: int) -> dict[str, Road]:
    """Those of these accounts that take something; `busy` is how many submissions this process has there already."""
    found = {slug: _road(slug, busy.get(slug, 0), lane) for slug in set(slugs)}
    return {slug: road for slug, road in found.items() if road is not None}


def shares(waiting: Sequence[Waiting], roads: Mapping[str, Road]) -> list[Want]:
    """Who may have how many submissions of each road's room, all firms alike. Where not everybody fits, chance decides."""
    by_road: defaultdict[str, list[int]] = defaultdict(list)
    for pair in waiting:
        if pair.due and pair.gateway in roads:
            by_road[pair.gateway].append(pair.tenant_id)
    return [want for slug, firms in by_road.items() for want in _share(slug, firms, roads[slug].room)]


def give_back(roads: Mapping[str, Road], taken: Mapping[str, int]) -> None:
    """Return what was taken of the roads' rates and not used."""
    for slug, road in roads.items():
        unused = road.room - taken.get(slug, 0)
        if road.taken and unused > 0:
            throttle.give_back(slug, Operation.SEND, road.taken, unused)


def _share(slug: str, firms: list[int], room: int) -> list[Want]:
    """All of the room and no more: what is over after equal shares goes to some, by chance."""
    each, over = divmod(room, len(firms))
    lucky = set(random.sample(firms, over))
    return [Want(slug, firm, each + (firm in lucky)) for firm in firms if each or firm in lucky]


def _road(slug: str, busy: int, lane: int) -> Road | None:
    """Looked up by the thread that has the database; the gateways' threads have none."""
    state = circuit.state(slug)
    if not accounts.usable(slug) or state.rests_for:
        return None
    try:
        gateway = registry.get(slug)
        room = _room(gateway, busy, probing=state.probing)
        rate = gateway.capabilities.rates.get(Operation.SEND)
    except registry.UNUSABLE as error:
        # It rests until staff have mended it, and its equals carry its share.
        logger.error("dispatch.no_road", extra={"ids": {"gateway": slug, "error": type(error).__name__}})  # noqa: TRY400
        circuit.heard(slug, [NotSent(f"no road: {type(error).__name__}", PAUSE, Scope.ACCOUNT)])
        return None
    if not room:
        return None
    taken = throttle.take(slug, Operation.SEND, _pace(rate, lane), room) if rate else None
    room = taken.granted if taken else room
    return Road(gateway, room, taken) if room else None


def _pace(rate: Rate, lane: int) -> Rate:
    """A part of every rate is kept for one-time passwords, so that none waits until a campaign's minute is over."""
    if lane == Submission.Lane.OTP or rate.count == 1:
        return rate
    return Rate(rate.count - max(1, rate.count // KEPT), rate.seconds)


def _room(gateway: Gateway, busy: int, *, probing: bool) -> int:
    """Twice its threads, so that they never wait; asked for in halves, so that claims are few and big."""
    able = gateway.capabilities
    at_once = min(settings.SEND_THREADS, able.concurrency or settings.SEND_THREADS)
    if probing:
        return 0 if busy else 1
    free = (at_once if able.concurrency else 2 * at_once) - busy
    return free if 2 * free >= at_once else 0
