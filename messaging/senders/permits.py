"""In whose right a name is used, and until when: a dealer writes under the name of another firm, as long as that one lets it.

Source: BTK's rules on calling line information, as operators apply them (compliance §3).
"""

from datetime import date, timedelta
from enum import IntEnum
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet

from messaging.senders.models import SenderId
from smsmerkezi.core import clock
from smsmerkezi.core.errors import DomainError
from tenants import notices, team

AHEAD = timedelta(days=30)  # before its end a permission is told of
AT_ONCE = 100  # names


class BadApplicant(DomainError):
    code = "invalid-applicant"
    field = "applicant"

    def __init__(self) -> None:
        super().__init__("Başvuran türü company, brand, dealer, person ya da public olmalıdır.")


class BadPermit(DomainError):
    code = "invalid-permit"
    field = "permit_until"

    def __init__(self) -> None:
        super().__init__("Bayi başvurusunda iznin bitiş tarihi zorunludur; geçmiş bir gün olamaz.")


class Told(IntEnum):
    """What a firm was told of the end of a permission."""

    NOTHING = 0
    SOON = 1
    OVER = 2


class Claim(NamedTuple):
    """Empty where it was not said."""

    applicant: str = ""
    permit_until: date | None = None


UNSAID = Claim()


def check(claim: Claim) -> None:
    """Raises BadApplicant, BadPermit."""
    if claim.applicant and claim.applicant not in SenderId.Applicant.values:
        raise BadApplicant
    wanted = claim.applicant == SenderId.Applicant.DEALER
    if (wanted and claim.permit_until is None) or (
        claim.permit_until is not None and claim.permit_until < clock.today()
    ):
        raise BadPermit


def over(sender: SenderId) -> bool:
    return sender.permit_until is not None and sender.permit_until < clock.today()


def lapsed() -> int:
    """Approved names whose permission is over: staff decide what becomes of them."""
    return _approved().filter(permit_until__lt=clock.today()).count()


@transaction.atomic
def remind() -> int:
    """Tell firms of permissions that end within a month, and of those that have ended; how many names."""
    today = clock.today()
    due = Q(permit_told=Told.NOTHING, permit_until__lte=today + AHEAD)
    due |= Q(permit_told__lt=Told.OVER, permit_until__lt=today)
    rows = _approved().filter(due).select_for_update(no_key=True, skip_locked=True, of=("self",))
    found = list(rows.select_related("tenant").order_by("permit_until")[:AT_ONCE])
    for sender in found:
        kind = "sender_permit_over" if over(sender) else "sender_permit_ends"
        sender.permit_told = Told.OVER if over(sender) else Told.SOON
        sender.save(update_fields=["permit_told"])
        facts = {"label": sender.label, "day": f"{sender.permit_until:%d.%m.%Y}"}
        notices.notify(people=team.admins(sender.tenant), kind=kind, data=facts)
    return len(found)


def _approved() -> QuerySet[SenderId]:
    return SenderId.objects.filter(state=SenderId.State.APPROVED, permit_until__isnull=False)
