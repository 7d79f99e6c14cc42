"""Claiming: a submission becomes this worker's, with a fence and a lease, before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from messaging.contacts import erased
from messaging.sms.store.fragments import AT_ONCE, REFUSED
from smsmerkezi import database

# Who waits for which road: from one (gateway, firm) to the next, however much waits behind each. Whether its first is due
# tells whether anything of it is. `gateway` and `tenant` are the pair after which to begin.
_NEXT = """
SELECT gateway, tenant_id, due_at FROM sms_submission
WHERE state = 0 AND lane = %(lane)s AND (gateway, tenant_id) > ({after})
ORDER BY gateway, tenant_id, due_at LIMIT 1
"""
_PAIRS = f"""
WITH RECURSIVE pair AS (
  ({_NEXT.format(after="%(gateway)s, %(tenant)s")})
  UNION ALL
  SELECT n.* FROM pair p CROSS JOIN LATERAL ({_NEXT.format(after="p.gateway, p.tenant_id")}) n
)
"""
WAITING = f"{_PAIRS} SELECT gateway, tenant_id, due_at <= now() FROM pair LIMIT %(limit)s"
DUE = f"{_PAIRS} SELECT EXISTS (SELECT 1 FROM pair WHERE due_at <= now())"

# Everything that is about to be sent is committed first: the fence, the lease, the attempt (send-protocol §3.3, T1). Of
# what the firms may have, everybody's first comes before anybody's second.
CLAIM = f"""
WITH want AS (
  SELECT * FROM unnest(%(gateways)s::text[], %(tenants)s::bigint[], %(quotas)s::int[]) AS w(gateway, tenant, quota)
), due AS (
  SELECT s.id, s.moment, s.open_count,
    row_number() OVER (PARTITION BY w.gateway, w.tenant ORDER BY s.moment, s.id) AS turn
  FROM want w CROSS JOIN LATERAL (
    SELECT id, due_at AS moment, open_count FROM sms_submission
    WHERE state = 0 AND lane = %(lane)s AND gateway = w.gateway AND tenant_id = w.tenant
      AND due_at <= now() AND expires_at > now() AND (closes_at IS NULL OR closes_at > now())
    ORDER BY due_at, id LIMIT w.quota FOR UPDATE SKIP LOCKED) s
), picked AS (
  SELECT id FROM (
    SELECT id, count(*) OVER line AS place, sum(open_count) OVER line - open_count AS before
    FROM due WINDOW line AS (ORDER BY turn, moment, id)) counted
  WHERE place <= %(limit)s AND before < {AT_ONCE}
), claimed AS (
  UPDATE sms_submission s SET state = 1, fence = s.fence + 1, last_tx_at = now(),
    lease_until = now() + %(lease)s * interval '1 second'
  FROM picked WHERE s.id = picked.id
  RETURNING s.id, s.fence, s.tenant_id, s.message_id, s.gateway, s.client_ref, s.first_recipient_id,
    s.last_recipient_id, s.open_count, s.checks, s.next_check_at IS NOT NULL AS doubted,
    s.last_tx_at AS claimed_at, s.encoding
), attempt AS (
  INSERT INTO sms_attempt (submission_id, fence, gateway, started_at, outcome, reason)
  SELECT id, fence, gateway, now(), '', '' FROM claimed
), turn AS (
  SELECT m.id FROM sms_message m
  WHERE m.id IN (SELECT message_id FROM claimed) AND m.state IN ('scheduled', 'queued')
  ORDER BY m.id FOR NO KEY UPDATE
), begun AS (
  UPDATE sms_message m SET state = 'sending' FROM turn WHERE m.id = turn.id AND m.state IN ('scheduled', 'queued')
)
SELECT c.id, c.fence, c.tenant_id, c.gateway, c.client_ref, c.first_recipient_id, c.last_recipient_id, c.open_count,
  c.checks, c.doubted, m.originator, m.body, coalesce(nullif(c.encoding, ''), m.encoding), m.kind, m.validity_minutes,
  c.claimed_at, EXISTS (
    SELECT 1 FROM senders_senderid n
    WHERE n.tenant_id = c.tenant_id AND n.label = m.originator AND n.state = 'approved')
