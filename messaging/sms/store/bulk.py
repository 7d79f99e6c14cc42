"""A message whose recipients come in parts: its credit is reserved whole, then its list is read and stored step by step.

Each statement locks as `record` does: submissions, recipients, messages, accounts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from billing import ledger
from messaging.sms.store.fragments import BUMP
from smsmerkezi import database

# As in ACCEPT: the sender must be approved, the credit is reserved last. The rows come later.
_LAUNCH = f"""
WITH sender AS (
  SELECT 1 FROM senders_senderid
  WHERE tenant_id = %(tenant)s AND label = %(originator)s AND state = 'approved'
), message AS (
  INSERT INTO sms_message (id, tenant_id, user_id, token_id, uuid, kind, source, originator, body, encoding, parts, cost,
    gateway, scheduled_at, validity_minutes, state, recipients, skipped, commercial, awaited, awaited_credits,
    sent, dropped, delivered, undelivered, expired, failed, cancelled, created_at)
  SELECT nextval('sms_message_id_seq'), %(tenant)s, %(user)s, %(token)s, %(uuid)s, 1, 'campaign', %(originator)s, %(body)s,
    %(encoding)s, %(parts)s, %(credits)s, %(gateway)s, %(scheduled_at)s, %(validity)s, %(state)s, %(recipients)s,
    %(skipped)s, %(commercial)s, %(recipients)s, %(credits)s, 0, 0, 0, 0, 0, 0, 0, now()
  FROM sender RETURNING id, created_at
)
SELECT message.id, {
    ledger.RESERVE.format(
        tenant="%(tenant)s", op_key="'reserve:m' || message.id", credits="%(credits)s", note="''"
    )
} FROM message
"""
LAUNCH = database.typed(
    _LAUNCH,
    tenant="bigint",
    user="bigint",
    token="bigint",
    uuid="uuid",
    originator="varchar",
    body="text",
    encoding="varchar",
    parts="smallint",
    credits="bigint",
    gateway="varchar",
    scheduled_at="timestamptz",
    validity="int",
    state="varchar",
    recipients="int",
    skipped="int",
    commercial="boolean",
)

# Nothing is asked of the opt-out list here: the claim asks it, in the transaction that sends (promise P11).
STORE = """
WITH recipient AS (
  INSERT INTO sms_recipient (id, tenant_id, msisdn, parts{columns})
  SELECT w.id, %(tenant)s::bigint, w.msisdn, {parts} FROM unnest({arrays}) AS w(id, msisdn{names})
)
INSERT INTO sms_submission (message_id, tenant_id, gateway, lane, encoding, client_ref, first_recipient_id,
  last_recipient_id, recipient_count, open_count, state, fence, due_at, expires_at, closes_at, checks, reopened, provider_id)
SELECT %(message)s::bigint, %(tenant)s::bigint, %(gateway)s::varchar, %(lane)s::smallint, s.encoding, s.ref, s.first, s.last,
  s.n, s.n, 0, 0, s.due, s.due + %(validity)s::int * interval '1 minute', s.closes, 0, 0, ''
FROM unnest(%(refs)s::uuid[], %(firsts)s::bigint[], %(lasts)s::bigint[], %(counts)s::int[], %(dues)s::timestamptz[],
  %(closes)s::timestamptz[], %(encodings)s::varchar[]) AS s(ref, first, last, n, due, closes, encoding)
