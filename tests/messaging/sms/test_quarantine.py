"""A database that came back from a copy sends nothing again before its gateways were asked (promise P18)."""

from datetime import timedelta
from importlib import import_module
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from gateways import accounts
from gateways.base import Outbound, Parcel
from gateways.models import GatewayAccount
from gateways.segments import Encoding
from messaging.sms import dispatch, doubts, invariants, quarantine, reconcile
from messaging.sms.models import Identity, Submission
from messaging.sms.store import identity
from smsmerkezi.core import clock
from tenants.actors import Actor
from tenants.models import AuditEntry
from tests import factories
from tests.messaging.sms.fakes import QUIET
from tests.messaging.sms.world import LANE, World, actor_of, numbers, only, pass_time

State = Submission.State
migration = import_module("messaging.sms.migrations.0060_restores")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world():
    Identity.objects.all().delete()
    yield World()
    assert invariants.broken() == {}


def restored():
    """These rows are found in another database than they were written in."""
    quarantine.check()
    Identity.objects.update(name="1:1:1:1")


def test_a_new_database_writes_down_its_name(world):
    world.accept(*numbers(1))
    assert quarantine.check() == 0
    assert Identity.objects.get().name == identity.here()
    assert identity.here().count(":") == 3


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
    message = world.accept(*numbers(1))
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


# Which database this is.


def parts():
    return identity.here().split(":")


def test_a_database_that_was_emptied_and_filled_from_a_copy_has_another_name(world):
    """`pg_restore --clean`: same cluster, same database, new tables."""
    before = parts()
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("ALTER TABLE sms_submission RENAME TO was; CREATE TABLE sms_submission (LIKE was)")
        after = parts()
        transaction.set_rollback(True)
    assert (after[:3], after[3] == before[3]) == (before[:3], False)
    assert parts() == before


def test_the_timeline_is_the_one_that_is_written_to(world):
    """That of the checkpoint is still the old one for minutes after a standby was promoted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_walfile_name(pg_current_wal_lsn())")
        assert int(parts()[1]) == int(cursor.fetchone()[0][:8], 16)


def test_a_name_from_before_the_table_had_a_part_in_it_is_taken_over(world):
    quarantine.check()
    name = identity.here()
    Identity.objects.update(name=name.rpartition(":")[0])
    with connection.cursor() as cursor:
        cursor.execute(migration.TAKE_OVER)
        assert Identity.objects.get().name == name
        assert quarantine.check() == 0
        cursor.execute(migration.GIVE_BACK)
    assert Identity.objects.get().name == name.rpartition(":")[0]


def test_a_copy_that_is_migrated_before_its_first_start_is_found_out_all_the_same(world):
    world.accept(*numbers(1))
    quarantine.check()
    Identity.objects.update(name="1:1:1")
    with connection.cursor() as cursor:
        cursor.execute(migration.TAKE_OVER)
    assert quarantine.check() == 1


@pytest.mark.parametrize("look", [lambda world: dispatch.take(LANE), lambda world: reconcile.run()])
def test_a_running_process_looks_again_when_its_connection_is_a_new_one(world, look):
    world.drain()
    message = world.accept(*numbers(1))
    restored()
    connection.close()
    look(world)
    assert only(message).quarantined
    assert world.operator.book == []


def test_one_look_a_connection_is_enough(world, django_assert_num_queries):
    quarantine.look()
    with django_assert_num_queries(0):
        quarantine.look()


# What a copy cannot know: where the original sent it, and in how many pieces.


@pytest.fixture(params="AB")
def copied(request):
    """copied(recipients) -> (world, message): ready in the copy, which was put to work."""
    Identity.objects.all().delete()
    world = World(request.param)

    def copy(count=1):
        message = world.accept(*numbers(count))
        restored()
        return world, message

    yield copy
    assert invariants.broken() == {}


def settled(world):
    """All that questions can settle is."""
    quarantine.check()
    for _ in range(3):
        reconcile.run()
        world.drain()
        pass_time(QUIET + 61)


def with_an_equal(world):
    other = World("B")
    GatewayAccount.objects.filter(slug__in=[world.operator.slug, other.operator.slug]).update(pool="havuz")
    accounts.forget()
    return other


def test_to_one_recipient_by_its_only_road_it_is_sent_when_it_is_not_there(copied):
    world, message = copied()
    settled(world)
    assert (only(message).state, only(message).quarantined) == (State.HANDED_OVER, False)
    assert len(world.operator.book) == 1


def test_what_may_have_gone_by_an_equal_road_is_not_sent_because_this_one_lacks_it(copied):
    world, message = copied()
    with_an_equal(world)
    settled(world)
    assert only(message).state == State.UNKNOWN
    assert world.operator.parcels == []


def test_what_may_have_gone_in_pieces_is_not_sent_because_one_is_not_there(copied):
    world, message = copied(2)
    settled(world)
    assert only(message).state == State.UNKNOWN
    assert world.operator.parcels == []


def test_a_piece_of_it_is_not_taken_for_all_of_it(copied):
    world, message = copied(3)
    world.operator.take(parcel_of(message, numbers(3)[:2]))
    settled(world)
    assert only(message).state == State.UNKNOWN
    assert world.account() == (1000, 3)


@pytest.mark.parametrize("counts", [True, False])
def test_all_of_it_is_found_by_any_road_that_has_it(copied, counts):
    """Where the gateway does not tell how many, its word is taken."""
    world, message = copied(3)
    world.operator.counts = counts
    with_an_equal(world)
    world.operator.take(parcel_of(message, numbers(3)))
    settled(world)
    assert only(message).state == State.HANDED_OVER
    assert world.account() == (997, 0)


def test_what_was_refused_at_once_belongs_to_it(copied):
    world, message = copied(3)
    world.operator.take(parcel_of(message, numbers(3)), but=1)
    settled(world)
    assert only(message).state == State.HANDED_OVER
    assert world.account() == (998, 0)


def test_what_was_in_doubt_when_the_copy_was_made_may_have_left_since(world):
    world.operator.plan.append("lost")
    message = world.sent(*numbers(1))
    pass_time(QUIET + 61)
    restored()
    assert quarantine.check() == 1
    reconcile.run()
    assert only(message).state == State.UNKNOWN, "the quiet period begins with the copy"
    assert only(message).quarantined


def test_staff_send_it_again_and_it_is_one_like_any_other(copied):
    world, message = copied(2)
    quarantine.check()
    pass_time(QUIET + 1)
    doubts.send_again(
        by=Actor(None, factories.reviewer()), submission_id=only(message).pk, reason="Ulaşmamış."
    )
    world.drain()
    assert (only(message).state, only(message).quarantined) == (State.HANDED_OVER, False)


def parcel_of(message, recipients):
    """What the original handed over behind the copy's back."""
    return Parcel(
        client_ref=only(message).client_ref.hex,
        originator=message.originator,
        body=message.body,
        encoding=Encoding(message.encoding),
        recipients=[Outbound(int(number)) for number in recipients],
    )
