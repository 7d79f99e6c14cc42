"""Forgetting somebody for good (Law 6698): what is needed for the books stays, who it was does not."""

from django.db import transaction

from messaging.contacts import book, erased
from messaging.contacts.models import Contact, ErasedOptOut, ImportChange, OptOut, OptOutEvent
from messaging.sms.models import Recipient
from smsmerkezi import database
from smsmerkezi.core.errors import Conflict, DomainError
from tenants import access, audit
from tenants.actors import Actor
from tenants.models import Tenant

NOBODY = 905_000_000_000  # a number that is nobody's stands in the place of the one that was
FORGOTTEN = "[silindi]"
WORD = "SİL"  # typed to confirm

# Texts that went to this number alone; of a campaign, the text that was made for it.
_TEXTS = """
UPDATE sms_message m SET body = %(word)s
FROM sms_submission s JOIN unnest(%(ids)s::bigint[]) AS r(id) ON r.id BETWEEN s.first_recipient_id AND s.last_recipient_id
WHERE m.id = s.message_id AND m.tenant_id = %(tenant)s AND s.tenant_id = %(tenant)s AND m.recipients = 1
RETURNING m.id
"""
_NUMBERS = """
UPDATE sms_recipient SET msisdn = %(nobody)s,
  error_code = CASE WHEN error_code = 'unresolved' THEN 'erased' ELSE error_code END,  -- nobody takes it up again
  text = CASE WHEN text IS NULL THEN NULL ELSE %(word)s END
WHERE id = ANY(%(ids)s::bigint[]) AND tenant_id = %(tenant)s RETURNING id
"""


class UnderWay(Conflict):
    code = "erase-under-way"

    def __init__(self) -> None:
        super().__init__("Bu kişiye giden bir mesaj henüz bitmedi; bitince silebilirsiniz.")


class NotConfirmed(DomainError):
    code = "erase-not-confirmed"
    field = "word"

    def __init__(self) -> None:
        super().__init__(f"Onaylamak için {WORD} yazın.")


@transaction.atomic
def erase(*, by: Actor, contact_id: int, word: str) -> None:
    """The contact goes, its number and texts are blanked in what was sent; a refusal is kept as a digest that is known again
    when the number comes back. Counts and credit stay as they are. Raises Forbidden, Unknown, NotConfirmed, UnderWay.
    """
    access.require(by, "contacts.erase")
    book.hold(by.tenant)
    contact = book.find(by=by, contact_id=contact_id)
    if word.strip() != WORD:
        raise NotConfirmed
    ids = list(
        Recipient.objects.of(by.tenant)
        .filter(msisdn=contact.msisdn)
        .order_by("id")
        .values_list("id", flat=True)
    )
    if Recipient.objects.of(by.tenant).filter(pk__in=ids, state__lt=Recipient.State.DELIVERED).exists():
        raise UnderWay
    _keep_refusal(by.tenant, contact.msisdn)
    ImportChange.objects.of(by.tenant).filter(
        contact_id=contact.pk
    ).delete()  # what they were before an import
    Contact.objects.of(by.tenant).filter(pk=contact.pk).delete()
    blanked = _blank(by.tenant, ids)
    meta = {"messages": blanked, "recipients": len(ids)}
    audit.record(by=by, action="contact.erased", entity_type="Contact", entity_id=contact_id, meta=meta)


def _keep_refusal(firm: Tenant, msisdn: int) -> None:
    digest = erased.digest(firm_id=firm.pk, msisdn=msisdn)
    for refusal in OptOut.objects.of(firm).filter(msisdn=msisdn):
        ErasedOptOut.objects.get_or_create(tenant=firm, digest=digest, defaults={"source": refusal.source})
        refusal.delete()
    OptOutEvent.objects.of(firm).filter(msisdn=msisdn).update(msisdn=None, digest=digest, reason="")


def _blank(firm: Tenant, ids: list[int]) -> int:
    """How many texts."""
    if not ids:
        return 0
    values = {"ids": ids, "tenant": firm.pk, "word": FORGOTTEN}
    texts = database.rows(_TEXTS, values)
    database.rows(_NUMBERS, {**values, "nobody": NOBODY})
    return len(texts)
