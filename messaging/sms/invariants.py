"""What must always hold between messages and credit (send-protocol §3.6), as counts of rows that break it.

Each reads whole tables: for tests, soaks, the nightly run and the status page, not for requests. `billing.ledger.mismatches`
says the same of the ledger alone.
"""

from billing import ledger
from smsmerkezi import database

OVERDUE = 10  # seconds that a lapsed lease may wait for the reaper

# Recipients are read through their submissions: a number without one belongs to nobody's message.
_SPAN = """
sms_submission s JOIN sms_recipient r ON r.id BETWEEN s.first_recipient_id AND s.last_recipient_id
  AND r.tenant_id = s.tenant_id
"""
_PAID = f"""
WITH wanted AS (
  SELECT s.tenant_id, coalesce(sum(r.parts) FILTER (WHERE r.settled_at IS NULL AND r.released_at IS NULL), 0) AS held,
    coalesce(sum(r.parts) FILTER (WHERE r.settled_at IS NOT NULL), 0) AS taken
  FROM {_SPAN} GROUP BY s.tenant_id
), awaited AS (
  SELECT tenant_id, sum(awaited_credits) AS held FROM sms_message WHERE awaited > 0 GROUP BY tenant_id
), posted AS (
  SELECT tenant_id, coalesce(-sum(delta) FILTER (WHERE reason = 'send'), 0) AS taken,
    coalesce(sum(reserved_delta), 0) AS held
  FROM billing_ledgerentry GROUP BY tenant_id
)
"""  # noqa: S608 - a constant of ours
RESERVED_UNLIKE_OPEN = f"""
{_PAID} SELECT count(*)::int FROM wanted FULL JOIN awaited USING (tenant_id) FULL JOIN posted USING (tenant_id)
WHERE coalesce(wanted.held, 0) + coalesce(awaited.held, 0) <> coalesce(posted.held, 0)
"""  # noqa: S608
CHARGED_UNLIKE_SETTLED = f"""
{_PAID} SELECT count(*)::int FROM wanted FULL JOIN posted USING (tenant_id)
WHERE coalesce(wanted.taken, 0) <> coalesce(posted.taken, 0)
"""  # noqa: S608
ENDS_NOT_PAID_ONCE = """
SELECT count(*)::int FROM sms_recipient WHERE state >= 2 AND (settled_at IS NULL) = (released_at IS NULL)
"""
OPEN_YET_PAID = """
SELECT count(*)::int FROM sms_recipient WHERE state < 2 AND (settled_at IS NOT NULL OR released_at IS NOT NULL)
"""
COUNTERS_OFF = f"""
WITH real AS (
  SELECT s.message_id, count(*) FILTER (WHERE r.state IN (0, 1)) AS waiting,
    count(*) FILTER (WHERE r.state = 3) AS delivered, count(*) FILTER (WHERE r.state = 4) AS undelivered,
    count(*) FILTER (WHERE r.state = 5) AS expired, count(*) FILTER (WHERE r.state IN (6, 7)) AS failed,
    count(*) FILTER (WHERE r.state = 8) AS cancelled, count(*) AS recipients
  FROM {_SPAN} GROUP BY s.message_id
)
SELECT count(*)::int FROM sms_message m LEFT JOIN real ON real.message_id = m.id
WHERE (m.recipients - m.awaited - m.abandoned, m.recipients - m.awaited - m.sent - m.dropped, m.delivered,
  m.undelivered, m.expired, m.failed + m.cancelled - m.abandoned)
  IS DISTINCT FROM (coalesce(real.recipients, 0), coalesce(real.waiting, 0), coalesce(real.delivered, 0),
  coalesce(real.undelivered, 0), coalesce(real.expired, 0), coalesce(real.failed + real.cancelled, 0))
  OR m.abandoned = 0 AND m.cancelled <> coalesce(real.cancelled, 0)
"""  # noqa: S608
OPEN_COUNTS_OFF = f"""
SELECT count(*)::int FROM (
  SELECT 1 FROM {_SPAN} GROUP BY s.id HAVING s.open_count <> count(*) FILTER (WHERE r.state < 3)
) off
"""  # noqa: S608
LAPSED = """
SELECT count(*)::int FROM sms_submission WHERE state = 1 AND lease_until < now() - %(seconds)s * interval '1 second'
"""
OLDEST_DOUBT = """
SELECT coalesce(extract(epoch FROM now() - min(last_tx_at)), 0)::float8 FROM sms_submission WHERE state = 2
"""


def reserved_unlike_open() -> int:
    """Tenants whose reserved credit is not the parts of their recipients that are neither charged nor released."""
    return _count(RESERVED_UNLIKE_OPEN)


def charged_unlike_settled() -> int:
    """Tenants who paid for other parts than those handed over."""
    return _count(CHARGED_UNLIKE_SETTLED)


def ends_not_paid_once() -> int:
    """Recipients handed over or ended that are not exactly one of charged and released."""
    return _count(ENDS_NOT_PAID_ONCE)


def open_yet_paid() -> int:
    """Recipients that wait, and are charged or released already."""
    return _count(OPEN_YET_PAID)


def counters_off() -> int:
    """Messages whose counters are not what their recipients say."""
    return _count(COUNTERS_OFF)


def open_counts_off() -> int:
    """Submissions that wait for another number of reports than they have open recipients."""
    return _count(OPEN_COUNTS_OFF)


def lapsed_leases() -> int:
    """Submissions that no reaper took although their worker is gone."""
    return int(database.rows(LAPSED, {"seconds": OVERDUE})[0][0])


def oldest_doubt() -> float:
    """Seconds since the last possible hand-over of the submission that has been in doubt longest; 0 without one."""
    return float(database.rows(OLDEST_DOUBT, {})[0][0])


def broken() -> dict[str, int]:
    """Every invariant that does not hold, with how many rows break it. Empty, always."""
    counts = {
        "reserved_unlike_open": reserved_unlike_open(),
        "charged_unlike_settled": charged_unlike_settled(),
        "ends_not_paid_once": ends_not_paid_once(),
        "open_yet_paid": open_yet_paid(),
        "counters_off": counters_off(),
        "open_counts_off": open_counts_off(),
        "lapsed_leases": lapsed_leases(),
        **{f"ledger_{name}": count for name, count in ledger.mismatches().items()},
    }
    return {name: count for name, count in counts.items() if count}


def _count(query: str) -> int:
    return int(database.rows(query, {})[0][0])
