"""Contacts out of a file: each number once, what is known kept or changed as asked, and all of it taken back within a day."""

from datetime import timedelta

import pytest
from django.db.models import F

from messaging.contacts import book, bulk, groups, import_check, importing, imports, undoing
from messaging.contacts.models import Contact, ContactImport, Group, ImportChange, Membership
from messaging.files import unreadable
from messaging.files.models import Job, StoredFile
from smsmerkezi import queues
from smsmerkezi.core import clock
from smsmerkezi.core.errors import Forbidden
from tenants.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db
MESSY = "Cep Telefonu;Ad;Şehir;Doğum günü\n5300000001;Ayşe;İzmir;3 Mayıs\n0530 000 00 01;x;;\nAhmet;y;;\n5300000002;Ömer;;\n"


@pytest.fixture
def firm():
    return factories.tenant(credits=0, sender="")


@pytest.fixture
def by(firm):
    return factories.actor(firm, role="operator")


def started(by, content=MESSY, name="kisiler.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    return imports.start(by=by, chunks=[data], name=name)


def checked(by, content=MESSY, **more):
    found = started(by, content)
    asked = {
        "columns": found.columns,
        "header": found.layout["header"],
        "update_known": True,
        "tags": [],
        **more,
    }
    return imports.check(by=by, import_id=found.pk, **asked)


def work():
    queues.LOOKS["files"]()


def imported(by, content=MESSY, **more):
    found = checked(by, content, **more)
    imports.run(by=by, import_id=found.pk)
    work()
    return ContactImport.objects.get(pk=found.pk)


def people():
    return {c.msisdn: c for c in Contact.objects.all()}


def lines(count):
    return "".join(f"5{300000000 + n},Kişi {n}\n" for n in range(count))


class TestTheFile:
    def test_is_guessed(self, by):
        assert started(by).columns == ["msisdn", "name", "address_province", "dogum_gunu"]

    @pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(99), b";" * 300])
    def test_that_is_none_is_refused_and_not_kept(self, by, content):
        with pytest.raises(unreadable.Unreadable):
            started(by, content)
        assert not StoredFile.objects.exists()

    def test_is_for_operators(self, firm):
        with pytest.raises(Forbidden):
            started(factories.actor(firm, role="viewer"))

    @pytest.mark.parametrize("columns", [["", ""], ["msisdn", "msisdn"], ["msisdn", "name", "name"]])
    def test_has_one_column_of_numbers(self, by, columns):
        with pytest.raises(imports.BadImportColumns):
            checked(by, columns=columns)


class TestChecking:
    def test_tells_what_will_happen_and_what_is_wrong(self, firm, by):
        book.create(by=by, details=book.Details(msisdn="5300000002", name="Eski"))
        factories.opt_out(firm, "5300000001")
        found = checked(by)
        assert found.counts == {"rows": 4, "invalid": 1, "repeated": 1, "known": 1, "fresh": 1, "refused": 1}
        assert [(row, reason) for row, reason, _, _ in imports.excluded(found)] == [
            (3, "repeated"),
            (4, "invalid"),
        ]

    def test_tells_landlines_from_what_is_no_number(self, by):
        found = checked(by, "Telefon\n0212 555 00 01\n5300000001\nAhmet\n")
        assert [(out.row, out.reason) for out in imports.excluded(found)] == [(2, "landline"), (4, "invalid")]

    def test_of_a_large_file_is_a_job(self, by, monkeypatch):
        monkeypatch.setattr(imports, "WAITED_FOR", 0)
        monkeypatch.setattr(import_check, "AT_ONCE", 2)
        found = checked(by, lines(5))
        assert found.stage == "checking"
        assert import_check.Check(found.job).step()
        work()
        found.refresh_from_db()
        assert (found.stage, found.counts["fresh"]) == ("checked", 5)

    def test_that_fails_says_why_and_keeps_nothing(self, by, monkeypatch):
        monkeypatch.setattr(imports, "WAITED_FOR", 0)
        found = checked(by, lines(100).replace(",", ";") + ";" * 300 + "\n")
        work()
        found.refresh_from_db()
        assert (found.stage, found.error_text) == ("draft", "Satır 101: en çok 200 sütun okunur.")
        assert StoredFile.objects.count() == 1

    def test_can_be_done_again_with_other_columns(self, by):
        found = checked(by)
        imports.check(
            by=by, import_id=found.pk, columns=["msisdn", "", "", ""], header=True, update_known=True, tags=[]
        )
        assert ContactImport.objects.get().columns == ["msisdn", "", "", ""]


