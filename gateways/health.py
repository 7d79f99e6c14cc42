"""How an account is doing: outcomes, delays and deliveries by the minute.

Each process adds up what it sees and writes it about once a second; what a killed process had not written is lost, as
statistics may be. Nothing here decides about a message.
"""

import logging
import threading
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from django.db import DatabaseError, InterfaceError

from gateways.base import Accepted, NotSent, Outcome, Refused, Unknown
from smsmerkezi import database

logger = logging.getLogger(__name__)

BOUNDS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8)  # seconds; the last class is beyond them
SLOW = 240  # seconds from hand-over to handset after which a delivery is slow
PERIOD = 1.0  # seconds between two writes of a process
KEPT_DAYS = 8
COLUMNS = {Accepted: "accepted", Refused: "refused", NotSent: "not_sent", Unknown: "unknown"}

ADD = """
INSERT INTO gateways_minute AS m (gateway, minute, accepted, refused, not_sent, unknown, delivered, undelivered, slow,
  latencies)
SELECT w.gateway, date_trunc('minute', now()), w.accepted, w.refused, w.not_sent, w.unknown, w.delivered, w.undelivered,
  w.slow, string_to_array(w.latencies, ',')::int[]
FROM unnest(%(gateways)s::text[], %(accepted)s::int[], %(refused)s::int[], %(not_sent)s::int[], %(unknown)s::int[],
  %(delivered)s::int[], %(undelivered)s::int[], %(slow)s::int[], %(latencies)s::text[])
  AS w(gateway, accepted, refused, not_sent, unknown, delivered, undelivered, slow, latencies)
ORDER BY w.gateway
ON CONFLICT (gateway, minute) DO UPDATE SET
  accepted = m.accepted + EXCLUDED.accepted, refused = m.refused + EXCLUDED.refused,
  not_sent = m.not_sent + EXCLUDED.not_sent, unknown = m.unknown + EXCLUDED.unknown,
  delivered = m.delivered + EXCLUDED.delivered, undelivered = m.undelivered + EXCLUDED.undelivered,
  slow = m.slow + EXCLUDED.slow,
  latencies = (SELECT array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY n)
    FROM unnest(m.latencies, EXCLUDED.latencies) WITH ORDINALITY AS pair(a, b, n))
"""
RECENT = """
SELECT gateway, sum(accepted)::int, sum(refused)::int, sum(not_sent)::int, sum(unknown)::int, sum(delivered)::int,
  sum(undelivered)::int, sum(slow)::int,
  (SELECT array_agg(total ORDER BY n) FROM (
    SELECT n, sum(value)::int AS total FROM gateways_minute i, unnest(i.latencies) WITH ORDINALITY AS v(value, n)
    WHERE i.gateway = m.gateway AND i.minute > now() - %(minutes)s * interval '1 minute' GROUP BY n) counted)
FROM gateways_minute m WHERE minute > now() - %(minutes)s * interval '1 minute' GROUP BY gateway
"""
LINE = """
SELECT m.gateway, array_agg(coalesce(g.value, 0) ORDER BY m.minute) FROM (
  SELECT DISTINCT i.gateway, every.minute FROM gateways_minute i, generate_series(
    date_trunc('minute', now()) - (%(minutes)s::int - 1) * interval '1 minute', date_trunc('minute', now()), '1 minute')
    AS every(minute)
  WHERE i.minute > now() - %(minutes)s * interval '1 minute') m
LEFT JOIN (SELECT gateway, minute, accepted + refused + not_sent + unknown AS value FROM gateways_minute) g
  ON g.gateway = m.gateway AND g.minute = m.minute
GROUP BY m.gateway
"""
PRUNE = "DELETE FROM gateways_minute WHERE minute < now() - %(days)s * interval '1 day' RETURNING 1"


@dataclass
class _Sums:
    accepted: int = 0
    refused: int = 0
    not_sent: int = 0
    unknown: int = 0
    delivered: int = 0
    undelivered: int = 0
    slow: int = 0
    latencies: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))


