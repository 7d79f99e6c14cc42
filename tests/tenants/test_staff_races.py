"""Two of the platform's staff at the same row at the same time: one wins, the other is told, the trail has one entry."""

import threading

import pytest
from django.db import connection

from messaging.senders import approval
from messaging.senders.models import SenderId
from smsmerkezi.core.errors import Conflict, DomainError
from tenants import firms, people
from tenants.actors import Actor
from tenants.models import AuditEntry, Tenant, User
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)
TWO = 4  # threads; more than two, so that one always waits for another


@pytest.fixture
def by():
    return Actor(None, factories.reviewer())


def at_once(call) -> list[str]:
    """What each of several callers was told: "done" or the refusal's code."""
    gate, told = threading.Barrier(TWO), []

    def run():
        gate.wait()
        try:
            call()
            told.append("done")
        except DomainError as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(TWO)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


ONE = ["conflict"] * (TWO - 1) + ["done"]


def test_a_name_is_decided_once(by):
    sender = approval.apply_for(by=Actor(factories.tenant(sender="")), label="MARKA")
    assert at_once(lambda: approval.approve(by=by, sender_id=sender.pk)) == ONE
    assert SenderId.objects.get(pk=sender.pk).state == "approved"
    assert AuditEntry.objects.filter(action="sender_id.approved", entity_id=sender.pk).count() == 1


def test_a_firm_is_suspended_once(by):
    firm = factories.tenant(credits=0, sender="")
    call = lambda: firms.suspend(by=by, tenant_id=firm.pk, reason="Ödenmemiş fatura")  # noqa: E731
    assert at_once(call) == ONE
    assert AuditEntry.objects.of(firm).filter(action="tenant.suspended").count() == 1


def test_a_short_name_is_taken_once(by):
    assert at_once(lambda: firms.create(by=by, slug="yeni", details=firms.Details(name="Yeni"))) == ONE
    assert Tenant.objects.filter(slug="yeni").count() == 1
    assert AuditEntry.objects.filter(action="tenant.created").count() == 1


def test_an_email_is_taken_once(by):
    person = people.Person(email="yeni@ornek.test", name="Yeni", role="super_admin")
    assert at_once(lambda: people.create(by=by, person=person, password="yeterince-uzun-parola")) == ONE
    assert User.objects.filter(email="yeni@ornek.test").count() == 1


def test_a_person_is_closed_once(by):
    user = factories.user(factories.tenant(credits=0, sender=""))
    assert at_once(lambda: people.deactivate(by=by, user_id=user.pk)) == ONE
    assert AuditEntry.objects.filter(action="user.deactivated", entity_id=user.pk).count() == 1


def test_the_refusal_of_a_race_is_a_conflict():
    assert issubclass(people.EmailTaken, Conflict)
    assert issubclass(firms.SlugTaken, Conflict)
