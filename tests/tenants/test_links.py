"""Links in mails: who asks learns nothing, who opens one opens it once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.db import connection, transaction
from django.db.models.functions import Now

from tenants import links
from tenants.actors import Actor
from tenants.models import AuditEntry, MailLink, MailRequest, OutgoingMail
from tests import factories, mailbox

pytestmark = pytest.mark.django_db
VISITOR = Actor(None, None, ip="203.0.113.9", user_agent="Firefox")
Kind, Purpose = MailRequest.Kind, MailLink.Purpose
SUBJECTS = {
    Kind.VERIFY: "E-posta adresinizi doğrulayın",
    Kind.RESET: "Parolanızı yenileyin",
    Kind.KNOWN: "SMS Merkezi'nde zaten hesabınız var",
}


@pytest.fixture
def person():
    return factories.user(factories.tenant(credits=0, sender=""), email_verified_at=None)


def ask(kind, email):
    links.ask(kind=kind, email=email)


def age(**delta):
    """Let time pass over everything that was mailed."""
    OutgoingMail.objects.update(created_at=Now() - timedelta(**delta))
    MailLink.objects.update(expires_at=Now() + links.LIVES[Purpose.RESET] - timedelta(**delta))


class TestAsking:
    @pytest.mark.parametrize("kind", Kind)
    def test_has_a_worker_write_to_the_person(self, person, kind):
        ask(kind, f" {person.email.upper()}")
        assert outbox.outbox == []
        assert mailbox.received(person.email) == [SUBJECTS[kind]]
        assert not MailRequest.objects.exists()

    @pytest.mark.parametrize("kind", Kind)
    def test_writes_nothing_to_anybody_else(self, kind):
        ask(kind, "yok@ornek.test")
        mailbox.work()
        assert outbox.outbox == []
        assert not MailRequest.objects.exists()

    @pytest.mark.parametrize("kind", Kind)
    def test_is_one_statement_for_every_address(self, person, kind, django_assert_num_queries):
        for email in (person.email, "yok@ornek.test"):
            with django_assert_num_queries(1):
                ask(kind, email)

    def test_speaks_the_persons_language(self, person):
        person.language = "en"
        person.save()
        ask(Kind.RESET, person.email)
        assert mailbox.received(person.email) == ["Set a new password"]

    @pytest.mark.parametrize("kind", Kind)
    @pytest.mark.parametrize("closed", ["person", "firm"])
    def test_writes_nothing_to_who_may_not_enter(self, person, kind, closed):
        if closed == "person":
            person.is_active = False
            person.save()
        else:
            person.tenant.state = "suspended"
            person.tenant.save()
        ask(kind, person.email)
        assert mailbox.received(person.email) == []

    def test_for_a_proof_that_is_there_already_says_so(self, person):
        person.email_verified_at = Now()
        person.save()
        ask(Kind.VERIFY, person.email)
        assert mailbox.received(person.email) == [SUBJECTS[Kind.KNOWN]]

    def test_for_a_reset_is_in_the_firms_trail(self, person):
        ask(Kind.RESET, person.email)
        mailbox.work()
        entry = AuditEntry.objects.of(person.tenant).get()
        assert (entry.action, entry.entity_id, entry.user_id) == ("password.reset_requested", person.pk, None)

    def test_works_for_platform_staff_as_well(self):
        staff = factories.reviewer()
        ask(Kind.RESET, staff.email)
        assert mailbox.received(staff.email) == [SUBJECTS[Kind.RESET]]


class TestAFlood:
    @pytest.mark.parametrize("kind", Kind)
    def test_of_one_minute_is_one_mail(self, person, kind):
        for _ in range(5):
            ask(kind, person.email)
        assert mailbox.received(person.email) == [SUBJECTS[kind]]

    @pytest.mark.parametrize("kind", Kind)
    def test_of_an_hour_is_five_mails(self, person, kind):
        for _ in range(8):
            ask(kind, person.email)
            mailbox.work()
            age(seconds=60)
        assert len(mailbox.received(person.email)) == 5

    def test_of_one_kind_keeps_no_other_back(self, person):
        ask(Kind.KNOWN, person.email)
        ask(Kind.RESET, person.email)
        assert set(mailbox.received(person.email)) == {SUBJECTS[Kind.KNOWN], SUBJECTS[Kind.RESET]}

    def test_that_is_dropped_cancels_no_link(self, person):
        ask(Kind.RESET, person.email)
        secret = mailbox.secret(person.email, "parola")
        ask(Kind.RESET, person.email)
        mailbox.work()
        assert links.look(secret=secret, purpose=Purpose.RESET).state == "valid"


class TestALink:
    @pytest.fixture
    def secret(self, person):
        return links.issue(person, Purpose.VERIFY)

    def state(self, secret, purpose=Purpose.VERIFY):
        return links.look(secret=secret, purpose=purpose).state

    def test_is_kept_as_a_hash_and_cannot_be_guessed(self, secret):
        assert len(secret) >= 43
        assert secret not in str(list(MailLink.objects.values()))

    def test_may_be_looked_at_any_number_of_times(self, secret):
        assert [self.state(secret) for _ in range(3)] == ["valid"] * 3

    def test_is_used_once(self, person, secret):
        assert links.verify(by=VISITOR, secret=secret) == person
        person.refresh_from_db()
        assert person.email_verified_at is not None
        assert self.state(secret) == "used"
        with pytest.raises(links.LinkOver) as refused:
            links.verify(by=VISITOR, secret=secret)
        assert refused.value.state == "used"

    def test_gives_way_to_a_later_one(self, person, secret):
        later = links.issue(person, Purpose.VERIFY)
        assert (self.state(secret), self.state(later)) == ("cancelled", "valid")

    def test_leaves_those_of_another_purpose_and_of_others_alone(self, person, secret):
        links.issue(person, Purpose.RESET)
        links.issue(factories.user(person.tenant), Purpose.VERIFY)
        assert self.state(secret) == "valid"

    def test_opens_nothing_of_another_purpose(self, secret):
        assert self.state(secret, Purpose.RESET) == "unknown"

    def test_is_over_when_its_time_is(self, secret):
        MailLink.objects.update(expires_at=Now())
        assert self.state(secret) == "expired"
        with pytest.raises(links.LinkOver) as refused:
            links.verify(by=VISITOR, secret=secret)
        assert refused.value.state == "expired"

    @pytest.mark.parametrize("wrong", ["", "x", "ğ" * 43, "\udcff", "a" * 5000])
    def test_that_nobody_mailed_is_unknown(self, wrong):
        assert self.state(wrong) == "unknown"
        with pytest.raises(links.LinkOver) as refused:
            links.verify(by=VISITOR, secret=wrong)
        assert refused.value.state == "unknown"

    def test_of_somebody_who_may_not_enter_any_more_is_cancelled_and_stays_unused(self, person, secret):
        person.is_active = False
        person.save()
        with pytest.raises(links.LinkOver) as refused:
            links.verify(by=VISITOR, secret=secret)
        assert refused.value.state == "cancelled"
        assert MailLink.objects.get().used_at is None

    def test_is_in_the_trail_under_the_persons_name_and_the_visitors_address(self, person, secret):
        links.verify(by=VISITOR, secret=secret)
        entry = AuditEntry.objects.of(person.tenant).get(action="email.verified")
        assert (entry.user_id, entry.ip) == (person.pk, "203.0.113.9")

    def test_proves_an_address_once_and_for_all(self, person, secret):
        links.verify(by=VISITOR, secret=secret)
        person.refresh_from_db()
        first = person.email_verified_at
        links.verify(by=VISITOR, secret=links.issue(person, Purpose.VERIFY))
        person.refresh_from_db()
        assert person.email_verified_at == first


@pytest.mark.django_db(transaction=True)
def test_of_many_hands_one_uses_a_link(person):
    secret = links.issue(person, Purpose.RESET)

    def attempt(_):
        try:
            with transaction.atomic():
                links.use(secret=secret, purpose=Purpose.RESET)
        except links.LinkOver as refusal:
            return refusal.state
        finally:
            connection.close()
        return "opened"

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(attempt, range(18)))
    assert (answers.count("opened"), answers.count("used")) == (1, 17)


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_one_answers_and_one_mail_is_written(person):
    for _ in range(12):
        ask(Kind.RESET, person.email)

    def work(_):
        try:
            return links.answer_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 12
    assert OutgoingMail.objects.count() == 1
    assert MailLink.objects.filter(cancelled_at=None).count() == 1
