"""Somebody who was erased is nobody's to find, and still not written to."""

from datetime import timedelta

import pytest

from messaging.contacts import book, bulk, groups, optouts
from messaging.contacts.models import Contact, ErasedOptOut, ImportChange, OptOut, OptOutEvent
from messaging.sms import dispatch, erasing, invariants, sending
from messaging.sms.models import Message, Recipient, Submission
from messaging.sms.store import record
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Forbidden
from tenants.models import AuditEntry
from tests import factories
from tests.messaging.contacts.test_imports import imported
from tests.panel.conftest import entered, page

pytestmark = pytest.mark.django_db
NUMBER, PLAIN = "05301112233", 905301112233


@pytest.fixture
def firm():
    factories.gateway(default=True)
    return factories.tenant(credits=100)


@pytest.fixture
def by(firm):
    return factories.actor(firm)


@pytest.fixture
def ayse(by):
    return book.create(by=by, details=book.Details(msisdn=NUMBER, name="Ayşe"))


def arrived(firm, *numbers, body="Sayın Ayşe"):
    message = factories.sent(firm, *numbers, body=body)
    Submission.objects.update(due_at=clock.now() - timedelta(minutes=1))
    claims = [errand.claim for errand in dispatch.take(Submission.Lane.SMS)]
    record.hand_over(ids=[c.id for c in claims], provider_ids=["p"] * len(claims), first_check=60)
    span = message.submissions.get()
    Recipient.objects.filter(id__range=(span.first_recipient_id, span.last_recipient_id)).update(
        state=3, finished_at=clock.now()
    )
    return message


def erase(by, contact, word="SİL"):
    erasing.erase(by=by, contact_id=contact.pk, word=word)


def test_nothing_is_left_of_number_and_text(firm, by, ayse):
    alone = arrived(firm, NUMBER)
    together = arrived(firm, NUMBER, "05301112244", body="Herkese")
    erase(by, ayse)
    assert not Contact.objects.exists()
    assert not Recipient.objects.filter(msisdn=PLAIN).exists()
    assert Message.objects.get(pk=alone.pk).body == "[silindi]"
    assert Message.objects.get(pk=together.pk).body == "Herkese"
    assert Recipient.objects.filter(msisdn=905301112244).exists()
    (entry,) = AuditEntry.objects.filter(action="contact.erased")
    assert entry.meta == {"messages": 1, "recipients": 2}
    assert "530" not in str(entry.meta)


def test_a_refusal_is_known_again_at_accept_and_at_claim(firm, by, ayse):
    waiting = factories.sent(firm, "05301112255")
    Recipient.objects.filter(msisdn=905301112255).update(msisdn=905301112256)
    optouts.add(by=by, numbers=[NUMBER])
    erase(by, ayse)
    assert not OptOut.objects.exists()
    assert ErasedOptOut.objects.count() == 1
    assert OptOutEvent.objects.get().msisdn is None
    with pytest.raises(sending.NoRecipientsLeft):
        factories.sent(firm, NUMBER)
    Recipient.objects.filter(msisdn=905301112256).update(msisdn=PLAIN)
    Submission.objects.update(due_at=clock.now() - timedelta(minutes=1))
    assert [errand.parcel.recipients for errand in dispatch.take(Submission.Lane.SMS)] in ([], [()], [[]])
    assert waiting is not None


def test_who_had_not_refused_may_come_back(firm, by, ayse):
    erase(by, ayse)
    book.create(by=by, details=book.Details(msisdn=NUMBER, name="Ayşe"))
    factories.sent(firm, NUMBER)


def test_the_books_stay_as_they_are(firm, by, ayse):
    arrived(firm, NUMBER)
    before = invariants.broken()
    erase(by, ayse)
    assert invariants.broken() == before


def test_not_while_something_is_under_way(firm, by, ayse):
    factories.sent(firm, NUMBER)
    with pytest.raises(erasing.UnderWay):
        erase(by, ayse)
    assert Contact.objects.exists()


@pytest.mark.parametrize("word", ["", "sil", "SIL", "evet"])
def test_needs_the_word(by, ayse, word):
    with pytest.raises(erasing.NotConfirmed):
        erase(by, ayse, word)


def test_is_for_administrators_of_the_firm(firm, ayse):
    with pytest.raises(Forbidden):
        erase(factories.actor(firm, role="operator"), ayse)
    with pytest.raises(book.Unknown):
        erase(factories.actor(factories.tenant()), ayse)


class TestInThePanel:
    def test_is_asked_for_and_done(self, firm, ayse):
        admin = entered(factories.user(firm))
        path = f"/kisiler/{ayse.pk}/kvkk-sil"
        assert "geri alınamaz" in page(admin.get(path))
        assert admin.post(path, {"word": "sil"}).status_code == 422
        assert admin.post(path, {"word": "SİL"}).url == "/kisiler"
        assert not Contact.objects.exists()

    def test_is_offered_to_administrators_alone(self, firm, ayse):
        for role, offered in (("admin", True), ("operator", False)):
            told = page(entered(factories.user(firm, role=role)).get(f"/kisiler/{ayse.pk}"))
            assert ("/kvkk-sil" in told) is offered

    def test_a_contact_shows_what_it_said_and_was_sent(self, firm, by, ayse):
        browser = entered(factories.user(firm, role="viewer"))
        assert "Henüz mesaj gönderilmedi" in page(browser.get(f"/kisiler/{ayse.pk}/mesajlar"))
        factories.sent(firm, NUMBER, body="Randevunuz yarın")
        optouts.add(by=by, numbers=[NUMBER])
        assert "Ret verdi" in page(browser.get(f"/kisiler/{ayse.pk}"))
        assert "Randevunuz yarın" in page(browser.get(f"/kisiler/{ayse.pk}/mesajlar"))

    @pytest.mark.parametrize("end", ["mesajlar", "kvkk-sil"])
    def test_of_another_firm_is_not_there(self, ayse, end):
        stranger = entered(factories.user(factories.tenant()))
        assert stranger.get(f"/kisiler/{ayse.pk}/{end}").status_code == 404


def test_what_somebody_was_before_an_import_is_forgotten_too(firm, by, ayse):
    imported(by, "Telefon;Ad\n5301112233;Ayşe Hanım\n5301112244;Ömer\n")
    assert ImportChange.objects.count() == 2
    erase(by, ayse)
    assert [change.before for change in ImportChange.objects.all()] == [None]


def test_a_group_no_longer_counts_whoever_was_erased(firm, by, ayse):
    group = groups.create(by=by, name="a")
    bulk.ticked(by=by, action=bulk.Action("join", group.pk), ids=[ayse.pk])
    erase(by, ayse)
    group.refresh_from_db()
    assert (group.total, group.reachable) == (0, 0)
