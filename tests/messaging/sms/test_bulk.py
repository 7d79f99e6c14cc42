"""A message whose recipients come in parts: paid for whole, stored step by step, held and taken back."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from billing import ledger
from messaging.sms import cancelling, dispatch, ids, invariants
from messaging.sms.models import Message, Submission
from messaging.sms.store import bulk, record, sweep
from smsmerkezi.core import clock
from tests import factories

pytestmark = pytest.mark.django_db
BULK = Submission.Lane.BULK


@pytest.fixture
def firm():
    factories.gateway()
    return factories.tenant(credits=100)


def launched(firm, *, recipients=4, credits=8, **changes):
    values = {
        "tenant": firm.pk,
        "user": None,
        "token": None,
        "uuid": uuid4(),
        "originator": factories.SENDER,
        "body": "Merhaba",
        "encoding": "gsm7",
        "parts": 2,
        "credits": credits,
        "gateway": "mock",
        "scheduled_at": None,
        "validity": 1440,
        "state": "queued",
        "recipients": recipients,
        "skipped": 1,
        "commercial": True,
        **changes,
    }
    return bulk.launch(values)


def stored(message_id, count=2, *, parts=2, texts=None, due=None, encoding=""):
    first = ids.recipients.take(count)
    span = bulk.Span(
        uuid4(), first, first + count - 1, count, due or clock.now() - timedelta(minutes=1), None, encoding
    )
    return bulk.store(
        bulk.loading(message_id=message_id),
        lane=BULK,
        spans=[span],
        ids=list(range(first, first + count)),
        msisdns=[905300000000 + first + n for n in range(count)],
        parts=parts,
        texts=texts,
    )


def account(firm):
    found = ledger.account_of(firm)
    return found.balance, found.reserved


def of(message_id):
    return Message.objects.get(pk=message_id)


def ready(message_id):
    return Submission.objects.filter(message_id=message_id, state=0, due_at__lte=clock.now() + timedelta(1))


def test_the_whole_credit_is_held_before_the_first_recipient_is_stored(firm):
    message_id = launched(firm)
    message = of(message_id)
    assert (message.awaited, message.awaited_credits, message.credits) == (4, 8, 8)
    assert account(firm) == (100, 8)
    assert invariants.broken() == {}


def test_without_an_approved_sender_nothing_is_stored_or_held(firm):
    assert launched(firm, originator="BASKASI") is None
    assert not Message.objects.exists()
    assert account(firm) == (100, 0)


def test_without_the_credit_nothing_is_stored(firm):
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        launched(firm, recipients=101, credits=101)
    refusal = ledger.refusal(refused.value)
    assert (refusal.available, refusal.needed) == (100, 101)
    assert not Message.objects.exists()


def test_each_step_stores_recipients_that_are_paid_for_already(firm):
    message_id = launched(firm)
    assert stored(message_id) == 2
    assert invariants.broken() == {}
    assert stored(message_id) == 0
    assert invariants.broken() == {}
    assert account(firm) == (100, 8)
    assert of(message_id).awaited_credits == 0


def test_more_than_was_paid_for_is_not_stored(firm):
    message_id = launched(firm, recipients=2, credits=4)
    with pytest.raises(DatabaseError), transaction.atomic():
        stored(message_id, 2, parts=3)
    assert of(message_id).awaited == 2


def test_each_may_have_a_text_of_its_own_with_its_own_parts_and_encoding(firm):
    message_id = launched(firm, recipients=2, credits=3)
    texts = ['Sayın "Ayşe"', "Sayın \\ Ömer"]
    stored(message_id, 2, parts=[1, 2], texts=texts, encoding="ucs2")
    assert [(r.text, r.parts) for r in factories.recipients(of(message_id))] == [
        (texts[0], 1),
        (texts[1], 2),
    ]
    (errand,) = dispatch.take(BULK)
    assert (errand.claim.encoding, errand.parcel.encoding) == ("ucs2", "ucs2")


def test_what_is_stored_goes_while_the_rest_is_still_awaited(firm):
    message_id = launched(firm)
    stored(message_id)
    assert [len(errand.parcel.recipients) for errand in dispatch.take(BULK)] == [2]


def test_what_may_not_be_sent_any_more_waits(firm):
    message_id = launched(firm)
    stored(message_id)
    Submission.objects.update(closes_at=clock.now() - timedelta(seconds=1))
    assert dispatch.take(BULK) == []


@pytest.mark.parametrize(("cancelled", "state"), [(True, "cancelled"), (False, "failed")])
def test_what_is_not_stored_can_be_given_up_and_its_credit_goes_back_once(firm, cancelled, state):
    message_id = launched(firm)
    assert bulk.abandon(message_id=message_id, cancelled=cancelled) == 4
    assert bulk.abandon(message_id=message_id, cancelled=cancelled) == 0
    message = of(message_id)
    assert (message.state, message.awaited, message.dropped, getattr(message, state)) == (state, 0, 4, 4)
    assert account(firm) == (100, 0)


def test_what_was_stored_before_goes_on(firm):
    message_id = launched(firm)
    stored(message_id)
    bulk.abandon(message_id=message_id, cancelled=True)
    assert account(firm) == (100, 4)
    assert len(dispatch.take(BULK)) == 1


class TestPaused:
    @pytest.fixture
    def paused(self, firm):
        message_id = launched(firm)
        stored(message_id)
        assert bulk.pause(message_id=message_id)
        return message_id

    def test_nothing_is_claimed(self, paused):
        assert dispatch.take(BULK) == []
        assert not ready(paused).exists()

    def test_a_second_pause_changes_nothing(self, paused):
        assert not bulk.pause(message_id=paused)

    def test_resumed_it_keeps_its_order_and_is_later_by_what_it_lost(self, paused):
        before = Submission.objects.get(message_id=paused)
        assert bulk.resume(message_id=paused, seconds=90)
        after = Submission.objects.get(message_id=paused)
        assert before.due_at - after.due_at == timedelta(days=36500, seconds=-90)
        assert after.expires_at - after.due_at == timedelta(minutes=1440)
        assert not bulk.resume(message_id=paused, seconds=90)

    def test_resumed_it_goes(self, paused):
        bulk.resume(message_id=paused, seconds=0)
        assert len(dispatch.take(BULK)) == 1

    def test_it_does_not_expire_meanwhile(self, paused):
        assert sweep.overdue() == []

    def test_it_can_be_cancelled(self, firm, paused):
        bulk.abandon(message_id=paused, cancelled=True)
        cancelling.cancel(by=factories.actor(firm), message_id=paused)
        assert of(paused).state == "cancelled"
        assert account(firm) == (100, 0)


def test_what_comes_back_unsent_while_paused_waits_with_the_rest(firm):
    message_id = launched(firm)
    stored(message_id)
    (errand,) = dispatch.take(BULK)
    bulk.pause(message_id=message_id)
    record.put_back(ids=[errand.claim.id], fences=[errand.claim.fence], delays=[0.0])
    assert not ready(message_id).exists()
    bulk.resume(message_id=message_id, seconds=0)
    assert ready(message_id).count() == 1


def in_doubt(message_id):
    """What a lost answer and a gateway that drops repeats leave: ready again, under the same reference."""
    (errand,) = dispatch.take(BULK)
    record.doubt(ids=[errand.claim.id], fences=[errand.claim.fence])
    (doubted,) = sweep.doubted(limit=1, shortest=1, longest=1, patience=60)
    return doubted


def test_what_may_have_left_already_is_repeated_although_its_message_pauses(firm):
    message_id = launched(firm)
    stored(message_id)
    doubted = in_doubt(message_id)
    bulk.pause(message_id=message_id)
    sweep.resend(submission=doubted, doubted=True)
    assert ready(message_id).count() == 1


def test_a_repeat_that_is_ready_when_its_message_pauses_stays_so(firm):
    message_id = launched(firm)
    stored(message_id)
    sweep.resend(submission=in_doubt(message_id), doubted=True)
    bulk.pause(message_id=message_id)
    assert ready(message_id).count() == 1


def test_what_certainly_did_not_arrive_waits(firm):
    message_id = launched(firm)
    stored(message_id)
    doubted = in_doubt(message_id)
    bulk.pause(message_id=message_id)
    sweep.resend(submission=doubted, doubted=False)
    assert not ready(message_id).exists()


def test_a_message_that_has_ended_is_not_paused(firm):
    message_id = launched(firm)
    bulk.abandon(message_id=message_id, cancelled=True)
    assert not bulk.pause(message_id=message_id)


def test_loading_tells_what_is_still_to_come(firm):
    found = bulk.loading(message_id=launched(firm))
    assert (found.gateway, found.body, found.awaited, found.paused_at) == ("mock", "Merhaba", 4, None)
