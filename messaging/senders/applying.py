"""An application as it comes in at a door: the name first, then its document, then the row."""

from messaging.senders import approval, documents, listing, permits, rules
from messaging.senders.documents import Upload
from messaging.senders.models import SenderId
from smsmerkezi.core.errors import DomainError, Several
from tenants import access, profile
from tenants.actors import Actor


def submit(
    *, by: Actor, label: str, upload: Upload | None, claim: permits.Claim = permits.UNSAID
) -> SenderId:
    """Looks into the document before anything is locked. Raises Forbidden, Several, LabelKnown, Full, Busy."""
    access.require(by, "senders.apply")
    faults = list[DomainError]()
    document = None
    try:
        rules.check(label)
    except rules.BadLabel as refusal:
        faults.append(refusal)
    try:
        document = documents.checked(upload)
    except (documents.BadDocument, documents.TooLarge) as refusal:
        faults.append(refusal)
    try:
        permits.check(claim)
    except (permits.BadApplicant, permits.BadPermit) as refusal:
        faults.append(refusal)
    if faults:
        raise Several(faults)
    return approval.apply_for(by=by, label=label, document=document, claim=claim)


def prefer(*, by: Actor, sender_id: int) -> None:
    """Write under this name where none is given. Raises Forbidden, Unknown, NotYourSender."""
    sender = listing.find(by=by, sender_id=sender_id)
    profile.prefer(by=by, sender=sender.label, approved=approval.approved_labels)
