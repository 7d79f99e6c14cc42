"""Reading messages: one tenant's, by id, with their recipients as people are shown them."""

from dataclasses import dataclass
from datetime import datetime

from messaging.sms import words
from messaging.sms.models import Message
from smsmerkezi import database
from smsmerkezi.core.errors import NotFound
from tenants.models import Tenant

LINES = """
SELECT r.id, r.msisdn, r.parts, r.state, s.state, r.error_code, r.sent_at, r.finished_at,
  r.network
FROM (SELECT * FROM sms_submission WHERE message_id = %(message)s AND tenant_id = %(tenant)s AND last_recipient_id > %(after)s
    ORDER BY first_recipient_id) s
  CROSS JOIN LATERAL (SELECT * FROM sms_recipient
    WHERE id BETWEEN s.first_recipient_id AND s.last_recipient_id ORDER BY id LIMIT 1000) r
WHERE r.tenant_id = s.tenant_id AND r.id > %(after)s
ORDER BY s.first_recipient_id, r.id LIMIT %(limit)s
"""
ALL = 1000  # as many as one request can have sent to; of a campaign, its first


@dataclass(frozen=True, slots=True)
class Line:
    """One recipient: `status` and `error_code` in the words of the contract; `network` as a report told it, or None."""

    id: int
    msisdn: int
    parts: int
    status: str
    error_code: str | None
    sent_at: datetime | None
    finished_at: datetime | None
    network: int | None


def message(tenant: Tenant, raw_id: str | int) -> Message:
    """Raises NotFound, also for another tenant's message and for an id that is none."""
    text = str(raw_id)
    found = None
    if text.isascii() and text.isdigit() and len(text) <= 18:
        found = Message.objects.of(tenant).filter(pk=int(text)).first()
    if found is None:
        raise NotFound("Mesaj bulunamadı.")
    return found


def recipients(message: Message, *, after: int = 0, limit: int = ALL) -> list[Line]:
    """The message's recipients in the order of their ids, from the one after `after`; ranges of submissions do not overlap."""
    values = {"message": message.pk, "tenant": message.tenant_id, "after": after, "limit": limit}
    return [_line(*row) for row in database.rows(LINES, values)]


def _line(
    row_id: int,
    msisdn: int,
    parts: int,
    state: int,
    submission_state: int,
    code: str | None,
    sent_at: datetime | None,
    finished_at: datetime | None,
    network: int | None,
) -> Line:
    status = words.recipient_status(state, submission_state)
    error = words.recipient_error(code, state, submission_state)
    return Line(row_id, msisdn, parts, status, error, sent_at, finished_at, network)
