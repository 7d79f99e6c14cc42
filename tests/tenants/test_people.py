"""People as the domain keeps them: the database's rules in words, nobody locks themselves out."""

import pytest
from django.db import IntegrityError, transaction

from smsmerkezi.core.errors import Conflict, Forbidden, NotFound
from tenants import people, tokens
from tenants.actors import Actor
from tenants.models import ApiToken, AuditEntry, User
from tests import factories

PASSWORD = "yeterince-uzun-parola"


@pytest.fixture
def by(db):
    return Actor(None, factories.reviewer())


@pytest.fixture
def firm(by):
    return factories.tenant(credits=0, sender="")


def made(by, **fields) -> User:
    person = people.Person(**{"email": "yeni@ornek.test", "name": "Yeni", "role": "viewer"} | fields)
    return people.create(by=by, person=person, password=PASSWORD)


def test_a_person_is_trimmed_hashed_and_active(by, firm):
    user = made(by, email=" yeni@ornek.test ", name=" Yeni ", firm=firm)
    assert (user.email, user.name, user.is_active) == ("yeni@ornek.test", "Yeni", True)
    assert PASSWORD not in user.password
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
def test_everybody_but_staff_has_a_firm(by, role):
    with pytest.raises(people.BadRole):
        made(by, role=role)


@pytest.mark.parametrize("role", ["super_admin", "kral", ""])
def test_staff_and_unknown_roles_have_no_firm(by, firm, role):
    with pytest.raises(people.BadRole):
        made(by, role=role, firm=firm)


def test_an_email_is_taken_in_any_case_and_the_transaction_stays_usable(by, firm):
    made(by, firm=firm)
    with pytest.raises(people.EmailTaken):
        made(by, email="YENI@ORNEK.TEST", firm=firm)
    assert User.objects.filter(email__iexact="yeni@ornek.test").count() == 1


def test_the_rule_is_the_databases_own(by, firm):
    """Not ours to forget: a row written past the verb is refused as well."""
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(email="x@ornek.test", name="X", role="super_admin", tenant=firm)


@pytest.mark.parametrize("email", ["", "x", "a@b", "a b@c.test", "x" * 250 + "@c.test"])
def test_an_email_is_one(by, firm, email):
    with pytest.raises(people.BadPerson) as refused:
        made(by, email=email, firm=firm)
    assert refused.value.field == "email"


@pytest.mark.parametrize("password", ["", "kisa", "x" * 11, "password1234"])
def test_a_password_is_long_and_not_common(by, firm, password):
    person = people.Person(email="yeni@ornek.test", name="Yeni", role="viewer", firm=firm)
    with pytest.raises(people.BadPerson) as refused:
        people.create(by=by, person=person, password=password)
    assert refused.value.field == "password"
    assert not password or password not in refused.value.message


def test_a_change_keeps_the_rule_of_roles(by, firm):
    user = made(by, firm=firm)
    with pytest.raises(people.BadRole):
        people.change(by=by, user_id=user.pk, name="Yeni", role="super_admin")
    assert people.change(by=by, user_id=user.pk, name="Başka", role="admin").role == "admin"


def test_closing_and_opening_take_turns(by, firm):
    user = made(by, firm=firm)
    assert not people.deactivate(by=by, user_id=user.pk).is_active
    with pytest.raises(Conflict):
        people.deactivate(by=by, user_id=user.pk)
    assert people.activate(by=by, user_id=user.pk).is_active
    with pytest.raises(Conflict):
        people.activate(by=by, user_id=user.pk)


def test_nobody_closes_or_lowers_themselves(by):
    with pytest.raises(people.Yourself):
        people.deactivate(by=by, user_id=by.user_id)
    with pytest.raises(people.Yourself):
        people.change(by=by, user_id=by.user_id, name="Platform", role="viewer")
    assert people.change(by=by, user_id=by.user_id, name="Başka Ad", role="super_admin").name == "Başka Ad"


def test_whoever_is_not_there_is_not_found(by):
    for call in (people.deactivate, people.activate):
        with pytest.raises(NotFound):
            call(by=by, user_id=10**15)
    with pytest.raises(NotFound):
        people.set_password(by=by, user_id=10**15, password=PASSWORD)
    with pytest.raises(NotFound):
        people.change(by=by, user_id=10**15, name="X", role="viewer")


def test_no_password_is_on_the_trail(by, firm):
    user = made(by, firm=firm)
    people.set_password(by=by, user_id=user.pk, password="baska-uzun-bir-parola")
    trail = str(list(AuditEntry.objects.values()))
    assert PASSWORD not in trail
    assert "baska-uzun-bir-parola" not in trail
    assert AuditEntry.objects.filter(action="user.password-set", entity_id=user.pk).count() == 1


@pytest.mark.parametrize("role", ["admin", "operator", "viewer"])
def test_nobody_of_a_firm_manages_people_here(by, firm, role):
    user = made(by, firm=firm)
    stranger = Actor(firm, factories.user(firm, role=role))
    calls = (
        lambda: made(stranger, email="b@ornek.test", firm=firm),
        lambda: people.change(by=stranger, user_id=user.pk, name="X", role="admin"),
        lambda: people.deactivate(by=stranger, user_id=user.pk),
        lambda: people.activate(by=stranger, user_id=user.pk),
        lambda: people.set_password(by=stranger, user_id=user.pk, password=PASSWORD),
    )
    for call in calls:
        with pytest.raises(Forbidden):
            call()


def test_only_staff_revoke_somebody_elses_token(by, firm):
    owner = made(by, firm=firm)
    token = tokens.create(by=Actor(firm, owner), name="Test", abilities=["*"]).token
    with pytest.raises(Forbidden):
        tokens.revoke_any(by=Actor(firm, factories.user(firm)), token_id=token.pk)
    tokens.revoke_any(by=by, token_id=token.pk)
    assert not ApiToken.objects.filter(pk=token.pk).exists()
    with pytest.raises(NotFound):
        tokens.revoke_any(by=by, token_id=token.pk)
