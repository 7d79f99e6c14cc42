"""Recording what came of a submission: handed over and charged, ended and released, put back, or unknown.

Each statement locks submissions by id, then recipients, then messages by id, then accounts by tenant, and charges or
releases exactly the recipients that it moved: run twice, it moves nobody the second time.
"""

from collections.abc import Sequence

from messaging.sms.models import Recipient, Submission
from messaging.sms.store.fragments import BUMP, MOVED, RELEASE_SUMS, SETTLE_SUMS, SUMS, delta
from smsmerkezi import database

ANY_FENCE = -1
REPORT_GRACE = 60  # minutes after the validity until an unreported recipient expires (glossary §4)

# Evidence of acceptance wins at any fence, from every state in which the gateway may have it.
HAND_OVER = f"""
WITH word AS (
  SELECT * FROM unnest(%(ids)s::bigint[], %(provider_ids)s::text[]) AS w(id, provider_id)
), held AS (
  SELECT s.id FROM sms_submission s JOIN word ON word.id = s.id WHERE s.state IN (0, 1, 2)
  ORDER BY s.id FOR UPDATE OF s
), over AS (
  UPDATE sms_submission s SET state = 3, provider_id = word.provider_id, lease_until = NULL, checks = 0,
    handed_over_at = now(), next_check_at = now() + %(first_check)s * interval '1 second',
    expires_at = now() + (m.validity_minutes + {REPORT_GRACE}) * interval '1 minute'
  FROM word JOIN held ON held.id = word.id, sms_message m
  WHERE s.id = word.id AND s.state IN (0, 1, 2) AND m.id = s.message_id
  RETURNING s.id, s.tenant_id, s.message_id, s.reopened, s.first_recipient_id AS first, s.last_recipient_id AS last
), {MOVED.format(spans="over", was=0, becomes=2, code="NULL")}, {delta("sums", sent="sum(n)")}, {BUMP}
{SETTLE_SUMS}
"""

# The end of what was never handed over: refused, cancelled, expired, unresolved. `states` are those it may end from.
END = f"""
WITH word AS (
  SELECT * FROM unnest(%(ids)s::bigint[], %(fences)s::int[], %(codes)s::text[]) AS w(id, fence, code)
), held AS (
  SELECT s.id FROM sms_submission s JOIN word ON word.id = s.id
  WHERE s.state = ANY(%(states)s) AND (word.fence = {ANY_FENCE} OR word.fence = s.fence)
  ORDER BY s.id FOR UPDATE OF s
), shut AS (
  UPDATE sms_submission s SET state = %(to)s, lease_until = NULL, open_count = 0
  FROM word JOIN held ON held.id = word.id
  WHERE s.id = word.id AND s.state = ANY(%(states)s) AND (word.fence = {ANY_FENCE} OR word.fence = s.fence)
  RETURNING s.id, s.tenant_id, s.message_id, s.reopened, s.first_recipient_id AS first, s.last_recipient_id AS last,
    word.code
), {MOVED.format(spans="shut", was=0, becomes="%(end)s", code="span.code")}, {
    delta(
        "sums",
        dropped="sum(n)",
        failed="CASE WHEN %(counter)s = 'failed' THEN sum(n) ELSE 0 END",
        expired="CASE WHEN %(counter)s = 'expired' THEN sum(n) ELSE 0 END",
        cancelled="CASE WHEN %(counter)s = 'cancelled' THEN sum(n) ELSE 0 END",
    )
}, {BUMP}
{RELEASE_SUMS}
"""

# Some recipients of a submission leave before the rest goes on: opted out at claim, or refused one by one.
LEAVE = f"""
WITH word AS (
  SELECT * FROM unnest(%(submissions)s::bigint[], %(msisdns)s::bigint[], %(codes)s::text[]) AS w(submission, msisdn, code)
), held AS (
  SELECT s.id, s.tenant_id, s.message_id, s.reopened, s.first_recipient_id AS first, s.last_recipient_id AS last
  FROM sms_submission s WHERE s.id IN (SELECT submission FROM word) ORDER BY s.id FOR UPDATE
), moved AS (
  UPDATE sms_recipient r SET state = %(end)s, error_code = word.code, finished_at = now(), released_at = now()
  FROM held JOIN word ON word.submission = held.id
  WHERE r.id BETWEEN held.first AND held.last AND r.tenant_id = held.tenant_id AND r.msisdn = word.msisdn
    AND r.state = 0 AND r.settled_at IS NULL AND r.released_at IS NULL
  RETURNING r.id, r.parts, held.id AS submission, held.tenant_id, held.message_id, held.reopened
), {SUMS}, fewer AS (
  UPDATE sms_submission s SET open_count = s.open_count - sums.n,
    state = CASE WHEN s.open_count = sums.n THEN {int(Submission.State.CANCELLED)} ELSE s.state END,
    lease_until = CASE WHEN s.open_count = sums.n THEN NULL ELSE s.lease_until END
  FROM sums WHERE s.id = sums.submission
), {
    delta(
        "sums",
        dropped="sum(n)",
        failed="CASE WHEN %(counter)s = 'failed' THEN sum(n) ELSE 0 END",
        cancelled="CASE WHEN %(counter)s = 'cancelled' THEN sum(n) ELSE 0 END",
    )
}, {BUMP}
{RELEASE_SUMS}
"""

