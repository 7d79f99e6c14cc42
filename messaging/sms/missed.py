"""Whom a message did not reach."""

from messaging.sms.models import Message
from smsmerkezi import database

# What the operator knows not to have arrived. Whoever had no report, or is in doubt, may have it already.
MISSED = """
SELECT r.msisdn FROM sms_submission s CROSS JOIN LATERAL (SELECT msisdn FROM sms_recipient
  WHERE id BETWEEN s.first_recipient_id AND s.last_recipient_id AND tenant_id = s.tenant_id AND state IN (4, 5, 6, 7)
    AND coalesce(error_code, '') NOT IN ('no-report', 'unresolved')) r
WHERE s.message_id = %(message)s AND s.tenant_id = %(tenant)s AND s.state <> 5
"""


def numbers(message: Message) -> list[int]:
    """The numbers that it did not reach."""
    return [row[0] for row in database.rows(MISSED, {"message": message.pk, "tenant": message.tenant_id})]
