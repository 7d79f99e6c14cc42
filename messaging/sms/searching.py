"""Finding messages by what people remember of them: a number, a word of the text, an id, a day."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q

from messaging.sms.models import Message, Recipient, Submission
from smsmerkezi.core import clock, phones
from tenants.models import Tenant

if TYPE_CHECKING:
    from django.db.models import QuerySet

NUMBER_HITS = 200  # newest messages to a number that a search looks at
LOOK_AT = 500  # newest messages whose names a filter offers


def containing(rows: "QuerySet[Message]", *, tenant: Tenant, text: str) -> "QuerySet[Message]":
    """A whole number finds the messages to it, `#12` the message with that id, anything else is sought in the texts."""
    wanted = text.strip()
    if not wanted:
        return rows
    digits = wanted.removeprefix("#")
    if wanted != digits and digits.isascii() and digits.isdigit() and len(digits) <= 18:
        return rows.filter(pk=int(digits))
    try:
        return rows.filter(pk__in=messages_to(tenant, phones.normalise(wanted)))
    except phones.InvalidNumber:
        return rows.filter(body__icontains=wanted)


def messages_to(tenant: Tenant, msisdn: int) -> set[int]:
    """Ids of the newest messages to this number."""
    hits = Recipient.objects.of(tenant).filter(msisdn=msisdn).order_by("-pk").values_list("pk", flat=True)
    ranges = Q()
    for row_id in hits[:NUMBER_HITS]:
        ranges |= Q(first_recipient_id__lte=row_id, last_recipient_id__gte=row_id)
    if not ranges:
        return set()
    return set(Submission.objects.filter(ranges, tenant_id=tenant.pk).values_list("message_id", flat=True))


def on_days(rows: "QuerySet[Message]", first: date | None, last: date | None) -> "QuerySet[Message]":
    """Accepted on these days in Istanbul, both included, either of them open. Raises clock.InvalidDay when crossed."""
    if first and last:
        clock.istanbul_day_bounds(first, last)
    if first:
        rows = rows.filter(created_at__gte=clock.istanbul_day_bounds(first).start)
    return rows.filter(created_at__lt=clock.istanbul_day_bounds(last).end) if last else rows


def originators(tenant: Tenant) -> list[str]:
    """The sender names of the newest messages, in alphabetical order."""
    newest = Message.objects.of(tenant).order_by("-pk").values_list("originator", flat=True)[:LOOK_AT]
    return sorted(set(newest))
