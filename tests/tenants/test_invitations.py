"""Invitations: one pending for each address, a secret that only the mail knows, an end that is told."""

import re
from datetime import timedelta

import pytest

from smsmerkezi.core import clock
from smsmerkezi.core.errors import Forbidden, NotFound
from tenants import invitation_refusals, invitations, mail, people, team
from tenants.actors import Actor
from tenants.models import AuditEntry, Invitation, OutgoingMail, RateWindow
from tests import factories

pytestmark = pytest.mark.django_db
EMAIL = "yeni@ornek.test"


@pytest.fixture
def firm():
    return factories.tenant(credits=0, sender="")


@pytest.fixture
def by(firm):
    return factories.actor(firm)


def asked(by: Actor, email: str = EMAIL, role: str = "operator") -> Invitation:
    return invitations.invite(by=by, email=email, role=role)


def secret_of(letter: OutgoingMail) -> str:
    return re.search(r"/davet/(\S+)", mail.rendered(letter).body)[1]


def grown(invitation: Invitation, **ago) -> None:
    """As if it had been sent so long ago."""
    by_so_much = timedelta(**ago)
    Invitation.objects.filter(pk=invitation.pk).update(
        expires_at=invitation.expires_at - by_so_much, sent_at=invitation.sent_at - by_so_much
    )


class TestAnInvitation:
    def test_is_pending_for_seven_days(self, by):
        made = asked(by)
        assert (made.email, made.role, made.status, made.invited_by) == (
            EMAIL, "operator", "pending", by.person,
        )  # fmt: skip
        assert timedelta(days=7) - timedelta(minutes=1) < made.expires_at - clock.now() < timedelta(days=7)

    def test_is_mailed_in_the_inviters_language_with_a_link_that_is_kept_as_a_hash(self, firm, by):
        by.person.language = "en"
        made = asked(by)
        letter = OutgoingMail.objects.get()
        assert (letter.to, letter.template, letter.language) == (EMAIL, "invitation", "en")
        secret = secret_of(letter)
        assert len(secret) == 43
        assert secret not in str(Invitation.objects.values().get())
        assert invitations.digest(secret) == Invitation.objects.get(pk=made.pk).secret_hash

    def test_is_written_down_without_the_address(self, firm, by):
        made = asked(by)
        entry = AuditEntry.objects.get(action="user.invited")
        assert (entry.tenant_id, entry.entity_id, entry.meta) == (firm.pk, made.pk, {"role": "operator"})
        assert EMAIL not in str(entry.__dict__)

    def test_is_trimmed(self, by):
        assert asked(by, f" {EMAIL} ").email == EMAIL

    @pytest.mark.parametrize("email", ["", "x", "a@b", "x" * 250 + "@c.test"])
    def test_needs_an_address(self, by, email):
        with pytest.raises(people.BadPerson) as refused:
            asked(by, email)
        assert refused.value.field == "email"

    @pytest.mark.parametrize("role", ["super_admin", "kral", ""])
    def test_needs_a_role_of_a_firm(self, by, role):
        with pytest.raises(team.UnknownRole):
            asked(by, role=role)

    def test_is_not_for_somebody_who_is_there_already_in_whatever_firm(self, firm, by):
        for owner in (factories.user(firm), factories.user(factories.tenant(credits=0, sender=""))):
            with pytest.raises(invitation_refusals.EmailRegistered, match="Bu e-posta zaten kayıtlı"):
                asked(by, owner.email.upper())
        assert not Invitation.objects.exists()
        assert not OutgoingMail.objects.exists()

    def test_may_be_for_somebody_who_was_removed(self, firm, by):
        owner = factories.user(firm)
        team.remove(by=by, user_id=owner.pk)
        assert asked(by, owner.email).status == "pending"

    def test_is_pending_once_for_each_address(self, by):
        asked(by)
        with pytest.raises(invitation_refusals.AlreadyInvited, match="bekleyen bir davet var"):
            asked(by, EMAIL.upper())
        assert Invitation.objects.count() == OutgoingMail.objects.count() == 1

    def test_of_another_firm_does_not_count(self, by):
        asked(factories.actor(factories.tenant(credits=0, sender="")))
        assert asked(by).status == "pending"


class TestTime:
    def test_makes_it_expire(self, firm, by):
        grown(made := asked(by), days=7)
        assert invitations.find(by=by, invitation_id=made.pk).status == "expired"
        assert list(invitations.pending(firm)) == []
        assert list(invitations.waiting(firm)) == [made]

    def test_makes_it_vanish_from_the_list(self, firm, by):
        grown(asked(by), days=7 + 30)
        assert list(invitations.waiting(firm)) == []

    def test_frees_the_address_for_a_later_one(self, firm, by):
        grown(first := asked(by), days=8)
        second = asked(by)
        assert second.status == "pending"
        assert invitations.find(by=by, invitation_id=first.pk).status == "expired"
        assert list(invitations.waiting(firm)) == [second]


