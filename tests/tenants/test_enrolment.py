"""The second factor's life, as the domain tells it; its doors have their own tests."""

import base64

import pytest

from tenants import enrolment, proof, recovery_codes, second_factor
from tenants.actors import Actor
from tenants.models import AuditEntry, Authenticator
from tests import factories
from tests.crowd import at_once

PASSWORD = factories.PASSWORD


@pytest.fixture(autouse=True)
def cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def by(db):
    person = factories.user(factories.tenant(credits=0, sender=""))
    return Actor(person.tenant, person)


def begun(by) -> bytes:
    enrolment.start(by=by)
    return base64.b32decode(enrolment.setup(by=by).secret)


def epoch(by) -> int:
    by.person.refresh_from_db()
    return by.person.session_epoch


def test_a_key_has_a_hundred_and_sixty_bits(by):
    assert len(begun(by)) == 20


def test_the_url_is_what_apps_read(by):
    enrolment.start(by=by)
    by.person.email = "ali+sms@firma.com"
    found = enrolment.setup(by=by)
    assert found.url == (
        f"otpauth://totp/SMS%20Merkezi:ali%2Bsms@firma.com?secret={found.secret}&issuer=SMS%20Merkezi"
    )


def test_switching_on_and_off_ends_sessions_and_renewing_does_not(by):
    first = epoch(by)
    enrolment.confirm(by=by, code=factories.code(key := begun(by)))
    assert epoch(by) == first + 1
    enrolment.regenerate(by=by, password=PASSWORD)
    assert epoch(by) == first + 1
    enrolment.disable(by=by, password=PASSWORD, code=factories.code(key, steps=1))
    assert epoch(by) == first + 2


def test_a_code_that_does_not_confirm_changes_nothing(by):
    begun(by)
    with pytest.raises(enrolment.WrongSetupCode):
        enrolment.confirm(by=by, code="000000")
    assert second_factor.standing(by.person).pending
    assert recovery_codes.left(by.person) == 0
    assert not AuditEntry.objects.filter(action="2fa.enabled").exists()


def test_the_password_is_asked_before_the_code_is_used_up(by):
    enrolment.confirm(by=by, code=factories.code(key := begun(by)))
    code = factories.code(key, steps=1)
    with pytest.raises(proof.WrongPassword):
        enrolment.disable(by=by, password="yanlis", code=code)
    assert not enrolment.disable(by=by, password=PASSWORD, code=code).enabled


def test_a_wrong_code_keeps_it_on(by):
    enrolment.confirm(by=by, code=factories.code(begun(by)))
    for verb in (enrolment.disable, enrolment.regenerate):
        with pytest.raises(second_factor.BadCode):
            verb(by=by, password=PASSWORD, code="000000")
    assert second_factor.is_on(by.person)


def test_what_is_off_has_no_codes_to_renew(by):
    with pytest.raises(enrolment.NotOn):
        enrolment.regenerate(by=by, password=PASSWORD)
    assert recovery_codes.left(by.person) == 0


@pytest.mark.django_db(transaction=True)
def test_ten_set_ups_at_once_leave_one_key(by):
    told = at_once(lambda _: enrolment.start(by=by), 10)
    assert told == {"done": 10}
    assert Authenticator.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_renewals_at_once_leave_eight_codes(by):
    enrolment.confirm(by=by, code=factories.code(begun(by)))
    told = at_once(lambda _: enrolment.regenerate(by=by, password=PASSWORD), 5)
    assert set(told) <= {"done", "too-many-attempts"}
    assert recovery_codes.left(by.person) == 8


def test_codes_that_were_shown_for_a_set_up_given_up_meanwhile_do_not_stay(by, monkeypatch):
    """Between the code's look and the commit somebody begins anew."""
    code = factories.code(begun(by))
    hashed = recovery_codes.hashed
    monkeypatch.setattr(recovery_codes, "hashed", lambda codes: enrolment.start(by=by) and hashed(codes))
    with pytest.raises(enrolment.AlreadyOn):
        enrolment.confirm(by=by, code=code)
    assert not second_factor.is_on(by.person)
    assert recovery_codes.left(by.person) == 0


def test_codes_are_not_renewed_for_what_was_switched_off_meanwhile(by, monkeypatch):
    enrolment.confirm(by=by, code=factories.code(begun(by)))
    hashed = recovery_codes.hashed
    monkeypatch.setattr(
        recovery_codes, "hashed", lambda codes: enrolment.disable(by=by, password=PASSWORD) and hashed(codes)
    )
    with pytest.raises(enrolment.NotOn):
        enrolment.regenerate(by=by, password=PASSWORD)
    assert recovery_codes.left(by.person) == 0
