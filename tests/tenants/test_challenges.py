"""What stands between two steps: unguessable, hashed, short-lived, used once, tried five times."""

import re
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from tenants import challenges, people
from tenants.actors import Actor
from tenants.models import Challenge
from tests import factories
from tests.crowd import at_once

Kind = challenges.Kind
UUID4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


@pytest.fixture(autouse=True)
def cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(db):
    return factories.user(factories.tenant(credits=0, sender=""))


def issued(person, kind=Kind.TWO_FACTOR):
    return challenges.issue(user=person, kind=kind, ip="192.0.2.1", device="iPhone 16")


@pytest.mark.parametrize(("kind", "seconds"), [(Kind.TWO_FACTOR, 300), (Kind.KVKK, 600)])
def test_the_secret_is_a_uuid4_and_only_its_hash_is_kept(person, kind, seconds):
    made = issued(person, kind)
    row = Challenge.objects.get()
    assert re.fullmatch(UUID4, made.secret)
    assert made.expires_in == seconds
    assert made.secret not in str(vars(row))
    assert abs((row.expires_at - row.created_at).total_seconds() - seconds) < 2


def test_it_leads_back_to_its_person_and_remembers_the_device(person):
    found = challenges.attempt(secret=issued(person).secret, kind=Kind.TWO_FACTOR)
    assert (found.user, found.device_name, found.ip) == (person, "iPhone 16", "192.0.2.1")


def test_a_secret_that_was_never_given_out_opens_nothing(person):
    issued(person)
    for secret in ("architecto", "", "6ff8f7f6-1eb3-4525-be4a-3932c805afed", "\0"):
        with pytest.raises(challenges.UnknownChallenge):
            challenges.attempt(secret=secret, kind=Kind.TWO_FACTOR)


def test_consent_does_not_stand_for_a_code_nor_a_code_for_consent(person):
    with pytest.raises(challenges.UnknownChallenge) as refused:
        challenges.attempt(secret=issued(person, Kind.KVKK).secret, kind=Kind.TWO_FACTOR)
    assert refused.value.field == "challenge_token"
    with pytest.raises(challenges.UnknownChallenge) as refused:
        challenges.attempt(secret=issued(person).secret, kind=Kind.KVKK)
    assert refused.value.field == "consent_token"


def test_it_is_over_when_its_time_is(person):
    made = issued(person)
    Challenge.objects.update(expires_at=Now())
    with pytest.raises(challenges.UnknownChallenge):
        challenges.attempt(secret=made.secret, kind=Kind.TWO_FACTOR)


def test_five_tries_kill_it(person):
    made = issued(person)
    left = [
        challenges.remaining(challenges.attempt(secret=made.secret, kind=Kind.TWO_FACTOR)) for _ in range(5)
    ]
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(challenges.UnknownChallenge):
        challenges.attempt(secret=made.secret, kind=Kind.TWO_FACTOR)


def test_it_opens_once(person):
    made = issued(person)
    found = challenges.attempt(secret=made.secret, kind=Kind.TWO_FACTOR)
    challenges.use(found)
    with pytest.raises(challenges.UnknownChallenge):
        challenges.use(found)
    with pytest.raises(challenges.UnknownChallenge):
        challenges.attempt(secret=made.secret, kind=Kind.TWO_FACTOR)


@pytest.mark.django_db(transaction=True)
def test_parallel_tries_are_five_at_the_most(person):
    made = issued(person)
    told = at_once(lambda _: challenges.attempt(secret=made.secret, kind=Kind.TWO_FACTOR), 16)
    assert told == {"done": 5, "unknown-challenge": 11}


def test_a_new_password_ends_what_the_old_one_began(person):
    made = issued(person)
    by = Actor(None, factories.reviewer())
    people.set_password(by=by, user_id=person.pk, password="yeni-ve-uzun-bir-parola")
    with pytest.raises(challenges.UnknownChallenge):
        challenges.attempt(secret=made.secret, kind=Kind.TWO_FACTOR)


def test_what_is_long_over_is_forgotten(person):
    issued(person)
    assert challenges.prune() == 0
    Challenge.objects.update(expires_at=Now() - timedelta(days=2))
    assert challenges.prune() == 1
