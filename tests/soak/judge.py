"""What must be zero afterwards. The oracle is the operator's book; our tables are asked second."""

from collections import Counter
from typing import Any

from django.db.models import F, Q, Sum

from billing.models import Account, LedgerEntry
from messaging.sms import invariants
from messaging.sms.models import Attempt, Recipient, Submission
from tests.soak.clients import Promise

State = Submission.State
# Ended without being sent, and the customer can see it.
NOT_SENT = (
    Recipient.State.REJECTED,
    Recipient.State.FAILED,
    Recipient.State.EXPIRED,
    Recipient.State.CANCELLED,
)
MUST_BE_ZERO = (
    "lost",
    "twice",
    "refs_twice",
    "unasked",
    "stuck",
    "reserved_left",
    "charged_unlike_book",
    "refused",
)


def under_way() -> int:
    """Submissions that are not over, or wait for a report."""
    open_ones = Q(state__lt=State.HANDED_OVER) | Q(state=State.HANDED_OVER, open_count__gt=0)
    return Submission.objects.filter(open_ones).count()


def verdict(promises: list[Promise], book: list[dict[str, Any]]) -> dict[str, Any]:
    taken = Counter(number for row in book for number in row["msisdns"])
    promised = {number: promise for promise in promises for number in promise.numbers}
    ended = set(
        Recipient.objects.filter(state__in=NOT_SENT, settled_at=None).values_list("msisdn", flat=True)
    )
    parts = sum(promised[number].parts for number in taken if number in promised)
    charged = -(LedgerEntry.objects.filter(reason="send").aggregate(sum=Sum("delta"))["sum"] or 0)
    return {
        "lost": sum(number not in taken and number not in ended for number in promised),
        "twice": sum(count > 1 for count in taken.values()),
        "refs_twice": sum(count > 1 for count in Counter(row["ref"] for row in book).values()),
        "unasked": sum(number not in promised for number in taken),
        "stuck": under_way(),
        "reserved_left": Account.objects.aggregate(sum=Sum("reserved"))["sum"],
        "charged_unlike_book": abs(charged - parts),
        "broken": invariants.broken(),
        "unresolved": Submission.objects.filter(state=State.UNRESOLVED).count(),
        "attempts_per_submission": round(Attempt.objects.count() / max(1, Submission.objects.count()), 3),
        "balance": Account.objects.aggregate(sum=Sum(F("balance")))["sum"],
    }


def passed(figures: dict[str, Any]) -> bool:
    return not figures["broken"] and not any(figures[name] for name in MUST_BE_ZERO)
