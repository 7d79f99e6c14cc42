"""The sums are what the messages say, whatever was sent, reported, cancelled or given up."""

from datetime import timedelta

import pytest
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.campaigns import stopping
from messaging.reports import reading, rollup, rollup_recipients
from messaging.reports.models import COUNTERS, STATUSES, DailyNetwork, DailyStat
from messaging.sms import cancelling, words
from messaging.sms.models import Message, Recipient
from smsmerkezi.core import clock
from tests import factories
from tests.messaging.campaigns import world as campaigns

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    factories.gateway(default=True)
    return factories.tenant(credits=1000)


def today():
    return reading.between(clock.today(), clock.today())


def totals(firm):
    return reading.totals(reading.of(firm, today()))


def counted(firm):
    """By hand, one message after the other."""
    messages = list(Message.objects.of(firm))
    plain = {
        name: sum(getattr(m, name) for m in messages) for name in COUNTERS if name not in {"credits", "parts"}
    }
    held = sum(m.credits * (m.recipients - m.dropped) // m.recipients for m in messages)
    parts = sum(m.parts * m.recipients for m in messages)
    return {**plain, "messages": len(messages), "parts": parts, "credits": held}


class TestTheSums:
    def test_are_the_counters_of_the_messages(self, firm):
        factories.sent(firm, "05301112233", "05301112244", body="x" * 161)
        taken_back = factories.sent(firm, "05301112255", scheduled_at=clock.now() + timedelta(hours=1))
        cancelling.cancel(by=factories.actor(firm), message_id=taken_back.pk)
        rollup.refresh()
        assert totals(firm) == counted(firm)
        assert totals(firm)["credits"] == 4

    def test_know_a_campaign_by_its_cost(self, firm):
        names = "5300000001," + "x" * 170 + "\n5300000002,Ali\n"
        campaigns.loaded(firm, names, body="{{name}}")
        campaigns.hand_over()
        stopping.close()
        rollup.refresh()
        assert totals(firm)["credits"] == 3
        assert {row.source for row in DailyStat.objects.all()} == {"campaign"}

    def test_are_made_anew_not_added(self, firm):
        factories.sent(firm, "05301112233")
        for _ in range(3):
            rollup.refresh()
        assert totals(firm)["messages"] == 1

    def test_count_messages_by_their_state(self, firm):
        sent = factories.sent(firm, "05301112233")
        factories.sent(firm, "05301112244")
        Message.objects.filter(pk=sent.pk).update(state="completed", sent=1, delivered=1)
        rollup.refresh()
        found = reading.states(firm, None, None)
        assert (found["total"], found["delivered"], found["queued"]) == (2, 1, 1)
        assert sum(found[name] for name in STATUSES) == 2

    def test_are_of_the_day_in_istanbul(self, firm):
        late = factories.sent(firm, "05301112233")
        yesterday = clock.istanbul_day_bounds(clock.today()).start - timedelta(minutes=1)
        Message.objects.filter(pk=late.pk).update(created_at=yesterday)
        rollup.refresh()
        assert DailyStat.objects.get().day == clock.today() - timedelta(days=1)

    def test_know_what_was_scheduled_long_ago(self, firm):
        message = factories.sent(firm, "05301112233", scheduled_at=clock.now() + timedelta(minutes=5))
        accepted = clock.now() - timedelta(days=90)
        Message.objects.filter(pk=message.pk).update(created_at=accepted)
        rollup.refresh()
        assert DailyStat.objects.get().day == clock.istanbul_day(accepted)

    def test_reach_back_further_once_a_day(self, firm):
        message = factories.sent(firm, "05301112233")
        Message.objects.filter(pk=message.pk).update(created_at=clock.now() - timedelta(days=20))
        assert rollup.refresh() == 0
        assert rollup.deepen() == 1

    def test_are_each_firms_own(self, firm):
        factories.sent(firm, "05301112233")
        rollup.refresh()
        assert totals(factories.tenant())["messages"] == 0

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        messages=st.lists(
            st.tuples(st.integers(1, 3), st.booleans(), st.sampled_from(["Merhaba", "ş" * 200])), max_size=5
        )
    )
    def test_are_exact_for_whatever_was_sent(self, firm, messages):
        Message.objects.of(firm).update(tenant=factories.tenant(credits=0, sender=""))
        for n, (recipients, cancelled, body) in enumerate(messages):
            numbers = [factories.number(n * 10 + each) for each in range(recipients)]
            later = clock.now() + timedelta(hours=1)
            made = factories.sent(firm, *numbers, body=body, scheduled_at=later)
            if cancelled:
                cancelling.cancel(by=factories.actor(firm), message_id=made.pk)
        rollup.refresh()
        assert totals(firm) == counted(firm)


