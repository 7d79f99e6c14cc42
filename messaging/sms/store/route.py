"""Where what was not sent goes: in smaller pieces, or by another road. Only of submissions that are certainly not sent."""

from dataclasses import dataclass
from typing import Any

from smsmerkezi import database

# The pieces are spans of the same recipients, each with a reference of its own. Those that have left already stay with the
# piece that they lie in. A claimed submission is put back by its own claim's transaction, before anything could leave.
SPLIT = """
WITH whole AS (
  SELECT * FROM sms_submission WHERE id = %(submission)s AND state IN (0, 1) AND next_check_at IS NULL FOR UPDATE
), numbered AS (
  SELECT r.id, (row_number() OVER (ORDER BY r.id) - 1) / %(at_most)s AS piece
  FROM whole CROSS JOIN LATERAL (
    SELECT id FROM sms_recipient WHERE id BETWEEN first_recipient_id AND last_recipient_id AND state = 0) r
), spans AS (
  SELECT piece, CASE WHEN piece = 0 THEN whole.first_recipient_id ELSE min(numbered.id) END AS first, count(*)::int AS open
  FROM numbered, whole GROUP BY piece, whole.first_recipient_id
), bounded AS (
  SELECT piece, first, open,
    coalesce(lead(first) OVER (ORDER BY piece) - 1, (SELECT last_recipient_id FROM whole)) AS last
  FROM spans
), counted AS (
  SELECT b.*, (SELECT count(*)::int FROM sms_recipient WHERE id BETWEEN b.first AND b.last) AS n FROM bounded b
), rest AS (
  INSERT INTO sms_submission (message_id, tenant_id, gateway, lane, client_ref, first_recipient_id, last_recipient_id,
    recipient_count, open_count, state, fence, due_at, expires_at, closes_at, checks, reopened, provider_id, encoding)
  SELECT w.message_id, w.tenant_id, w.gateway, w.lane, gen_random_uuid(), c.first, c.last, c.n, c.open, 0, 0, w.due_at,
    w.expires_at, w.closes_at, 0, w.reopened, '', w.encoding
  FROM counted c, whole w WHERE c.piece > 0
), head AS (
  UPDATE sms_submission s SET state = 0, lease_until = NULL, last_recipient_id = c.last, recipient_count = c.n,
    open_count = c.open
  FROM counted c WHERE s.id = %(submission)s AND c.piece = 0 AND EXISTS (SELECT 1 FROM whole)
), noted AS (
  UPDATE sms_attempt SET ended_at = now(), outcome = 'NotSent', reason = 'in smaller pieces'
  WHERE submission_id = %(submission)s AND ended_at IS NULL AND EXISTS (SELECT 1 FROM whole)
)
SELECT count(*)::int FROM counted
"""

# What waits at a road that is closed, oldest first; with what a message says, to see whether another road can carry it.
STRANDED = """
SELECT s.id, s.recipient_count, m.body, coalesce(nullif(s.encoding, ''), m.encoding), m.parts, EXISTS (
  SELECT 1 FROM sms_recipient r
  WHERE r.id BETWEEN s.first_recipient_id AND s.last_recipient_id AND r.text IS NOT NULL)
FROM sms_submission s JOIN sms_message m ON m.id = s.message_id
WHERE s.state = 0 AND s.lane = %(lane)s AND s.gateway = %(gateway)s AND s.id > %(after)s AND s.next_check_at IS NULL
  AND s.due_at <= now() AND s.expires_at > now()
ORDER BY s.id LIMIT %(limit)s
"""
DIVERT = """
WITH held AS (
  SELECT id FROM sms_submission
  WHERE id = ANY(%(ids)s) AND state = 0 AND next_check_at IS NULL AND gateway = %(was)s
  ORDER BY id FOR UPDATE SKIP LOCKED
)
UPDATE sms_submission s SET gateway = %(becomes)s, checks = 0 FROM held WHERE s.id = held.id RETURNING s.id
"""


@dataclass(frozen=True, slots=True)
class Stranded:
    """A submission that its road does not take now."""

    id: int
    count: int
    body: str
    encoding: str
    parts: int
    personalised: bool


def split(*, submission: int, at_most: int) -> int:
    """Make it ready again in pieces of at most so many recipients; how many pieces. Call in a transaction."""
    return int(database.rows(SPLIT, {"submission": submission, "at_most": at_most})[0][0])


def stranded(*, lane: int, gateway: str, after: int, limit: int) -> list[Stranded]:
    """Those behind the id `after`, in the order of their ids."""
    values: dict[str, Any] = {"lane": lane, "gateway": gateway, "after": after, "limit": limit}
    return [Stranded(*row) for row in database.rows(STRANDED, values)]


def divert(*, ids: list[int], was: str, becomes: str) -> list[int]:
    """Send these by another road, unless somebody has taken them meanwhile; which were moved."""
    moved = database.rows(DIVERT, {"ids": ids, "was": was, "becomes": becomes})
    return [submission for (submission,) in moved]
