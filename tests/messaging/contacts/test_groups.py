"""Groups of contacts: a tree without circles, whose counts are those of its members, whatever happens to them."""

import pytest
from django.db import IntegrityError, connection, transaction

from messaging.contacts import book, bulk, filters, groups, members, optouts
from messaging.contacts.models import Contact, Group, Membership
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


def people(by, count=3):
    numbers = range(1, count + 1)
    return [book.create(by=by, details=book.Details(factories.number(n), f"Kişi {n}")).pk for n in numbers]


def join(by, group, ids):
    return bulk.ticked(by=by, action=bulk.Action("join", group.pk), ids=ids)


def leave(by, group, ids):
    return bulk.ticked(by=by, action=bulk.Action("leave", group.pk), ids=ids)


def counted(group):
    group.refresh_from_db()
    return group.total, group.reachable


def told(firm):
    return [(node.group.name, node.depth) for node in groups.tree(firm)]


class TestTheTree:
    def test_is_told_by_name_each_followed_by_what_is_below(self, firm, by):
        shops = groups.create(by=by, name="Şubeler")
        groups.create(by=by, name=" İzmir  merkez ", parent_id=shops.pk)
        groups.create(by=by, name="Bayiler")
        groups.create(by=by, name="Ankara", parent_id=shops.pk)
        assert told(firm) == [("Bayiler", 0), ("Şubeler", 0), ("Ankara", 1), ("İzmir merkez", 1)]

    def test_knows_a_branch(self, firm, by):
        top = groups.create(by=by, name="a")
        below = groups.create(by=by, name="b", parent_id=top.pk)
        lowest = groups.create(by=by, name="c", parent_id=below.pk)
        other = groups.create(by=by, name="d")
        assert groups.branch(firm, top.pk) == [top.pk, below.pk, lowest.pk]
        assert groups.branch(firm, other.pk) == [other.pk]
        assert groups.branch(firm, 0) == []
        assert groups.branch(factories.tenant(), top.pk) == []

    @pytest.mark.parametrize("name", ["", "  ", "a" * 101, "a\0"])
    def test_has_no_group_without_a_name(self, by, name):
        with pytest.raises(groups.BadGroupName):
            groups.create(by=by, name=name)
        assert not Group.objects.exists()

    def test_has_a_name_once_in_each_place(self, by):
        top = groups.create(by=by, name="Bayiler")
        with pytest.raises(groups.GroupKnown):
            groups.create(by=by, name="Bayiler")
        below = groups.create(by=by, name="Bayiler", parent_id=top.pk)
        with pytest.raises(groups.GroupKnown):
            groups.change(by=by, group_id=below.pk, name="Bayiler", parent_id=None)
        assert groups.change(by=by, group_id=top.pk, name="Bayiler", parent_id=None) == top

    def test_has_no_circle(self, by):
        top = groups.create(by=by, name="a")
        below = groups.create(by=by, name="b", parent_id=top.pk)
        for parent in (top, below):
            with pytest.raises(groups.BadParent):
                groups.change(by=by, group_id=top.pk, name="a", parent_id=parent.pk)

    def test_has_no_circle_in_the_database_either(self, by):
        top = groups.create(by=by, name="a")
        below = groups.create(by=by, name="b", parent_id=top.pk)
        with pytest.raises(IntegrityError), transaction.atomic():
            Group.objects.filter(pk=top.pk).update(parent=below)

    def test_is_five_levels_deep(self, by):
        at = None
        for level in range(groups.DEEPEST):
            at = groups.create(by=by, name=str(level), parent_id=at and at.pk)
        with pytest.raises(groups.BadParent):
            groups.create(by=by, name="x", parent_id=at.pk)

    def test_moves_a_branch_only_where_all_of_it_fits(self, firm, by):
        at = None
        for level in range(groups.DEEPEST - 1):
            at = groups.create(by=by, name=str(level), parent_id=at and at.pk)
        top = groups.create(by=by, name="x")
        groups.create(by=by, name="y", parent_id=top.pk)
        with pytest.raises(groups.BadParent):
            groups.change(by=by, group_id=top.pk, name="x", parent_id=at.pk)
        groups.change(by=by, group_id=top.pk, name="z", parent_id=at.parent_id)
        assert ("y", 4) in told(firm)

    def test_has_no_parent_of_another_firm(self, by):
        foreign = groups.create(by=factories.actor(factories.tenant()), name="a")
        with pytest.raises(groups.BadParent):
            groups.create(by=by, name="b", parent_id=foreign.pk)

    def test_is_no_larger_than_a_page(self, by, monkeypatch):
        monkeypatch.setattr(groups, "MOST", 1)
        groups.create(by=by, name="a")
        with pytest.raises(groups.TooManyGroups):
            groups.create(by=by, name="b")

    def test_is_changed_by_operators_of_the_firm_alone(self, firm, by):
        group = groups.create(by=by, name="a")
        viewer, stranger = factories.actor(firm, role="viewer"), factories.actor(factories.tenant())
        for who, error in ((viewer, Forbidden), (stranger, groups.Unknown)):
            with pytest.raises(error):
                groups.change(by=who, group_id=group.pk, name="b", parent_id=None)
            with pytest.raises(error):
                groups.remove(by=who, group_id=group.pk)
        with pytest.raises(Forbidden):
            groups.create(by=viewer, name="b")
        assert groups.find(by=viewer, group_id=group.pk).name == "a"

    def test_is_written_down(self, by):
        group = groups.create(by=by, name="a")
        groups.change(by=by, group_id=group.pk, name="b", parent_id=None)
        groups.remove(by=by, group_id=group.pk)
        trail = AuditEntry.objects.filter(action__startswith="group.").order_by("id")
        assert [entry.action for entry in trail] == ["group.created", "group.updated", "group.deleted"]