class TestTaking:
    def test_adds_each_once_with_all_that_is_known(self, by):
        found = imported(by, tags=["fuar"])
        first = people()[905300000001]
        assert (first.name, first.address_province, first.fields) == (
            "Ayşe",
            "İzmir",
            {"dogum_gunu": "3 Mayıs"},
        )
        assert (first.tags, first.folded) == (["fuar"], "ayse")
        assert (found.stage, found.counts["created"], found.counts["changed"]) == ("done", 2, 0)
        (entry,) = AuditEntry.objects.filter(action="contacts.imported")
        assert entry.meta == {"created": 2, "changed": 0}

    def test_changes_whom_one_knows_and_keeps_what_the_file_lacks(self, by):
        details = book.Details(msisdn="5300000001", name="Eski", sector="Gıda", tags=["vip"])
        book.create(by=by, details=details)
        found = imported(by, tags=["fuar"])
        first = people()[905300000001]
        assert (first.name, first.sector, sorted(first.tags)) == ("Ayşe", "Gıda", ["fuar", "vip"])
        assert (found.counts["created"], found.counts["changed"]) == (1, 1)

    def test_or_skips_them(self, by):
        book.create(by=by, details=book.Details(msisdn="5300000001", name="Eski"))
        found = imported(by, update_known=False)
        assert people()[905300000001].name == "Eski"
        assert (found.counts["created"], found.counts["changed"]) == (1, 0)

    def test_keeps_who_said_no(self, firm, by):
        factories.opt_out(firm, "5300000001")
        imported(by)
        assert people()[905300000001].opt_out_at is not None

    def test_takes_tags_from_a_column(self, by):
        imported(by, "Telefon;Etiket\n5300000001;vip, bayi\n")
        assert people()[905300000001].tags == ["vip", "bayi"]

    def test_goes_on_where_a_dead_worker_was(self, by, monkeypatch):
        monkeypatch.setattr(importing, "AT_ONCE", 2)
        found = checked(by, lines(5))
        found = imports.run(by=by, import_id=found.pk)
        assert importing.Import(found.job).step()
        found.job.save()
        work()
        found.refresh_from_db()
        assert (len(people()), found.counts["created"]) == (5, 5)

    def test_is_found_by_search_at_once(self, firm, by):
        imported(by)
        from messaging.contacts import filters

        assert filters.ContactFilter({"search": "ays"}, book.of(firm), firm=firm).qs.count() == 1
        assert book.counts(firm).total == 2

    def test_needs_rows_that_were_checked(self, by):
        with pytest.raises(imports.NotNow):
            imports.run(by=by, import_id=started(by).pk)
        with pytest.raises(imports.NotNow):
            imports.run(by=by, import_id=checked(by, "Telefon\nAhmet\n5\n", columns=["msisdn"]).pk)

    def test_without_its_list_ends_in_words(self, by):
        found = checked(by)
        imports.run(by=by, import_id=found.pk)
        found.kept.delete()
        work()
        found.refresh_from_db()
        assert (found.stage, found.error_text) == ("done", "Liste artık yok.")

    def test_of_another_firm_is_unknown(self, by):
        found = checked(by)
        stranger = factories.actor(factories.tenant())
        for verb in (imports.find, imports.run, imports.undo):
            with pytest.raises(imports.Unknown):
                verb(by=stranger, import_id=found.pk)

    def test_leaves_whom_it_tells_nothing_new_of(self, by):
        imported(by)
        before = {c.pk: c.updated_at for c in Contact.objects.all()}
        again = imported(by)
        assert (again.counts["created"], again.counts["changed"]) == (0, 0)
        assert {c.pk: c.updated_at for c in Contact.objects.all()} == before

    def test_puts_everybody_into_a_group_whom_one_knows_too(self, by):
        book.create(by=by, details=book.Details(msisdn="5300000002", name="Ömer"))
        group = groups.create(by=by, name="Fuar")
        imported(by, group_id=group.pk)
        group.refresh_from_db()
        assert (group.total, Membership.objects.count()) == (2, 2)

    def test_into_a_group_of_another_firm_is_refused(self, by):
        foreign = groups.create(by=factories.actor(factories.tenant()), name="a")
        with pytest.raises(groups.Unknown):
            checked(by, group_id=foreign.pk)

    @pytest.mark.parametrize(
        ("heading", "longest"), [("Ad", 150), ("Şehir", 64), ("Etiketler", 64), ("Doğum günü", 300)]
    )
    def test_takes_a_value_that_is_as_long_as_may_be_and_no_longer(self, by, heading, longest):
        rows = "".join(f"530000000{n};{'a' * (longest + n)}\n" for n in range(2))
        found = imported(by, f"Telefon;{heading}\n{rows}")
        assert found.counts["created"] == found.counts["long"] == 1
        out = next(imports.excluded(found))
        assert (out.row, out.reason, out.at) == (3, "long", 1)

    def test_adds_no_more_tags_than_somebody_may_have(self, by):
        many = [f"t{n}" for n in range(book.TAGS)]
        made = book.create(by=by, details=book.Details(msisdn="5300000001", tags=many))
        imported(by, tags=["fuar"])
        made.refresh_from_db()
        assert (made.tags, made.name) == (many, "Ayşe")

    def test_adds_no_more_fields_than_somebody_may_have(self, by):
        many = {f"f{n}": "x" for n in range(book.FIELDS)}
        made = book.create(by=by, details=book.Details(msisdn="5300000001", fields=many))
        imported(by)
        made.refresh_from_db()
        assert made.fields == many

    def test_knows_no_more_than_thirty_fields_of_a_file(self, by):
        columns = ["msisdn", *(f"f{n}" for n in range(book.FIELDS + 1))]
        with pytest.raises(imports.BadImportColumns):
            checked(by, ";".join(columns) + "\n", columns=columns)


