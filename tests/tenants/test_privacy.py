"""Withdrawing from the privacy notice, thirty days in which to think again, and what is left then."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.template.loader import get_template

from messaging.sms.models import Message
from smsmerkezi import cron
from smsmerkezi.core import clock
from tenants import consent, login, own_data, privacy, sessions, tokens
from tenants.actors import Actor
from tenants.models import (
    ApiToken,
    AuditEntry,
    Invitation,
    MailRequest,
    Notification,
    NotificationChoice,
    OutgoingMail,
    RecoveryCode,
    User,
)
from tests import factories, mailbox
from tests.tenants.test_sessions import browser

pytestmark = pytest.mark.django_db
CANARY = "kanarya"
ADDRESS = "203.0.113.77"


@pytest.fixture
def firm():
    factories.gateway(default=True)
    return factories.tenant()


@pytest.fixture
def person(firm):
    user = factories.user(
        firm, role="operator", name=f"{CANARY} Kişi", phone="+905551234567", kvkk_ip=ADDRESS
    )
    User.objects.filter(pk=user.pk).update(email=f"{CANARY}@ornek.test", last_login=Now())
    user.refresh_from_db()
    return user


def withdraw(user, reason=""):
    return privacy.withdraw(by=Actor(user.tenant, user, ip="198.51.100.1"), reason=reason)


def wait(days):
    User.objects.exclude(kvkk_revoked_at=None).update(kvkk_revoked_at=Now() - timedelta(days=days))


def clock_work():
    return cron.CHORES["erase_withdrawn"].work()


class TestWithdrawing:
    def test_is_remembered_beside_what_was_acknowledged(self, person):
        at = withdraw(person)
        person.refresh_from_db()
        assert person.kvkk_revoked_at == at
        assert (person.kvkk_version, person.kvkk_ip) == (consent.VERSION, ADDRESS)
        assert consent.lacks(person)

    def test_logs_the_persons_browsers_out(self, person):
        browser(person)
        colleague = factories.user(person.tenant)
        browser(colleague)
        withdraw(person)
        assert sessions.of_person(person) == []
        assert len(sessions.of_person(colleague)) == 1

    def test_leaves_keys_alone_until_the_thirty_days_are_over(self, person):
        bearer = factories.token(person)
        withdraw(person)
        assert tokens.authenticate(bearer=bearer, scope="api", limit=tokens.limits.Limit(60, 60))

    def test_has_the_next_log_in_ask_again(self, person):
        withdraw(person)
        step = login.log_in(
            email=person.email, password=factories.PASSWORD, caller=login.Caller("203.0.113.9")
        )
        assert step.missing.kind == login.Kind.KVKK

    def test_ends_commercial_mail_too(self, person):
        privacy.allow_marketing(by=Actor(person.tenant, person), allowed=True)
        withdraw(person)
        person.refresh_from_db()
        assert person.marketing_consented_at is None

    def test_is_told_to_the_person_and_to_the_firms_administrators(self, firm, person):
        admin, gone, other = (
            factories.user(firm),
            factories.user(firm, is_active=False),
            factories.user(factories.tenant()),
        )
        withdraw(person, "artık çalışmıyorum")
        assert mailbox.received(person.email) == ["KVKK onayınızı geri çektiniz"]
        assert mailbox.received(admin.email) == ["Firmanızdan biri KVKK onayını geri çekti"]
        assert mailbox.received(gone.email) == mailbox.received(other.email) == []
        day = (clock.now() + timedelta(days=30)).astimezone(clock.ISTANBUL).strftime("%d.%m.%Y")
        said = {mail.to[0]: mail.body for mail in mailbox.outbox.outbox}
        assert day in said[admin.email]
        assert day in said[person.email]
        assert "artık çalışmıyorum" in said[admin.email]
        assert person.name in said[admin.email]

    def test_of_an_administrator_is_not_told_to_themselves_twice(self, firm):
        admin = factories.user(firm)
        withdraw(admin)
        assert mailbox.received(admin.email) == ["KVKK onayınızı geri çektiniz"]

    def test_is_in_the_trail_without_its_reason(self, person):
        withdraw(person, "çok özel bir neden")
        entry = AuditEntry.objects.of(person.tenant).get(action="kvkk.revoked")
        assert (entry.user_id, entry.meta) == (person.pk, {"version": consent.VERSION})

    def test_said_again_changes_nothing(self, person):
        first = withdraw(person)
        assert withdraw(person) == first
        assert AuditEntry.objects.filter(action="kvkk.revoked").count() == 1
        assert mailbox.received(person.email) == ["KVKK onayınızı geri çektiniz"]

    def test_takes_a_reason_of_500_characters(self, person):
        with pytest.raises(privacy.ReasonTooLong):
            withdraw(person, "x" * 501)
        assert withdraw(person, "x" * 500)

    def test_is_possible_for_platform_staff(self):
        staff = factories.reviewer()
        withdraw(staff)
        assert mailbox.received(staff.email) == ["KVKK onayınızı geri çektiniz"]


class TestTheThirtyDays:
    def test_change_nothing_before_they_are_over(self, person):
        withdraw(person)
        wait(29.9)
        assert clock_work() == 0
        assert User.objects.get(pk=person.pk).name == person.name

    def test_are_forgotten_when_the_person_agrees_again(self, person):
        withdraw(person)
        wait(29.9)
        person.refresh_from_db()
        consent.give(by=Actor(person.tenant, person))
        User.objects.update(created_at=Now())
        assert clock_work() == 0
        person.refresh_from_db()
        assert not consent.lacks(person)
        assert person.is_active

    def test_are_nobodys_who_did_not_withdraw(self, firm, person):
        others = [factories.user(firm), factories.user(firm, kvkk_consented_at=None)]
        withdraw(person)
        wait(30)
        assert clock_work() == 1
        assert all(User.objects.get(pk=user.pk).name == user.name for user in others)

    def test_end_once(self, person):
        withdraw(person)
        wait(31)
        assert (clock_work(), clock_work()) == (1, 0)
        assert AuditEntry.objects.filter(action="kvkk.erased").count() == 1

    def test_hold_for_who_was_removed_from_the_firm_meanwhile(self, person):
        withdraw(person)
        User.objects.filter(pk=person.pk).update(is_active=False, deleted_at=Now())
        left = User.objects.get(pk=person.pk).deleted_at
        wait(30)
        assert clock_work() == 1
        person.refresh_from_db()
        assert (person.name, person.deleted_at) == (privacy.NOBODY, left)


def tables_with(text):
    found = []
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names()):
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE %s", [f"%{text}%"])
            found += [table] if cursor.fetchone()[0] else []
    return found


class TestAnErasedPerson:
    @pytest.fixture
    def erased(self, firm, person):
        """Somebody who left a trace in every table that has one."""
        by = Actor(firm, person, ip="198.51.100.1")
        factories.sent(firm, by=by)
        browser(person)
        factories.token(person)
        factories.authenticator(person)
        RecoveryCode.objects.create(user=person, code_hash="x")
        Notification.objects.create(user=person, tenant=firm, kind="x", title=f"Merhaba {CANARY}")
        NotificationChoice.objects.create(user=person, kind="x")
        MailRequest.objects.create(kind="reset", email=person.email)
        mailbox.work()
        MailRequest.objects.create(kind="reset", email=person.email.upper())
        Invitation.objects.create(
            tenant=firm,
            email=person.email,
            role="operator",
            secret_hash="1",
            expires_at=Now(),
            accepted_at=Now(),
            accepted_by=person,
        )
        Invitation.objects.create(
            tenant=firm,
            email=person.email.upper(),
            role="operator",
            secret_hash="2",
            expires_at=Now() - timedelta(days=1),
        )
        withdraw(person)
        mailbox.work()
        wait(30)
        assert clock_work() == 1
        person.refresh_from_db()
        return person

    def test_has_no_name_no_address_and_no_way_in(self, erased):
        assert (erased.name, erased.email, erased.phone) == (
            "Silinmiş kullanıcı",
            f"{erased.pk}@silindi.invalid",
            "",
        )
        assert (erased.is_active, erased.has_usable_password(), erased.kvkk_ip) == (False, False, None)
        assert erased.deleted_at is not None

    def test_stands_in_no_table_any_more(self, erased):
        """Looked for in whole rows; the mail that told the firm's administrators has lost its words."""
        assert tables_with(CANARY) == []
        assert tables_with("5551234567") == []

    def test_has_no_address_of_a_network_but_in_the_sealed_trail(self, erased):
        assert tables_with(ADDRESS) == []
        assert tables_with("198.51.100.1") == ["tenants_auditentry"]

    def test_leaves_the_firms_messages_and_its_trail(self, firm, erased):
        assert Message.objects.of(firm).get().user_id == erased.pk
        actions = set(AuditEntry.objects.of(firm).filter(user_id=erased.pk).values_list("action", flat=True))
        assert "kvkk.revoked" in actions
        assert AuditEntry.objects.of(firm).get(action="kvkk.erased").entity_id == erased.pk

    def test_leaves_its_address_to_whoever_has_it_next(self, firm, erased):
        again = factories.user(firm)
        User.objects.filter(pk=again.pk).update(email=f"{CANARY}@ornek.test")

    def test_is_sent_nothing_more(self, erased):
        assert not OutgoingMail.objects.filter(to__icontains=CANARY).exists()


