"""The people of a firm: a role that counts at once, a removal that leaves no key behind, and always somebody in charge."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from smsmerkezi.core.errors import Conflict, Forbidden, NotFound
from tenants import login, people, team, tokens
from tenants.actors import Actor
from tenants.limits import Limit
from tenants.models import (
    ApiToken,
    AuditEntry,
    Authenticator,
    Challenge,
    MailLink,
    PanelSession,
    RecoveryCode,
    User,
)
from tests import factories

CALLER = login.Caller("192.0.2.1")
pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return factories.tenant(credits=0, sender="")


@pytest.fixture
def by(firm):
    return factories.actor(firm)


@pytest.fixture
def colleague(firm):
    return factories.user(firm, role="operator")


class TestTheList:
    def test_has_everybody_of_the_firm_in_the_order_in_which_they_came(self, firm, by, colleague):
        factories.user(factories.tenant(credits=0, sender=""))
        closed = factories.user(firm, is_active=False)
        assert list(team.members(firm)) == [by.person, colleague, closed]

    def test_says_who_has_a_second_factor(self, firm, by, colleague):
        Authenticator.objects.create(
            user=colleague, secret="x", confirmed=True, confirmed_at=factories.moment("2026-11-01T00:00Z")
        )
        Authenticator.objects.create(user=by.person, secret="x", confirmed=False)
        assert [person.two_factor for person in team.members(firm)] == [False, True]

    def test_lacks_who_was_removed(self, firm, by, colleague):
        team.remove(by=by, user_id=colleague.pk)
        assert list(team.members(firm)) == [by.person]

    def test_in_charge_are_active_administrators(self, firm, by, colleague):
        factories.user(firm, is_active=False)
        factories.user(factories.tenant(credits=0, sender=""))
        assert list(team.admins(firm)) == [by.person]


class TestARole:
    @pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
    def test_is_given_and_written_down(self, by, colleague, role):
        changed = team.change_role(by=by, user_id=colleague.pk, role=role)
        assert (changed.role, User.objects.get(pk=colleague.pk).role) == (role, role)
        entries = AuditEntry.objects.filter(action="user.changed", entity_id=colleague.pk)
        assert [entry.meta for entry in entries] == (
            [] if role == "operator" else [{"role": ["operator", role]}]
        )

    @pytest.mark.parametrize("role", ["super_admin", "kral", ""])
    def test_is_one_of_three(self, by, colleague, role):
        with pytest.raises(team.UnknownRole) as refused:
            team.change_role(by=by, user_id=colleague.pk, role=role)
        assert refused.value.field == "role"

    def test_is_never_ones_own_matter(self, by):
        with pytest.raises(team.Yourself):
            team.change_role(by=by, user_id=by.person.pk, role="viewer")


class TestARemoval:
    def test_leaves_the_person_without_any_key(self, firm, by, colleague):
        plain = tokens.create(by=Actor(firm, colleague), name="CRM", abilities=["*"]).plain_text
        session = SessionStore()
        session.create()
        PanelSession.objects.create(user=colleague, key=session.session_key)
        RecoveryCode.objects.create(user=colleague, code_hash="x")
        Authenticator.objects.create(user=colleague, secret="x", confirmed=False)
        later = factories.moment("2036-01-01T00:00Z")
        Challenge.objects.create(user=colleague, kind="kvkk", secret_hash="c", expires_at=later)
        MailLink.objects.create(user=colleague, purpose="reset", secret_hash="m", expires_at=later)

        team.remove(by=by, user_id=colleague.pk)

        with pytest.raises(tokens.Unauthenticated):
            tokens.authenticate(bearer=plain, scope="api", limit=Limit(5, 60))
        for kind in (ApiToken, PanelSession, RecoveryCode, Authenticator, Challenge, MailLink):
            assert not kind.objects.filter(user=colleague).exists(), kind
        assert not Session.objects.filter(pk=session.session_key).exists()

    def test_ends_sessions_that_are_in_no_list(self, by, colleague):
        before = colleague.get_session_auth_hash()
        team.remove(by=by, user_id=colleague.pk)
        colleague.refresh_from_db()
        assert colleague.get_session_auth_hash() != before
        assert not colleague.is_active
        assert not colleague.has_usable_password()

    def test_keeps_the_sessions_of_others(self, firm, by, colleague):
        session = SessionStore()
        session.create()
        PanelSession.objects.create(user=by.person, key=session.session_key)
        team.remove(by=by, user_id=colleague.pk)
        assert Session.objects.filter(pk=session.session_key).exists()

    def test_keeps_the_authors_name_on_what_they_sent(self, firm, by, colleague):
        name = colleague.name
        team.remove(by=by, user_id=colleague.pk)
        assert User.objects.get(pk=colleague.pk).name == name

    def test_is_written_down_once(self, firm, by, colleague):
        team.remove(by=by, user_id=colleague.pk)
        entry = AuditEntry.objects.get(action="user.deleted")
        assert (entry.tenant_id, entry.user_id, entry.entity_id) == (firm.pk, by.user_id, colleague.pk)
        with pytest.raises(NotFound):
            team.remove(by=by, user_id=colleague.pk)
        assert AuditEntry.objects.filter(action="user.deleted").count() == 1

    def test_of_oneself_is_refused(self, firm, by):
        factories.user(firm)
        with pytest.raises(team.Yourself, match="Kendini silemezsin"):
            team.remove(by=by, user_id=by.person.pk)

    def test_needs_no_second_administrator_where_an_operator_goes(self, by, colleague):
        team.remove(by=by, user_id=colleague.pk)
        assert User.objects.get(pk=by.user_id).is_active


class TestTheEmailOfSomebodyRemoved:
    @pytest.fixture
    def email(self, by, colleague):
        team.remove(by=by, user_id=colleague.pk)
        return colleague.email

    def test_is_free_again(self, firm, email):
        again = User.objects.create_user(email.upper(), "yepyeni-bir-parola-1", name="Yeni", tenant=firm)
        assert User.objects.by_email(email).get() == again
        assert User.objects.get_by_natural_key(email) == again
        assert login.log_in(email=email, password="yepyeni-bir-parola-1", caller=CALLER).user == again
        assert authenticate(username=email, password="yepyeni-bir-parola-1") == again

    def test_opens_nothing_more(self, email):
        with pytest.raises(login.BadCredentials):
            login.log_in(email=email, password=factories.PASSWORD, caller=CALLER)
        assert not User.objects.by_email(email).exists()
        with pytest.raises(User.DoesNotExist):
            User.objects.get_by_natural_key(email)

    def test_is_still_nobody_elses_twice(self, firm, email):
        User.objects.create_user(email, "x", name="Yeni", tenant=firm)
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.create_user(email, "x", name="Yine", tenant=firm)


class TestTheLastAdministrator:
    """Nobody reaches this from within, where one cannot remove oneself; platform staff who act for the firm could."""

    @pytest.fixture
    def staff(self, firm):
        return Actor(firm, factories.reviewer())

    def test_is_not_removed(self, staff, by, colleague):
        with pytest.raises(team.LastAdmin):
            team.remove(by=staff, user_id=by.user_id)

    def test_is_not_lowered(self, staff, by, colleague):
        with pytest.raises(team.LastAdmin):
            team.change_role(by=staff, user_id=by.user_id, role="operator")

    def test_is_not_saved_by_a_closed_one(self, firm, staff, by):
        factories.user(firm, is_active=False)
        with pytest.raises(team.LastAdmin):
            team.remove(by=staff, user_id=by.user_id)

    def test_goes_when_there_is_another(self, firm, staff, by):
        factories.user(firm)
        team.remove(by=staff, user_id=by.user_id)
        assert team.admins(firm).count() == 1


class TestWhoMay:
    @pytest.mark.parametrize("role", ["viewer", "operator"])
    def test_only_administrators(self, firm, colleague, role):
        other = factories.actor(firm, role=role)
        for call in (
            lambda: team.remove(by=other, user_id=colleague.pk),
            lambda: team.change_role(by=other, user_id=colleague.pk, role="viewer"),
            lambda: team.find(by=other, user_id=colleague.pk),
        ):
            with pytest.raises(Forbidden):
                call()

    def test_only_of_their_own_firm(self, by):
        stranger = factories.user(factories.tenant(credits=0, sender=""))
        for call in (
            lambda: team.remove(by=by, user_id=stranger.pk),
            lambda: team.change_role(by=by, user_id=stranger.pk, role="viewer"),
            lambda: team.find(by=by, user_id=stranger.pk),
        ):
            with pytest.raises(NotFound):
                call()
        assert User.objects.get(pk=stranger.pk).role == "admin"

    def test_not_whoever_was_one_a_moment_ago(self, firm, by, colleague):
        """The actor was read before the row changed."""
        User.objects.filter(pk=by.user_id).update(role="viewer")
        factories.user(firm)
        with pytest.raises(Forbidden):
            team.remove(by=by, user_id=colleague.pk)


class TestPlatformStaff:
    """They manage people, but nobody comes back from a removal."""

    def test_finds_nobody_to_open_again(self, by, colleague):
        team.remove(by=by, user_id=colleague.pk)
        staff = Actor(None, factories.reviewer())
        for call in (
            lambda: people.activate(by=staff, user_id=colleague.pk),
            lambda: people.set_password(by=staff, user_id=colleague.pk, password="yepyeni-bir-parola-1"),
            lambda: people.change(by=staff, user_id=colleague.pk, name="X", role="viewer"),
        ):
            with pytest.raises(NotFound):
                call()

    def test_closes_and_opens_the_others(self, colleague):
        staff = Actor(None, factories.reviewer())
        people.deactivate(by=staff, user_id=colleague.pk)
        with pytest.raises(Conflict):
            people.deactivate(by=staff, user_id=colleague.pk)
        assert people.activate(by=staff, user_id=colleague.pk).is_active
