"""In whose right a name is used and until when; and how it stands with each road to the operators."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from messaging.senders import applying, approval, permits, registering, rules
from messaging.senders.models import Registration, SenderId
from messaging.senders.permits import Claim
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Forbidden, Several
from tenants.actors import Actor
from tenants.models import AuditEntry, Notification
from tests import factories
from tests.messaging.senders import papers

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return factories.tenant(credits=0, sender="")


@pytest.fixture
def admin(firm):
    return factories.actor(firm)


@pytest.fixture
def staff():
    return Actor(None, factories.reviewer())


def day(ahead):
    return clock.today() + timedelta(days=ahead)


def asked(admin, label="MARKA", **claim):
    upload = papers.upload("tescil.pdf", papers.pdf())
    return applying.submit(by=admin, label=label, upload=upload, claim=Claim(**claim))


def approved(admin, staff, until, label="MARKA"):
    made = asked(admin, label, applicant="dealer", permit_until=day(1000))
    approval.approve(by=staff, sender_id=made.pk)
    SenderId.objects.filter(pk=made.pk).update(permit_until=until)
    return made


def told(admin):
    return list(
        Notification.objects.filter(user=admin.user, kind__contains="permit").values_list("kind", flat=True)
    )


class TestTheRight:
    @pytest.mark.parametrize("applicant", ["", *SenderId.Applicant.values])
    def test_is_kept_as_it_was_said(self, admin, applicant):
        made = asked(admin, applicant=applicant, permit_until=day(0))
        made.refresh_from_db()
        assert (made.applicant, made.permit_until) == (applicant, day(0))

    @pytest.mark.parametrize(
        ("claim", "code"),
        [
            ({"applicant": "x"}, "invalid-applicant"),
            ({"applicant": "dealer"}, "invalid-permit"),
            ({"applicant": "brand", "permit_until": clock.today() - timedelta(days=1)}, "invalid-permit"),
        ],
    )
    def test_that_cannot_be_is_refused_beside_all_else_that_is_wrong(self, admin, claim, code):
        with pytest.raises(Several) as refused:
            applying.submit(by=admin, label="SMS", upload=None, claim=Claim(**claim))
        assert {fault.code for fault in refused.value.each} >= {"label-generic", code}
        assert not SenderId.objects.exists()

    def test_that_is_over_is_a_caution(self, admin, staff):
        assert list(rules.cautions(asked(admin))) == []
        late = approved(admin, staff, day(-1), "OTEKI")
        late.refresh_from_db()
        assert {caution.code for caution in rules.cautions(late)} == {"over"}


class TestItsEnd:
    def test_is_told_a_month_ahead_and_again_when_it_has_come_each_once(self, admin, staff):
        made = approved(admin, staff, day(31))
        assert permits.remind() == 0
        SenderId.objects.update(permit_until=day(30))
        assert [permits.remind(), permits.remind()] == [1, 0]
        SenderId.objects.update(permit_until=day(0))
        assert permits.remind() == 0
        SenderId.objects.update(permit_until=day(-1))
        assert [permits.remind(), permits.remind()] == [1, 0]
        assert sorted(told(admin)) == ["sender_permit_ends", "sender_permit_over"]
        assert permits.lapsed() == 1
        made.refresh_from_db()
        assert made.state == "approved"

    def test_of_a_name_that_may_not_be_used_anyway_is_not_told(self, admin, staff):
        made = approved(admin, staff, day(-1))
        approval.ban(by=staff, sender_id=made.pk)
        assert (permits.remind(), permits.lapsed()) == (0, 0)


class TestRoads:
    def test_are_kept_once_for_each_name(self, admin, staff):
        made = asked(admin)
        registering.register(by=staff, sender_id=made.pk, road="netgsm", state="asked")
        registering.register(by=staff, sender_id=made.pk, road="netgsm", state="registered", note="  26.11. ")
        kept = Registration.objects.get()
        assert (kept.road, kept.state, kept.note, kept.tenant_id) == (
            "netgsm",
            "registered",
            "26.11.",
            made.tenant_id,
        )
        assert AuditEntry.objects.filter(action="sender_id.registered").count() == 2

    @pytest.mark.parametrize(
        "given",
        [
            {"road": "", "state": "asked"},
            {"road": "Net GSM", "state": "asked"},
            {"road": "netgsm", "state": "x"},
            {"road": "netgsm", "state": "asked", "note": "x" * 201},
            {"road": "netgsm", "state": "asked", "note": "a\0"},
        ],
    )
    def test_are_written_by_their_short_names(self, admin, staff, given):
        made = asked(admin)
        with pytest.raises(registering.BadRegistration):
            registering.register(by=staff, sender_id=made.pk, **given)
        assert not Registration.objects.exists()

    def test_are_for_staff(self, admin, staff):
        made = asked(admin)
        with pytest.raises(Forbidden):
            registering.register(by=admin, sender_id=made.pk, road="netgsm", state="asked")
        with pytest.raises(approval.Unknown):
            registering.register(by=staff, sender_id=made.pk + 1, road="netgsm", state="asked")

    def test_have_a_state_that_the_database_knows(self, admin):
        made = asked(admin)
        with pytest.raises(IntegrityError):
            Registration.objects.create(tenant_id=made.tenant_id, sender=made, road="a", state="x")
