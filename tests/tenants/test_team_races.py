"""Many at once: one administrator stays, one invitation goes out, one acceptance counts."""

import itertools
import threading

import pytest
from django.db import connection

from smsmerkezi.core.errors import DomainError
from tenants import invitations, joining, team
from tenants.actors import Actor
from tenants.models import AuditEntry, Invitation, OutgoingMail, User
from tests import factories
from tests.tenants.test_invitations import EMAIL, asked, secret_of

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 20


def at_once(calls) -> list[str]:
    """What each of many parallel callers was told: "done" or the refusal's code."""
    calls = list(calls)
    gate, told = threading.Barrier(len(calls)), []

    def run(call):
        gate.wait()
        try:
            call()
            told.append("done")
        except DomainError as refusal:
            told.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


@pytest.fixture
def firm():
    return factories.tenant(credits=0, sender="")


@pytest.fixture
def two(firm):
    return factories.user(firm), factories.user(firm)


def removals(firm, pairs):
    for actor, target in itertools.islice(itertools.cycle(pairs), MANY):
        yield lambda actor=actor, target=target: team.remove(by=Actor(firm, actor), user_id=target.pk)


def test_two_administrators_who_remove_each_other_leave_one(firm, two):
    first, second = two
    told = at_once(removals(firm, [(first, second), (second, first)]))
    assert told.count("done") == 1
    assert set(told) <= {"done", "forbidden", "not-found"}
    assert team.admins(firm).count() == 1
    assert AuditEntry.objects.of(firm).filter(action="user.deleted").count() == 1


def test_platform_staff_who_remove_both_at_once_leave_one(firm, two):
    staff = factories.reviewer()
    told = at_once(removals(firm, [(staff, person) for person in two]))
    assert told.count("done") == 1
    assert set(told) <= {"done", "last-admin", "not-found"}
    assert told.count("last-admin") >= 1
    assert team.admins(firm).count() == 1


def test_two_administrators_who_lower_each_other_leave_one(firm, two):
    first, second = two
    calls = [
        lambda actor=actor, target=target: team.change_role(
            by=Actor(firm, actor), user_id=target.pk, role="viewer"
        )
        for actor, target in [(first, second), (second, first)] * (MANY // 2)
    ]
    told = at_once(calls)
    assert "forbidden" in told
    assert team.admins(firm).count() == 1


def test_an_address_is_asked_once(firm, two):
    actor = Actor(firm, two[0])
    told = at_once([lambda: asked(actor)] * 5)
    assert told == ["done"] + ["invitation-pending"] * 4
    assert Invitation.objects.count() == OutgoingMail.objects.count() == 1


def test_an_invitation_is_accepted_once(firm, two):
    asked(Actor(firm, two[0]))
    secret = secret_of(OutgoingMail.objects.get())
    newcomer = joining.Newcomer(name="Yeni", password="yeterince-uzun-parola-1", kvkk_consent=True)
    told = at_once([lambda: joining.accept(secret=secret, newcomer=newcomer, ip=None)] * MANY)
    assert told == ["done"] + ["invitation-over"] * (MANY - 1)
    assert User.objects.filter(email=EMAIL).count() == 1


def test_an_invitation_is_cancelled_or_accepted_but_never_both(firm, two):
    actor = Actor(firm, two[0])
    made = asked(actor)
    secret = secret_of(OutgoingMail.objects.get())
    newcomer = joining.Newcomer(name="Yeni", password="yeterince-uzun-parola-1", kvkk_consent=True)
    calls = [
        lambda: joining.accept(secret=secret, newcomer=newcomer, ip=None),
        lambda: invitations.cancel(by=actor, invitation_id=made.pk),
    ] * (MANY // 2)
    told = at_once(calls)
    assert told == ["done"] + ["invitation-over"] * (MANY - 1)
    assert User.objects.filter(email=EMAIL).exists() is (
        Invitation.objects.with_status().get().status == "accepted"
    )
