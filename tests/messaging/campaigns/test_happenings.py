"""What happened to a campaign is kept in its own log, why it missed people is counted, and whoever made it is told."""

from datetime import timedelta

import pytest

from gateways.base import Report, Status
from messaging.campaigns import codes, happenings, steering, stopping
from messaging.campaigns.models import Campaign, Happening
from messaging.sms import delivery
from messaging.sms.models import Submission
from smsmerkezi.core import clock
from tenants.models import Notification, User
from tests import factories
from tests.messaging.campaigns.world import fresh, hand_over, launched, lines, loaded, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    factories.gateway()
    return factories.tenant(credits=100)


def kinds(made):
    return [each.kind for each in happenings.of(made)]


def owned(made, firm):
    person = factories.user(firm, role=User.Role.OPERATOR)
    Campaign.objects.filter(pk=made.pk).update(user_id=person.pk)
    return person


def reported(firm, *fates):
    """(status, code) for the numbers 1, 2, ... of the list."""
    provider_id = Submission.objects.get().provider_id
    delivery.apply(
        gateway="mock",
        reports=[
            Report(status, 905300000000 + n, provider_id, error_code=code)
            for n, (status, code) in enumerate(fates, 1)
        ],
    )


class TestTheLog:
    def test_tells_all_in_its_order_and_by_whom(self, firm):
        by = factories.actor(firm)
        made = launched(firm, lines(3))
        steering.pause(by=by, campaign_id=made.pk)
        steering.resume(by=by, campaign_id=made.pk)
        run()
        hand_over()
        stopping.close()
        assert kinds(made) == ["launched", "paused", "resumed", "stored", "ended"]
        first, *others = [each.user_id for each in happenings.of(made)]
        assert first is not None
        assert others == [by.user_id, by.user_id, None, None]

    def test_tells_that_it_was_stopped(self, firm):
        made = loaded(firm, lines(3))
        steering.cancel(by=factories.actor(firm), campaign_id=made.pk)
        run()
        stopping.close()
        assert kinds(made) == ["launched", "stored", "cancelled", "ended"]

    def test_does_not_say_that_a_list_was_read_which_was_not(self, firm):
        made = launched(firm, lines(3))
        made.kept.delete()
        run()
        assert "stored" not in kinds(made)

    def test_is_no_longer_than_a_page_and_keeps_the_newest(self, firm, monkeypatch):
        monkeypatch.setattr(happenings, "SHOWN", 2)
        made = loaded(firm, lines(1))
        happenings.note(made, happenings.Kind.PAUSED)
        assert kinds(made) == ["stored", "paused"]

    def test_is_of_one_campaign(self, firm):
        loaded(firm, lines(1))
        assert kinds(loaded(firm, lines(1, first=2))) == ["launched", "stored"]
        assert Happening.objects.count() == 4


class TestReasons:
    def test_are_counted_by_status_and_code_most_first(self, firm):
        made = loaded(firm, lines(5))
        hand_over()
        stopping.close()
        undelivered = [(Status.UNDELIVERED, "absent")] * 2
        reported(firm, *undelivered, (Status.DELIVERED, ""), (Status.UNDELIVERED, "barred"))
        assert codes.recount() == 1
        found = fresh(made)
        assert found.codes == [["undelivered", "absent", 2], ["undelivered", "barred", 1]]
        assert found.coded == 3

    def test_are_counted_again_only_when_reports_have_come(self, firm):
        made = loaded(firm, lines(5))
        hand_over()
        stopping.close()
        assert codes.recount() == 0
        reported(firm, (Status.UNDELIVERED, "absent"))
        assert [codes.recount(), codes.recount()] == [1, 0]
        reported(firm, (Status.DELIVERED, ""), (Status.EXPIRED, ""))
        assert codes.recount() == 1
        assert fresh(made).codes == [["undelivered", "absent", 1], ["expired", "", 1]]

    def test_of_an_old_campaign_stay_as_they_are(self, firm):
        loaded(firm, lines(2))
        hand_over()
        stopping.close()
        reported(firm, (Status.UNDELIVERED, "absent"))
        Campaign.objects.update(closed_at=clock.now() - timedelta(days=5))
        assert codes.recount() == 0


class TestWhoeverMadeIt:
    def test_is_told_when_it_is_over(self, firm):
        made = loaded(firm, lines(3))
        person = owned(made, firm)
        hand_over()
        stopping.close()
        told = Notification.objects.get(user=person)
        assert (told.kind, told.body) == (
            "campaign_ended",
            "Mayıs: 3 alıcının 3 tanesi operatöre iletildi; 3 SMS harcandı.",
        )

    def test_is_told_when_nothing_of_it_could_be_sent(self, firm):
        made = launched(firm, lines(3))
        person = owned(made, firm)
        made.kept.delete()
        run()
        stopping.close()
        assert Notification.objects.get(user=person).kind == "campaign_failed"

    def test_is_not_told_any_more_after_leaving(self, firm):
        made = loaded(firm, lines(3))
        person = owned(made, firm)
        User.objects.filter(pk=person.pk).update(is_active=False)
        hand_over()
        assert stopping.close() == 1
        assert not Notification.objects.exists()
