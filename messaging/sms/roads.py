"""How much may be handed to each account now, and to whom of those who wait it goes.

Each road has threads of its own, so that one that hangs holds no other up; each firm that waits for a road gets its turn,
so that a campaign of one delays nobody else by more than a round.
"""

import logging
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from django.conf import settings

from gateways import accounts, circuit, registry, throttle
from gateways.base import Gateway, Operation
from messaging.sms.store.claim import Waiting, Want
from smsmerkezi.core.crypto import Undecryptable

logger = logging.getLogger(__name__)


class Road(NamedTuple):
    """An account that may be spoken to, and how many more submissions it takes now."""

    gateway: Gateway
    room: int


def open_roads(slugs: Iterable[str], busy: Mapping[str, int]) -> dict[str, Road]:
    """Those of these accounts that take something; `busy` is how many submissions this process has there already."""
    found = {slug: _road(slug, busy.get(slug, 0)) for slug in set(slugs)}
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
        rate = road.gateway.capabilities.rates.get(Operation.SEND)
        unused = road.room - taken.get(slug, 0)
        if rate and unused > 0:
            throttle.give_back(slug, Operation.SEND, rate, unused)


def _share(slug: str, firms: list[int], room: int) -> list[Want]:
    if len(firms) > room:
        return [Want(slug, firm, 1) for firm in random.sample(firms, room)]
    return [Want(slug, firm, -(-room // len(firms))) for firm in firms]


def _road(slug: str, busy: int) -> Road | None:
    """Looked up by the thread that has the database; the gateways' threads have none."""
    state = circuit.state(slug)
    if not accounts.usable(slug) or state.rests_for:
        return None
    try:
        gateway = registry.get(slug)
        room = _room(slug, gateway, busy, probing=state.probing)
    except (registry.UnknownGateway, Undecryptable, ValueError, TypeError, OSError) as error:
        # Options or credentials with which no gateway can be built: this road's trouble, nobody else's.
        logger.error("dispatch.no_road", extra={"ids": {"gateway": slug, "error": type(error).__name__}})  # noqa: TRY400
        return None
    return Road(gateway, room) if room > 0 else None


def _room(slug: str, gateway: Gateway, busy: int, *, probing: bool) -> int:
    """Twice its threads, so that they never wait; asked for in halves, so that claims are few and big."""
    able = gateway.capabilities
    at_once = min(settings.SEND_THREADS, able.concurrency or settings.SEND_THREADS)
    if probing:
        return 0 if busy else 1
    free = (at_once if able.concurrency else 2 * at_once) - busy
    room = free if 2 * free >= at_once else 0
    rate = able.rates.get(Operation.SEND)
    return throttle.take(slug, Operation.SEND, rate, room) if rate and room else room