def test_a_name_is_changed_without_its_counts(by):
    """As they were when it was read, others may have changed them since."""
    group = groups.create(by=by, name="a")
    join(by, group, people(by, 2))
    stale = Group.objects.get(pk=group.pk)
    stale.total = stale.reachable = 0
    groups._place(stale, "b", None, [])
    assert counted(group) == (2, 2)
    assert group.name == "b"


class TestRemoving:
    def test_takes_what_is_below_and_leaves_the_people(self, by):
        top = groups.create(by=by, name="a")
        below = groups.create(by=by, name="b", parent_id=top.pk)
        groups.create(by=by, name="c", parent_id=below.pk)
        join(by, below, people(by))
        groups.remove(by=by, group_id=top.pk)
        assert not Group.objects.exists()
        assert not Membership.objects.exists()
        assert Contact.objects.count() == 3


class TestMembers:
    def test_are_counted_once(self, by):
        group, ids = groups.create(by=by, name="a"), people(by)
        assert join(by, group, ids[:2]) == 2
        assert join(by, group, ids) == 1
        assert counted(group) == (3, 3)
        assert leave(by, group, ids[:1]) == 1
        assert leave(by, group, ids[:1]) == 0
        assert counted(group) == (2, 2)

    def test_of_another_firm_are_none(self, by):
        group = groups.create(by=by, name="a")
        stranger = factories.actor(factories.tenant())
        assert join(by, group, people(stranger, 1)) == 0
        with pytest.raises(groups.Unknown):
            join(stranger, group, people(by, 1))
        assert not Membership.objects.exists()

    def test_that_refuse_are_not_reachable(self, firm, by):
        group = groups.create(by=by, name="a")
        factories.opt_out(firm, factories.number(1))
        join(by, group, people(by))
        assert counted(group) == (3, 2)
        optouts.add(by=by, numbers=[factories.number(2)])
        assert counted(group) == (3, 1)
        kept = optouts.of(firm).get(msisdn=int("90" + factories.number(2)[-10:]))
        optouts.remove(by=factories.actor(firm), optout_id=kept.pk, reason="Yanlışlıkla eklendi")
        assert counted(group) == (3, 2)

    def test_that_are_archived_or_deleted_are_not_counted(self, by):
        group, ids = groups.create(by=by, name="a"), people(by)
        join(by, group, ids)
        book.archive(by=by, contact_id=ids[0])
        book.remove(by=by, contact_id=ids[1])
        assert counted(group) == (1, 1)
        book.restore(by=by, contact_id=ids[0])
        assert counted(group) == (2, 2)
        book.remove(by=by, contact_id=ids[0])
        book.remove(by=by, contact_id=ids[2])
        assert counted(group) == (0, 0)

    def test_of_two_groups_are_counted_in_each(self, firm, by):
        first, second, ids = groups.create(by=by, name="a"), groups.create(by=by, name="b"), people(by)
        join(by, first, ids)
        join(by, second, ids[:2])
        optouts.add(by=by, numbers=[factories.number(1)])
        assert (counted(first), counted(second)) == ((3, 2), (2, 1))
        assert [group.name for group in members.groups_of(Contact.objects.get(pk=ids[0]))] == ["a", "b"]

    def test_are_found_by_their_group_and_by_those_above(self, firm, by):
        top, ids = groups.create(by=by, name="a"), people(by)
        below = groups.create(by=by, name="b", parent_id=top.pk)
        join(by, top, ids[:2])
        join(by, below, ids[1:])
        for group, there in ((top, ids), (below, ids[1:])):
            rows = filters.ContactFilter({"group": str(group.pk)}, book.of(firm), firm=firm).qs
            assert sorted(rows.values_list("pk", flat=True)) == there

    @pytest.mark.parametrize("group", ["x", "0", "9" * 30, "1.5e99"])
    def test_are_not_looked_for_by_what_is_no_number(self, firm, group):
        with pytest.raises(filters.BadFilter):
            filters.ContactFilter({"group": group}, book.of(firm), firm=firm).qs.exists()

    def test_of_no_group_are_none(self, firm, by):
        people(by)
        assert not filters.ContactFilter({"group": "12345678"}, book.of(firm), firm=firm).qs.exists()

    def test_of_a_group_that_was_just_removed_join_nothing(self, firm, by):
        ids = people(by, 1)
        with transaction.atomic():
            assert members.join(firm, group_id=10**9, ids=ids) == 0


def test_what_has_been_counted_is_what_there_is(firm, by):
    """After a bit of everything, against a count of the rows."""
    top, other = groups.create(by=by, name="a"), groups.create(by=by, name="b")
    ids = people(by, 8)
    join(by, top, ids)
    join(by, other, ids[::2])
    optouts.add(by=by, numbers=[factories.number(n) for n in (1, 2, 3)])
    bulk.ticked(by=by, action=bulk.Action("archive"), ids=ids[2:5])
    bulk.ticked(by=by, action=bulk.Action("delete"), ids=ids[6:])
    leave(by, top, ids[:1])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT g.id, g.total, g.reachable, count(c.id), count(c.id) FILTER (WHERE c.opt_out_at IS NULL)"
            " FROM contacts_group g LEFT JOIN contacts_membership m ON m.group_id = g.id"
            " LEFT JOIN contacts_contact c ON c.id = m.contact_id AND c.archived_at IS NULL GROUP BY g.id"
        )
        rows = cursor.fetchall()
    assert len(rows) == 2
    assert all(row[1:3] == row[3:5] for row in rows)
