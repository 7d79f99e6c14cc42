"""What time brings: lapsed leases, unanswered questions, expiry, cancellation, partitions and old keys."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from messaging.contacts import erased
from messaging.sms.store.fragments import BUMP, REFUSED, ROADS_CTE, delta
from smsmerkezi import database

UNREPORTED_AT_ONCE = 200  # submissions
FORGET_AT_ONCE = 10_000  # rows

# A worker that did not answer in time may have sent, up to its lease's end: never back to ready (send-protocol §3.3).
REAP = """
WITH lapsed AS (
  SELECT id FROM sms_submission WHERE state = 1 AND lease_until < now()
  ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED
)
UPDATE sms_submission s SET state = 2, lease_until = NULL, checks = 0, next_check_at = now(), last_tx_at = s.lease_until
FROM lapsed WHERE s.id = lapsed.id RETURNING s.id
"""

# The next question is committed before this one is asked, so a reconciler that dies asks again later, not at once.
DOUBTED = """
WITH picked AS (
  SELECT id FROM sms_submission WHERE state = 2 AND next_check_at <= now()
  ORDER BY next_check_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE sms_submission s SET checks = s.checks + 1,
  next_check_at = now() + least(%(longest)s, %(shortest)s * power(2, least(s.checks, 30))) * interval '1 second'
FROM picked, sms_message m WHERE s.id = picked.id AND m.id = s.message_id
RETURNING s.id, s.fence, s.gateway, s.client_ref, s.provider_id, s.first_recipient_id, s.last_recipient_id, s.last_tx_at,
  now(), extract(epoch FROM now() - s.last_tx_at)::float8,
  now() >= s.expires_at,
  now() > s.last_tx_at + (m.validity_minutes + %(patience)s) * interval '1 minute', s.quarantined, s.open_count
"""

# Ready, and still in doubt unless the gateway has said that nothing arrived: a ready submission in doubt keeps its
# `next_check_at`, and is neither cancelled nor expired as one that was certainly not sent.
RESEND = """
UPDATE sms_submission SET state = 0,
  due_at = now() + interval '1 second'
    * CASE WHEN %(doubted)s THEN least(60, power(2, least(fence - 1, 10)) - 1) ELSE 0 END,
  next_check_at = CASE WHEN %(doubted)s THEN next_check_at END, quarantined = false
WHERE id = %(id)s AND fence = %(fence)s AND state = 2 RETURNING lane
"""
WAIT = """
UPDATE sms_submission SET next_check_at = least(next_check_at, last_tx_at + %(seconds)s * interval '1 second')
WHERE id = %(id)s AND state = 2
"""
OPTED_OUT = f"""
SELECT EXISTS (
  SELECT 1 FROM sms_recipient r WHERE r.id BETWEEN %(first)s AND %(last)s AND r.state = 0
    AND {REFUSED.format(tenant="r.tenant_id", msisdn="r.msisdn")})
"""
NUMBERS = "SELECT msisdn FROM sms_recipient WHERE id BETWEEN %(first)s AND %(last)s AND state = 0 ORDER BY id"

# Never handed over within the validity: ends uncharged (glossary §4 by way of `queued -> expired`).
OVERDUE = """
SELECT id, fence FROM sms_submission
WHERE state = 0 AND expires_at <= now() AND due_at <= now() AND next_check_at IS NULL
ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED
"""
# Held over to the next opening, and alive as long after it as before. What is spaced stays so.
LAPSED = """
WITH lapsed AS (
  SELECT id, greatest(due_at + (%(opens)s::timestamptz - closes_at), %(opens)s::timestamptz) AS due FROM sms_submission
  WHERE state = 0 AND closes_at <= now() AND due_at <= now() ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED
)
UPDATE sms_submission s SET due_at = lapsed.due, closes_at = %(closes)s::timestamptz,
  expires_at = s.expires_at + (lapsed.due - s.due_at)
FROM lapsed WHERE s.id = lapsed.id RETURNING s.id
"""
DOUBT_OVERDUE = """
WITH over AS (
  SELECT id FROM sms_submission
  WHERE state = 0 AND expires_at <= now() AND due_at <= now() AND next_check_at IS NOT NULL
  ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED
)
UPDATE sms_submission s SET state = 2, checks = 0, next_check_at = now() FROM over WHERE s.id = over.id RETURNING s.id
"""

# Handed over, but no report within validity + 60 minutes: ends charged.
UNREPORTED = f"""
WITH RECURSIVE {ROADS_CTE}, held AS (
  SELECT due.* FROM road CROSS JOIN LATERAL (
    SELECT id, message_id, first_recipient_id AS first, last_recipient_id AS last FROM sms_submission
    WHERE state = 3 AND open_count > 0 AND gateway = road.gateway AND next_check_at <= now() AND expires_at <= now()
    ORDER BY next_check_at LIMIT {UNREPORTED_AT_ONCE} FOR UPDATE SKIP LOCKED) due
  LIMIT {UNREPORTED_AT_ONCE}
), told AS (
  SELECT held.message_id, moved.n
  FROM held CROSS JOIN LATERAL sms_move(held.first, held.last, 2, 5, 'no-report') moved WHERE moved.n > 0
), closed AS (
  UPDATE sms_submission s SET open_count = 0 FROM held WHERE s.id = held.id
), {delta("told", expired="sum(n)")}, {BUMP}
SELECT (SELECT count(*) FROM held)::int, coalesce(sum(n), 0)::int FROM told, (SELECT count(*) FROM bump) done
"""
WAITING = """
SELECT id FROM sms_submission WHERE message_id = %(message)s AND state = 0 AND next_check_at IS NULL
ORDER BY id LIMIT %(limit)s FOR UPDATE
"""
FORGET_KEYS = f"""
DELETE FROM sms_idempotencykey WHERE (tenant_id, key) IN (
  SELECT tenant_id, key FROM sms_idempotencykey WHERE created_at < now() - %(days)s * interval '1 day'
  LIMIT {FORGET_AT_ONCE})
RETURNING 1
"""
FORGET_ATTEMPTS = f"""
DELETE FROM sms_attempt WHERE (submission_id, fence) IN (
  SELECT submission_id, fence FROM sms_attempt WHERE started_at < now() - %(days)s * interval '1 day'
  LIMIT {FORGET_AT_ONCE})
RETURNING 1
"""
WORK = f"""
WITH RECURSIVE {ROADS_CTE}
SELECT EXISTS (SELECT 1 FROM sms_submission WHERE state = 2 AND next_check_at <= now()),
       EXISTS (SELECT 1 FROM road WHERE next_check_at <= now()),
       EXISTS (SELECT 1 FROM sms_heldreport WHERE next_try_at <= now())
"""


@dataclass(frozen=True, slots=True)
class Doubted:
    """A submission that the gateway may or may not have.

    `age` is seconds since the last moment at which something may have left us, by the database's clock; `overdue` means
    that its validity is over, `hopeless` that no evidence is to be expected any more. `count` recipients have no end yet.
    """

    id: int
    fence: int
    gateway: str
    client_ref: UUID
    provider_id: str
    first: int
    last: int
    attempted_at: datetime
    asked_at: datetime
    age: float
    overdue: bool
    hopeless: bool
    quarantined: bool
    count: int


def reap() -> int:
    """Leases that lapsed; their submissions are in doubt now."""
    return len(database.rows(REAP, {}))


def doubted(*, limit: int, shortest: float, longest: float, patience: int) -> list[Doubted]:
    """Submissions to ask about now. `patience` is minutes beyond the validity after which one is hopeless."""
    values = {"limit": limit, "shortest": shortest, "longest": longest, "patience": patience}
    return [Doubted(*row) for row in database.rows(DOUBTED, values)]


def resend(*, submission: Doubted, doubted: bool) -> int | None:
    """Ready again under the same reference, unless something happened since it was read; its lane if so.

    `doubted` where the gateway may have it already and will drop the repeat.
    """
    row = database.row(RESEND, {"id": submission.id, "fence": submission.fence, "doubted": doubted})
    return row[0] if row else None


def wait(*, submission: Doubted, seconds: float) -> None:
    """Ask again no later than `seconds` after the last attempt."""
    database.rows(WAIT, {"id": submission.id, "seconds": seconds})


def opted_out(submission: Doubted) -> bool:
    """Whether one of its recipients has meanwhile."""
    values = {"first": submission.first, "last": submission.last, "pepper": erased.pepper()}
    return bool(database.rows(OPTED_OUT, values)[0][0])


def numbers(submission: Doubted) -> list[int]:
    return [
        msisdn for (msisdn,) in database.rows(NUMBERS, {"first": submission.first, "last": submission.last})
    ]


def overdue() -> list[tuple[int, int]]:
    """(id, fence) of ready submissions beyond their validity, locked. Call in a transaction."""
    return [(row[0], row[1]) for row in database.rows(OVERDUE, {})]


def doubt_overdue() -> int:
    """Ready submissions beyond their validity that an earlier attempt may have handed over: to be asked about."""
    return len(database.rows(DOUBT_OVERDUE, {}))


def expire_unreported() -> tuple[int, int]:
    """How many submissions, and how many recipients, came to their end."""
    submissions, recipients = database.rows(UNREPORTED, {"word": "failed"})[0]
    return submissions, recipients


def waiting(*, message_id: int, limit: int = 1000) -> list[int]:
    """Some of the message's submissions that were certainly not sent and are in nobody's hands, locked.

    Call in a transaction.
    """
    values = {"message": message_id, "limit": limit}
    return [submission for (submission,) in database.rows(WAITING, values)]


def hold_over(*, opens: datetime, closes: datetime) -> int:
    """Put off what may not go any more, at most 1,000; how many."""
    return len(database.rows(LAPSED, {"opens": opens, "closes": closes}))


def make_partitions(*, ahead: int) -> int:
    return int(database.rows("SELECT sms_make_partitions(%(ahead)s)", {"ahead": ahead})[0][0])


def forget_keys(*, days: int) -> int:
    """Idempotency keys older than that."""
    return len(database.rows(FORGET_KEYS, {"days": days}))


def forget_attempts(*, days: int) -> int:
    """Attempts older than that; no submission stays open so long."""
    return len(database.rows(FORGET_ATTEMPTS, {"days": days}))


class Work(NamedTuple):
    """What is due: a question about a submission in doubt, one for reports, a report that was pushed to us."""

    doubted: bool
    unreported: bool
    held: bool


def work() -> Work:
    return Work(*database.rows(WORK, {})[0])
