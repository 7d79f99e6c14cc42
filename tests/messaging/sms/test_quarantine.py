"""A database that came back from a copy sends nothing again before its gateways were asked (promise P18)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from messaging.sms import dispatch, invariants, quarantine, reconcile
from messaging.sms.models import Identity, Submission
from messaging.sms.store import identity
from smsmerkezi.core import clock
from tenants.models import AuditEntry
from tests.messaging.sms.fakes import QUIET
from tests.messaging.sms.world import LANE, World, actor_of, numbers, only, pass_time

State = Submission.State
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    Identity.objects.all().delete()
    yield World()
    assert invariants.broken() == {}


def restored():
    """These rows are found in another database than they were written in."""
    quarantine.check()
    Identity.objects.update(name="1:1:1")


def test_a_new_database_writes_down_its_name(world):
    world.accept(*numbers(1))
    assert quarantine.check() == 0
    assert Identity.objects.get().name == identity.here()
    assert identity.here().count(":") == 2


def test_the_known_database_is_left_alone(world):
    message = world.accept(*numbers(1))
    for _ in range(3):
        assert quarantine.check() == 0
    assert only(message).state == State.READY


def test_in_a_copy_all_that_may_have_left_is_in_doubt(world, caplog):
    taken = world.accept(*numbers(1))
    dispatch.take(LANE)
    ready, later = (
        world.accept(*numbers(1)),
        world.accept(*numbers(1), scheduled_at=clock.now() + timedelta(hours=1)),
    )
    restored()
    assert quarantine.check() == 2
    assert [only(message).state for message in (taken, ready, later)] == [
        State.UNKNOWN, State.UNKNOWN, State.READY,
    ]  # fmt: skip
    assert "quarantine.begun" in caplog.text
    assert quarantine.check() == 0
    entry = AuditEntry.objects.get(action="sms.quarantine")
    assert (entry.tenant_id, entry.user_id, entry.meta["submissions"]) == (None, None, 2)


def test_what_was_sent_after_the_copy_is_found_and_not_sent_again(world):
    message = world.accept(*numbers(2))
    submission = only(message)
    [errand] = dispatch.take(LANE)
    world.operator.take(errand.parcel)  # sent, and forgotten by the copy
    Submission.objects.filter(pk=submission.pk).update(state=State.READY, lease_until=None, fence=0)
    restored()
    quarantine.check()
    reconcile.run()
    world.drain()
    assert only(message).state == State.HANDED_OVER
    assert len(world.operator.book) == 1
    assert world.account() == (998, 0)


def test_what_was_not_sent_is_sent_once_after_the_quiet_period(world):
    message = world.accept(*numbers(2))
    restored()
    quarantine.check()
    reconcile.run()
    world.drain()
    assert world.operator.book == []
    pass_time(QUIET + 61)
    reconcile.run()
    world.drain()
    assert len(world.operator.book) == 1
    assert only(message).state == State.HANDED_OVER


def test_where_nobody_can_be_asked_it_stays_in_doubt():
    Identity.objects.all().delete()
    world = World("D")
    message = world.accept(*numbers(1))
    restored()
    quarantine.check()
    pass_time(QUIET + 61)
    reconcile.run()
    world.drain()
    assert world.operator.book == []
    assert only(message).state == State.UNKNOWN


def test_by_hand_it_is_the_same_and_stands_in_the_trail(world):
    message = world.accept(*numbers(1))
    assert quarantine.begin(by=actor_of(world.firm)) == 1
    assert only(message).state == State.UNKNOWN
    assert AuditEntry.objects.filter(action="sms.quarantine", meta__submissions=1).exists()


def test_the_command_says_how_many(world):
    world.accept(*numbers(1))
    said = StringIO()
    call_command("quarantine", stdout=said)
    assert said.getvalue().startswith("1 submissions are in doubt now")


def test_a_copy_of_the_database_has_another_name(world):
    """The server's own word: PostgreSQL numbers each database, and a restored one is a new one."""
    assert identity.here() != "1:1:1"
