"""Acting for a firm: who may, for how long, what is closed meanwhile, and that both are named (security §5.1)."""

from datetime import timedelta

import pytest

from billing import credit
from messaging.sms import cancelling, sending
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Forbidden, NotFound
from tenants import access, acting, firms, people, tokens
from tenants.models import AuditEntry, Tenant, User
from tests import factories, switching
from tests.quick import quick_passwords

__all__ = ["quick_passwords"]


@pytest.fixture
def firm(db) -> Tenant:
    factories.gateway(default=True)
    return factories.tenant()


def entries(**wanted):
    return list(AuditEntry.objects.filter(**wanted).order_by("pk"))


class TestStarting:
    def test_lasts_an_hour(self, firm):
        started = switching.started(firm)
        assert started.firm == firm
        assert started.until - started.since == timedelta(minutes=60)

    def test_is_written_with_both_ids_the_reason_and_the_end(self, firm):
        started = switching.started(firm)
        (entry,) = entries(action="tenant.acting_as_started")
        assert (entry.tenant_id, entry.user_id, entry.acting) == (firm.pk, factories.reviewer().pk, True)
        assert entry.meta == {"reason": switching.REASON, "until": clock.iso_utc(started.until)}
        assert (entry.entity_type, entry.entity_id, entry.ip) == ("Tenant", firm.pk, "192.0.2.7")

    @pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
    def test_is_for_platform_staff_alone(self, firm, role):
        with pytest.raises(Forbidden):
            switching.started(firm, by=factories.actor(firm, role=role))
        assert entries(action="tenant.acting_as_started") == []

    @pytest.mark.parametrize("reason", ["", "    ", "kısa", "x" * 201, " " * 10 + "kısa"])
    def test_needs_a_reason_of_5_to_200_characters(self, firm, reason):
        with pytest.raises(acting.BadReason):
            switching.started(firm, reason=reason)

    @pytest.mark.parametrize("reason", ["şikâyt"[:5], "ğ" * 200, "  Destek  "])
    def test_takes_a_reason_within_the_bounds(self, firm, reason):
        switching.started(firm, reason=reason)
        assert entries(acting=True)[0].meta["reason"] == reason.strip()

    @pytest.mark.parametrize("age", [None, timedelta(minutes=10, seconds=1), timedelta(days=1)])
    def test_needs_a_fresh_proof(self, firm, age):
        with pytest.raises(acting.ProofNeeded):
            switching.started(firm, proved_at=age and clock.now() - age)

    def test_takes_a_proof_of_some_minutes_ago(self, firm):
        assert switching.started(firm, proved_at=clock.now() - timedelta(minutes=9)).firm == firm

    def test_is_for_one_firm_at_a_time(self, firm):
        with pytest.raises(acting.ActingAlready):
            switching.started(firm, by=switching.stand_in(factories.tenant()))

    def test_needs_a_firm_that_is_there_and_active(self, firm):
        with pytest.raises(NotFound):
            switching.started(firm, tenant_id=firm.pk + 1000)
        firms.suspend(by=switching.staff(), tenant_id=firm.pk, reason="Ödeme yok")
        with pytest.raises(acting.FirmSuspended):
            switching.started(firm)


class TestEnding:
    def test_is_written_with_both_ids(self, firm):
        acting.end(by=switching.stand_in(firm))
        (entry,) = entries(action="tenant.acting_as_ended")
        assert (entry.tenant_id, entry.user_id, entry.acting) == (firm.pk, factories.reviewer().pk, True)

    def test_leads_back_to_ones_own_account(self, firm):
        by = acting.end(by=switching.stand_in(firm))
        assert (by.firm, by.acting, by.user) == (None, False, factories.reviewer())

    def test_is_nothing_for_whoever_does_not_act(self, firm):
        for by in (switching.staff(), factories.actor(firm)):
            assert acting.end(by=by) is by
        assert entries(action="tenant.acting_as_ended") == []


class TestASessionThatActs:
    def resumed(self, firm, **changes):
        kept = {"user": factories.reviewer(), "tenant_id": firm.pk, "until": clock.now() + acting.PERIOD}
        return acting.resumed(**{**kept, **changes})

    def test_goes_on_within_its_hour(self, firm):
        assert self.resumed(firm) == firm

    def test_ends_with_its_hour(self, firm):
        assert self.resumed(firm, until=clock.now()) is None

    def test_ends_when_the_person_is_platform_staff_no_more(self, firm):
        assert self.resumed(firm, user=factories.user(factories.tenant())) is None

    def test_ends_when_the_firm_is_suspended_or_unknown(self, firm):
        assert self.resumed(firm, tenant_id=firm.pk + 1000) is None
        Tenant.objects.update(state=Tenant.State.SUSPENDED)
        assert self.resumed(firm) is None


