"""Each invariant can fail: the rows are broken by hand, with the constraints that forbid it taken away first."""

import pytest
from django.db import connection

from messaging.sms import invariants
from messaging.sms.models import Recipient, Submission
from tests.messaging.sms.world import World, numbers, pass_time

SUBMISSION, RECIPIENT, MESSAGE = "sms_submission", "sms_recipient", "sms_message"
PAID_END = "ALTER TABLE sms_recipient DROP CONSTRAINT recipient_end_is_paid"
BREAKS = {
    "reserved_unlike_open": [
        "UPDATE sms_recipient SET parts = parts + 1 WHERE state = 0",
        "UPDATE sms_recipient SET released_at = now() WHERE state = 0",
    ],
    "charged_unlike_settled": ["UPDATE sms_recipient SET parts = parts + 1 WHERE state = 2"],
    "ends_not_paid_once": [f"{PAID_END}; UPDATE sms_recipient SET settled_at = NULL WHERE state = 2"],
    "open_yet_paid": ["UPDATE sms_recipient SET settled_at = now() WHERE state = 0"],
    "counters_off": [
        "UPDATE sms_message SET sent = sent - 1 WHERE sent > 0",
        "UPDATE sms_message SET delivered = 1 WHERE sent > 0",
        "UPDATE sms_message SET recipients = recipients + 1 WHERE sent = 0",
        "UPDATE sms_submission SET message_id = (SELECT max(id) FROM sms_message)",
    ],
    "open_counts_off": ["UPDATE sms_submission SET open_count = 0 WHERE state = 3"],
    "lapsed_leases": [
        "UPDATE sms_submission SET state = 1, lease_until = now() - interval '11 seconds' WHERE state = 0"
    ],
    "ledger_sums": ["UPDATE billing_account SET balance = balance + 1"],
}


@pytest.fixture
def world(transactional_db):
    """One message handed over, one waiting."""
    world = World()
    world.sent(*numbers(2))
    world.accept(*numbers(2))
    assert invariants.broken() == {}
    return world


@pytest.mark.parametrize(
    ("name", "statement"), [(name, each) for name, all_ in BREAKS.items() for each in all_]
)
def test_each_invariant_finds_what_breaks_it(db, name, statement):
    world = World()
    world.accept(*numbers(2))
    sent = world.accept(*numbers(2))
    hand_over(sent)
    assert invariants.broken() == {}
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert name in invariants.broken()


def hand_over(message):
    from messaging.sms.store import record

    ids = list(message.submissions.values_list("id", flat=True))
    assert record.hand_over(ids=ids, provider_ids=["p"], first_check=1) == 2


def test_a_lease_that_lapsed_just_now_is_the_reapers(db):
    World().accept(*numbers(1))
    Submission.objects.update(state=1, lease_until=invariants_now())
    assert invariants.lapsed_leases() == 0


def invariants_now():
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() - interval '9 seconds'")
        return cursor.fetchone()[0]


def test_the_age_of_the_oldest_doubt_is_known(world):
    assert invariants.oldest_doubt() == 0
    world.operator.usual = "hang"
    world.drain()
    world.sent(*numbers(1))
    pass_time(100)
    world.sent(*numbers(1))
    assert 100 <= invariants.oldest_doubt() < 160


def test_a_recipient_without_a_submission_is_nobodys(db):
    Recipient.objects.create(id=999, tenant_id=987654321, msisdn=905300010001, parts=1)
    assert invariants.broken() == {}
