"""Password, then consent, then the second factor, then the session (contract D44); each step leads to the next only."""

import pytest

from tenants import challenges, consent, limits, login, second_factor
from tenants.actors import Actor
from tenants.models import ApiToken, AuditEntry, Challenge, Tenant, User
from tests import factories

PANEL = login.Caller("192.0.2.1", "Firefox")
PHONE = login.Caller("192.0.2.1", "curl", device="iPhone 16")
Kind = login.Kind


@pytest.fixture(autouse=True)
def cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(db):
    return factories.user(factories.tenant(credits=0, sender=""))


@pytest.fixture
def key(person):
    return factories.authenticator(person)


@pytest.fixture
def unasked(person):
    """Came before anybody asked for consent."""
    person.kvkk_consented_at = None
    person.save()
    return person


def entered(person, caller=PHONE, password=factories.PASSWORD, **how):
    return login.log_in(email=person.email, password=password, caller=caller, **how)


def trail(person) -> list[str]:
    return list(AuditEntry.objects.filter(user_id=person.pk).order_by("pk").values_list("action", flat=True))


class TestThePassword:
    def test_is_enough_for_those_who_miss_nothing(self, person):
        step = entered(person)
        assert (step.user, step.missing) == (person, None)
        token = ApiToken.objects.get()
        assert (token.kind, token.name, token.abilities) == ("session", "iPhone 16", ["*"])
        opened = login.tokens.authenticate(bearer=step.token, scope="api", limit=limits.Limit(60, 60))
        assert opened.user == person

    def test_gives_the_panel_no_token(self, person):
        assert entered(person, PANEL).token == ""
        assert not ApiToken.objects.exists()

    def test_names_a_session_that_was_given_no_name(self, person):
        entered(person, login.Caller("192.0.2.1", device=""))
        assert ApiToken.objects.get().name == "mobile"

    def test_is_noted_with_the_session_that_it_began(self, person):
        entered(person)
        entry = AuditEntry.objects.get(action="login")
        assert (entry.tenant, entry.user_id, entry.token_id) == (
            person.tenant,
            person.pk,
            ApiToken.objects.get().pk,
        )
        assert (entry.ip, entry.user_agent) == ("192.0.2.1", "curl")
        person.refresh_from_db()
        assert person.last_login

    def test_of_somebody_who_was_deleted_is_nobodys(self, person):
        User.objects.update(is_active=False, deleted_at=person.created_at)
        with pytest.raises(login.BadCredentials):
            entered(person)

    def test_finds_the_one_who_took_a_deleted_persons_address(self, person):
        User.objects.update(is_active=False, deleted_at=person.created_at)
        later = User.objects.create_user(
            person.email,
            "baska-bir-parola-7",
            name="Yeni",
            role="viewer",
            tenant=person.tenant,
            **factories.settled(),
        )
        assert entered(person, password="baska-bir-parola-7").user == later

    def test_of_people_of_firms_does_not_open_the_platforms_door(self, person):
        with pytest.raises(login.BadCredentials):
            entered(person, PANEL, staff_only=True)
        assert trail(person) == ["login.failed"]
        assert entered(factories.reviewer(), PANEL, staff_only=True).missing is None


