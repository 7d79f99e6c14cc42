"""What must be zero afterwards. The oracle is the operator's book; our tables are asked second."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db.models import Q, Sum

from bench.figures import percentile
from billing.models import Account, LedgerEntry
from messaging.sms import invariants
from messaging.sms.models import Attempt, Recipient, Submission
from tests.soak.clients import Promise

Book = Sequence[dict[str, Any]]
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
    "broken",
)


def under_way() -> int:
    """Submissions that are not over, or wait for a report."""
    open_ones = Q(state__lt=State.HANDED_OVER) | Q(state=State.HANDED_OVER, open_count__gt=0)
    return Submission.objects.filter(open_ones).count()


def unsettled(gateways: Iterable[str]) -> int:
    """Submissions of these roads of which we do not know whether they will be, are or were handed over."""
    return Submission.objects.filter(state__lt=State.HANDED_OVER, gateway__in=list(gateways)).count()


def verdict(promises: Collection[Promise], book: Book) -> dict[str, Any]:
    return {
        "lost": lost(promises, book),
        "twice": twice(book),
        "refs_twice": refs_twice(book),
        "unasked": unasked(promises, book),
        "stuck": under_way(),
        "reserved_left": Account.objects.aggregate(sum=Sum("reserved"))["sum"],
        "charged_unlike_book": charged_unlike(promises, book),
        "broken": invariants.broken(),
        "unresolved": Submission.objects.filter(state=State.UNRESOLVED).count(),
        "attempts_per_submission": round(Attempt.objects.count() / max(1, Submission.objects.count()), 3),
    }


def taken(book: Book) -> Counter[int]:
    """How often the operator took each number."""
    return Counter(number for row in book for number in row["msisdns"])


def lost(promises: Iterable[Promise], book: Book) -> int:
    """Numbers promised that the operator never took and whose end we do not show either."""
    ended = set(
        Recipient.objects.filter(state__in=NOT_SENT, settled_at=None).values_list("msisdn", flat=True)
    )
    over = taken(book).keys() | ended
    return sum(number not in over for promise in promises for number in promise.numbers)


def twice(book: Book) -> int:
    return sum(count > 1 for count in taken(book).values())


def refs_twice(book: Book) -> int:
    """Of gateways that take a reference of ours at all."""
    return sum(count > 1 for count in Counter(row["ref"] for row in book if row["ref"]).values())


def unasked(promises: Iterable[Promise], book: Book) -> int:
    promised = {number for promise in promises for number in promise.numbers}
    return sum(number not in promised for number in taken(book))


def charged_unlike(promises: Iterable[Promise], book: Book) -> int:
    """Credits by which the ledger differs from the parts of what the operator took."""
    numbers = taken(book)
    parts = sum(promise.parts for promise in promises for number in promise.numbers if number in numbers)
    charged = -(LedgerEntry.objects.filter(reason="send").aggregate(sum=Sum("delta"))["sum"] or 0)
    return abs(int(charged) - parts)


def waits(promises: Iterable[Promise], book: Book) -> list[float]:
    """Seconds from each 202 to the first number of it in the book; the worker may be faster than our own answer."""
    first: dict[int, float] = {}
    for row in book:
        for number in row["msisdns"]:
            first.setdefault(number, row["at"])
    return [
        max(0.0, first[promise.numbers[0]] - promise.at)
        for promise in promises
        if promise.numbers[0] in first
    ]


def p95(seconds: Sequence[float]) -> float:
    return round(percentile(list(seconds), 0.95), 3) if seconds else 0.0
