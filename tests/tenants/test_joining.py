"""Accepting an invitation: one person of the firm that asked, in the role that was offered, once."""

from datetime import timedelta

import pytest

from smsmerkezi.core.errors import NotFound, Several
from tenants import consent, invitation_refusals, invitations, joining, login, people
from tenants.models import AuditEntry, Invitation, OutgoingMail, User
from tests import factories
from tests.tenants.test_invitations import EMAIL, asked, grown, secret_of

CALLER = login.Caller("192.0.2.1")
pytestmark = pytest.mark.django_db
PASSWORD = "yeterince-uzun-parola-1"


@pytest.fixture
def by():
    return factories.actor(factories.tenant(credits=0, sender=""))


@pytest.fixture
def secret(by):
    asked(by)
    return secret_of(OutgoingMail.objects.get())


def joined(secret: str, **changes) -> User:
    given = {"name": " Yeni Kişi ", "password": PASSWORD, "kvkk_consent": True, **changes}
    return joining.accept(
        secret=secret, newcomer=joining.Newcomer(**given), ip="192.0.2.7", user_agent="Tarayıcı"
    )


class TestAccepting:
    def test_makes_a_person_who_gets_in(self, by, secret):
        user = joined(secret, language="en")
        assert (user.email, user.name, user.role, user.tenant, user.language) == (
            EMAIL, "Yeni Kişi", "operator", by.tenant, "en",
        )  # fmt: skip
        assert user.is_active
        assert user.email_verified_at is not None
        step = login.log_in(email=EMAIL, password=PASSWORD, caller=CALLER)
        assert (step.user, step.missing) == (user, None)

    def test_keeps_the_consent_with_its_text_time_and_address(self, secret):
        user = User.objects.get(pk=joined(secret).pk)
        assert (user.kvkk_version, user.kvkk_ip) == (consent.VERSION, "192.0.2.7")
        assert consent.given_at(user) is not None

    def test_closes_the_invitation(self, by, secret):
        user = joined(secret)
        made = Invitation.objects.with_status().get()
        assert (made.status, made.accepted_by) == ("accepted", user)
        with pytest.raises(invitation_refusals.InvitationOver, match="kabul edilmiş"):
            invitations.cancel(by=by, invitation_id=made.pk)
        with pytest.raises(invitation_refusals.InvitationOver):
            invitations.resend(by=by, invitation_id=made.pk)

    def test_is_written_down_as_the_newcomers_act(self, by, secret):
        user = joined(secret)
        for action in ("invitation.accepted", "kvkk.consented"):
            entry = AuditEntry.objects.get(action=action)
            assert (entry.tenant_id, entry.user_id, entry.ip) == (by.tenant.pk, user.pk, "192.0.2.7")
            assert secret not in str(entry.__dict__)

    def test_happens_once(self, secret):
        joined(secret)
        with pytest.raises(invitation_refusals.InvitationOver) as refused:
            joined(secret)
        assert refused.value.status == "accepted"
        assert User.objects.filter(email=EMAIL).count() == 1


class TestWhatStandsAgainstIt:
    def test_a_link_that_nobody_sent(self, secret):
        for wrong in (secret[:-1], secret + "x", "", "x" * 43, "\x00", "ş" * 43):
            with pytest.raises(NotFound):
                joining.look(wrong)
            with pytest.raises(NotFound):
                joined(wrong)

    def test_a_link_that_a_later_one_replaced(self, by, secret):
        made = Invitation.objects.get()
        grown(made, minutes=2)
        invitations.resend(by=by, invitation_id=made.pk)
        with pytest.raises(NotFound):
            joined(secret)
        assert joined(secret_of(OutgoingMail.objects.latest("pk")))

    def test_time(self, secret):
        grown(Invitation.objects.get(), days=7)
        assert joining.look(secret).status == "expired"
        with pytest.raises(invitation_refusals.InvitationOver) as refused:
            joined(secret)
        assert refused.value.status == "expired"

    def test_a_cancellation(self, by, secret):
        invitations.cancel(by=by, invitation_id=Invitation.objects.get().pk)
        assert joining.look(secret).status == "cancelled"
        with pytest.raises(invitation_refusals.InvitationOver):
            joined(secret)

    def test_a_suspended_firm(self, by, secret):
        by.tenant.state = "suspended"
        by.tenant.save()
        with pytest.raises(login.AccountClosed):
            joined(secret)

    @pytest.mark.parametrize(
        ("changes", "refusal", "field"),
        [
            ({"kvkk_consent": False}, Several, "kvkk_consent"),
            ({"name": " "}, people.BadPerson, "name"),
            ({"name": "x" * 151}, people.BadPerson, "name"),
            ({"password": "kisa"}, Several, "password"),
            ({"password": "password1234"}, Several, "password"),
        ],
    )
    def test_something_missing_and_the_link_stays_good(self, secret, changes, refusal, field):
        with pytest.raises(refusal) as refused:
            joined(secret, **changes)
        assert refused.value.field == field
        assert joining.look(secret).status == "pending"
        assert joined(secret)

    def test_somebody_who_took_the_address_in_the_meantime(self, by, secret):
        User.objects.create_user(EMAIL.upper(), "x", name="Erken", tenant=by.tenant)
        with pytest.raises(invitation_refusals.EmailRegistered):
            joined(secret)
        assert joining.look(secret).status == "pending"


def test_two_firms_ask_and_the_first_answer_counts(by, secret):
    other = factories.actor(factories.tenant(credits=0, sender=""))
    asked(other)
    second = secret_of(OutgoingMail.objects.latest("pk"))
    assert joined(second).tenant == other.tenant
    with pytest.raises(invitation_refusals.EmailRegistered):
        joined(secret)


def test_an_invitation_is_not_longer_than_it_says(secret):
    made = Invitation.objects.get()
    grown(made, days=6, hours=23, minutes=59)
    assert joining.look(secret).status == "pending"
    Invitation.objects.update(expires_at=made.expires_at - timedelta(days=7))
    assert joining.look(secret).status == "expired"