class Tally:
    """What this process has seen and not yet written. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sums: defaultdict[str, _Sums] = defaultdict(_Sums)
        self._written = monotonic()

    def exchanged(self, gateway: str, outcome: Outcome, seconds: float) -> None:
        """One hand-over and how long it took; 0 seconds where nothing went over the wire."""
        with self._lock:
            sums = self._sums[gateway]
            name = COLUMNS[type(outcome)]
            setattr(sums, name, getattr(sums, name) + 1)
            if seconds:
                sums.latencies[bisect_left(BOUNDS, seconds)] += 1

    def reported(self, gateway: str, *, delivered: int, undelivered: int, slow: int) -> None:
        """Recipients that came to their end; `slow` of them took longer than SLOW."""
        with self._lock:
            sums = self._sums[gateway]
            sums.delivered += delivered
            sums.undelivered += undelivered
            sums.slow += slow

    def write(self, *, now: bool = False) -> None:
        """Into the database, when PERIOD is over."""
        with self._lock:
            if not self._sums or not (now or monotonic() - self._written > PERIOD):
                return
            sums, self._sums = self._sums, defaultdict(_Sums)
            self._written = monotonic()
        names = [name for name in _Sums.__dataclass_fields__ if name != "latencies"]
        columns = {name: [getattr(each, name) for each in sums.values()] for name in names}
        latencies = [",".join(map(str, each.latencies)) for each in sums.values()]
        try:
            database.rows(ADD, {"gateways": list(sums), "latencies": latencies, **columns})
        except (DatabaseError, InterfaceError) as error:  # nobody's message waits for a statistic
            logger.warning("health.unwritten", extra={"ids": {"error": type(error).__name__}})


tally = Tally()


@dataclass(frozen=True, slots=True)
class Figures:
    """One account over some minutes. Exchanges are submissions, ends are recipients."""

    accepted: int = 0
    refused: int = 0
    not_sent: int = 0
    unknown: int = 0
    delivered: int = 0
    undelivered: int = 0
    slow: int = 0
    latencies: tuple[int, ...] = ()

    @property
    def exchanges(self) -> int:
        return self.accepted + self.refused + self.not_sent + self.unknown

    @property
    def success(self) -> float | None:
        """The share of exchanges that had a sane answer; a refused message is the message's fault."""
        return (self.accepted + self.refused) / self.exchanges if self.exchanges else None

    @property
    def slowness(self) -> float | None:
        """The share of deliveries that were slow; None where too few have come to say."""
        return self.slow / self.delivered if self.delivered >= ENOUGH else None

    def within(self, share: float) -> float | None:
        """Seconds within which this share of the answers came: the bound of their class."""
        total, seen = sum(self.latencies), 0
        for count, bound in zip(self.latencies, (*BOUNDS, BOUNDS[-1] * 2), strict=False):
            seen += count
            if total and seen >= share * total:
                return bound
        return None


ENOUGH = 10  # deliveries


def recent(minutes: int) -> dict[str, Figures]:
    """By account, over the last so many minutes."""
    rows = database.rows(RECENT, {"minutes": minutes})
    return {slug: Figures(*sums, latencies) for slug, sums, latencies in map(_parted, rows)}


def _parted(row: tuple[Any, ...]) -> tuple[str, tuple[int, int, int, int, int, int, int], tuple[int, ...]]:
    slug, accepted, refused, not_sent, unknown, delivered, undelivered, slow, latencies = row
    return slug, (accepted, refused, not_sent, unknown, delivered, undelivered, slow), tuple(latencies or ())


def lines(minutes: int = 60) -> dict[str, list[int]]:
    """Exchanges in each of the last so many minutes, oldest first, of each account that had any."""
    return dict(database.rows(LINE, {"minutes": minutes}))


def prune() -> int:
    """Forget old minutes; how many rows."""
    return len(database.rows(PRUNE, {"days": KEPT_DAYS}))
