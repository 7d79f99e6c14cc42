"""Delivery reports into rows: resolve whom they name, then one update for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging.sms.models import Recipient, Submission
from messaging.sms.store.fragments import BUMP, PICKED, ROADS, delta
from smsmerkezi import database

State = Recipient.State

NAMED = """
SELECT id, tenant_id, message_id, first_recipient_id, last_recipient_id, recipient_count, state, provider_id,
  replace(client_ref::text, '-', '')
FROM sms_submission
WHERE (gateway = %(gateway)s AND provider_id <> '' AND provider_id = ANY(%(provider_ids)s))
   OR (gateway = %(gateway)s AND client_ref = ANY(%(client_refs)s::uuid[]))
"""
NUMBERS = """
SELECT msisdn, id FROM sms_recipient
WHERE tenant_id = %(tenant)s AND id BETWEEN %(first)s AND %(last)s AND msisdn = ANY(%(msisdns)s)
"""

# A final state never changes (glossary §4): only `sent` rows move, so repeated and late reports do nothing. The one
# exception is a recipient that we gave up as unresolved, credit returned: a late "delivered" is told, not charged.
TELL = f"""
WITH word AS MATERIALIZED (
  SELECT * FROM unnest(%(ids)s::bigint[], %(msisdns)s::bigint[], %(submissions)s::bigint[], %(messages)s::bigint[],
    %(states)s::smallint[], %(codes)s::text[], %(times)s::timestamptz[], %(networks)s::smallint[])
    AS w(id, msisdn, submission, message, state, code, at, network)
), held AS (
  SELECT s.id FROM sms_submission s WHERE s.id = ANY(%(distinct)s::bigint[]) ORDER BY s.id FOR UPDATE
), told AS (
  UPDATE sms_recipient r SET state = word.state, error_code = word.code, finished_at = coalesce(word.at, now()),
    network = word.network
  FROM word, (SELECT count(*) FROM held) locked
  WHERE r.id = word.id AND r.id BETWEEN %(low)s AND %(high)s AND r.msisdn = word.msisdn AND r.state = 2
  RETURNING word.submission, word.message, word.state,
    r.finished_at - r.sent_at > %(slow)s * interval '1 second' AS slow
), sums AS (
  SELECT submission, message AS message_id, count(*)::int AS n,
    count(*) FILTER (WHERE state = 3) AS delivered, count(*) FILTER (WHERE state = 4) AS undelivered,
    count(*) FILTER (WHERE state = 5) AS expired, count(*) FILTER (WHERE state = 6) AS failed,
    count(*) FILTER (WHERE state = 3 AND slow) AS slow
  FROM told GROUP BY submission, message
), closer AS (
  UPDATE sms_submission s SET open_count = s.open_count - sums.n FROM sums WHERE s.id = sums.submission
), {
    delta(
        "sums",
        delivered="sum(delivered)",
        undelivered="sum(undelivered)",
        expired="sum(expired)",
        failed="sum(failed)",
    )
}, {BUMP}
SELECT coalesce(sum(n), 0)::int, coalesce(sum(delivered), 0)::int, coalesce(sum(slow), 0)::int
FROM sums, (SELECT count(*) FROM bump) done
"""
LATE = f"""
WITH word AS (
  SELECT * FROM unnest(%(ids)s::bigint[], %(msisdns)s::bigint[], %(submissions)s::bigint[]) AS w(id, msisdn, submission)
), held AS (
  SELECT s.id, s.message_id, s.last_tx_at FROM sms_submission s
  WHERE s.id IN (SELECT submission FROM word) AND s.state = {int(Submission.State.UNRESOLVED)} ORDER BY s.id FOR UPDATE
), told AS (
  UPDATE sms_recipient r SET state = 3, error_code = NULL, sent_at = held.last_tx_at
  FROM word JOIN held ON held.id = word.submission
  WHERE r.id = word.id AND r.msisdn = word.msisdn AND r.state = 7 AND r.error_code = 'unresolved'
  RETURNING held.message_id
), {delta("told", failed="-count(*)", delivered="count(*)", dropped="-count(*)", sent="count(*)")}, {BUMP}
SELECT count(*)::int FROM told, (SELECT count(*) FROM bump) done
"""

# Which handed-over submissions to ask about now; the next question is set before this one is asked. Those of firms that
# want no questions asked are put off to their end.
QUESTIONS = f"""
WITH due AS (
  SELECT s.id, s.next_check_at AS moment, s.open_count, t.dlr_enabled AS wanted
  FROM sms_submission s JOIN tenants_tenant t ON t.id = s.tenant_id
  WHERE s.state = 3 AND s.open_count > 0 AND s.next_check_at <= now() AND s.expires_at > now()
    AND s.gateway = %(gateway)s
  ORDER BY s.next_check_at LIMIT %(limit)s FOR UPDATE OF s SKIP LOCKED
), {PICKED}, asked AS (
  UPDATE sms_submission s SET checks = s.checks + 1, next_check_at = CASE WHEN due.wanted THEN
    least(s.expires_at, now() + least(%(longest)s, %(shortest)s * power(1.5, least(s.checks, 40))) * interval '1 second')
    ELSE s.expires_at END
  FROM picked JOIN due USING (id) WHERE s.id = picked.id
  RETURNING s.id, s.client_ref, s.provider_id, s.last_tx_at, now() AS asked_at, s.tenant_id, s.first_recipient_id,
    s.last_recipient_id, due.wanted
)
SELECT * FROM asked WHERE wanted
"""
HURRY = """
WITH held AS (
  SELECT id FROM sms_submission
  WHERE state = 3 AND open_count > 0 AND gateway = %(gateway)s
    AND (provider_id = ANY(%(names)s) OR client_ref = ANY(%(client_refs)s::uuid[]))
  ORDER BY id FOR UPDATE SKIP LOCKED
)
UPDATE sms_submission s SET next_check_at = now() FROM held WHERE s.id = held.id AND s.next_check_at > now() RETURNING s.id
"""
OPEN_NUMBERS = """
SELECT p.submission, r.msisdn
FROM unnest(%(submissions)s::bigint[], %(firsts)s::bigint[], %(lasts)s::bigint[]) AS p(submission, first, last)
CROSS JOIN LATERAL (
  SELECT msisdn FROM sms_recipient WHERE id BETWEEN p.first AND p.last AND state = 2 ORDER BY id LIMIT 1000) r
