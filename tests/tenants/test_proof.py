"""Who is inside proves once more who they are; guesses are counted per person, wherever they come from."""

import pytest

from tenants import limits, proof, second_factor
from tenants.actors import Actor
from tenants.models import AuditEntry
from tests import factories
from tests.crowd import at_once


@pytest.fixture(autouse=True)
def cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def by(db):
    person = factories.user(factories.tenant(credits=0, sender=""))
    return Actor(person.tenant, person, ip="192.0.2.1")


class TestThePassword:
    def test_proves(self, by):
        proof.check_password(by=by, password=factories.PASSWORD)

    def test_that_is_wrong_is_noted(self, by):
        with pytest.raises(proof.WrongPassword) as refused:
            proof.check_password(by=by, password="yanlis")
        assert refused.value.field == "password"
        entry = AuditEntry.objects.get(action="login.failed")
        assert (entry.meta, entry.ip, entry.user_id) == ({"step": "proof"}, "192.0.2.1", by.user_id)

    def test_that_is_right_forgets_the_misses(self, by):
        for _ in range(2):
            for _ in range(4):
                with pytest.raises(proof.WrongPassword):
                    proof.check_password(by=by, password="yanlis")
            proof.check_password(by=by, password=factories.PASSWORD)

    def test_waits_after_five_misses_from_any_address(self, by):
        for n in range(5):
            with pytest.raises(proof.WrongPassword):
                proof.check_password(by=Actor(by.firm, by.user, ip=f"192.0.2.{n}"), password="yanlis")
        with pytest.raises(limits.TooManyAttempts):
            proof.check_password(by=by, password=factories.PASSWORD)

    def test_of_one_person_does_not_make_another_wait(self, by):
        other = factories.user(by.tenant)
        for _ in range(6):
            with pytest.raises((proof.WrongPassword, limits.TooManyAttempts)):
                proof.check_password(by=by, password="yanlis")
        proof.check_password(by=Actor(by.firm, other), password=factories.PASSWORD)

    @pytest.mark.django_db(transaction=True)
    def test_is_looked_at_five_times_of_twenty_at_once(self, by):
        told = at_once(lambda n: proof.check_password(by=by, password=f"yanlis{n}"), 20)
        assert told == {"wrong-password": 5, "too-many-attempts": 15}


class TestACode:
    @pytest.fixture
    def key(self, by):
        return factories.authenticator(by.person)

    def test_is_six_digits_with_or_without_a_space(self, by, key):
        code = factories.code(key)
        proof.check_code(by=by, code=f"{code[:3]} {code[3:]}")

    def test_may_be_a_recovery_code(self, by, key):
        proof.check_code(by=by, code=factories.recovery_codes(by.person)[0])

    @pytest.mark.parametrize("code", ["000000", "architecto", ""])
    def test_that_is_wrong_is_noted_and_counted(self, by, key, code):
        for _ in range(4):
            with pytest.raises(second_factor.BadCode) as refused:
                proof.check_code(by=by, code=code)
        assert refused.value.field == "code"
        assert AuditEntry.objects.filter(action="login.failed").count() == 4

    def test_of_ten_letters_cannot_be_guessed_faster(self, by, key):
        for _ in range(5):
            with pytest.raises(second_factor.BadCode):
                proof.check_code(by=by, code="architecto")
        with pytest.raises(limits.TooManyAttempts):
            proof.check_code(by=by, code=factories.code(key))


def test_stepping_up_asks_for_the_strongest_that_somebody_has(by):
    proof.step_up(by=by, password=factories.PASSWORD)
    key = factories.authenticator(by.person)
    with pytest.raises(second_factor.BadCode):
        proof.step_up(by=by, password=factories.PASSWORD)
    proof.step_up(by=by, code=factories.code(key))
