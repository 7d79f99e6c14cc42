"""New partitions of the recipients' table while the house is busy; and the minute before a late one is made."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from messaging.sms import ids, sweeping
from messaging.sms.models import IdempotencyKey, Message, Recipient
from smsmerkezi import database
from tests import factories
from tests.api import doors
from tests.messaging.sms.world import numbers, states

End = Recipient.State
SIZE = 20_000_000
PATIENCE = 4.0  # seconds; less than the house's lock_timeout
PARTITIONS = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'sms_recipient'::regclass"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def far_ahead(transactional_db):
    """The next block of ids lies where no partition is; afterwards everything is as it was."""
    before = set(database.rows(PARTITIONS, {}))
    last = database.row("SELECT last_value FROM sms_recipient_block", {})[0]
    # Behind the ids, not behind the last partition: tests before this one may have made some.
    database.rows("SELECT setval('sms_recipient_block', %(to)s::bigint)", {"to": last + 100 * SIZE})
    ids.recipients.forget()
    yield
    for (name,) in set(database.rows(PARTITIONS, {})) - before:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {name}")
    database.rows("SELECT setval('sms_recipient_block', %(to)s::bigint)", {"to": last})
    ids.recipients.forget()


class Beside:
    """A transaction of somebody else, open until the block is left."""

    def __init__(self, work):
        self._work, self._begun, self._over = work, threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        try:
            with transaction.atomic():
                self._work()
                self._begun.set()
                self._over.wait(30)
        finally:
            connection.close()

    def __enter__(self):
        self._thread.start()
        if not self._begun.wait(PATIENCE):
            self._over.set()
            pytest.fail("it was kept waiting itself")

    def __exit__(self, *_):
        self._over.set()
        self._thread.join(10)


def soon(work):
    """What `work` returns in a thread of its own; fails where it is kept waiting."""
    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(lambda: (work(), connection.close())[0]).result(PATIENCE)
    finally:
        pool.shutdown(wait=False)


def read_all():
    assert Recipient.objects.count() >= 0


def test_a_reader_of_everything_keeps_no_partition_waiting_and_that_keeps_no_accept_waiting(far_ahead, world):
    with Beside(read_all), Beside(sweeping.make_partitions):
        # Its own ids lie in a partition that is there: what is made is not committed yet.
        database.rows("SELECT setval('sms_recipient_block', 1000000)", {})
        ids.recipients.forget()
        message = soon(lambda: world.accept(*numbers(3)))
        assert soon(Recipient.objects.count) == 3
    assert states(message) == [End.QUEUED] * 3


def test_two_clocks_may_make_the_same_partitions(far_ahead):
    made = []

    def make():
        made.append(sweeping.make_partitions())
        connection.close()

    make()
    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert made == [sweeping.PARTITIONS_AHEAD + 1, 0, 0]


def test_what_is_attached_is_like_the_others(far_ahead, world):
    sweeping.make_partitions()
    message = world.accept(*numbers(3))
    world.drain()
    assert states(message) == [End.SENT] * 3
    name = Recipient.objects.raw("SELECT id, tableoid::regclass::text AS lies_in FROM sms_recipient")[
        0
    ].lies_in
    like = "SELECT count(*) FROM pg_indexes WHERE tablename = %(name)s"
    assert database.row(like, {"name": name}) == database.row(like, {"name": "sms_recipient_p0"}) == (2,)
    checks = "SELECT conname::text FROM pg_constraint WHERE conrelid = %(name)s::regclass AND contype = 'c' ORDER BY 1"
    assert database.rows(checks, {"name": name}) == database.rows(checks, {"name": "sms_recipient_p0"})
    options = "SELECT reloptions FROM pg_class WHERE oid = %(name)s::regclass"
    assert database.row(options, {"name": name}) == (["fillfactor=85"],)


def test_while_a_partition_is_missing_customers_are_asked_to_come_again(far_ahead, world):
    door = doors.door(world.firm)
    answer = door.send(*numbers(2), key="k-1")
    doors.is_problem(answer, 503, "maintenance")
    assert int(answer["Retry-After"]) >= 1
    assert not Message.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert world.account() == (1000, 0)

    sweeping.make_partitions()
    assert door.send(*numbers(2), key="k-1").status_code == 202
    assert world.account() == (1000, 2)
    assert factories.recipients(Message.objects.get())[0].pk > 100 * SIZE