class TestSendingAgain:
    def test_replaces_the_link_and_starts_the_seven_days_anew(self, by):
        grown(made := asked(by), days=3)
        again = invitations.resend(by=by, invitation_id=made.pk)
        first, second = (secret_of(letter) for letter in OutgoingMail.objects.order_by("pk"))
        assert first != second
        assert again.secret_hash == invitations.digest(second)
        assert again.expires_at - clock.now() > timedelta(days=6, hours=23)
        assert AuditEntry.objects.filter(action="invitation.resent", entity_id=made.pk).count() == 1

    def test_revives_one_that_has_expired(self, by):
        grown(made := asked(by), days=8)
        assert invitations.resend(by=by, invitation_id=made.pk).status == "pending"

    def test_waits_a_minute(self, by):
        made = asked(by)
        with pytest.raises(invitation_refusals.TooManyInvitations) as refused:
            invitations.resend(by=by, invitation_id=made.pk)
        assert 55 <= refused.value.retry_after <= 60
        assert OutgoingMail.objects.count() == 1
        grown(made, seconds=61)
        invitations.resend(by=by, invitation_id=made.pk)

    def test_ends_after_five_mails_a_day_to_one_address(self, by):
        made = asked(by)
        for _ in range(4):
            grown(made, seconds=61)
            made = invitations.resend(by=by, invitation_id=made.pk)
        grown(made, seconds=61)
        with pytest.raises(invitation_refusals.TooManyInvitations) as refused:
            invitations.resend(by=by, invitation_id=made.pk)
        assert 86_000 < refused.value.retry_after <= 86_400
        with pytest.raises(invitation_refusals.TooManyInvitations):
            asked(factories.actor(factories.tenant(credits=0, sender="")))
        assert OutgoingMail.objects.count() == 5
        assert EMAIL not in str(list(RateWindow.objects.values()))

    def test_is_refused_once_it_is_over_for_good(self, by):
        grown(made := asked(by), seconds=61)
        invitations.cancel(by=by, invitation_id=made.pk)
        with pytest.raises(invitation_refusals.InvitationOver):
            invitations.resend(by=by, invitation_id=made.pk)

    def test_is_refused_where_a_later_one_took_its_place(self, by):
        grown(first := asked(by), days=8)
        asked(by)
        with pytest.raises(invitation_refusals.InvitationOver, match="süresi dolmuş"):
            invitations.resend(by=by, invitation_id=first.pk)

    def test_is_refused_when_the_person_came_by_another_way(self, firm, by):
        grown(made := asked(by), minutes=2)
        factories.user(firm).__class__.objects.create_user(EMAIL, "x", name="X", tenant=firm)
        with pytest.raises(invitation_refusals.EmailRegistered):
            invitations.resend(by=by, invitation_id=made.pk)


class TestCancelling:
    def test_ends_it_and_frees_the_address(self, firm, by):
        made = asked(by)
        assert invitations.cancel(by=by, invitation_id=made.pk).status == "cancelled"
        assert list(invitations.waiting(firm)) == []
        assert AuditEntry.objects.filter(action="invitation.cancelled", entity_id=made.pk).count() == 1
        assert asked(by).status == "pending"

    def test_happens_once(self, by):
        made = asked(by)
        invitations.cancel(by=by, invitation_id=made.pk)
        with pytest.raises(invitation_refusals.InvitationOver, match="zaten iptal edilmiş") as refused:
            invitations.cancel(by=by, invitation_id=made.pk)
        assert refused.value.status == "cancelled"

    def test_comes_too_late_for_an_expired_one(self, by):
        grown(made := asked(by), days=8)
        with pytest.raises(invitation_refusals.InvitationOver, match="süresi dolmuş"):
            invitations.cancel(by=by, invitation_id=made.pk)


class TestWhoMay:
    @pytest.mark.parametrize("role", ["viewer", "operator"])
    def test_only_administrators(self, firm, by, role):
        made, other = asked(by), factories.actor(firm, role=role)
        for call in (
            lambda: asked(other, "b@ornek.test"),
            lambda: invitations.resend(by=other, invitation_id=made.pk),
            lambda: invitations.cancel(by=other, invitation_id=made.pk),
            lambda: invitations.find(by=other, invitation_id=made.pk),
        ):
            with pytest.raises(Forbidden):
                call()

    def test_only_of_their_own_firm(self, by):
        made = asked(factories.actor(factories.tenant(credits=0, sender="")))
        for call in (invitations.resend, invitations.cancel, invitations.find):
            with pytest.raises(NotFound, match="Davet bulunamadı"):
                call(by=by, invitation_id=made.pk)
        assert Invitation.objects.get().cancelled_at is None

    def test_who_has_not_proved_their_own_address_asks_three_a_day(self, by):
        by.person.email_verified_at = None
        for n in range(3):
            asked(by, f"yeni{n}@ornek.test")
        with pytest.raises(invitation_refusals.TooManyInvitations):
            asked(by, "yeni3@ornek.test")
        by.person.email_verified_at = clock.now()
        assert asked(by, "yeni3@ornek.test").pk

    def test_a_firm_writes_a_hundred_a_day(self, by):
        RateWindow.objects.create(
            bucket=f"invites:{by.tenant.pk}", hits=100, ends_at=clock.now() + timedelta(hours=1)
        )
        with pytest.raises(invitation_refusals.TooManyInvitations) as refused:
            asked(by)
        assert 3590 < refused.value.retry_after <= 3600


@pytest.mark.parametrize("language", ["tr", "en"])
def test_the_letter_says_who_asks_and_leads_to_the_page_and_is_safe_to_open(firm, language, by):
    firm.name = "Firma <b>&"
    by.person.language = language
    asked(by)
    letter = mail.rendered(OutgoingMail.objects.get())
    html = letter.alternatives[0][0]
    assert firm.name in letter.subject
    assert "&lt;b&gt;" in html
    assert "<b>&" in letter.body
    assert by.person.name in letter.body
    assert re.search(r"http://\S+/davet/\S{43}\s", letter.body)
    assert ("davet" in letter.subject) is (language == "tr")
