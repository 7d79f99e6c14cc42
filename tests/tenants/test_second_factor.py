"""A code opens once, however many try it at the same moment; guesses wait longer and longer."""

from datetime import timedelta

import pytest

from smsmerkezi.core import clock
from tenants import limits, login, mail, recovery_codes, second_factor
from tenants.actors import Actor
from tenants.models import Authenticator, OutgoingMail, RecoveryCode
from tests import factories
from tests.crowd import at_once

MANY = 20


@pytest.fixture(autouse=True)
def cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(db):
    return factories.user(factories.tenant(credits=0, sender=""))


@pytest.fixture
def by(person):
    return Actor(person.tenant, person)


@pytest.fixture
def key(person):
    return factories.authenticator(person)


class TestACode:
    def test_opens_once(self, by, key):
        code = factories.code(key)
        second_factor.prove(by=by, code=code)
        with pytest.raises(second_factor.BadCode):
            second_factor.prove(by=by, code=code)

    @pytest.mark.parametrize("steps", [-1, 0, 1])
    def test_may_be_a_step_early_or_late(self, by, key, steps):
        second_factor.prove(by=by, code=factories.code(key, steps=steps))

    @pytest.mark.parametrize("steps", [-3, 3])
    def test_may_not_be_further_off(self, by, key, steps):
        with pytest.raises(second_factor.BadCode):
            second_factor.prove(by=by, code=factories.code(key, steps=steps))

    def test_from_before_the_last_one_is_refused(self, by, key):
        second_factor.prove(by=by, code=factories.code(key, steps=1))
        with pytest.raises(second_factor.BadCode):
            second_factor.prove(by=by, code=factories.code(key))

    @pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "12345\0", " 12345"])
    def test_is_six_digits(self, by, key, code):
        with pytest.raises(second_factor.BadCode):
            second_factor.prove(by=by, code=code)

    def test_of_somebody_without_an_app_is_always_wrong(self, by):
        with pytest.raises(second_factor.BadCode):
            second_factor.prove(by=by, code="000000")

    @pytest.mark.django_db(transaction=True)
    def test_is_good_for_one_of_twenty_at_once(self, by, key):
        code = factories.code(key)
        told = at_once(lambda _: second_factor.prove(by=by, code=code), MANY)
        assert told["done"] == 1

    @pytest.mark.django_db(transaction=True)
    def test_lets_one_of_twenty_challenges_in(self, person, key):
        caller = login.Caller("192.0.2.1", device="x")
        secrets = [
            login.log_in(email=person.email, password=factories.PASSWORD, caller=caller).missing.secret
            for _ in range(MANY)
        ]
        code = factories.code(key)
        told = at_once(lambda n: login.answer(challenge_token=secrets[n], code=code, caller=caller), MANY)
        assert told["done"] == 1
        assert person.tokens.count() == 1


class TestGuessing:
    def guess(self, by):
        with pytest.raises(second_factor.BadCode):
            second_factor.prove(by=by, code="000000")

    def test_waits_from_the_fifth_miss_on_whatever_the_code(self, by, key):
        for _ in range(5):
            self.guess(by)
        with pytest.raises(limits.TooManyAttempts) as refused:
            second_factor.prove(by=by, code=factories.code(key))
        assert 14 <= refused.value.retry_after <= 16

    def test_may_go_on_when_the_wait_is_over(self, by, key):
        for _ in range(5):
            self.guess(by)
        Authenticator.objects.update(throttling_failure_timestamp=clock.now() - timedelta(seconds=17))
        second_factor.prove(by=by, code=factories.code(key))
        assert Authenticator.objects.get().throttling_failure_count == 0

    def test_waits_a_quarter_of_an_hour_at_the_most(self, by, key):
        Authenticator.objects.update(
            throttling_failure_count=40, throttling_failure_timestamp=clock.now() - timedelta(seconds=890)
        )
        with pytest.raises(limits.TooManyAttempts) as refused:
            second_factor.prove(by=by, code=factories.code(key))
        assert refused.value.retry_after <= 10

    @pytest.mark.django_db(transaction=True)
    def test_in_parallel_is_looked_at_five_times(self, by, key):
        at_once(lambda _: second_factor.prove(by=by, code="000000"), MANY)
        assert Authenticator.objects.get().throttling_failure_count == 5


class TestARecoveryCode:
    @pytest.fixture
    def codes(self, person, key):
        return factories.recovery_codes(person)

    def test_is_one_of_eight_of_ten_letters_and_stands_nowhere(self, codes):
        assert len(set(codes)) == 8
        assert all(len(code) == 10 and set(code) <= set(recovery_codes.LETTERS) for code in codes)
        assert len(recovery_codes.LETTERS) == 32
        stored = list(RecoveryCode.objects.values_list("code_hash", flat=True))
        assert not [code for code in codes if any(code in each for each in stored)]

    def test_is_hashed_as_passwords_are(self, person, key, settings):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
        recovery_codes.replace(person, recovery_codes.hashed(["abcdefghij"]))
        assert RecoveryCode.objects.get().code_hash.startswith("argon2$")

    def test_opens_once(self, by, codes):
        second_factor.prove(by=by, recovery_code=codes[3])
        with pytest.raises(second_factor.BadCode) as refused:
            second_factor.prove(by=by, recovery_code=codes[3])
        assert refused.value.field == "recovery_code"
        assert recovery_codes.left(by.person) == 7

    def test_may_be_typed_as_people_type(self, by, codes):
        second_factor.prove(by=by, recovery_code=f" {codes[0].upper()} ")

    def test_of_somebody_else_opens_nothing(self, by, codes):
        other = factories.user(by.tenant)
        with pytest.raises(second_factor.BadCode):
            second_factor.prove(by=Actor(by.firm, other), recovery_code=codes[0])

    def test_is_told_to_its_owner_by_mail(self, by, codes):
        second_factor.prove(by=by, recovery_code=codes[0])
        message = mail.rendered(OutgoingMail.objects.get())
        assert message.to == [by.person.email]
        assert message.subject == "Bir kurtarma kodunuz kullanıldı"
        assert "Geriye 7 kurtarma kodunuz kaldı." in message.body
        assert codes[0] not in message.body + message.alternatives[0][0]

    def test_is_told_in_the_owners_language(self, by, codes):
        by.person.language = "en"
        second_factor.prove(by=by, recovery_code=codes[0])
        message = mail.rendered(OutgoingMail.objects.get())
        assert message.subject == "One of your recovery codes was used"

    @pytest.mark.django_db(transaction=True)
    def test_is_good_for_one_of_twenty_at_once(self, by, codes):
        told = at_once(lambda _: second_factor.prove(by=by, recovery_code=codes[0]), MANY)
        assert told == {"done": 1, "invalid-code": MANY - 1}
        assert OutgoingMail.objects.count() == 1


def test_a_firm_may_ask_it_of_everybody(person, key):
    other = factories.user(person.tenant)
    assert not second_factor.is_owed(other)
    person.tenant.two_factor_required = other.tenant.two_factor_required = True
    assert second_factor.is_owed(other)
    assert not second_factor.is_owed(person)
    assert not second_factor.is_owed(factories.reviewer())
