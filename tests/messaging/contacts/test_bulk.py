"""One thing done to many contacts: at once for those who were ticked, by a job for all that a search finds."""

import pytest

from messaging.contacts import book, bulk, filters, groups
from messaging.contacts.bulk import Action
from messaging.contacts.models import Contact, Group, Membership, OptOut
from messaging.files.models import Job
from smsmerkezi import queues
from smsmerkezi.core.errors import Forbidden
from tenants.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return factories.tenant(credits=0, sender="")


@pytest.fixture
def by(firm):
    return factories.actor(firm, role="operator")


@pytest.fixture
def ids(by):
    """Five; the first two are Ayşe."""
    names = ["Ayşe Ak", "Ayşe Kaya", "Ömer", "Işık", "Can"]
    return [
        book.create(by=by, details=book.Details(factories.number(n), name)).pk
        for n, name in enumerate(names, 1)
    ]


def work():
    queues.LOOKS["files"]()


def done(by, action, asked):
    job = bulk.found(by=by, action=action, asked=asked)
    work()
    job.refresh_from_db()
    return job


class TestTicked:
    def test_go_onto_the_opt_out_list(self, by, ids):
        assert bulk.ticked(by=by, action=Action("refuse"), ids=ids[:2]) == 2
        assert bulk.ticked(by=by, action=Action("refuse"), ids=ids[:3]) == 1
        assert OptOut.objects.count() == 3
        assert Contact.objects.exclude(opt_out_at=None).count() == 3

    def test_are_archived(self, firm, by, ids):
        assert bulk.ticked(by=by, action=Action("archive"), ids=ids[:2]) == 2
        assert bulk.ticked(by=by, action=Action("archive"), ids=ids[:2]) == 0
        assert book.counts(firm).total == 3

    def test_are_deleted_with_their_memberships_alone(self, by, ids):
        group = groups.create(by=by, name="a")
        bulk.ticked(by=by, action=Action("join", group.pk), ids=ids)
        assert bulk.ticked(by=by, action=Action("delete"), ids=ids[:2]) == 2
        assert (Contact.objects.count(), Membership.objects.count()) == (3, 3)

    @pytest.mark.parametrize("chosen", [[], list(range(1, 502))])
    def test_are_some_but_not_too_many(self, by, chosen):
        with pytest.raises(bulk.NobodyChosen):
            bulk.ticked(by=by, action=Action("archive"), ids=chosen)

    @pytest.mark.parametrize("name", sorted(bulk.ACTIONS))
    def test_of_another_firm_are_left_alone(self, by, ids, name):
        stranger = factories.actor(factories.tenant())
        group = groups.create(by=stranger, name="a")
        assert bulk.ticked(by=stranger, action=Action(name, group.pk), ids=ids) == 0
        assert Contact.objects.filter(archived_at=None, opt_out_at=None).count() == 5

    def test_are_touched_by_operators_with_an_action_that_there_is(self, firm, by, ids):
        with pytest.raises(Forbidden):
            bulk.ticked(by=factories.actor(firm, role="viewer"), action=Action("archive"), ids=ids)
        with pytest.raises(bulk.BadAction):
            bulk.ticked(by=by, action=Action("x"), ids=ids)
        with pytest.raises(groups.Unknown):
            bulk.ticked(by=by, action=Action("join"), ids=ids)

    def test_leave_one_line_in_the_trail(self, by, ids):
        bulk.ticked(by=by, action=Action("archive"), ids=ids)
        entry = AuditEntry.objects.get(action="contacts.archive")
        assert entry.meta == {"count": 5}


class TestFound:
    def test_are_those_of_the_search(self, by, ids):
        job = done(by, Action("archive"), {"search": "ayş"})
        assert (job.state, job.done, job.data["changed"]) == ("done", 2, 2)
        assert set(Contact.objects.exclude(archived_at=None).values_list("pk", flat=True)) == set(ids[:2])

    @pytest.mark.parametrize("name", sorted(bulk.ACTIONS))
    def test_are_everybody_step_by_step(self, by, ids, name, monkeypatch):
        monkeypatch.setattr(bulk, "AT_ONCE", 2)
        group = groups.create(by=by, name="a")
        if name == "leave":
            bulk.ticked(by=by, action=Action("join", group.pk), ids=ids)
        job = done(by, Action(name, group.pk), {})
        assert (job.done, job.data["changed"]) == (5, 5)

    def test_go_on_where_a_worker_died(self, by, ids, monkeypatch):
        monkeypatch.setattr(bulk, "AT_ONCE", 2)
        group = groups.create(by=by, name="a")
        job = bulk.found(by=by, action=Action("join", group.pk), asked={})
        handler = bulk.Bulk(job)
        assert handler.step()
        job.save()
        work()
        job.refresh_from_db()
        group.refresh_from_db()
        assert (job.done, job.data["changed"], group.total) == (5, 5, 5)

    def test_are_asked_for_as_the_list_is(self, by, ids):
        with pytest.raises(filters.BadFilter):
            bulk.found(by=by, action=Action("archive"), asked={"status": "x"})
        assert not Job.objects.exists()

    def test_whose_group_went_meanwhile_are_left_and_the_job_says_so(self, by, ids):
        group = groups.create(by=by, name="a")
        job = bulk.found(by=by, action=Action("join", group.pk), asked={})
        Group.objects.all().delete()
        work()
        job.refresh_from_db()
        assert (job.state, job.error_text) == ("failed", "Grup bulunamadı.")
