"""What one road does not take goes by an equal one: only what is certainly not sent, and only where it fits.

A submission in doubt never moves. The price stays the quoted one: a road on which the text would be cut into other parts
is no equal for it.
"""

import logging
from collections.abc import Iterator

from gateways import registry, routing, segments, snapshot
from gateways.base import Capabilities
from gateways.models import GatewayAccount
from messaging.sms import bell
from messaging.sms.models import Submission
from messaging.sms.store import route
from smsmerkezi import database

logger = logging.getLogger(__name__)
AT_ONCE = 500  # submissions


def divert() -> int:
    """Move what waits at closed roads to open equals; how many submissions."""
    closed = [each for each in snapshot.accounts().values() if each.pool and not routing.is_open(each)]
    return sum(_divert(account, lane) for account in closed for lane in Submission.Lane)


def _divert(account: GatewayAccount, lane: Submission.Lane) -> int:
    others = routing.alternatives(account)
    if not others:
        return 0
    moved = sum(_moved(batch, account, others) for batch in _batches(account.slug, lane))
    if moved:
        logger.warning("failover.moved", extra={"ids": {"gateway": account.slug, "submissions": moved}})
        bell.ring(lane)
    return moved


def _batches(slug: str, lane: Submission.Lane) -> Iterator[list[route.Stranded]]:
    last = 0
    while batch := route.stranded(lane=lane, gateway=slug, after=last, limit=AT_ONCE):
        yield batch
        last = batch[-1].id


def _moved(batch: list[route.Stranded], was: GatewayAccount, others: list[GatewayAccount]) -> int:
    left, moved = batch, 0
    for other in others:
        able = registry.build(other).capabilities
        fitting = [each for each in left if _fits(each, registry.build(was).capabilities, able)]
        moved += len(_move([each.id for each in fitting], was.slug, other.slug)) if fitting else 0
        left = [each for each in left if each not in fitting]
    return moved


@database.transactional
def _move(ids: list[int], was: str, becomes: str) -> list[int]:
    return route.divert(ids=ids, was=was, becomes=becomes)


def _fits(stranded: route.Stranded, was: Capabilities, able: Capabilities) -> bool:
    """Whether this road carries the text in the same parts. What is too many for one request of it is split when claimed."""
    if able.profile == was.profile:
        return True
    if stranded.personalised:
        return False  # each text would have to be counted
    size = segments.count(stranded.body, able.profile)
    return (str(size.encoding), size.parts) == (stranded.encoding, stranded.parts)