def test_two_erased_people_get_in_nobodys_way(firm):
    for user in (factories.user(firm), factories.user(firm)):
        withdraw(user)
    wait(30)
    assert clock_work() == 2


class TestOnesOwnData:
    def test_is_all_of_it_and_nobody_elses(self, firm, person):
        factories.sent(firm, by=Actor(firm, person, ip="198.51.100.1"))
        key = browser(person)
        secret = factories.token(person, name="CRM")
        factories.token(factories.user(firm), name="Baskasi")
        Notification.objects.create(user=person, tenant=firm, kind="x", title="Merhaba")
        MailRequest.objects.create(kind="reset", email=person.email)
        mailbox.work()
        data = own_data.collect(by=Actor(firm, person))
        assert json.loads(json.dumps(data)) == data
        assert (data["account"]["email"], data["account"]["firm"]) == (person.email, firm.name)
        assert data["privacy_notice"]["version"] == consent.VERSION
        assert [row["ip"] for row in data["sessions"]] == ["203.0.113.9"]
        assert [row["name"] for row in data["api_keys"]] == ["CRM"]
        assert [row["title"] for row in data["notifications"]] == ["Merhaba"]
        assert [row["kind"] for row in data["mails"]] == ["password_reset"]
        assert {"sms.send", "token.created"} <= {row["action"] for row in data["actions"]}
        said = json.dumps(data)
        assert secret.split("|")[1] not in said
        assert key not in said
        assert "Baskasi" not in said
        assert person.password not in said

    def test_is_platform_staffs_too(self):
        staff = factories.reviewer()
        factories.token(staff)
        data = own_data.collect(by=Actor(None, staff))
        assert data["account"]["firm"] is None
        assert [row["action"] for row in data["actions"]] == ["token.created"]


class TestCommercialMail:
    def test_may_be_allowed_and_forbidden_at_any_time(self, person):
        by = Actor(person.tenant, person)
        for allowed in (True, True, False, False):
            privacy.allow_marketing(by=by, allowed=allowed)
            person.refresh_from_db()
            assert (person.marketing_consented_at is not None) is allowed
        entries = AuditEntry.objects.of(person.tenant).filter(action="profile.updated")
        assert [entry.meta["now"] for entry in entries.order_by("pk")] == [True, False]


@pytest.mark.parametrize("version", privacy.NOTICES)
@pytest.mark.parametrize("language", ["tr", "en"])
def test_every_notice_has_its_text_in_both_languages(version, language):
    text = get_template(f"kvkk/{version}.{language}.html").render()
    assert "6698" in text
    assert "11" in text


def test_a_keys_owner_is_erased_with_the_key(person):
    bearer = factories.token(person)
    withdraw(person)
    wait(30)
    clock_work()
    assert not ApiToken.objects.exists()
    with pytest.raises(tokens.Unauthenticated):
        tokens.authenticate(bearer=bearer, scope="api", limit=tokens.limits.Limit(60, 60))