"""


@dataclass(frozen=True, slots=True)
class Named:
    """A submission that reports are about."""

    id: int
    tenant_id: int
    message_id: int
    first: int
    last: int
    count: int
    state: int
    provider_id: str
    client_ref: str


@dataclass(frozen=True, slots=True)
class Told:
    """One report, resolved to its recipient's row."""

    id: int
    msisdn: int
    submission: int
    message: int
    state: int
    code: str | None
    at: datetime | None
    network: int | None


@dataclass(frozen=True, slots=True)
class Ended:
    """How many recipients came to their end; of those how many were delivered, and of those how many late."""

    count: int = 0
    delivered: int = 0
    slow: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A submission whose reports are wanted."""

    id: int
    client_ref: str
    provider_id: str
    attempted_at: datetime
    asked_at: datetime
    tenant_id: int
    first: int
    last: int


def named(*, gateway: str, provider_ids: Sequence[str], client_refs: Sequence[str]) -> list[Named]:
    """This gateway's submissions by its ids or by our references; another gateway's ids name nothing here."""
    values = {"gateway": gateway, "provider_ids": list(provider_ids), "client_refs": list(client_refs)}
    return [Named(*row) for row in database.rows(NAMED, values)]


def numbers(submission: Named, msisdns: Sequence[int]) -> dict[int, int]:
    """The rows of these numbers within the submission."""
    values = {
        "tenant": submission.tenant_id,
        "first": submission.first,
        "last": submission.last,
        "msisdns": list(msisdns),
    }
    return dict(database.rows(NUMBERS, values))


def tell(words: Sequence[Told], *, slow: float) -> Ended:
    """Write reports. `words` sorted by id: rows are locked in that order. `slow` is seconds from hand-over to handset."""
    values = {
        "ids": [word.id for word in words],
        "msisdns": [word.msisdn for word in words],
        "submissions": [word.submission for word in words],
        "messages": [word.message for word in words],
        "distinct": sorted({word.submission for word in words}),
        "states": [word.state for word in words],
        "codes": [word.code for word in words],
        "times": [word.at for word in words],
        "networks": [word.network for word in words],
        "slow": slow,
        "low": words[0].id,
        "high": words[-1].id,
        "word": "failed",
    }
    return Ended(*database.rows(TELL, values)[0])


def tell_late(words: Sequence[Told]) -> int:
    """Delivered after we had given up: the state is corrected, the credit stays with the customer (send-protocol §3.5)."""
    values = {
        "ids": [word.id for word in words],
        "msisdns": [word.msisdn for word in words],
        "submissions": [word.submission for word in words],
        "word": "failed",
    }
    return int(database.rows(LATE, values)[0][0])


def gateways_with_questions() -> list[str]:
    """Whoever has handed-over submissions whose question is due."""
    return [slug for slug, due in database.rows(ROADS, {}) if due]


def hurry(*, gateway: str, names: Sequence[str], client_refs: Sequence[str]) -> int:
    """Ask about these submissions at once; how many that changes."""
    values = {"gateway": gateway, "names": list(names), "client_refs": list(client_refs)}
    return len(database.rows(HURRY, values))


def questions(*, gateway: str, limit: int, shortest: float, longest: float) -> list[Asked]:
    """Up to `limit` submissions and some thousand recipients to ask this gateway about, oldest question first."""
    values = {"gateway": gateway, "limit": limit, "shortest": shortest, "longest": longest}
    return [Asked(row[0], row[1].hex, *row[2:8]) for row in database.rows(QUESTIONS, values)]


def open_numbers(asked: Sequence[Asked]) -> dict[int, list[int]]:
    """Their numbers without a report, by submission."""
    values = {
        "submissions": [each.id for each in asked],
        "firsts": [each.first for each in asked],
        "lasts": [each.last for each in asked],
    }
    found: dict[int, list[int]] = {each.id: [] for each in asked}
    for submission, msisdn in database.rows(OPEN_NUMBERS, values):
        found[submission].append(msisdn)
    return found
