"""Holding, letting go and stopping a campaign; how far it is, and how it ended."""

from datetime import timedelta

import pytest
from django.db.models import F

from messaging.campaigns import again, drafts, listing, loading, standing, steering, stopping
from messaging.campaigns.lists import Reader
from messaging.campaigns.models import Campaign
from messaging.files.models import Job
from messaging.sms import cancelling, dispatch, invariants
from messaging.sms.models import Message, Recipient, Submission
from messaging.sms.store import record
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Forbidden
from tenants.models import AuditEntry
from tests import factories
from tests.messaging.campaigns.world import (
    account,
    checked,
    draft,
    fresh,
    hand_over,
    launched,
    lines,
    loaded,
    run,
    step,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    factories.gateway()
    return factories.tenant(credits=5000)


@pytest.fixture
def made(firm):
    """Of 2,500 people, in submissions of what the operator takes."""
    return loaded(firm, lines(2500))


def pause(made):
    return steering.pause(by=factories.actor(made.tenant), campaign_id=made.pk)


def resume(made):
    return steering.resume(by=factories.actor(made.tenant), campaign_id=made.pk)


def cancel(made):
    return steering.cancel(by=factories.actor(made.tenant), campaign_id=made.pk)


def status(made):
    return standing.of(fresh(made)).status


def actions():
    return list(
        AuditEntry.objects.filter(action__startswith="bulk.").order_by("pk").values_list("action", flat=True)
    )


class TestPausing:
    def test_holds_what_has_not_left_and_resuming_lets_it_go(self, made):
        first = hand_over(1)
        pause(made)
        assert hand_over() == 0
        resume(made)
        assert first + hand_over() == 2500
        assert invariants.broken() == {}
        assert actions() == ["bulk.created", "bulk.paused", "bulk.resumed"]

    def test_while_the_list_is_read_holds_the_rest_as_well(self, firm, monkeypatch):
        monkeypatch.setattr(loading, "AT_ONCE", 4)
        made = launched(firm, lines(10))
        work = loading.Load(made.job)
        step(work)
        pause(made)
        while step(work):
            pass
        assert hand_over() == 0
        resume(made)
        assert hand_over() == 10
        assert invariants.broken() == {}

    def test_is_done_once(self, made):
        pause(made)
        with pytest.raises(steering.Over):
            pause(made)
        resume(made)
        with pytest.raises(steering.NotPaused):
            resume(made)

    def test_puts_the_rest_off_by_as_long_as_it_lasted(self, firm):
        made = loaded(firm, lines(4), per_minute=60)
        before = list(Submission.objects.order_by("id").values_list("due_at", flat=True))
        pause(made)
        Message.objects.update(paused_at=clock.now() - timedelta(hours=1))
        resume(made)
        after = list(Submission.objects.order_by("id").values_list("due_at", flat=True))
        assert {round((b - a).total_seconds()) for a, b in zip(before, after, strict=True)} <= {3600, 3601}
        assert fresh(made).delay in {3600, 3601}

    def test_of_what_is_not_due_yet_delays_nothing(self, firm):
        later = clock.now() + timedelta(hours=2)
        made = loaded(firm, lines(4), scheduled_at=later)
        pause(made)
        resume(made)
        assert set(Submission.objects.values_list("due_at", flat=True)) == {later}

    def test_of_a_draft_or_of_one_that_is_over_is_refused(self, firm):
        with pytest.raises(drafts.NotReady):
            pause(checked(firm, lines(1)))
        made = loaded(firm, lines(1))
        hand_over()
        with pytest.raises(steering.Over):
            pause(made)

    def test_is_for_operators_of_the_firm(self, firm, made):
        for verb in (steering.pause, steering.resume, steering.cancel):
            with pytest.raises(drafts.Unknown):
                verb(by=factories.actor(factories.tenant()), campaign_id=made.pk)
            with pytest.raises(Forbidden):
                verb(by=factories.actor(firm, role="viewer"), campaign_id=made.pk)


class TestStopping:
    def test_ends_what_waits_and_gives_its_credit_back(self, firm, made):
        sent = hand_over(1)
        cancel(made)
        run()
        message = fresh(made).message
        assert (message.sent, message.cancelled) == (sent, 2500 - sent)
        assert account(firm) == (5000 - sent, 0)
        stopping.close()
        assert status(made) == "cancelled"
        assert invariants.broken() == {}

    def test_sends_nothing_from_its_commit_on_even_before_the_job_runs(self, made):
        cancel(made)
        assert hand_over() == 0
        assert status(made) == "processing"

    def test_a_second_time_is_refused(self, made):
        cancel(made)
        with pytest.raises(steering.Over, match=r"Kampanya zaten tamamlandi veya durduruldu."):
            cancel(made)
        with pytest.raises(steering.Over):
            resume(made)

    def test_while_the_list_is_read_gives_up_what_was_not_read(self, firm, monkeypatch):
        monkeypatch.setattr(loading, "AT_ONCE", 4)
        made = launched(firm, lines(10))
        step(loading.Load(made.job))
        cancel(made)
        run()
        assert fresh(made).message.cancelled == 10
        assert Recipient.objects.count() == 4
        assert account(firm) == (5000, 0)
        assert invariants.broken() == {}

    def test_goes_on_where_a_dead_worker_was(self, made, monkeypatch):
        monkeypatch.setattr(stopping, "AT_ONCE", 1)
        cancel(made)
        stopping.Stop(Job.objects.get(kind=stopping.KIND)).step()
        run()
        assert fresh(made).message.cancelled == 2500

    def test_ends_what_comes_back_later_as_well(self, made):
        Submission.objects.update(due_at=F("due_at") - timedelta(minutes=5))
        (out, *_) = (errand.claim for errand in dispatch.take(Submission.Lane.BULK))
        Submission.objects.exclude(pk=out.id).filter(state=1).update(state=0, lease_until=None)
        cancel(made)
        run()
        assert standing.left(fresh(made)) == 1000
        record.put_back(ids=[out.id], fences=[out.fence], delays=[0.0])
        assert stopping.close() == 0
        run()
        assert stopping.close() == 1
        assert fresh(made).message.cancelled == 2500

    def test_is_begun_anew_or_closed_by_one_clock_at_a_time(self, made):
        """Another one was faster."""
        hand_over()
        Campaign.objects.update(closed_at=clock.now(), outcome="completed")
        assert stopping._close(made.pk) == 0
        stopping._stop_again(made.pk)
        assert not Job.objects.filter(kind=stopping.KIND).exists()

    def test_by_way_of_its_message_stops_the_reading_too(self, firm, monkeypatch):
        monkeypatch.setattr(loading, "AT_ONCE", 4)
        made = launched(firm, lines(10))
        step(loading.Load(made.job))
        assert cancelling.cancel(by=factories.actor(firm), message_id=made.message_id) == 10
        run()
        stopping.close()
        assert status(made) == "cancelled"
        assert account(firm) == (5000, 0)


class TestStanding:
    def test_waits_then_goes_then_is_complete(self, made):
        assert status(made) == "queued"
        hand_over(1)
        assert status(made) == "processing"
        hand_over()
        assert stopping.close() == 1
        assert status(made) == "completed"
        assert stopping.close() == 0

    def test_tells_progress_in_hundredths_that_are_cut(self):
        assert standing.Standing("processing", 80, 2, 0, 150).percent == 54.66
        assert standing.Standing("processing", 0, 0, 0, 3).percent == 0
        assert standing.Standing("completed", 149, 1, 0, 150).percent == 100

    def test_with_everybody_refused_is_failed(self, firm):
        made = loaded(firm, lines(3))
        Submission.objects.update(due_at=F("due_at") - timedelta(minutes=5))
        errands = dispatch.take(Submission.Lane.BULK)
        record.end(
            ids=[e.claim.id for e in errands],
            fences=[e.claim.fence for e in errands],
            codes=["x"] * len(errands),
            states=[Submission.State.SUBMITTING],
            to=Submission.State.REFUSED,
            recipients=Recipient.State.REJECTED,
        )
        stopping.close()
        found = standing.of(fresh(made))
        assert (found.status, found.failed, found.sent) == ("failed", 3, 0)

    def test_with_some_never_tried_is_partial(self, firm, monkeypatch):
        monkeypatch.setattr(loading, "AT_ONCE", 4)
        made = launched(firm, lines(10))
        step(loading.Load(made.job))
        hand_over()
        loading.bulk.abandon(message_id=made.message_id, cancelled=False)
        stopping.close()
        assert status(made) == "partial"

    def test_with_some_refused_is_complete(self, firm):
        made = loaded(firm, lines(3), per_minute=1)
        Submission.objects.update(due_at=F("due_at") - timedelta(minutes=9))
        hand_over(2)
        Submission.objects.filter(state=0).update(due_at=F("due_at") - timedelta(minutes=5))
        (errand,) = dispatch.take(Submission.Lane.BULK)
        record.end(
            ids=[errand.claim.id],
            fences=[errand.claim.fence],
            codes=["x"],
            states=[Submission.State.SUBMITTING],
            to=Submission.State.REFUSED,
            recipients=Recipient.State.REJECTED,
        )
        stopping.close()
        assert (status(made), standing.of(fresh(made)).failed) == ("completed", 1)


class TestAgain:
    def missed(self, made):
        """One recipient arrived, one did not, one was never heard of."""
        hand_over()
        ids = list(Recipient.objects.order_by("id").values_list("id", flat=True))
        for pk, state, code in zip(ids, (3, 4, 5), (None, "absent", "no-report"), strict=True):
            Recipient.objects.filter(pk=pk).update(state=state, error_code=code, finished_at=clock.now())
        Message.objects.update(undelivered=1)
        stopping.close()

    def test_goes_to_those_who_certainly_have_it_not(self, firm):
        made = loaded(firm, "5300000001,Ayşe\n5300000002,Ömer\n5300000003,Can\n", body="Sayın {{name}}")
        self.missed(made)
        second = again.to_missed(by=factories.actor(firm), campaign_id=made.pk)
        run()
        second = fresh(second)
        assert [(p.msisdn, p.values) for p in Reader(second).people(9)] == [(905300000002, ("Ömer",))]
        assert (second.body, second.stage, second.parent) == (made.body, Campaign.Stage.CHECKED, made)

    def test_needs_an_end_and_somebody_missed(self, firm):
        made = loaded(firm, lines(2))
        with pytest.raises(again.NotOver):
            again.to_missed(by=factories.actor(firm), campaign_id=made.pk)
        hand_over()
        stopping.close()
        with pytest.raises(again.NobodyMissed):
            again.to_missed(by=factories.actor(firm), campaign_id=made.pk)

    def test_needs_the_list(self, firm):
        made = loaded(firm, lines(3))
        self.missed(made)
        made.kept.delete()
        with pytest.raises(again.sources.FileGone):
            again.to_missed(by=factories.actor(firm), campaign_id=made.pk)

    def test_a_list_that_vanished_meanwhile_ends_the_check(self, firm):
        made = loaded(firm, lines(3))
        self.missed(made)
        second = again.to_missed(by=factories.actor(firm), campaign_id=made.pk)
        made.kept.delete()
        run()
        assert fresh(second).error_code == "not-found"

    def test_the_same_again_is_a_draft_to_be_checked(self, firm):
        made = loaded(firm, lines(2))
        copy = again.clone(by=factories.actor(firm), campaign_id=made.pk)
        assert (copy.name, copy.stage, copy.file) == ("Mayıs (kopya)", Campaign.Stage.DRAFT, made.file)
        listing.check(by=factories.actor(firm), campaign_id=copy.pk)
        assert fresh(copy).recipients == 2

    def test_whose_file_is_gone_asks_for_one(self, firm):
        made = draft(firm)
        copy = again.clone(by=factories.actor(firm), campaign_id=made.pk)
        Campaign.objects.filter(pk=copy.pk).update(columns=["msisdn"])
        listing.check(by=factories.actor(firm), campaign_id=copy.pk)
        run()
        assert fresh(copy).error_code == "not-found"


def test_a_refusal_that_came_meanwhile_does_not_make_it_a_cancelled_one(firm):
    made = loaded(firm, lines(3))
    factories.opt_out(firm, "5300000002")
    hand_over()
    stopping.close()
    assert fresh(made).outcome == "completed"
    assert fresh(made).message.cancelled == 1


def test_a_pause_over_the_hours_of_a_commercial_one_is_not_counted_twice(firm):
    """What is due after its hours lapses as soon as it is due, and goes at the next opening after that."""
    made = loaded(firm, lines(3), commercial=True)
    by = factories.actor(firm)
    steering.pause(by=by, campaign_id=made.pk)
    Submission.objects.update(closes_at=clock.now() - timedelta(hours=10))
    Message.objects.filter(pk=made.message_id).update(paused_at=clock.now() - timedelta(hours=13))
    steering.resume(by=by, campaign_id=made.pk)
    row = Submission.objects.get()
    assert row.closes_at == row.due_at


def test_a_pause_gives_no_hours_to_what_has_none(firm):
    made = loaded(firm, lines(3), commercial=False)
    by = factories.actor(firm)
    steering.pause(by=by, campaign_id=made.pk)
    steering.resume(by=by, campaign_id=made.pk)
    assert Submission.objects.get().closes_at is None
