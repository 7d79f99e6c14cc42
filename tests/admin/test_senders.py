"""The queue of sender IDs: oldest first, decided once, the second reviewer is told."""

import pytest
from django.test import Client
from django.urls import reverse

from messaging.senders import approval
from messaging.senders.models import SenderId
from tenants.actors import Actor
from tenants.models import AuditEntry, User
from tests import factories

QUEUE = "/admin/senders/senderid/"


@pytest.fixture
def waiting(staff):
    return approval.apply_for(by=Actor(factories.tenant(sender="")), label="YENIMARKA")


def page_of(sender, verb: str) -> str:
    return reverse(f"admin:senders_senderid_{verb}", args=[sender.pk])


def state_of(sender) -> str:
    return SenderId.objects.get(pk=sender.pk).state


def test_the_queue_is_what_waits_oldest_first(client, waiting):
    later = approval.apply_for(by=Actor(factories.tenant()), label="SONRAKI")
    page = client.get(QUEUE).content.decode()
    assert page.index("YENIMARKA") < page.index("SONRAKI")
    assert factories.SENDER not in page
    assert later.label in page
    everything = client.get(QUEUE, {"state": "all"}).content.decode()
    assert factories.SENDER in everything


def test_an_empty_queue_says_so(client):
    assert "Bekleyen başvuru yok." in client.get(QUEUE).content.decode()


def test_approving_opens_the_name_and_is_on_the_trail(client, staff, waiting):
    answer = client.post(page_of(waiting, "approve"))
    assert answer.status_code == 302
    assert state_of(waiting) == "approved"
    entry = AuditEntry.objects.get(action="sender_id.approved", entity_id=waiting.pk)
    assert (entry.tenant_id, entry.user_id, entry.ip) == (waiting.tenant_id, staff.pk, "127.0.0.1")
    assert (entry.changes, entry.acting) == ({"state": ["pending", "approved"]}, False)


def test_rejecting_needs_a_reason_and_keeps_it(client, waiting):
    refused = client.post(page_of(waiting, "reject"), {"reason": "yok", "usual": ""})
    assert refused.status_code == 422
    assert "Ret nedeni 5 ile 500 karakter arasında olmalıdır." in refused.content.decode()
    assert state_of(waiting) == "pending"
    client.post(page_of(waiting, "reject"), {"reason": "Belge eksik.", "usual": ""})
    assert SenderId.objects.get(pk=waiting.pk).reject_reason == "Belge eksik."


def test_a_usual_reason_is_enough(client, waiting):
    page = client.get(page_of(waiting, "reject")).content.decode()
    usual = "Marka kullanım belgesi eksik."
    assert usual in page
    client.post(page_of(waiting, "reject"), {"usual": usual, "reason": ""})
    assert SenderId.objects.get(pk=waiting.pk).reject_reason == usual


def test_a_reason_that_is_none_of_ours_is_refused(client, waiting):
    assert client.post(page_of(waiting, "reject"), {"usual": "uydurma neden"}).status_code == 422
    assert state_of(waiting) == "pending"


@pytest.mark.parametrize("verb", ["approve", "reject"])
def test_the_second_reviewer_sees_who_was_faster(staff, waiting, verb):
    other = User.objects.create_superuser("ikinci@ornek.test", factories.PASSWORD, name="İkinci Kişi")
    first, second = Client(), Client()
    first.force_login(other)
    second.force_login(staff)
    assert "Kararı" not in second.get(page_of(waiting, verb)).content.decode()
    first.post(page_of(waiting, "approve"))
    answer = second.post(page_of(waiting, verb), {"reason": "Belge eksik.", "usual": ""})
    assert answer.status_code == 409
    assert "Kararı İkinci Kişi verdi" in answer.content.decode()
    assert "Kararı İkinci Kişi verdi" in second.get(page_of(waiting, "reject")).content.decode()
    assert SenderId.objects.get(pk=waiting.pk).decided_by == other


def test_an_approved_name_can_be_banned_and_let_again(client, waiting):
    for verb, state in (("approve", "approved"), ("ban", "banned"), ("approve", "approved")):
        client.post(page_of(waiting, verb))
        assert state_of(waiting) == state


def test_the_firms_other_names_are_beside_the_decision(client, waiting):
    sender = approval.apply_for(by=Actor(waiting.tenant), label="BASKA")
    approval.reject(by=Actor(None, factories.reviewer()), sender_id=sender.pk, reason="Belge eksik.")
    page = client.get(page_of(waiting, "approve")).content.decode()
    assert "BASKA" in page
    assert "Belge eksik." in page


def test_looking_at_a_decision_decides_nothing(client, waiting):
    for verb in ("approve", "reject", "ban"):
        assert client.get(page_of(waiting, verb)).status_code == 200
    assert state_of(waiting) == "pending"