"""
ALIKE = STORE.format(
    columns="", parts="%(parts)s::smallint", arrays="%(ids)s::bigint[], %(msisdns)s::bigint[]", names=""
)
EACH = STORE.format(
    columns=", text",
    parts="w.parts, w.text",
    arrays="%(ids)s::bigint[], %(msisdns)s::bigint[], %(parts)s::smallint[], %(texts)s::text[]",
    names=", parts, text",
)
ARRIVED = """
UPDATE sms_message SET awaited = awaited - %(n)s::int, awaited_credits = awaited_credits - %(credits)s::bigint
WHERE id = %(message)s::bigint RETURNING awaited
"""
WHOSE = """
SELECT id, tenant_id, gateway, body, scheduled_at, paused_at, validity_minutes, awaited FROM sms_message
WHERE id = %(message)s FOR NO KEY UPDATE
"""

# What has not been stored will not be: it ends unsent, and its credit goes back.
ABANDON = f"""
WITH gone AS (
  SELECT id AS message_id, tenant_id, awaited AS n, awaited_credits AS credits FROM sms_message
  WHERE id = %(message)s AND awaited > 0 FOR NO KEY UPDATE
), emptied AS (
  SELECT message_id, 0 AS sent, n AS dropped, 0 AS delivered, 0 AS undelivered, 0 AS expired,
    CASE WHEN %(cancelled)s THEN 0 ELSE n END AS failed, CASE WHEN %(cancelled)s THEN n ELSE 0 END AS cancelled FROM gone
), delta AS (SELECT * FROM emptied), {BUMP}
SELECT coalesce(sum(n), 0)::int, count({
    ledger.RELEASE.format(
        tenant="gone.tenant_id",
        op_key="'release:m' || gone.message_id || ':awaited'",
        credits="gone.credits",
        note="''",
    )
}) FROM gone, (SELECT count(*) FROM bump) done
"""
EMPTY = """
UPDATE sms_message SET abandoned = abandoned + awaited, awaited = 0, awaited_credits = 0 WHERE id = %(message)s
"""

FAR_DAYS = 36500
FAR = f"interval '{FAR_DAYS} days'"  # not before somebody resumes; PostgreSQL's own infinity would forget the order
BEYOND = "now() + interval '18000 days'"
PAUSE = """
UPDATE sms_message SET paused_at = now()
WHERE id = %(message)s AND paused_at IS NULL AND sent + dropped < recipients RETURNING id
"""
HOLD = f"""
WITH ready AS (
  SELECT id FROM sms_submission
  WHERE message_id = %(message)s AND state = 0 AND next_check_at IS NULL AND due_at < {BEYOND} ORDER BY id FOR UPDATE
)
UPDATE sms_submission s SET due_at = s.due_at + {FAR}, expires_at = s.expires_at + {FAR}
FROM ready WHERE s.id = ready.id RETURNING s.id
"""
RESUME = (
    "UPDATE sms_message SET paused_at = NULL WHERE id = %(message)s AND paused_at IS NOT NULL RETURNING id"
)
# In its old order, later by as long as the pause has held it up. What is due only after its hours lapses when it is due, and
# goes at the opening after that: the pause is not counted twice.
LET_GO = f"""
WITH ready AS (
  SELECT id FROM sms_submission WHERE message_id = %(message)s AND state = 0 AND due_at > {BEYOND} ORDER BY id FOR UPDATE
)
UPDATE sms_submission s SET due_at = s.due_at - {FAR} + %(seconds)s * interval '1 second',
  closes_at = CASE WHEN s.closes_at IS NOT NULL
    THEN greatest(s.closes_at, s.due_at - {FAR} + %(seconds)s * interval '1 second') END,
  expires_at = s.expires_at - {FAR} + %(seconds)s * interval '1 second'
FROM ready WHERE s.id = ready.id RETURNING s.id
"""


class Span(NamedTuple):
    """A submission to be: the recipients first..last, `n` of them. `due` and `closes` bound when it may be sent."""

    ref: UUID
    first: int
    last: int
    n: int
    due: datetime
    closes: datetime | None = None
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Loading:
    """A message whose list is being read, locked."""

    id: int
    tenant_id: int
    gateway: str
    body: str
    scheduled_at: datetime | None
    paused_at: datetime | None
    validity_minutes: int
    awaited: int


def launch(values: dict[str, Any]) -> int | None:
    """The id of the new message, None where its sender is not approved. Call in a transaction.

    Raises django.db.DatabaseError, which `ledger.refusal` translates where the credit did not suffice.
    """
    row = database.row(LAUNCH, values)
    return row[0] if row else None


def loading(*, message_id: int) -> Loading:
    """Lock the message. Call in a transaction."""
    return Loading(*database.rows(WHOSE, {"message": message_id})[0])


def store(
    message: Loading,
    *,
    lane: int,
    spans: Sequence[Span],
    ids: list[int],
    msisdns: list[int],
    parts: int | list[int],
    texts: list[str] | None,
) -> int:
    """Store recipients and the submissions that carry them; how many are still awaited.

    `parts` is one number where all get the message's own text (`texts` is None), else one for each.
    """
    refs, firsts, lasts, counts, dues, closes, encodings = map(list, zip(*spans, strict=True))
    values = {
        "tenant": message.tenant_id,
        "message": message.id,
        "gateway": message.gateway,
        "lane": lane,
        "validity": message.validity_minutes,
        "ids": ids,
        "msisdns": msisdns,
        "parts": parts,
        "refs": refs,
        "firsts": firsts,
        "lasts": lasts,
        "counts": counts,
        "dues": dues,
        "closes": closes,
        "encodings": encodings,
    }
    database.rows(ALIKE if texts is None else EACH, values if texts is None else {**values, "texts": texts})
    credits = parts * len(ids) if isinstance(parts, int) else sum(parts)
    return int(database.rows(ARRIVED, {"message": message.id, "n": len(ids), "credits": credits})[0][0])


def abandon(*, message_id: int, cancelled: bool) -> int:
    """End what is still awaited, as cancelled by its owner or as failed; how many recipients. Call in a transaction."""
    values = {"message": message_id, "cancelled": cancelled, "word": "failed"}
    ended = int(database.rows(ABANDON, values)[0][0])
    if ended:
        database.rows(EMPTY, {"message": message_id})
    return ended


def pause(*, message_id: int) -> bool:
    """Nothing more of it is claimed from now on, but for repeats of what may have left already; False when it was paused or
    has ended. Call in a transaction.
    """
    paused = bool(database.rows(PAUSE, {"message": message_id}))
    while paused and database.rows(HOLD, {"message": message_id}):
        pass  # again: one that we waited for may have fallen to pieces
    return paused


def resume(*, message_id: int, seconds: float) -> bool:
    """Go on, everything `seconds` later than it was due; False when it was not paused. Call in a transaction."""
    resumed = bool(database.rows(RESUME, {"message": message_id}))
    if resumed:
        database.rows(LET_GO, {"message": message_id, "seconds": seconds})
    return resumed
