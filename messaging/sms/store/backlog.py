"""What waits, as people look at it: by road, counted no further than anybody wants to know."""

from dataclasses import dataclass
from datetime import datetime

from smsmerkezi import database

MOST = 1000  # beyond it a count is "1.000+"
PAIRS = 10_000  # firms at roads that are looked at
SAMPLE = 10_000  # held reports that are looked at

# From one (lane, road, firm) to the next, however much waits behind each, as `claim.WAITING` does; then what is due of
# each, up to the limit. What is scheduled for later does not wait.
WAITING = """
WITH RECURSIVE pair AS (
  (SELECT lane, gateway, tenant_id, due_at, 1 AS place FROM sms_submission WHERE state = 0
   ORDER BY lane, gateway, tenant_id, due_at LIMIT 1)
  UNION ALL
  SELECT n.*, p.place + 1 FROM pair p CROSS JOIN LATERAL (
    SELECT lane, gateway, tenant_id, due_at FROM sms_submission
    WHERE state = 0 AND (lane, gateway, tenant_id) > (p.lane, p.gateway, p.tenant_id)
    ORDER BY lane, gateway, tenant_id, due_at LIMIT 1) n
  WHERE p.place < %(pairs)s
), due AS (
  SELECT * FROM pair WHERE due_at <= now()
), road AS (
  SELECT gateway, lane, min(due_at) AS oldest FROM due GROUP BY gateway, lane
)
SELECT road.gateway, road.lane, counted.n, road.oldest
FROM road CROSS JOIN LATERAL (
  SELECT count(*)::int AS n FROM (
    SELECT 1 FROM due CROSS JOIN LATERAL (
      SELECT 1 FROM sms_submission s
      WHERE s.state = 0 AND s.lane = due.lane AND s.gateway = due.gateway AND s.tenant_id = due.tenant_id
        AND s.due_at <= now()
      LIMIT %(most)s) one
    WHERE due.gateway = road.gateway AND due.lane = road.lane LIMIT %(most)s) seen) counted
ORDER BY road.gateway, road.lane
"""
DOUBTED = """
WITH RECURSIVE road AS (
  (SELECT gateway, last_tx_at FROM sms_submission WHERE state = 2 ORDER BY gateway, last_tx_at LIMIT 1)
  UNION ALL
  SELECT n.* FROM road r CROSS JOIN LATERAL (
    SELECT gateway, last_tx_at FROM sms_submission WHERE state = 2 AND gateway > r.gateway
    ORDER BY gateway, last_tx_at LIMIT 1) n
)
SELECT gateway, (SELECT count(*)::int FROM (
  SELECT 1 FROM sms_submission s WHERE s.state = 2 AND s.gateway = road.gateway LIMIT %(most)s) seen), last_tx_at
FROM road
"""
HELD = """
SELECT gateway, count(*)::int FROM (SELECT gateway FROM sms_heldreport LIMIT %(sample)s) seen GROUP BY gateway
"""


@dataclass(frozen=True, slots=True)
class Queue:
    """Submissions that are due at a road, by lane; MOST + 1 stands for more."""

    gateway: str
    lane: int
    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class Doubted:
    """Submissions in doubt at a road; MOST + 1 stands for more. `oldest` is when something of them may have left last."""

    gateway: str
    count: int
    oldest: datetime


def waiting() -> list[Queue]:
    """Of each road and lane with anything due."""
    return [Queue(*row) for row in database.rows(WAITING, {"pairs": PAIRS, "most": MOST + 1})]


def doubted() -> list[Doubted]:
    """Of each road with anything in doubt."""
    return [Doubted(*row) for row in database.rows(DOUBTED, {"most": MOST + 1})]


def held() -> dict[str, int]:
    """Pushed reports that wait to be applied, by road; SAMPLE + 1 of all of them are looked at."""
    return dict(database.rows(HELD, {"sample": SAMPLE + 1}))
