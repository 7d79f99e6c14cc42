"""Mails: rows that a worker sends once, tries again, gives up, and forgets what they said."""

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.db.models.functions import Now

from smsmerkezi import cron, queues
from smsmerkezi.core import crypto
from tenants import mail
from tenants.models import OutgoingMail

pytestmark = pytest.mark.django_db
LINK = "https://panel.test/dogrula/cok-gizli-anahtar"
State = OutgoingMail.State


def written(to="ali@ornek.test", template="verify", **fields):
    return mail.send(to=to, template=template, **{"link": LINK, "hours": 72, **fields})


def make_due():
    OutgoingMail.objects.update(due_at=Now())


@pytest.fixture
def broken(monkeypatch):
    """A mail server that answers with the given error."""

    def broke(error):
        def refuse(self, messages):
            raise error

        monkeypatch.setattr(EmailBackend, "send_messages", refuse)

    return broke


class TestAMail:
    def test_is_nothing_but_a_row_until_a_worker_comes(self):
        written()
        assert outbox.outbox == []
        assert OutgoingMail.objects.get().state == State.READY

    def test_is_not_sent_when_what_it_tells_of_did_not_happen(self):
        with transaction.atomic():
            written()
            transaction.set_rollback(True)
        assert mail.deliver_due() == 0

    def test_is_sent_once_as_text_and_as_a_page(self):
        written()
        assert (mail.deliver_due(), mail.deliver_due()) == (1, 0)
        (sent,) = outbox.outbox
        assert (sent.to, sent.subject) == (["ali@ornek.test"], "E-posta adresinizi doğrulayın")
        assert LINK in sent.body
        assert not sent.body.startswith(sent.subject)
        assert sent.alternatives[0][1] == "text/html"
        assert f'href="{LINK}"' in sent.alternatives[0][0]
        assert sent.extra_headers == {"Auto-Submitted": "auto-generated"}

    def test_goes_out_in_the_persons_language(self):
        written(language="en")
        mail.deliver_due()
        assert outbox.outbox[0].subject == "Confirm your e-mail address"
        assert '<html lang="en">' in outbox.outbox[0].alternatives[0][0]

    def test_is_what_the_workers_of_the_default_queue_look_for(self):
        written()
        assert queues.LOOKS["default"]() == 1
        assert len(outbox.outbox) == 1

    def test_is_written_as_it_was_said(self):
        """Text is not HTML: nothing is escaped in it, and everything in the page."""
        written(hours="7 & <8>")
        mail.deliver_due()
        (sent,) = outbox.outbox
        assert "7 & <8> saat" in sent.body
        assert "7 &amp; &lt;8&gt; saat" in sent.alternatives[0][0]


class TestASecret:
    def test_is_not_readable_while_it_waits(self):
        written()
        (row,) = OutgoingMail.objects.values()
        assert "gizli" not in str(row)

    def test_does_not_stay_in_the_row_after_sending(self):
        written()
        mail.deliver_due()
        (row,) = OutgoingMail.objects.values()
        assert (row["state"], row["context"]) == (State.SENT, "")
        assert row["sent_at"] is not None

    def test_does_not_stay_in_a_mail_that_is_given_up(self, broken):
        broken(smtplib.SMTPServerDisconnected())
        written()
        for _ in range(mail.TRIES):
            make_due()
            mail.deliver_due()
        (row,) = OutgoingMail.objects.values()
        assert (row["state"], row["context"], row["sent_at"]) == (State.FAILED, "", None)

    def test_reaches_no_log(self, broken, caplog):
        broken(smtplib.SMTPDataError(451, f"{LINK} ali@ornek.test".encode()))
        written()
        mail.deliver_due()
        assert [record.ids for record in caplog.records] == [
            {"mail": OutgoingMail.objects.get().pk, "error": "SMTPDataError"}
        ]
        assert "gizli" not in caplog.text
        assert "ali@" not in caplog.text