class TestConsent:
    def test_is_asked_for_before_the_second_factor(self, unasked, key):
        step = entered(unasked)
        assert (step.missing.kind, step.token) == (Kind.KVKK, "")
        assert trail(unasked) == []

    def test_leads_to_the_second_factor_where_there_is_one(self, unasked, key):
        step = login.agree(consent_token=entered(unasked).missing.secret, caller=PHONE)
        assert step.missing.kind == Kind.TWO_FACTOR
        done = login.answer(
            challenge_token=step.missing.secret,
            code=factories.code(key),
            caller=login.Caller("192.0.2.1", device=""),
        )
        assert done.token
        assert ApiToken.objects.get().name == "iPhone 16"
        assert trail(unasked) == ["kvkk.consented", "login"]

    def test_is_kept_with_its_moment_its_text_and_its_address(self, unasked):
        login.agree(consent_token=entered(unasked).missing.secret, caller=PHONE)
        unasked.refresh_from_db()
        assert unasked.kvkk_consented_at
        assert (unasked.kvkk_version, unasked.kvkk_ip) == (consent.VERSION, "192.0.2.1")
        assert entered(unasked).missing is None

    def test_that_was_withdrawn_is_asked_for_again(self, person):
        User.objects.update(kvkk_revoked_at=person.created_at)
        step = entered(person)
        assert step.missing.kind == Kind.KVKK
        login.agree(consent_token=step.missing.secret, caller=PHONE)
        person.refresh_from_db()
        assert person.kvkk_revoked_at is None

    def test_takes_the_name_of_the_step_or_of_the_one_before(self, unasked):
        login.agree(
            consent_token=entered(unasked).missing.secret, caller=login.Caller("192.0.2.1", device="Tablet")
        )
        assert ApiToken.objects.get().name == "Tablet"

    def test_is_given_once(self, unasked):
        secret = entered(unasked).missing.secret
        login.agree(consent_token=secret, caller=PHONE)
        with pytest.raises(challenges.UnknownChallenge):
            login.agree(consent_token=secret, caller=PHONE)
        assert ApiToken.objects.count() == 1

    def test_of_a_firm_suspended_meanwhile_leads_nowhere(self, unasked):
        secret = entered(unasked).missing.secret
        Tenant.objects.update(state="suspended")
        with pytest.raises(login.AccountClosed):
            login.agree(consent_token=secret, caller=PHONE)
        unasked.refresh_from_db()
        assert unasked.kvkk_consented_at is None


class TestTheSecondFactor:
    def test_is_asked_for_after_the_password_only(self, person, key):
        with pytest.raises(login.BadCredentials):
            entered(person, password="yanlis")
        assert not Challenge.objects.exists()
        step = entered(person)
        assert (step.missing.kind, step.token, trail(person)) == (Kind.TWO_FACTOR, "", ["login.failed"])

    def test_counts_down_and_dies_with_the_fifth_wrong_code(self, person, key):
        secret = entered(person).missing.secret
        left = []
        for _ in range(5):
            with pytest.raises(second_factor.BadCode) as refused:
                login.answer(challenge_token=secret, code="000000", caller=PHONE)
            left.append(refused.value.remaining)
        assert left == [4, 3, 2, 1, 0]
        with pytest.raises(challenges.UnknownChallenge):
            login.answer(challenge_token=secret, code=factories.code(key), caller=PHONE)
        assert AuditEntry.objects.filter(action="login.failed", meta={"step": "two-factor"}).count() == 5

    def test_opens_after_a_miss(self, person, key):
        secret = entered(person).missing.secret
        with pytest.raises(second_factor.BadCode):
            login.answer(challenge_token=secret, code="000000", caller=PHONE)
        assert login.answer(challenge_token=secret, code=factories.code(key), caller=PHONE).token

    def test_of_one_person_does_not_open_for_another(self, person, key):
        other = factories.user(person.tenant)
        others = factories.authenticator(other)
        with pytest.raises(second_factor.BadCode):
            login.answer(
                challenge_token=entered(person).missing.secret, code=factories.code(others), caller=PHONE
            )

    def test_that_only_waits_for_its_first_code_is_not_asked_for(self, person, key):
        login.second_factor.Authenticator.objects.update(confirmed=False)
        assert entered(person).missing is None

    def test_of_a_closed_account_leads_nowhere(self, person, key):
        secret = entered(person).missing.secret
        User.objects.filter(pk=person.pk).update(is_active=False)
        with pytest.raises(login.AccountClosed):
            login.answer(challenge_token=secret, code=factories.code(key), caller=PHONE)
        assert not ApiToken.objects.exists()


def test_logging_out_kills_the_acting_token_alone(person):
    token = factories.token(person).split("|")[0]
    factories.token(person)
    login.log_out(by=Actor(person.tenant, person, token_id=int(token)))
    assert [row.pk for row in ApiToken.objects.all()] == [int(token) + 1]
    assert trail(person)[-1] == "logout"


def test_nobody_logs_somebody_elses_token_out(person):
    token = factories.token(factories.user(person.tenant)).split("|")[0]
    login.log_out(by=Actor(person.tenant, person, token_id=int(token)))
    assert ApiToken.objects.count() == 1
