"""The scenes of #19-#21, #33 and #73-#76: Ahmet Yilmaz of ABC Sirket has applied for ABCSIRKET."""

from messaging.senders import approval
from messaging.senders.models import SenderId
from tenants.actors import Actor
from tenants.models import Tenant
from tests import factories
from tests.api import doors
from tests.contracts.examples import Example
from tests.messaging.senders import papers

REASON = "Marka kullanım belgesi eksik."


def waiting(firm: Tenant) -> SenderId:
    firm.name = "ABC Sirket"
    firm.save(update_fields=["name"])
    SenderId.objects.filter(tenant=firm).delete()
    by = Actor(firm, factories.user(firm, name="Ahmet Yilmaz"))
    return approval.apply_for(by=by, label="ABCSIRKET", document=papers.document())


def approved(firm: Tenant) -> SenderId:
    made = waiting(firm)
    return approval.approve(by=Actor(None, factories.reviewer()), sender_id=made.pk)


def asked_by_firm(firm: Tenant, example: Example) -> doors.Door:
    _address(example, waiting(firm))
    return doors.door(firm)


def of_an_approved_one(firm: Tenant, example: Example) -> doors.Door:
    _address(example, approved(firm))
    return doors.door(firm)


def nothing_yet(firm: Tenant, example: Example) -> doors.Door:
    return doors.Door(factories.token(factories.user(firm, name="Ahmet Yilmaz")))


def staff(firm: Tenant, example: Example) -> doors.Door:
    _address(example, waiting(firm))
    return doors.Door(factories.token(factories.reviewer()))


def staff_again(firm: Tenant, example: Example) -> doors.Door:
    _address(example, approved(firm))
    return doors.Door(factories.token(factories.reviewer()))


def staff_of_none(firm: Tenant, example: Example) -> doors.Door:
    return doors.Door(factories.token(factories.reviewer()))


def _address(example: Example, sender: SenderId) -> None:
    """The examples' 564 is this one, also where the answer repeats the path."""
    told = example.response["body"]
    for holder, name in ((example.request, "path"), (told, "instance")):
        if holder and name in holder:
            holder[name] = holder[name].replace("564", str(sender.pk))


BY_NAME = {
    "73-sender-ids/200-ok": asked_by_firm,
    "74-sender-id-apply/201-created": nothing_yet,
    "74-sender-id-apply/422-known": asked_by_firm,
    "75-sender-id/200-ok": asked_by_firm,
    "76-sender-id-delete/204-deleted": asked_by_firm,
    "76-sender-id-delete/422-approved": of_an_approved_one,
    "19-admin-sender-ids/200-ok": staff,
    "19-admin-sender-ids/422-status": staff_of_none,
    "20-sender-id-approve/200-ok": staff,
    "20-sender-id-approve/200-again": staff_again,
    "20-sender-id-approve/404-unknown": staff_of_none,
    "21-sender-id-reject/200-ok": staff,
    "21-sender-id-reject/200-revoked": staff_again,
    "21-sender-id-reject/404-unknown": staff_of_none,
    "21-sender-id-reject/422-reason": staff,
    "33-sender-id-document/200-ok": staff,
    "33-sender-id-document/404-unknown": staff_of_none,
}
