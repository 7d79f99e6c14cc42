"""The door's rule under many hands at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from tenants import limits, login
from tenants.models import AuditEntry, User
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
TRIES = 24
CALLER = login.Caller("203.0.113.9")


@pytest.fixture(autouse=True)
def cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person():
    return factories.user(factories.tenant(credits=0))


def attempt(email, password):
    try:
        return login.log_in(email=email, password=password, caller=CALLER)
    except (login.BadCredentials, limits.TooManyAttempts) as refusal:
        return type(refusal)
    finally:
        connection.close()


@pytest.mark.parametrize("known", [True, False])
def test_parallel_tries_do_not_get_past_the_limit(person, settings, known):
    """Each look at a password leaves an entry in the trail, so the entries count the looks."""
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"auth": (1000, 60)}
    email = person.email if known else "yok@ornek.test"
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: attempt(email, f"yanlis-{n}"), range(TRIES)))
    assert answers.count(login.BadCredentials) == 5
    assert answers.count(limits.TooManyAttempts) == TRIES - 5
    assert AuditEntry.objects.filter(action="login.failed").count() == 5


def test_an_unknown_email_costs_a_hash_too(person, monkeypatch):
    costs = []
    monkeypatch.setattr(User, "set_password", lambda self, raw: costs.append("hash"))
    attempt("yok@ornek.test", "x")
    assert costs == ["hash"]


def test_the_wait_is_named_in_seconds(person):
    for _ in range(5):
        attempt(person.email, "yanlis")
    with pytest.raises(limits.TooManyAttempts) as refused:
        login.log_in(email=person.email, password=factories.PASSWORD, caller=CALLER)
    assert 1 <= refused.value.retry_after <= 60


def test_the_wait_holds_for_every_spelling_of_the_email(person):
    for _ in range(5):
        attempt(person.email, "yanlis")
    assert attempt(f" {person.email.upper()}", factories.PASSWORD) is limits.TooManyAttempts


def test_no_trail_holds_an_email_or_a_password(person):
    attempt("biri@ornek.test", "cok-gizli-parola")
    entry = AuditEntry.objects.get(action="login.failed")
    assert "gizli" not in str(vars(entry))
    assert "biri@" not in str(vars(entry))
