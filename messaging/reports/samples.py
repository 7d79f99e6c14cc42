"""The first recipients of many messages, in one look."""

from collections.abc import Sequence

from smsmerkezi import database

SAMPLES = """
SELECT m.id, r.msisdn FROM unnest(%(messages)s::bigint[]) AS m(id) CROSS JOIN LATERAL (
  SELECT found.id, found.msisdn FROM (
    SELECT first_recipient_id, last_recipient_id FROM sms_submission
    WHERE message_id = m.id AND tenant_id = %(tenant)s ORDER BY first_recipient_id LIMIT %(each)s) s
  CROSS JOIN LATERAL (
    SELECT id, msisdn FROM sms_recipient
    WHERE id BETWEEN s.first_recipient_id AND s.last_recipient_id ORDER BY id LIMIT %(each)s) found
  ORDER BY found.id LIMIT %(each)s) r
ORDER BY m.id, r.id
"""


def of(*, tenant_id: int, message_ids: Sequence[int], each: int = 3) -> dict[int, list[int]]:
    """Numbers by message, at most `each` of them."""
    found: dict[int, list[int]] = {pk: [] for pk in message_ids}
    if message_ids:
        values = {"messages": list(message_ids), "tenant": tenant_id, "each": each}
        for message, msisdn in database.rows(SAMPLES, values):
            found[message].append(msisdn)
    return found
