"""Commercial messages wait for their hours, others do not; what did not leave in time goes at the next opening."""

from datetime import timedelta
from itertools import pairwise

import pytest

from messaging.campaigns import loading
from messaging.hours import policy
from messaging.sms import cancelling, dispatch, invariants, sending, sweeping
from messaging.sms.models import Message, Submission
from smsmerkezi.core import clock
from tests import factories
from tests.messaging.campaigns import world as campaigns

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    factories.gateway(default=True)
    return factories.tenant(credits=100)


def test_a_commercial_message_out_of_hours_waits_for_the_opening(firm):
    tomorrow = clock.now() + timedelta(days=1)
    opening = policy.Opening(tomorrow, tomorrow + timedelta(hours=2))
    policy.believe(_Fixed(opening))
    message = factories.sent(firm, "05301112233", commercial=True)
    (submission,) = message.submissions.all()
    assert (message.state, message.scheduled_at) == ("scheduled", tomorrow)
    assert (submission.due_at, submission.closes_at) == opening
    assert dispatch.take(Submission.Lane.SMS) == []
    assert submission.expires_at - submission.due_at == timedelta(minutes=1440)


def test_what_informs_goes_at_once_at_any_hour(firm):
    tomorrow = clock.now() + timedelta(days=1)
    policy.believe(_Fixed(policy.Opening(tomorrow, tomorrow)))
    message = factories.sent(firm, "05301112233")
    assert (message.scheduled_at, message.commercial) == (None, False)
    assert message.submissions.get().closes_at is None


def test_within_the_hours_it_goes_at_once_and_not_beyond_them(firm):
    soon = clock.now() + timedelta(hours=1)
    policy.believe(_Open(soon))
    message = factories.sent(firm, "05301112233", commercial=True)
    assert message.scheduled_at is None
    assert message.submissions.get().closes_at == soon
    assert len(dispatch.take(Submission.Lane.SMS)) == 1


def test_a_time_that_was_asked_for_is_moved_into_the_hours(firm):
    asked = clock.now() + timedelta(days=1)
    opening = policy.Opening(asked + timedelta(hours=3), asked + timedelta(hours=5))
    policy.believe(_Fixed(opening))
    message = factories.sent(firm, "05301112233", commercial=True, scheduled_at=asked)
    assert message.scheduled_at == opening.opens


def test_a_code_is_never_commercial(firm):
    with pytest.raises(sending.CommercialOtp):
        factories.sent(firm, "05301112233", commercial=True, kind=Message.Kind.OTP)


def test_held_it_can_be_cancelled_and_its_credit_comes_back(firm):
    tomorrow = clock.now() + timedelta(days=1)
    policy.believe(_Fixed(policy.Opening(tomorrow, tomorrow + timedelta(hours=1))))
    message = factories.sent(firm, "05301112233", commercial=True)
    cancelling.cancel(by=factories.actor(firm), message_id=message.pk)
    assert campaigns.account(firm) == (100, 0)


class TestHoldingOver:
    @pytest.fixture
    def late(self, firm):
        """Its hours ended before anybody took it."""
        policy.believe(_Open(clock.now() + timedelta(hours=1)))
        message = factories.sent(firm, "05301112233", commercial=True)
        past = clock.now() - timedelta(minutes=10)
        Submission.objects.update(due_at=past - timedelta(minutes=5), closes_at=past)
        return message.submissions.get()

    def test_it_goes_at_the_next_opening_and_lives_as_long(self, late):
        tomorrow = clock.now() + timedelta(days=1)
        opening = policy.Opening(tomorrow, tomorrow + timedelta(hours=2))
        policy.believe(_Fixed(opening))
        assert dispatch.take(Submission.Lane.SMS) == []
        assert sweeping.hold_over() == 1
        held = Submission.objects.get()
        assert (held.due_at, held.closes_at) == opening
        assert held.expires_at - held.due_at == late.expires_at - late.due_at
        assert sweeping.hold_over() == 0

    def test_in_open_hours_it_goes_at_once(self, late):
        policy.believe(_Open(clock.now() + timedelta(hours=1)))
        sweeping.hold_over()
        Submission.objects.update(due_at=clock.now() - timedelta(minutes=1))
        assert len(dispatch.take(Submission.Lane.SMS)) == 1

    def test_what_is_spaced_stays_spaced(self, late):
        tomorrow = clock.now() + timedelta(days=1)
        opening = policy.Opening(tomorrow, tomorrow + timedelta(hours=2))
        policy.believe(_Fixed(opening))
        Submission.objects.update(due_at=late.closes_at + timedelta(minutes=3))
        sweeping.hold_over()
        assert Submission.objects.get().due_at == tomorrow + timedelta(minutes=3)

    def test_what_is_paused_is_left_alone(self, late):
        Submission.objects.update(due_at=clock.now() + timedelta(days=36500))
        assert sweeping.hold_over() == 0


class TestACampaign:
    def test_goes_on_at_its_pace_when_its_hours_come(self, firm, monkeypatch):
        monkeypatch.setattr(loading, "AT_ONCE", 4)
        end = clock.now() + timedelta(minutes=2)
        opening = policy.Opening(end + timedelta(hours=12), end + timedelta(hours=24))
        policy.believe(_Until(end, opening))
        campaigns.loaded(firm, campaigns.lines(8), per_minute=2)
        found = list(Submission.objects.order_by("id").values_list("due_at", "closes_at"))
        assert [closes for _, closes in found] == [end] * 4 + [opening.closes] * 4
        assert found[4][0] == opening.opens
        assert {later - earlier for (earlier, _), (later, _) in pairwise(found[4:])} == {
            timedelta(seconds=30)
        }

    def test_out_of_hours_says_when_it_goes(self, firm):
        tomorrow = clock.now() + timedelta(days=1)
        policy.believe(_Fixed(policy.Opening(tomorrow, tomorrow + timedelta(hours=1))))
        made = campaigns.loaded(firm, campaigns.lines(2))
        assert (made.message.state, made.message.scheduled_at) == ("scheduled", tomorrow)
        assert campaigns.hand_over() == 0

    def test_that_informs_has_no_hours(self, firm):
        tomorrow = clock.now() + timedelta(days=1)
        policy.believe(_Fixed(policy.Opening(tomorrow, tomorrow)))
        campaigns.loaded(firm, campaigns.lines(2), commercial=False)
        assert campaigns.hand_over() == 2
        assert invariants.broken() == {}


class _Fixed:
    """Opens then, whatever is asked."""

    def __init__(self, opening):
        self.opening = opening

    def next_open(self, at):
        return self.opening


class _Open:
    """Open until then."""

    def __init__(self, closes):
        self.closes = closes

    def next_open(self, at):
        return policy.Opening(at, self.closes)


class _Until:
    """Open until then, and again from `opening` on."""

    def __init__(self, end, opening):
        self.end, self.opening = end, opening

    def next_open(self, at):
        if at < self.end:
            return policy.Opening(at, self.end)
        return policy.Opening(max(at, self.opening.opens), self.opening.closes)