FROM claimed c JOIN sms_message m ON m.id = c.message_id
"""

# Read after the claim, so an opt-out that was committed before it is seen (promise P11). A submission has 1,000 recipients
# at most: said aloud, PostgreSQL looks them up by id instead of guessing that spans meet a ninth of the table.
PARCELS = f"""
SELECT p.submission, r.id, r.msisdn, r.text, {REFUSED.format(tenant="r.tenant_id", msisdn="r.msisdn")}
FROM unnest(%(submissions)s::bigint[], %(firsts)s::bigint[], %(lasts)s::bigint[]) AS p(submission, first, last)
CROSS JOIN LATERAL (
  SELECT * FROM sms_recipient
  WHERE id BETWEEN p.first AND p.last AND state = 0 AND released_at IS NULL ORDER BY id LIMIT 1000) r
ORDER BY p.submission, r.id
"""

FIRST = ("", -1)  # before every pair
PAIRS = 1000  # looked at in one go


class Waiting(NamedTuple):
    """A firm with submissions for an account; `due` when one of them is."""

    gateway: str
    tenant_id: int
    due: bool


class Want(NamedTuple):
    """At most `quota` submissions of this firm for this account."""

    gateway: str
    tenant_id: int
    quota: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """A submission in this worker's hands until its lease ends.

    `count` is how many of its recipients have no end yet; `doubted` means that an earlier attempt may have handed it over,
    and its gateway will drop the repeat: it goes as it is, or not at all. `sender_approved` as of the claim.
    """

    id: int
    fence: int
    tenant_id: int
    gateway: str
    client_ref: UUID
    first: int
    last: int
    count: int
    checks: int
    doubted: bool
    originator: str
    body: str
    encoding: str
    kind: int
    validity_minutes: int
    claimed_at: datetime
    sender_approved: bool


class Row(NamedTuple):
    """One recipient of a claimed submission."""

    submission: int
    id: int
    msisdn: int
    text: str | None
    opted_out: bool


def waiting(*, lane: int, after: tuple[str, int] = FIRST, limit: int = PAIRS) -> list[Waiting]:
    """Up to `limit` pairs of account and firm with something ready in the lane, behind `after`."""
    gateway, tenant = after
    values = {"lane": lane, "gateway": gateway, "tenant": tenant, "limit": limit}
    return [Waiting(*row) for row in database.rows(WAITING, values)]


def due(*, lane: int) -> bool:
    """Whether anything in the lane is, however many wait for later."""
    gateway, tenant = FIRST
    return bool(database.rows(DUE, {"lane": lane, "gateway": gateway, "tenant": tenant})[0][0])


def claim(*, lane: int, wants: Sequence[Want], limit: int, lease: float) -> list[Claimed]:
    """Up to `limit` due submissions of a lane, and some thousand recipients, oldest of each first. Call in a transaction.

    Two workers never get the same one.
    """
    values = {
        "lane": lane,
        "gateways": [want.gateway for want in wants],
        "tenants": [want.tenant_id for want in wants],
        "quotas": [want.quota for want in wants],
        "limit": limit,
        "lease": lease,
    }
    return [Claimed(*row) for row in database.rows(CLAIM, values)]


def recipients(claims: list[Claimed]) -> dict[int, list[Row]]:
    """Their recipients that are still to be sent, by submission id."""
    values: dict[str, Any] = {
        "submissions": [claim.id for claim in claims],
        "firsts": [claim.first for claim in claims],
        "lasts": [claim.last for claim in claims],
        "pepper": erased.pepper(),
    }
    found: dict[int, list[Row]] = {claim.id: [] for claim in claims}
    for row in map(Row._make, database.rows(PARCELS, values)):
        found[row.submission].append(row)
    return found
