"""The queue of sender IDs: oldest first, decided once, the second reviewer is told."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from messaging.senders import approval
from messaging.senders.models import SenderId
from smsmerkezi.core import clock
from tenants.actors import Actor
from tenants.models import AuditEntry, User
from tests import factories
from tests.messaging.senders import papers

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
    assert "önce onayladı" not in second.get(page_of(waiting, verb)).content.decode()
    first.post(page_of(waiting, "approve"))
    answer = second.post(page_of(waiting, verb), {"reason": "Belge eksik.", "usual": ""})
    assert answer.status_code == 409
    assert "İkinci Kişi &lt;1 sn önce onayladı." in answer.content.decode()
    later = SenderId.objects.filter(pk=waiting.pk)
    later.update(decided_at=clock.now() - timedelta(minutes=2))
    assert "İkinci Kişi 2 dk önce onayladı." in second.get(page_of(waiting, "reject")).content.decode()
    assert SenderId.objects.get(pk=waiting.pk).decided_by == other


def test_an_approved_name_can_be_banned_and_let_again(client, waiting):
    for verb, state in (("approve", "approved"), ("ban", "banned"), ("restore", "approved")):
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


def test_whoever_saw_another_state_undoes_nothing(client, waiting):
    client.post(page_of(waiting, "reject"), {"usual": "Marka kullanım belgesi eksik."})
    assert client.post(page_of(waiting, "approve")).status_code == 409
    assert state_of(waiting) == "rejected"
    client.post(page_of(waiting, "restore"))
    assert client.post(page_of(waiting, "reject"), {"reason": "Belge eksik.", "usual": ""}).status_code == 409
    assert state_of(waiting) == "approved"


def test_an_approval_is_taken_away_with_a_reason(client, waiting):
    client.post(page_of(waiting, "approve"))
    assert client.post(page_of(waiting, "revoke"), {"reason": "", "usual": ""}).status_code == 422
    client.post(page_of(waiting, "revoke"), {"reason": "Marka devredilmiş.", "usual": ""})
    row = SenderId.objects.get(pk=waiting.pk)
    assert (row.state, row.reject_reason) == ("rejected", "Marka devredilmiş.")


def test_nobody_approves_their_own(client, staff):
    own = approval.apply_for(by=Actor(factories.tenant(sender=""), staff, acting=True), label="KENDI")
    answer = client.post(page_of(own, "approve"))
    assert (answer.status_code, state_of(own)) == (422, "pending")
    assert "Kendi yaptığınız başvuruyu onaylayamazsınız" in answer.content.decode()


class TestThePage:
    @pytest.fixture
    def paper(self, staff):
        by = factories.actor(factories.tenant(sender=""))
        return approval.apply_for(by=by, label="1SBILGI", document=papers.document("Tescil.pdf"))

    def url(self, sender, page="change") -> str:
        return reverse(f"admin:senders_senderid_{page}", args=[sender.pk])

    def test_has_the_document_the_checklist_and_what_to_look_at_twice(self, client, paper):
        factories.tenant(sender="ISBILGI")
        page = client.get(self.url(paper)).content.decode()
        for words in (
            self.url(paper, "preview"),
            "Tescil.pdf",
            "Başlık kurallara uyuyor.",
            "Başvuranın e-postası doğrulanmış.",
            "onaylı başlığı ISBILGI ile karıştırılabilir",
            "1 başvuru bekliyor",
        ):
            assert words in page

    def test_approves_with_one_click_where_nothing_speaks_against_it(self, client, paper):
        one_click = f'<form method="post" action="{page_of(paper, "approve")}"'
        assert one_click in client.get(self.url(paper)).content.decode()
        factories.tenant(sender="ISBILGI")
        assert one_click not in client.get(self.url(paper)).content.decode()

    def test_says_what_is_missing(self, client, waiting):
        SenderId.objects.filter(pk=waiting.pk).update(label="INFO")
        page = client.get(self.url(waiting)).content.decode()
        for words in (
            "Bu başvurunun belgesi yok",
            "Belge yok.",
            "kurallara uymuyor",
            "e-postası doğrulanmamış",
        ):
            assert words in page

    def test_leads_through_the_queue_in_its_order(self, client, paper):
        later = approval.apply_for(by=Actor(factories.tenant(sender="")), label="SONRAKI")
        first, last = (client.get(self.url(each)).content.decode() for each in (paper, later))
        assert f'href="{self.url(later)}" rel="next"' in first
        assert 'rel="prev"' not in first
        assert f'href="{self.url(paper)}" rel="prev"' in last
        assert 'rel="next"' not in last

    def test_alone_may_frame_the_document(self, client, paper):
        policy = "Content-Security-Policy"
        assert "frame-src 'self'" in client.get(self.url(paper))[policy]
        assert "frame-src" not in client.get(QUEUE)[policy]
        framed = client.get(self.url(paper, "preview"))
        assert framed.content == papers.pdf()
        assert (framed["X-Frame-Options"], framed["X-Content-Type-Options"]) == ("SAMEORIGIN", "nosniff")
        assert "frame-ancestors 'self'" in framed[policy]
        assert "script" not in framed[policy]
        assert framed["Content-Disposition"] == 'inline; filename="Tescil.pdf"'

    def test_hands_the_document_out_to_be_saved_and_the_trail_knows(self, client, staff, paper):
        saved = client.get(self.url(paper, "document"))
        assert saved["Content-Disposition"].startswith("attachment")
        assert saved["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert "no-store" in saved["Cache-Control"]
        entry = AuditEntry.objects.get(action="sender_id.document_downloaded")
        assert (entry.tenant_id, entry.user_id, entry.meta) == (paper.tenant_id, staff.pk, {"preview": False})

    @pytest.mark.parametrize("page", ["preview", "document"])
    def test_shows_documents_to_platform_staff_alone(self, paper, page):
        browser = Client()
        assert browser.get(self.url(paper, page)).status_code == 302
        factories.enter(browser, factories.user(paper.tenant))
        assert browser.get(self.url(paper, page)).status_code in {302, 403, 404}
        assert not AuditEntry.objects.filter(action="sender_id.document_downloaded").exists()

    def test_of_no_document_is_a_page_of_its_own(self, client, waiting):
        assert client.get(self.url(waiting, "preview")).status_code == 404


def test_a_road_of_a_name_is_noted_and_stands_beside_the_decision(client, waiting):
    sender = waiting
    answer = client.post(page_of(sender, "register"), {"road": "netgsm", "state": "asked", "note": "26.11."})
    assert answer.status_code == 302
    shown = client.get(page_of(sender, "change")).content.decode()
    assert "netgsm" in shown
    assert "İstendi" in shown
    refused = client.post(page_of(sender, "register"), {"road": "Net GSM", "state": "asked"})
    assert refused.status_code == 422
    assert "kısa adını" in refused.content.decode()
