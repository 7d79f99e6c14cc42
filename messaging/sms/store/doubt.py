"""What staff decide about submissions that nobody can tell us about."""

from billing import ledger
from messaging.sms.store.fragments import BUMP, delta
from smsmerkezi import database

# Given up, and taken up again: whoever was released waits again, with the credit held again. `reopened` makes the keys of
# what is posted from now on others than those that were posted before.
REOPEN = f"""
WITH held AS (
  SELECT id, tenant_id, message_id, reopened + 1 AS reopened, first_recipient_id AS first, last_recipient_id AS last
  FROM sms_submission WHERE id = %(submission)s AND state = 5 FOR UPDATE
), moved AS (
  UPDATE sms_recipient r SET state = 0, error_code = NULL, finished_at = NULL, released_at = NULL
  FROM held WHERE r.id BETWEEN held.first AND held.last AND r.state = 7 AND r.error_code = 'unresolved'
  RETURNING r.parts
), sums AS (
  SELECT held.*, n, credits FROM held, (SELECT count(*)::int AS n, sum(parts) AS credits FROM moved) m WHERE n > 0
), back AS (
  UPDATE sms_submission s SET state = 2, open_count = sums.n, reopened = sums.reopened, checks = 0, lease_until = NULL,
    next_check_at = now() + interval '1 hour'
  FROM sums WHERE s.id = sums.id
), {delta("sums", failed="-sum(n)", dropped="-sum(n)")}, {BUMP}
SELECT sums.n, {
    ledger.RESERVE.format(
        tenant="sums.tenant_id",
        op_key="'reopen:s' || sums.id || ':r' || sums.reopened",
        credits="sums.credits",
        note="''",
    )
} FROM sums, (SELECT count(*) FROM bump) done
"""
# A new reference: the first one may be used up at its gateway.
AGAIN = """
UPDATE sms_submission s SET state = 0, fence = s.fence + 1, client_ref = gen_random_uuid(), provider_id = '', checks = 0,
  next_check_at = NULL, quarantined = false, due_at = now(), expires_at = now() + m.validity_minutes * interval '1 minute'
FROM sms_message m WHERE s.id = %(submission)s AND s.state = 2 AND m.id = s.message_id RETURNING s.id
"""
# Those that a decision moves: they wait with the submission, or were given up with it.
AT_STAKE = """
SELECT count(*)::int, coalesce(sum(r.parts), 0)::int FROM sms_submission s CROSS JOIN LATERAL (
  SELECT parts FROM sms_recipient
  WHERE id BETWEEN s.first_recipient_id AND s.last_recipient_id
    AND (s.state = 2 AND state = 0 OR s.state = 5 AND state = 7 AND error_code = 'unresolved')
  ORDER BY id LIMIT 1000) r
WHERE s.id = %(submission)s
"""


def at_stake(submission: int) -> tuple[int, int]:
    """(recipients, credits)"""
    recipients, parts = database.rows(AT_STAKE, {"submission": submission})[0]
    return recipients, parts


def reopen(submission: int) -> int:
    """How many recipients wait again. Raises what `billing.ledger.refusal` translates where the credit does not suffice."""
    row = database.row(REOPEN, {"submission": submission, "word": "failed"})
    return int(row[0]) if row else 0


def again(submission: int) -> bool:
    """Ready, for a full validity from now."""
    return database.row(AGAIN, {"submission": submission}) is not None