# Applied only while the fence is still ours: somebody who took the submission since then knows better.
PUT_BACK = """
WITH word AS (
  SELECT * FROM unnest(%(ids)s::bigint[], %(fences)s::int[], %(delays)s::float8[]) AS w(id, fence, delay)
)
UPDATE sms_submission s SET state = 0, lease_until = NULL,
  checks = s.checks + (word.delay > 0)::int,
  due_at = CASE WHEN word.delay > 0 THEN now() + word.delay * interval '1 second' ELSE s.due_at END
FROM word WHERE s.id = word.id AND s.fence = word.fence AND s.state = 1 RETURNING s.id
"""
DOUBT = """
WITH word AS (SELECT * FROM unnest(%(ids)s::bigint[], %(fences)s::int[]) AS w(id, fence))
UPDATE sms_submission s SET state = 2, lease_until = NULL, checks = 0, next_check_at = now(), last_tx_at = now()
FROM word WHERE s.id = word.id AND s.fence = word.fence AND s.state = 1 RETURNING s.id
"""
DOUBTED_BEFORE = """
SELECT DISTINCT w.id FROM unnest(%(ids)s::bigint[], %(fences)s::int[]) AS w(id, fence)
JOIN sms_attempt a ON a.submission_id = w.id AND a.fence < w.fence AND a.outcome <> 'NotSent'
"""
IN_DOUBT = """
SELECT id FROM sms_submission WHERE id = ANY(%(ids)s) AND state = 1 AND next_check_at IS NOT NULL
"""
CLOSE_ATTEMPTS = """
UPDATE sms_attempt a SET ended_at = now(), outcome = w.outcome, reason = w.reason
FROM unnest(%(ids)s::bigint[], %(fences)s::int[], %(outcomes)s::text[], %(reasons)s::text[])
  AS w(id, fence, outcome, reason)
WHERE a.submission_id = w.id AND a.fence = w.fence
"""

State = Recipient.State
COUNTER = {
    State.REJECTED: "failed",
    State.FAILED: "failed",
    State.EXPIRED: "expired",
    State.CANCELLED: "cancelled",
}


def hand_over(*, ids: Sequence[int], provider_ids: Sequence[str], first_check: float) -> int:
    """These submissions were accepted by their gateway: charge them. How many recipients moved."""
    values = {
        "ids": list(ids),
        "provider_ids": list(provider_ids),
        "first_check": first_check,
        "word": "failed",
    }
    return int(database.rows(HAND_OVER, values)[0][1])


def end(
    *,
    ids: Sequence[int],
    fences: Sequence[int],
    codes: Sequence[str],
    states: Sequence[Submission.State],
    to: Submission.State,
    recipients: Recipient.State,
) -> int:
    """End submissions that were not handed over and give their credit back. How many recipients moved."""
    values = {
        "ids": list(ids),
        "fences": list(fences),
        "codes": list(codes),
        "states": [int(state) for state in states],
        "to": int(to),
        "end": int(recipients),
        "counter": COUNTER[recipients],
        "word": "rejected" if recipients == State.REJECTED else "failed",
    }
    return int(database.rows(END, values)[0][1])


def leave(
    *, submissions: Sequence[int], msisdns: Sequence[int], codes: Sequence[str], recipients: Recipient.State
) -> int:
    """End single recipients of claimed submissions; a submission that nobody is left of is cancelled."""
    values = {
        "submissions": list(submissions),
        "msisdns": list(msisdns),
        "codes": list(codes),
        "end": int(recipients),
        "counter": COUNTER[recipients],
        "word": "rejected" if recipients == State.REJECTED else "failed",
    }
    return int(database.rows(LEAVE, values)[0][1])


def put_back(*, ids: Sequence[int], fences: Sequence[int], delays: Sequence[float]) -> set[int]:
    """Certainly not sent: ready again after `delays` seconds, in their old place where that is 0. Which these are."""
    values = {"ids": list(ids), "fences": list(fences), "delays": list(delays)}
    return {submission for (submission,) in database.rows(PUT_BACK, values)}


def doubt(*, ids: Sequence[int], fences: Sequence[int]) -> int:
    """Perhaps sent: to be asked about."""
    return len(database.rows(DOUBT, {"ids": list(ids), "fences": list(fences)}))


def doubted_before(*, ids: Sequence[int], fences: Sequence[int]) -> set[int]:
    """Which of these submissions had an attempt before this fence that may have arrived."""
    return {row[0] for row in database.rows(DOUBTED_BEFORE, {"ids": list(ids), "fences": list(fences)})}


def in_doubt(*, ids: Sequence[int]) -> set[int]:
    """Which of these were sent again although an earlier attempt may have arrived (`sweep.resend`)."""
    return {row[0] for row in database.rows(IN_DOUBT, {"ids": list(ids)})}


def close_attempts(
    *, ids: Sequence[int], fences: Sequence[int], outcomes: Sequence[str], reasons: Sequence[str]
) -> None:
    values = {"ids": list(ids), "fences": list(fences), "outcomes": list(outcomes), "reasons": list(reasons)}
    database.rows(CLOSE_ATTEMPTS, values)