class TestTheListOfFirms:
    @pytest.mark.parametrize("q", ["abc", "ABC", "b-c", "şeker", "Şeker"])
    def test_finds_by_name_and_short_name_in_any_case(self, firm, q):
        found = firms.create(
            by=switching.staff(), slug="ab-c", details=firms.Details(name="Şeker Abc San. Tic.")
        )
        assert list(acting.firms_to_act_for(by=switching.staff(), q=q)) == [found]

    def test_takes_no_wildcards(self, firm):
        assert not acting.firms_to_act_for(by=switching.staff(), q="%").exists()

    def test_leaves_suspended_firms_out(self, firm):
        other = factories.tenant()
        firms.suspend(by=switching.staff(), tenant_id=firm.pk, reason="Ödeme yok")
        assert list(acting.firms_to_act_for(by=switching.staff())) == [other]

    def test_is_not_for_a_firms_people(self, firm):
        with pytest.raises(Forbidden):
            acting.firms_to_act_for(by=factories.actor(firm))


class TestWhatIsClosed:
    def test_is_in_the_table_of_permissions(self):
        assert access.CLOSED_WHILE_ACTING.keys() <= access.PERMISSIONS.keys()

    @pytest.mark.parametrize("permission", access.PERMISSIONS)
    def test_is_the_table_and_whatever_no_administrator_may(self, firm, permission):
        """Security §5.1 by hand: money, secrets, tokens, people, password and second factor."""
        closed = {
            "credit.add", "webhooks.secret", "tokens.own", "tokens.revoke", "users.manage", "people.manage",
            "settings.own", "second-factor.own",
            "audit.read-all", "senders.decide", "doubts.decide", "firms.manage", "optouts.platform", "hours.manage",
        }  # fmt: skip
        assert access.can(switching.stand_in(firm), permission) is (permission not in closed)

    def test_never_makes_anybody_mightier(self, firm):
        """Only platform staff act; were somebody else to, the role would still count."""
        viewer = factories.user(firm, role="viewer")
        viewer.acting_for = firm
        allowed = {name for name in access.PERMISSIONS if access.can(viewer, name)}
        assert allowed <= {name for name, roles in access.PERMISSIONS.items() if "viewer" in roles}

    def test_is_said_in_a_sentence_of_its_own(self, firm):
        with pytest.raises(access.ClosedWhileActing, match="Önce kendi hesabınıza dönün"):
            access.require(switching.stand_in(firm), "tokens.own")
        with pytest.raises(Forbidden, match="yetkiniz yok"):
            access.require(factories.actor(firm), "credit.add")

    def test_is_refused_by_the_verbs_themselves(self, firm):
        by = switching.stand_in(firm)
        person = people.Person("x@ornek.test", "X", User.Role.VIEWER, firm)
        for verb in (
            lambda: credit.add(by=by, tenant_id=firm.pk, credits=1, note="", reference="r"),
            lambda: credit.correct(by=by, tenant_id=firm.pk, credits=1, note="Düzeltme", reference="r"),
            lambda: tokens.create(by=by, name="x", abilities=["*"]),
            lambda: tokens.revoke(by=by, token_id=1),
            lambda: tokens.revoke_any(by=by, token_id=1),
            lambda: people.create(by=by, person=person, password=factories.PASSWORD),
            lambda: people.set_password(by=by, user_id=1, password=factories.PASSWORD),
            lambda: firms.suspend(by=by, tenant_id=firm.pk, reason="Ödeme yok"),
        ):
            with pytest.raises(access.ClosedWhileActing):
                verb()


class TestTheTrail:
    def test_names_both_for_a_message(self, firm):
        message = factories.sent(firm, by=switching.stand_in(firm))
        (entry,) = entries(action="sms.send", entity_id=message.pk)
        assert (entry.tenant_id, entry.user_id, entry.acting) == (firm.pk, factories.reviewer().pk, True)

    def test_does_not_say_so_of_the_firms_own_people(self, firm):
        message = factories.sent(firm)
        assert [entry.acting for entry in entries(action="sms.send", entity_id=message.pk)] == [False]

    def test_names_both_for_whatever_else_is_done(self, firm):
        by = switching.stand_in(firm)
        order = factories.order(scheduled_at=clock.now() + timedelta(hours=1))
        message = sending.send_sms(by=by, order=order)
        cancelling.cancel(by=by, message_id=message.id)
        cancelled = entries(entity_id=message.id, entity_type="Message")[-1]
        assert (cancelled.tenant_id, cancelled.user_id, cancelled.acting) == (firm.pk, by.user_id, True)

    def test_is_the_firms_to_read(self, firm):
        switching.started(firm)
        seen = AuditEntry.objects.of(firm).filter(acting=True)
        assert [entry.action for entry in seen] == ["tenant.acting_as_started"]
        assert not AuditEntry.objects.of(factories.tenant()).filter(acting=True).exists()
