"""A new password, by the old one or by a mailed link, and what ends with the old one."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from smsmerkezi.core.errors import Several
from tenants import links, login, passwords, sessions
from tenants.actors import Actor
from tenants.limits import TooManyAttempts
from tenants.models import ApiToken, AuditEntry, Challenge, MailLink, PanelSession, User
from tests import factories, mailbox
from tests.tenants.test_sessions import browser

pytestmark = pytest.mark.django_db
NEW = "yepyeni-bir-parola-7"


@pytest.fixture
def person():
    return factories.user(factories.tenant(credits=0, sender=""))


def change(user, current=factories.PASSWORD, new=NEW, again=NEW, **who):
    key = who.pop("session_key", "")
    passwords.change(
        by=Actor(user.tenant, user, **who), current=current, new=new, again=again, session_key=key
    )


def fits(user, password):
    return User.objects.get(pk=user.pk).check_password(password)


class TestAChange:
    def test_takes_the_old_one_and_twice_the_new_one(self, person):
        change(person)
        assert fits(person, NEW)

    def test_keeps_the_session_and_the_token_it_came_by_and_ends_the_others(self, person):
        here, _ = browser(person), browser(person)
        kept = factories.token(person).split("|")[0]
        factories.token(person)
        colleague = factories.user(person.tenant)
        factories.token(colleague)
        change(person, token_id=int(kept), session_key=here)
        assert set(ApiToken.objects.values_list("pk", "user_id")) == {
            (int(kept), person.pk),
            (ApiToken.objects.get(user=colleague).pk, colleague.pk),
        }
        assert list(PanelSession.objects.values_list("key", flat=True)) == [here]

    def test_without_a_session_ends_all_of_them(self, person):
        browser(person)
        change(person)
        assert sessions.of_person(person) == []

    def test_makes_what_was_begun_with_the_old_one_worthless(self, person):
        factories.authenticator(person)
        step = login.log_in(
            email=person.email, password=factories.PASSWORD, caller=login.Caller("203.0.113.9")
        )
        assert step.missing
        change(person)
        assert not Challenge.objects.exists()

    def test_is_told_by_mail_and_in_the_trail(self, person):
        change(person, ip="203.0.113.9")
        assert mailbox.received(person.email) == ["Parolanız değişti"]
        entry = AuditEntry.objects.of(person.tenant).get(action="password.changed")
        assert (entry.user_id, entry.ip, entry.meta) == (person.pk, "203.0.113.9", {})

    def test_needs_the_old_one_before_anything_is_said_of_the_new_one(self, person):
        with pytest.raises(passwords.WrongCurrentPassword) as refused:
            change(person, current="yanlis", new="x", again="y")
        assert (refused.value.field, refused.value.message) == ("current_password", "Mevcut sifre hatali.")
        assert fits(person, factories.PASSWORD)

    def test_needs_a_good_one(self, person):
        with pytest.raises(Several) as refused:
            change(person, new="kisa-1", again="baska")
        told = [(each.field, each.code) for each in refused.value.each]
        assert told == [("new_password", "password-not-repeated"), ("new_password", "password-too-short")]
        assert fits(person, factories.PASSWORD)
        assert mailbox.received(person.email) == []

    def test_is_guessed_at_five_times_a_minute(self, person):
        for _ in range(5):
            with pytest.raises(passwords.WrongCurrentPassword):
                change(person, current="yanlis")
        with pytest.raises(TooManyAttempts):
            change(person)
        assert fits(person, factories.PASSWORD)


class TestAReset:
    def reset(self, secret, password=NEW, again=NEW):
        by = Actor(None, None, ip="203.0.113.9")
        return passwords.reset(by=by, secret=secret, password=password, again=again)

    def test_takes_the_mailed_secret_and_proves_the_address(self, person):
        User.objects.update(email_verified_at=None)
        browser(person)
        factories.token(person)
        assert self.reset(links.issue(person, MailLink.Purpose.RESET)) == person
        person.refresh_from_db()
        assert fits(person, NEW)
        assert person.email_verified_at is not None
        assert sessions.of_person(person) == []
        assert not ApiToken.objects.exists()
        assert mailbox.received(person.email) == ["Parolanız değişti"]

    def test_keeps_the_second_factor(self, person):
        factories.authenticator(person)
        self.reset(links.issue(person, MailLink.Purpose.RESET))
        step = login.log_in(email=person.email, password=NEW, caller=login.Caller("203.0.113.9"))
        assert step.missing.kind == Challenge.Kind.TWO_FACTOR

    def test_with_a_bad_password_leaves_the_link_good(self, person):
        secret = links.issue(person, MailLink.Purpose.RESET)
        with pytest.raises(Several):
            self.reset(secret, "kisa-1", "kisa-1")
        assert links.look(secret=secret, purpose=MailLink.Purpose.RESET).state == "valid"

    def test_with_no_such_link_changes_nothing(self, person):
        with pytest.raises(links.LinkOver):
            self.reset("yok")
        assert fits(person, factories.PASSWORD)


@pytest.mark.django_db(transaction=True)
def test_many_wrong_guesses_at_once_are_five_looks(person):
    def guess(n):
        try:
            change(person, current=f"yanlis-{n}")
        except (passwords.WrongCurrentPassword, TooManyAttempts) as refusal:
            return type(refusal)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(guess, range(18)))
    assert answers.count(passwords.WrongCurrentPassword) == 5
    assert answers.count(TooManyAttempts) == 13
