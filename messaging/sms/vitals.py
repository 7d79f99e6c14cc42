"""How each road does, in one reading: what staff look at when messages are late."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from gateways import health
from gateways.circuit import Standing, standing
from gateways.models import Circuit, GatewayAccount
from messaging.sms import invariants
from messaging.sms.store import backlog

SHORT, LONG = 5, 60  # minutes
SHOWN = 60  # accounts; the platform's own come first


@dataclass(frozen=True, slots=True)
class Road:
    """One account. Counts end as `messaging.sms.store.backlog` says; `line` is exchanges by the minute, oldest first."""

    account: GatewayAccount
    circuit: Circuit | None
    short: health.Figures
    long: health.Figures
    line: list[int]
    queues: dict[int, backlog.Queue]
    doubted: int
    oldest_doubt: datetime | None
    held: int

    @property
    def standing(self) -> Standing:
        return standing(self.circuit)

    @property
    def oldest_due(self) -> datetime | None:
        return min((queue.oldest for queue in self.queues.values()), default=None)


@dataclass(frozen=True, slots=True)
class Vitals:
    """`oldest_doubt` is seconds, 0 without one. `left_off` says that there are more accounts than are shown."""

    roads: list[Road]
    oldest_doubt: float
    left_off: bool


def read() -> Vitals:
    """All roads as they are now; as many statements for one as for many."""
    rows = list(_accounts()[: SHOWN + 1])
    short, long, lines = health.recent(SHORT), health.recent(LONG), health.lines(LONG)
    queues: defaultdict[str, dict[int, backlog.Queue]] = defaultdict(dict)
    for queue in backlog.waiting():
        queues[queue.gateway][queue.lane] = queue
    doubts = {each.gateway: each for each in backlog.doubted()}
    held = backlog.held()
    roads = [
        Road(
            account=row,
            circuit=getattr(row, "circuit", None),
            short=short.get(row.slug, health.Figures()),
            long=long.get(row.slug, health.Figures()),
            line=lines.get(row.slug, [0] * LONG),
            queues=queues[row.slug],
            doubted=doubts[row.slug].count if row.slug in doubts else 0,
            oldest_doubt=doubts[row.slug].oldest if row.slug in doubts else None,
            held=held.get(row.slug, 0),
        )
        for row in rows[:SHOWN]
    ]
    return Vitals(roads, invariants.oldest_doubt(), left_off=len(rows) > SHOWN)


def _accounts() -> "QuerySet[GatewayAccount]":
    return GatewayAccount.objects.select_related("circuit").order_by(F("owner").asc(nulls_first=True), "slug")
