"""Whole telephone numbers for eyes that may see them; each look is written to the audit trail (design/ui.md §5.0)."""

from messaging.sms.models import Message
from tenants import access, audit
from tenants.actors import Actor


def reveal(*, by: Actor, message: Message) -> None:
    """Note that `by` looks at the numbers of this message. Raises Forbidden."""
    access.require(by, "sms.numbers")
    audit.record(by=by, action="sms.numbers_shown", entity=message, meta={"recipients": message.recipients})
