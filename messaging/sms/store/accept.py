"""Accepting a message: one statement, one commit. Either every row is there, with the credit reserved, or none."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from billing import ledger
from messaging.contacts import erased
from messaging.sms.store.fragments import REFUSED, REFUSED_OF
from smsmerkezi import database

# `word` is the request; `chosen` its recipients without the opted-out; `key` the idempotency row, which lets one of two
# twins pass. Nothing is written unless the sender is approved, the key was free and a recipient is left: then `n` is null.
# The credit is reserved last, so the account is locked for the shortest time.
_ACCEPT = f"""
WITH sender AS (
  SELECT 1 FROM senders_senderid
  WHERE tenant_id = %(tenant)s AND label = %(originator)s AND state = 'approved'
), chosen AS MATERIALIZED (
  SELECT w.id, w.msisdn, w.chunk FROM unnest(%(ids)s, %(msisdns)s, %(chunks)s)
    AS w(id, msisdn, chunk)
  WHERE NOT {REFUSED.format(tenant="%(tenant)s", msisdn="w.msisdn")}
), tally AS (
  SELECT count(*)::int AS n, nextval('sms_message_id_seq') AS message FROM chosen HAVING count(*) > 0
), key AS (
  INSERT INTO sms_idempotencykey (tenant_id, key, request_hash, message_id, created_at)
  SELECT %(tenant)s, %(key)s, %(hash)s, tally.message, now() FROM tally, sender WHERE %(key)s IS NOT NULL
  ON CONFLICT DO NOTHING RETURNING 1
), go AS (
  SELECT tally.n, tally.message FROM tally, sender
  WHERE %(key)s IS NULL OR EXISTS (SELECT 1 FROM key)
), message AS (
  INSERT INTO sms_message (id, tenant_id, user_id, token_id, uuid, custom_id, kind, source, originator, body, encoding,
    parts, gateway, meta, scheduled_at, validity_minutes, state, recipients, skipped,
    commercial, sent, dropped, delivered, undelivered, expired, failed, cancelled, created_at)
  SELECT go.message, %(tenant)s, %(user)s, %(token)s, %(uuid)s, %(custom_id)s, %(kind)s, %(source)s, %(originator)s,
    %(body)s, %(encoding)s, %(parts)s, %(gateway)s, %(meta)s, %(scheduled_at)s, %(validity)s,
    %(state)s, go.n, %(wanted)s - go.n, %(commercial)s, 0, 0, 0, 0, 0, 0, 0, now()
  FROM go RETURNING id, created_at
), recipient AS (
  INSERT INTO sms_recipient (id, tenant_id, msisdn, parts)
  SELECT c.id, %(tenant)s, c.msisdn, %(parts)s FROM chosen c, go
), submission AS (
  INSERT INTO sms_submission (message_id, tenant_id, gateway, lane, client_ref, first_recipient_id, last_recipient_id,
    recipient_count, open_count, state, fence, due_at, expires_at, closes_at, checks, reopened, provider_id)
  SELECT go.message, %(tenant)s, %(gateway)s, %(lane)s, (%(refs)s)[c.chunk + 1], min(c.id), max(c.id), count(*), count(*),
    0, 0, coalesce(%(scheduled_at)s, now()),
    coalesce(%(scheduled_at)s, now()) + %(validity)s * interval '1 minute', %(closes)s, 0, 0, ''
  FROM chosen c, go GROUP BY go.message, c.chunk
), audit AS (
  INSERT INTO tenants_auditentry (tenant_id, user_id, token_id, action, entity_type, entity_id, acting, meta, ip,
    user_agent, created_at)
  SELECT %(tenant)s, %(user)s, %(token)s, 'sms.send', 'Message', go.message, %(acting)s,
    jsonb_build_object('recipients', go.n, 'meta', %(meta)s), %(ip)s, %(user_agent)s, now()
  FROM go
)
SELECT message.id, message.created_at, go.n,
  {
    ledger.RESERVE.format(
        tenant="%(tenant)s", op_key="'reserve:m' || message.id", credits="%(parts)s * go.n", note="''"
    )
}
FROM message, go
"""
ACCEPT = database.typed(
    _ACCEPT,
    tenant="bigint",
    user="bigint",
    token="bigint",
    acting="boolean",
    uuid="uuid",
    custom_id="varchar",
    kind="smallint",
    source="varchar",
    originator="varchar",
    body="text",
    encoding="varchar",
    parts="smallint",
    gateway="varchar",
    meta="jsonb",
    scheduled_at="timestamptz",
    validity="int",
    state="varchar",
    commercial="boolean",
    closes="timestamptz",
    lane="smallint",
    wanted="int",
    ids="bigint[]",
    msisdns="bigint[]",
    chunks="int[]",
    refs="uuid[]",
    key="varchar",
    hash="varchar",
    ip="inet",
    user_agent="varchar",
)


@dataclass(frozen=True, slots=True)
class Stored:
    message_id: int
    created_at: datetime
    recipients: int


def accept(values: dict[str, Any]) -> Stored | None:
    """Run ACCEPT. None when nothing was written; `messaging.sms.sending` then finds out why.

    Raises django.db.DatabaseError, which `ledger.refusal` translates where the credit did not suffice.
    """
    row = database.row(ACCEPT, {**values, "pepper": erased.pepper()})
    return Stored(*row[:3]) if row else None


REPLAY = """
SELECT request_hash, message_id FROM sms_idempotencykey WHERE tenant_id = %(tenant)s AND key = %(key)s
"""


def accepted_before(*, tenant_id: int, key: str) -> tuple[str, int] | None:
    """(hash of that request, its message) of a key that was used."""
    row = database.row(REPLAY, {"tenant": tenant_id, "key": key})
    return (row[0], row[1]) if row else None


def opted_out(*, tenant_id: int, msisdns: list[int]) -> set[int]:
    """Which of these the tenant must not write to."""
    values = {"tenant": tenant_id, "msisdns": msisdns, "pepper": erased.pepper()}
    return {msisdn for (msisdn,) in database.rows(REFUSED_OF, values)}