class TestAMailServer:
    @pytest.mark.parametrize(
        "error",
        [
            ConnectionRefusedError(),
            TimeoutError(),
            smtplib.SMTPAuthenticationError(535, b""),
            smtplib.SMTPRecipientsRefused({"ali@ornek.test": (450, b"later")}),
            smtplib.SMTPRecipientsRefused({}),
        ],
        ids=repr,
    )
    def test_that_cannot_now_is_asked_again_later(self, broken, error):
        broken(error)
        written()
        assert (mail.deliver_due(), mail.deliver_due()) == (1, 0)
        (row,) = OutgoingMail.objects.all()
        assert (row.state, row.tries) == (State.READY, 1)
        assert crypto.decrypt(row.context)

    def test_that_knows_no_such_address_is_not_asked_again(self, broken):
        broken(smtplib.SMTPRecipientsRefused({"ali@ornek.test": (550, b"no such user")}))
        written()
        mail.deliver_due()
        assert OutgoingMail.objects.get().state == State.FAILED

    def test_is_asked_less_and_less_often(self, broken):
        broken(TimeoutError())
        written()
        waits = []
        for _ in range(3):
            make_due()
            mail.deliver_due()
            row = OutgoingMail.objects.annotate(now=Now()).get()
            waits.append(round((row.due_at - row.now) / timedelta(seconds=mail.LEASE)))
        assert waits == [1, 2, 4]

    def test_that_comes_back_gets_what_waited(self, broken, monkeypatch):
        broken(TimeoutError())
        written()
        mail.deliver_due()
        monkeypatch.undo()
        make_due()
        mail.deliver_due()
        assert OutgoingMail.objects.get().state == State.SENT


def test_a_mail_that_nobody_can_open_is_tried_again_in_case_the_key_comes_back(settings):
    """SECRETS_KEYS may be wrong on one host only."""
    written()
    settings.SECRETS_KEYS = ["2sKcTX6L7Qn2nwQWc0y9qzZqXhQnYbYB3wq4cS9Zt0c="]
    mail.deliver_due()
    assert (OutgoingMail.objects.get().state, outbox.outbox) == (State.READY, [])


def test_a_mail_with_a_bug_is_loud_and_holds_no_other_up():
    written(template="no-such-mail")
    written(to="veli@ornek.test")
    with pytest.raises(Exception, match="no-such-mail"):
        mail.deliver_due()
    assert mail.deliver_due() == 1
    assert outbox.outbox[0].to == ["veli@ornek.test"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_no_mail_twice():
    for n in range(12):
        written(to=f"kisi{n}@ornek.test")

    def work(_):
        try:
            return mail.deliver_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 12
    assert len({sent.to[0] for sent in outbox.outbox}) == len(outbox.outbox) == 12


def test_old_mails_are_forgotten_but_for_those_that_wait():
    kept, waits, gone = written(), written(), written()
    OutgoingMail.objects.filter(pk__in=[kept.pk, gone.pk]).update(state=State.SENT)
    OutgoingMail.objects.exclude(pk=kept.pk).update(created_at=Now() - timedelta(days=31))
    assert cron.CHORES["forget_mails"].work() == 1
    assert set(OutgoingMail.objects.values_list("pk", flat=True)) == {kept.pk, waits.pk}


def test_who_was_just_written_to_is_known_by_address_and_kind():
    assert not mail.waiting("ali@ornek.test", "verify", minutes=1)
    written()
    assert mail.waiting("Ali@Ornek.test", "verify", minutes=1)
    assert not mail.waiting("ali@ornek.test", "password_reset", minutes=1)
    assert not mail.waiting("veli@ornek.test", "verify", minutes=1)
    OutgoingMail.objects.update(created_at=Now() - timedelta(seconds=61))
    assert not mail.waiting("ali@ornek.test", "verify", minutes=1)


def test_a_mail_server_is_never_waited_for_longer_than_a_lease(settings):
    assert settings.EMAIL_TIMEOUT * 10 <= mail.LEASE
