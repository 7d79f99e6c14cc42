"""Taking back what has not left."""

from messaging.sms.models import Message, Recipient, Submission
from messaging.sms.store import bulk, record, sweep
from smsmerkezi import database
from smsmerkezi.core.errors import Conflict, NotFound
from tenants import access, audit
from tenants.actors import Actor


class TooLate(Conflict):
    """Nothing of the message is still waiting."""

    code = "too-late"

    def __init__(self) -> None:
        super().__init__("Mesaj artık iptal edilemez; gönderimi başladı veya bitti.")


def end(waiting: list[int]) -> int:
    """End these submissions, which `sweep.waiting` has locked; how many recipients."""
    return record.end(
        ids=waiting,
        fences=[record.ANY_FENCE] * len(waiting),
        codes=["cancelled"] * len(waiting),
        states=[Submission.State.READY],
        to=Submission.State.CANCELLED,
        recipients=Recipient.State.CANCELLED,
    )


@database.transactional
def cancel(*, by: Actor, message_id: int) -> int:
    """End every submission of the message that no worker has claimed; their credit is released. How many recipients.

    What this returned for is never sent: the claim and this take the same row lock. Raises NotFound, TooLate, Forbidden.
    """
    access.require(by, "sms.cancel")
    if not Message.objects.of(by.tenant).filter(pk=message_id).exists():
        raise NotFound("Mesaj bulunamadı.")
    cancelled = bulk.abandon(message_id=message_id, cancelled=True)
    while waiting := sweep.waiting(
        message_id=message_id
    ):  # again: one that we waited for may have fallen to pieces
        cancelled += end(waiting)
    if not cancelled:
        raise TooLate
    audit.record(
        by=by,
        action="sms.cancelled",
        entity_type="Message",
        entity_id=message_id,
        meta={"recipients": cancelled},
    )
    return cancelled