class TestOperators:
    def test_are_what_reports_told(self, firm):
        factories.sent(firm, "05301112233", "05301112244", "05301112255")
        now = clock.now()
        first = Recipient.objects.of(firm).order_by("id").first().id
        ended = {"state": 3, "sent_at": now, "finished_at": now, "settled_at": now}
        Recipient.objects.filter(pk=first).update(network=0, **ended)
        rollup_recipients.refresh()
        assert reading.networks(firm, today()) == [(-1, 2, 0), (0, 1, 1)]
        rollup_recipients.refresh()
        assert DailyNetwork.objects.count() == 2


class TestReasons:
    def test_are_counted_by_end_and_code_most_first(self, firm):
        message = factories.sent(firm, *(factories.number(n) for n in range(4)))
        pks = list(Recipient.objects.of(firm).order_by("id").values_list("pk", flat=True))
        ended = {"sent_at": clock.now(), "finished_at": clock.now(), "settled_at": clock.now()}
        Recipient.objects.filter(pk__in=pks[:2]).update(state=4, error_code="absent", network=0, **ended)
        Recipient.objects.filter(pk=pks[2]).update(state=5, **ended)
        rollup_recipients.refresh()
        assert reading.reasons(firm, today()) == [("undelivered", "absent", 2), ("expired", "", 1)]
        assert reading.reasons(factories.tenant(), today()) == []
        assert message.recipients == 4

    def test_are_made_anew(self, firm):
        factories.sent(firm, factories.number(1))
        ended = {"sent_at": clock.now(), "finished_at": clock.now(), "settled_at": clock.now()}
        Recipient.objects.of(firm).update(state=5, **ended)
        rollup_recipients.refresh()
        Recipient.objects.of(firm).update(state=3)
        rollup_recipients.refresh()
        assert reading.reasons(firm, today()) == []


class TestReading:
    def test_has_every_day_of_the_range(self, firm):
        asked = reading.between(None, None)
        days = reading.daily(reading.of(firm, asked), asked.days)
        assert len(days) == 31
        assert days[-1] == {"day": clock.today(), "messages": 0, **dict.fromkeys(COUNTERS, 0)}

    @pytest.mark.parametrize(("back", "ahead"), [(366, 0), (-1, 0)])
    def test_refuses_what_is_no_range(self, back, ahead):
        today = clock.today()
        with pytest.raises(reading.BadRange):
            reading.between(today - timedelta(days=back), today + timedelta(days=ahead))

    def test_knows_as_many_days_before(self):
        asked = reading.between(clock.today() - timedelta(days=6), None)
        assert len(asked.before().days) == 7
        assert asked.before().last == asked.first - timedelta(days=1)

    def test_is_narrowed(self, firm):
        factories.sent(firm, "05301112233")
        rollup.refresh()
        assert reading.of(firm, today(), source="api").exists()
        assert not reading.of(firm, today(), source="panel", originator="").exists()


def test_a_chore_rests_as_long_as_it_may(monkeypatch):
    done = []
    work = rollup.Paced(lambda: done.append(1) or 7)
    monkeypatch.setattr(rollup, "SHARE", 10**9)
    assert work() == 7
    assert work() == 0
    assert done == [1]


def test_the_states_are_the_contracts():
    assert set(STATUSES) == set(words.STATUSES)


@pytest.mark.parametrize("days", [1])
def test_pending_is_who_has_no_end(firm, days):
    factories.sent(firm, "05301112233", "05301112244")
    Message.objects.update(sent=F("recipients"), delivered=1)
    rollup.refresh()
    assert reading.pending(totals(firm)) == 1