class TestTakingBack:
    def undone(self, by, found):
        imports.undo(by=by, import_id=found.pk)
        work()
        return ContactImport.objects.get(pk=found.pk)

    def test_removes_whom_it_added_and_restores_whom_it_changed(self, by):
        book.create(by=by, details=book.Details(msisdn="5300000001", name="Eski", tags=["vip"]))
        found = self.undone(by, imported(by, tags=["fuar"]))
        assert {c.name for c in people().values()} == {"Eski"}
        assert people()[905300000001].tags == ["vip"]
        assert (found.stage, found.counts["removed"], found.counts["restored"]) == ("undone", 1, 1)
        assert AuditEntry.objects.filter(action="contacts.import-undone").count() == 1
        assert not ImportChange.objects.exists()

    def test_leaves_whom_somebody_touched_since(self, by):
        found = imported(by)
        Contact.objects.filter(name="Ayşe").update(
            name="Ayşe Hanım", updated_at=F("updated_at") + timedelta(1)
        )
        self.undone(by, found)
        assert {c.name for c in people().values()} == {"Ayşe Hanım"}

    def test_leaves_whom_somebody_archived_or_put_into_a_group(self, firm, by):
        found = imported(by)
        first, second = Contact.objects.order_by("msisdn")
        book.archive(by=by, contact_id=first.pk)
        group = Group.objects.create(tenant=firm, name="Bayiler")
        Membership.objects.create(tenant_id=firm.pk, group=group, contact=second)
        assert self.undone(by, found).counts["removed"] == 0
        assert len(people()) == 2

    def test_goes_through_one_import_after_the_other(self, by):
        made = book.create(by=by, details=book.Details(msisdn="5300000001", name="Eski"))
        first = imported(by, MESSY)
        second = imported(by, MESSY.replace("Ayşe", "Fatma"))
        for found, name in ((second, "Ayşe"), (first, "Eski")):
            assert self.undone(by, found).counts["restored"] == 1
            made.refresh_from_db()
            assert made.name == name

    def test_takes_them_out_of_the_group_that_they_were_put_into(self, by):
        group = groups.create(by=by, name="Fuar")
        known = book.create(by=by, details=book.Details(msisdn="5300000002", name="Ömer")).pk
        bulk.ticked(by=by, action=bulk.Action("join", group.pk), ids=[known])
        self.undone(by, imported(by, group_id=group.pk))
        group.refresh_from_db()
        assert (group.total, Membership.objects.get().contact_id) == (1, known)
        assert len(people()) == 1

    def test_that_fails_can_be_asked_for_again(self, by, monkeypatch):
        found = imported(by)

        def refuse(self):
            raise imports.NotNow

        with monkeypatch.context() as broken:
            broken.setattr(undoing.Undo, "step", refuse)
            assert self.undone(by, found).stage == "done"
        assert self.undone(by, found).stage == "undone"

    def test_goes_on_where_a_dead_worker_was(self, by, monkeypatch):
        monkeypatch.setattr(undoing, "AT_ONCE", 2)
        found = imports.undo(by=by, import_id=imported(by, lines(5)).pk)
        undoing.Undo(found.job).step()
        found.job.save()
        work()
        assert people() == {}

    def test_is_possible_for_a_day_and_once(self, by):
        found = imported(by)
        ContactImport.objects.update(done_at=clock.now() - timedelta(hours=25))
        with pytest.raises(imports.NotNow):
            imports.undo(by=by, import_id=found.pk)
        assert undoing.prune() == 2
        assert undoing.prune() == 0

    def test_a_second_time_is_refused(self, by):
        found = self.undone(by, imported(by))
        with pytest.raises(imports.NotNow):
            imports.undo(by=by, import_id=found.pk)
        assert Job.objects.filter(kind=undoing.KIND).count() == 1
