"""Claiming: a submission becomes this worker's, with a fence and a lease, before anything is sent."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from messaging.sms.store.fragments import PICKED
from smsmerkezi import database

# Everything that is about to be sent is committed first: the fence, the lease, the attempt (send-protocol §3.3, T1).
CLAIM = f"""
WITH due AS (
  SELECT id, due_at AS moment, open_count FROM sms_submission
  WHERE state = 0 AND lane = %(lane)s AND due_at <= now() AND expires_at > now()
  ORDER BY due_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), {PICKED}, claimed AS (
  UPDATE sms_submission s SET state = 1, fence = s.fence + 1, last_tx_at = now(),
    lease_until = now() + %(lease)s * interval '1 second'
  FROM picked WHERE s.id = picked.id
  RETURNING s.id, s.fence, s.tenant_id, s.message_id, s.gateway, s.client_ref, s.first_recipient_id,
    s.last_recipient_id, s.checks
), attempt AS (
  INSERT INTO sms_attempt (submission_id, fence, started_at, outcome, reason)
  SELECT id, fence, now(), '', '' FROM claimed
), turn AS (
  SELECT m.id FROM sms_message m
  WHERE m.id IN (SELECT message_id FROM claimed) AND m.state IN ('scheduled', 'queued')
  ORDER BY m.id FOR NO KEY UPDATE
), begun AS (
  UPDATE sms_message m SET state = 'sending' FROM turn WHERE m.id = turn.id AND m.state IN ('scheduled', 'queued')
)
SELECT c.id, c.fence, c.tenant_id, c.gateway, c.client_ref, c.first_recipient_id, c.last_recipient_id, c.checks,
  m.originator, m.body, m.encoding, m.kind, m.validity_minutes
FROM claimed c JOIN sms_message m ON m.id = c.message_id
"""

# Read after the claim, so an opt-out that was committed before it is seen (promise P11). A submission has 1,000 recipients
# at most: said aloud, PostgreSQL looks them up by id instead of guessing that spans meet a ninth of the table.
PARCELS = """
SELECT p.submission, r.id, r.msisdn, r.text, EXISTS (
  SELECT 1 FROM contacts_optout o WHERE o.tenant_id = r.tenant_id AND o.msisdn = r.msisdn)
FROM unnest(%(submissions)s::bigint[], %(firsts)s::bigint[], %(lasts)s::bigint[]) AS p(submission, first, last)
CROSS JOIN LATERAL (
  SELECT * FROM sms_recipient
  WHERE id BETWEEN p.first AND p.last AND state = 0 AND released_at IS NULL ORDER BY id LIMIT 1000) r
ORDER BY p.submission, r.id
"""

DUE = """
SELECT EXISTS (
  SELECT 1 FROM sms_submission WHERE state = 0 AND lane = %(lane)s AND due_at <= now() AND expires_at > now())
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A submission in this worker's hands until its lease ends."""

    id: int
    fence: int
    tenant_id: int
    gateway: str
    client_ref: UUID
    first: int
    last: int
    checks: int
    originator: str
    body: str
    encoding: str
    kind: int
    validity_minutes: int


@dataclass(frozen=True, slots=True)
class Row:
    """One recipient of a claimed submission."""

    id: int
    msisdn: int
    text: str | None
    opted_out: bool


def claim(*, lane: int, limit: int, lease: float) -> list[Claimed]:
    """Up to `limit` due submissions of a lane, and some thousand recipients, oldest first. Call in a transaction.

    Two workers never get the same one.
    """
    return [Claimed(*row) for row in database.rows(CLAIM, {"lane": lane, "limit": limit, "lease": lease})]


def recipients(claims: list[Claimed]) -> dict[int, list[Row]]:
    """Their recipients that are still to be sent, by submission id."""
    values: dict[str, Any] = {
        "submissions": [claim.id for claim in claims],
        "firsts": [claim.first for claim in claims],
        "lasts": [claim.last for claim in claims],
    }
    found: dict[int, list[Row]] = {claim.id: [] for claim in claims}
    for submission, *row in database.rows(PARCELS, values):
        found[submission].append(Row(*row))
    return found


def due(*, lane: int) -> bool:
    """Is there anything to claim?"""
    return bool(database.rows(DUE, {"lane": lane})[0][0])
