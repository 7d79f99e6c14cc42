"""SQL that several steps share."""

from billing import ledger

# Whether {tenant} must not write to {msisdn} (promise P11): the firm's list, the platform's, and those whom the firm erased.
# Whoever reads it in the transaction that sends obeys whatever was committed before. Needs the parameter `pepper`.
REFUSED = """(
  EXISTS (SELECT 1 FROM contacts_optout o WHERE o.tenant_id = {tenant} AND o.msisdn = {msisdn})
  OR EXISTS (SELECT 1 FROM contacts_platformoptout o WHERE o.msisdn = {msisdn})
  OR (EXISTS (SELECT 1 FROM contacts_erasedoptout e WHERE e.tenant_id = {tenant}) AND EXISTS (
    SELECT 1 FROM contacts_erasedoptout e
    WHERE e.tenant_id = {tenant} AND e.digest = contacts_digest(%(pepper)s::bytea, {tenant}, {msisdn}))))"""

# The same of many at once: which of `msisdns`. A list of millions is walked once, not looked into for each number.
REFUSED_OF = """
SELECT o.msisdn FROM contacts_optout o
WHERE o.tenant_id = %(tenant)s::bigint AND o.msisdn = ANY(%(msisdns)s::bigint[])
UNION SELECT o.msisdn FROM contacts_platformoptout o WHERE o.msisdn = ANY(%(msisdns)s::bigint[])
UNION SELECT m FROM unnest(%(msisdns)s::bigint[]) m
WHERE EXISTS (SELECT 1 FROM contacts_erasedoptout e WHERE e.tenant_id = %(tenant)s::bigint) AND EXISTS (
  SELECT 1 FROM contacts_erasedoptout e WHERE e.tenant_id = %(tenant)s::bigint
    AND e.digest = contacts_digest(%(pepper)s::bytea, %(tenant)s::bigint, m))"""

AT_ONCE = 5000  # recipients; what one transaction and one process's memory should hold

# Counters of a message move by deltas, and its state follows from them. Needs the CTE `delta` and the parameter `word`.
COUNTERS = ("sent", "dropped", "delivered", "undelivered", "expired", "failed", "cancelled")
ENDS = ("delivered", "undelivered", "expired", "failed", "cancelled")
_now = {name: f"m.{name} + coalesce(d.{name}, 0)::int" for name in COUNTERS}
_ended = " + ".join(f"({_now[name]})" for name in ENDS)

# `locked` is one row that nothing is joined before: by then every message is locked, in order.
BUMP = f"""
turn AS (
  SELECT m.id FROM sms_message m WHERE m.id IN (SELECT message_id FROM delta) ORDER BY m.id FOR NO KEY UPDATE
), bump AS (
  UPDATE sms_message m SET
    {", ".join(f"{name} = {_now[name]}" for name in COUNTERS)},
    state = sms_message_state(m.state, %(word)s, m.recipients, {_now["sent"]}, {_now["dropped"]}, {_ended},
      {_now["expired"]}, {_now["cancelled"]}),
    sent_at = CASE WHEN d.sent > 0 THEN coalesce(m.sent_at, now()) ELSE m.sent_at END,
    finished_at = CASE WHEN {_ended} = m.recipients THEN coalesce(m.finished_at, now()) END
  FROM delta d, (SELECT count(*) FROM turn) locked WHERE m.id = d.message_id RETURNING m.id
)"""


def delta(source: str, **counters: str) -> str:
    """The CTE that BUMP reads: for each message of `source`, how far each counter moves. Values are aggregates."""
    columns = ", ".join(f"{counters.get(name, '0')} AS {name}" for name in COUNTERS)
    return f"delta AS (SELECT message_id, {columns} FROM {source} GROUP BY message_id)"


# Credit moves last, after the messages are bumped, in the order of tenants. Needs `sums(submission, tenant_id, first,
# credits, reopened)`; the op_key holds the first recipient that moved, and a recipient moves once, and once more only
# where staff took up what had been given up.
_POST = """
SELECT count(*), coalesce(sum(n), 0)::int FROM (
  SELECT s.n, {post} FROM (SELECT * FROM sums ORDER BY tenant_id, submission) s, (SELECT count(*) FROM bump) done
) posted"""
_op = "'{verb}:s' || s.submission || ':' || s.first || CASE WHEN s.reopened > 0 THEN ':r' || s.reopened ELSE '' END"
SETTLE_SUMS = _POST.format(
    post=ledger.SETTLE.format(
        tenant="s.tenant_id", op_key=_op.format(verb="settle"), credits="s.credits", note="''"
    )
)
RELEASE_SUMS = _POST.format(
    post=ledger.RELEASE.format(
        tenant="s.tenant_id", op_key=_op.format(verb="release"), credits="s.credits", note="''"
    )
)
# The first of `due(id, moment, open_count)` that have AT_ONCE recipients together, and always one.
PICKED = f"""
picked AS (
  SELECT id FROM (SELECT id, sum(open_count) OVER (ORDER BY moment, id) - open_count AS before FROM due) counted
  WHERE before < {AT_ONCE}
)"""
# The accounts that have handed-over submissions without all reports, and whether a question is due at each: from one to
# the next, however many submissions each has.
_NEXT_ROAD = """
SELECT gateway, next_check_at FROM sms_submission WHERE state = 3 AND open_count > 0{more}
ORDER BY gateway, next_check_at LIMIT 1
"""
ROADS_CTE = f"""
road AS (
  ({_NEXT_ROAD.format(more="")})
  UNION ALL
  SELECT n.* FROM road r CROSS JOIN LATERAL ({_NEXT_ROAD.format(more=" AND gateway > r.gateway")}) n
)"""
ROADS = f"WITH RECURSIVE {ROADS_CTE} SELECT gateway, next_check_at <= now() FROM road"
MOVED = """
sums AS (
  SELECT span.id AS submission, span.tenant_id, span.message_id, span.reopened, moved.n, moved.credits, moved.first
  FROM {spans} span CROSS JOIN LATERAL sms_move(span.first, span.last, {was}, {becomes}, {code}) moved WHERE moved.n > 0
)"""
SUMS = """
sums AS (
  SELECT submission, tenant_id, message_id, reopened, count(*)::int AS n, sum(parts)::bigint AS credits, min(id) AS first
  FROM moved GROUP BY submission, tenant_id, message_id, reopened
)"""
