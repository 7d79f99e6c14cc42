"""An application's way: asked for, decided once, revoked, asked for again, taken back."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from messaging.senders import applying, approval, documents, listing, rules
from messaging.senders.models import SenderId
from smsmerkezi.core.errors import Conflict, Forbidden, NotFound, Several
from tenants import notices
from tenants.actors import Actor
from tenants.models import AuditEntry, Notification, OutgoingMail
from tests import factories
from tests.messaging.senders import papers

REASON = "Marka kullanım belgesi eksik."


@pytest.fixture
def firm(db):
    return factories.tenant(credits=0, sender="")


@pytest.fixture
def admin(firm):
    return factories.actor(firm)


@pytest.fixture
def staff(db):
    return Actor(None, factories.reviewer())


@pytest.fixture
def sender(admin, staff):
    return approval.apply_for(by=admin, label="MARKA", document=papers.document())


def actions(sender) -> list[str]:
    return list(
        AuditEntry.objects.filter(entity_type="SenderId", entity_id=sender.pk).values_list(
            "action", flat=True
        )
    )


class TestApplying:
    def test_waits_with_its_document_and_its_applicant(self, admin):
        made = applying.submit(by=admin, label="MARKA", upload=papers.upload("tescil.pdf", papers.pdf()))
        assert (made.state, made.submitted_by_id, made.document.name) == (
            "pending",
            admin.user_id,
            "tescil.pdf",
        )
        assert actions(made) == ["sender_id.created"]

    def test_says_everything_that_is_wrong_at_once_and_stores_nothing(self, admin):
        with pytest.raises(Several) as refused:
            applying.submit(by=admin, label="SMS", upload=papers.upload("x.svg", papers.SVG))
        assert [each.code for each in refused.value.each] == ["label-generic", "document-type"]
        assert not SenderId.objects.exists()

    @pytest.mark.parametrize("role", ["viewer", "operator"])
    def test_is_for_administrators(self, firm, role):
        with pytest.raises(Forbidden):
            applying.submit(by=factories.actor(firm, role=role), label="MARKA", upload=None)

    def test_tells_reviewers_and_nobody_else(self, sender, staff, admin):
        notice = notices.of(staff.person).get()
        assert (notice.kind, notice.data) == (
            "sender_applied",
            {"label": "MARKA", "firm": sender.tenant.name},
        )
        assert OutgoingMail.objects.get(to=staff.person.email).template == "notice"
        assert not Notification.objects.filter(user=admin.person).exists()

    def test_of_the_same_name_waits_for_the_first(self, sender, admin):
        with pytest.raises(approval.LabelKnown):
            approval.apply_for(by=admin, label="MARKA")
        assert approval.apply_for(by=admin, label="marka").state == "pending"  # matched letter by letter

    def test_again_after_a_refusal_keeps_the_refusal(self, sender, admin, staff):
        approval.reject(by=staff, sender_id=sender.pk, reason=REASON)
        again = approval.apply_for(by=admin, label="MARKA")
        assert [(each.pk, each.state) for each in listing.of(admin.tenant)] == [
            (again.pk, "pending"),
            (sender.pk, "rejected"),
        ]

    @pytest.mark.parametrize("state", ["pending", "approved", "banned"])
    def test_the_database_has_a_name_of_a_firm_once(self, sender, state):
        with pytest.raises(IntegrityError), transaction.atomic():
            SenderId.objects.create(tenant=sender.tenant, label="MARKA", state=state)

    def test_refuses_names_that_the_rules_refuse(self, admin):
        with pytest.raises(rules.Generic):
            approval.apply_for(by=admin, label="INFO")


class TestDeciding:
    def test_approves_once_and_tells_once(self, sender, staff, admin):
        for _ in range(2):
            made = approval.approve(by=staff, sender_id=sender.pk, again=True)
            assert (made.state, made.decided_by_id) == ("approved", staff.user_id)
        assert actions(sender) == ["sender_id.created", "sender_id.approved"]
        assert notices.of(admin.person).get().kind == "sender_approved"
        with pytest.raises(Conflict):
            approval.approve(by=staff, sender_id=sender.pk)

    def test_revokes_by_rejecting(self, sender, staff, admin):
        approval.approve(by=staff, sender_id=sender.pk)
        assert approval.approved_labels(admin.tenant) == ["MARKA"]
        approval.reject(by=staff, sender_id=sender.pk, reason=REASON)
        assert approval.approved_labels(admin.tenant) == []
        assert REASON in notices.of(admin.person).first().body

    def test_approves_what_was_rejected_and_forgets_the_reason(self, sender, staff):
        approval.reject(by=staff, sender_id=sender.pk, reason=REASON)
        assert approval.approve(by=staff, sender_id=sender.pk).reject_reason == ""

    def test_does_not_approve_beside_a_newer_application(self, sender, staff, admin):
        approval.reject(by=staff, sender_id=sender.pk, reason=REASON)
        approval.apply_for(by=admin, label="MARKA")
        with pytest.raises(approval.LabelKnown):
            approval.approve(by=staff, sender_id=sender.pk)
        assert actions(sender)[-1] == "sender_id.rejected"

    def test_rejects_once(self, sender, staff):
        approval.reject(by=staff, sender_id=sender.pk, reason=REASON)
        with pytest.raises(Conflict):
            approval.reject(by=staff, sender_id=sender.pk, reason=REASON)

    @pytest.mark.parametrize("reason", ["yok", "    x    ", "x" * 501, "neden\x00var"])
    def test_wants_a_reason_that_can_be_told(self, sender, staff, reason):
        with pytest.raises(approval.BadReason):
            approval.reject(by=staff, sender_id=sender.pk, reason=reason)
        assert actions(sender) == ["sender_id.created"]

    def test_nobody_approves_what_they_asked_for(self, firm, staff):
        own = approval.apply_for(by=Actor(firm, staff.person, acting=True), label="MARKA")
        with pytest.raises(approval.OwnApplication):
            approval.approve(by=staff, sender_id=own.pk)
        approval.reject(by=staff, sender_id=own.pk, reason=REASON)  # to refuse oneself is harmless

    @pytest.mark.parametrize("verb", ["approve", "ban"])
    def test_is_for_platform_staff_who_act_for_nobody(self, sender, admin, staff, verb):
        for by in (admin, Actor(sender.tenant, staff.person, acting=True)):
            with pytest.raises(Forbidden):
                getattr(approval, verb)(by=by, sender_id=sender.pk)

    def test_of_none_is_not_found(self, staff):
        with pytest.raises(NotFound):
            approval.approve(by=staff, sender_id=0)


class TestWithdrawing:
    @pytest.mark.parametrize("decided", [False, True])
    def test_takes_back_what_waits_or_was_rejected(self, sender, admin, staff, decided):
        if decided:
            approval.reject(by=staff, sender_id=sender.pk, reason=REASON)
        approval.withdraw(by=admin, sender_id=sender.pk)
        assert not SenderId.objects.exists()
        assert actions(sender)[-1] == "sender_id.deleted"

    @pytest.mark.parametrize("banned", [False, True])
    def test_leaves_what_was_approved(self, sender, admin, staff, banned):
        approval.approve(by=staff, sender_id=sender.pk)
        if banned:
            approval.ban(by=staff, sender_id=sender.pk)
        with pytest.raises(approval.InUse):
            approval.withdraw(by=admin, sender_id=sender.pk)

    def test_takes_back_a_name_without_a_document(self, admin):
        approval.withdraw(by=admin, sender_id=approval.apply_for(by=admin, label="BELGESIZ").pk)
        assert not SenderId.objects.exists()

    def test_is_for_the_firms_administrators(self, sender, firm):
        with pytest.raises(Forbidden):
            approval.withdraw(by=factories.actor(firm, role="operator"), sender_id=sender.pk)
        with pytest.raises(approval.Unknown):
            approval.withdraw(by=factories.actor(factories.tenant(credits=0, sender="")), sender_id=sender.pk)
        assert SenderId.objects.exists()


class TestTheQueue:
    def test_goes_from_the_oldest_to_the_newest_and_back(self, admin, staff):
        first, second, third = (approval.apply_for(by=admin, label=name) for name in ("BIR", "IKI", "UC1"))
        approval.approve(by=staff, sender_id=second.pk)
        assert list(listing.waiting()) == [first, third]
        assert (listing.after(first), listing.after(third)) == (third, None)
        assert (listing.before(third), listing.before(first)) == (first, None)
        assert (listing.before(second), listing.after(second)) == (first, third)  # its old place

    def test_tells_the_story_of_each(self, sender, staff):
        assert [step.kind for step in listing.steps(sender)] == ["applied", "waiting"]
        done = approval.approve(by=staff, sender_id=sender.pk)
        assert [(step.kind, step.at) for step in listing.steps(done)] == [
            ("applied", sender.created_at),
            ("approved", done.decided_at),
        ]


@pytest.mark.django_db(transaction=True)
def test_of_many_reviewers_at_once_one_decides():
    firm = factories.tenant(credits=0, sender="")
    admin, staff = factories.actor(firm), Actor(None, factories.reviewer())
    made, won = approval.apply_for(by=admin, label="MARKA", document=papers.document()), []

    def decide(number):
        try:
            if number % 2:
                approval.approve(by=staff, sender_id=made.pk)
            else:
                approval.ban(by=staff, sender_id=made.pk)
            won.append(number)
        except Conflict:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=(2 * number + 1,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert actions(made) == ["sender_id.created", "sender_id.approved"]
    assert documents.fetch(by=staff, sender_id=made.pk).name == "tescil.pdf"
