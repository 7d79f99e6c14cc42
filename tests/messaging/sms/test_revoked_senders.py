"""A sender ID that loses its approval: nothing more is accepted under it, and what waits ends unsent and uncharged."""

import pytest
from django.db import connection

from billing.models import Account
from messaging.senders import approval
from messaging.senders.models import SenderId
from messaging.sms import dispatch, sending
from messaging.sms.models import Message, Submission
from tenants.actors import Actor
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    factories.gateway(default=True)
    return factories.tenant(credits=10)


@pytest.fixture
def name(firm):
    return SenderId.objects.of(firm).get()


def revoke(name):
    staff = Actor(None, factories.reviewer())
    approval.reject(by=staff, sender_id=name.pk, reason="Marka devredilmiş.")


def ban(name):
    approval.ban(by=Actor(None, factories.reviewer()), sender_id=name.pk)


def reserved(firm) -> tuple[int, int]:
    account = Account.objects.get(tenant=firm)
    return account.balance, account.reserved


def lane_of(message) -> int:
    return message.submissions.get().lane


@pytest.mark.parametrize("stop", [revoke, ban])
def test_what_waits_under_it_ends_unsent_and_is_given_back(firm, name, stop):
    message = factories.sent(firm, factories.number(1), factories.number(2))
    assert reserved(firm) == (10, 2)
    stop(name)
    assert dispatch.take(lane_of(message)) == []
    assert reserved(firm) == (10, 0)
    message.refresh_from_db()
    assert (message.state, message.cancelled) == (Message.State.CANCELLED, 2)
    assert message.submissions.get().state == Submission.State.CANCELLED
    assert {each.error_code for each in factories.recipients(message)} == {"sender-revoked"}


def test_what_waits_under_another_name_goes(firm, name):
    other = approval.apply_for(by=Actor(firm), label="OTEKI")
    approval.approve(by=Actor(None, factories.reviewer()), sender_id=other.pk)
    stays, goes = factories.sent(firm), factories.sent(firm, originator="OTEKI")
    revoke(name)
    (errand,) = dispatch.take(lane_of(goes))
    assert errand.parcel.originator == "OTEKI"
    stays.refresh_from_db()
    assert stays.state == Message.State.CANCELLED


def test_the_same_name_of_another_firm_goes(firm, name):
    other = factories.tenant()
    factories.sent(firm)
    message = factories.sent(other)
    revoke(name)
    (errand,) = dispatch.take(lane_of(message))
    assert errand.claim.tenant_id == other.pk


def test_a_name_approved_again_in_time_loses_nothing(firm, name):
    message = factories.sent(firm)
    ban(name)
    approval.approve(by=Actor(None, factories.reviewer()), sender_id=name.pk)
    assert len(dispatch.take(lane_of(message))) == 1


def test_a_repeat_of_what_may_have_left_is_asked_about_instead(firm, name):
    message = factories.sent(firm)
    Submission.objects.filter(message=message).update(next_check_at="2026-01-01T00:00:00+00:00")
    revoke(name)
    assert dispatch.take(lane_of(message)) == []
    assert message.submissions.get().state == Submission.State.UNKNOWN
    assert reserved(firm) == (10, 1)


@pytest.mark.parametrize("stop", [revoke, ban])
def test_nothing_new_is_accepted_under_it(firm, name, stop):
    stop(name)
    with pytest.raises(sending.SenderNotApproved):
        factories.sent(firm)
    assert reserved(firm) == (10, 0)


def test_asking_whether_a_name_is_approved_reads_one_entry_of_an_index(firm):
    """Also where few names of many are."""
    refused = {"state": "rejected", "reject_reason": "Belge eksik."}
    SenderId.objects.bulk_create(SenderId(tenant=firm, label=f"A{n}", **refused) for n in range(500))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE senders_senderid")
        cursor.execute(
            "EXPLAIN SELECT 1 FROM senders_senderid WHERE tenant_id = %s AND label = 'A1' AND state = 'approved'",
            [firm.pk],
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "sender_label_once" in plan
    assert "Index Cond: ((tenant_id =" in plan
