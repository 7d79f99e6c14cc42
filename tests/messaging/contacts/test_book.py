"""The address book: who is in it once for each number, found by beginnings of words, counted without counting."""

import threading

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.contacts import book, filters, optouts
from messaging.contacts.book import Details
from messaging.contacts.models import Contact, Key, OptOut, Tally
from smsmerkezi.core import changes, masks
from smsmerkezi.core.errors import Conflict, Forbidden, NotFound, Several
from tenants.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return factories.tenant(credits=0, sender="")


@pytest.fixture
def by(firm):
    return factories.actor(firm)


def added(by, n: int = 1, **fields) -> Contact:
    return book.create(by=by, details=Details(factories.number(n), **fields))


def found(firm, **asked) -> list[str]:
    rows = filters.ContactFilter(asked, book.of(firm), firm=firm).qs
    return sorted(rows.values_list("name", flat=True))


def counted(firm) -> tuple[int, int]:
    tally = book.counts(firm)
    return tally.total, tally.opted_out


def counts_fit() -> bool:
    """The tallies against a count of the rows, which only a test may do."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tenant_id FROM contacts_tally t WHERE (t.total, t.opted_out) <> ("
            " SELECT count(*), count(*) FILTER (WHERE EXISTS ("
            "  SELECT 1 FROM contacts_optout o WHERE o.tenant_id = c.tenant_id AND o.msisdn = c.msisdn))"
            " FROM contacts_contact c WHERE c.tenant_id = t.tenant_id AND c.archived_at IS NULL)"
        )
        return cursor.fetchall() == []


class TestAdding:
    def test_keeps_what_is_told_tidied(self, by):
        details = Details(
            " 0530 123 00 01 ",
            "  Ahmet \t Yılmaz ",
            ["vip", " müşteri", "", "vip"],
            "tr",
            " İstanbul ",
            fields={" doğum günü ": " 1 Mart "},
        )
        made = book.create(by=by, details=details)
        made.refresh_from_db()
        assert (made.msisdn, made.name, made.tags) == (905301230001, "Ahmet Yılmaz", ["vip", "müşteri"])
        assert (made.address_country, made.address_province) == ("TR", "İstanbul")
        assert made.fields == {"doğum günü": "1 Mart"}
        assert (made.folded, made.opt_out_at) == ("ahmet yilmaz", None)

    def test_is_written_down_without_who_it_is(self, by):
        made = added(by, name="Ahmet")
        entry = AuditEntry.objects.get(action="contact.created")
        assert (entry.entity_type, entry.entity_id, entry.changes, entry.meta) == ("Contact", made.pk, {}, {})

    @pytest.mark.parametrize("spelling", ["05301230001", "+905301230001", "90 530 123 00 01", "5301230001"])
    def test_takes_a_number_once_however_it_is_written(self, by, spelling):
        book.create(by=by, details=Details("5301230001"))
        with pytest.raises(book.NumberKnown, match="zaten kayitli"):
            book.create(by=by, details=Details(spelling))
        assert Contact.objects.count() == 1

    def test_takes_a_number_that_another_firm_has(self, by):
        added(by)
        added(factories.actor(factories.tenant(credits=0, sender="")))
        assert Contact.objects.count() == 2

    def test_tells_all_that_is_wrong_at_once(self, by):
        wrong = Details("12", "a" * 151, ["t" * 65], "TUR", "i" * 65, "i" * 65, "1" * 21, "s" * 65, {"": "x"})
        with pytest.raises(Several) as refused:
            book.create(by=by, details=wrong)
        assert [(fault.code, fault.field) for fault in refused.value.each] == [
            ("invalid-number", "msisdn"),
            ("too-long", "name"),
            ("too-long", "address_province"),
            ("too-long", "address_district"),
            ("too-long", "landline"),
            ("too-long", "sector"),
            ("invalid-country", "address_country"),
            ("too-long", "tags"),
            ("invalid-text", "fields"),
        ]
        assert not Contact.objects.exists()

    @pytest.mark.parametrize(
        ("field", "given"),
        [("name", "a\x00"), ("name", "\ud800"), ("tags", ["\x00x"]), ("fields", {"a": "\x00b"})],
    )
    def test_refuses_what_no_database_keeps(self, by, field, given):
        with pytest.raises(Several) as refused:
            added(by, **{field: given})
        assert [(fault.code, fault.field) for fault in refused.value.each] == [("invalid-text", field)]

    @pytest.mark.parametrize("given", [{f"f{n}": "x" for n in range(31)}, {"f" * 41: "x"}, {"f": "x" * 301}])
    def test_has_its_limits_for_fields_of_the_firm(self, by, given):
        with pytest.raises(Several) as refused:
            added(by, fields=given)
        assert refused.value.each[0].longest == book.FIELD_TEXT

    def test_is_not_for_viewers(self, firm):
        with pytest.raises(Forbidden):
            added(factories.actor(firm, role="viewer"))

    def test_whatever_else_the_database_refuses_is_a_bug_and_stays_loud(self, by, monkeypatch):
        monkeypatch.setattr(book.phones, "normalise", lambda _: -1)
        with pytest.raises(book.IntegrityError):
            added(by)


class TestChanging:
    def test_replaces_everything(self, by):
        made = added(by, name="Ahmet", tags=["vip"], sector="gıda")
        changed = book.change(by=by, contact_id=made.pk, details=Details(factories.number(2), "Ayşe"))
        assert (changed.name, changed.tags, changed.sector) == ("Ayşe", [], "")
        assert changed.msisdn == int(factories.number(2)[1:])

    def test_is_written_down_without_names_and_numbers(self, by):
        made = added(by, name="Ahmet", sector="gıda")
        book.change(by=by, contact_id=made.pk, details=Details(factories.number(2), "Ayşe", sector="tekstil"))
        secret = [changes.HIDDEN, changes.HIDDEN]
        told = AuditEntry.objects.get(action="contact.updated").changes
        assert told == {"name": secret, "msisdn": secret, "sector": ["gıda", "tekstil"]}

    def test_that_changes_nothing_writes_nothing(self, by):
        made = added(by, name="Ahmet")
        book.change(by=by, contact_id=made.pk, details=Details(factories.number(1), "Ahmet"))
        assert not AuditEntry.objects.filter(action="contact.updated").exists()

    def test_to_a_number_that_somebody_has_is_refused(self, by):
        added(by, 1)
        made = added(by, 2)
        with pytest.raises(book.NumberKnown):
            book.change(by=by, contact_id=made.pk, details=Details(factories.number(1)))

    def test_with_the_mask_leaves_the_number_for_those_who_see_no_more(self, firm, by):
        made = added(by)
        operator, mask = factories.actor(firm, role="operator"), masks.mask_panel(made.msisdn)
        changed = book.change(by=operator, contact_id=made.pk, details=Details(mask, "Ayşe"))
        assert (changed.msisdn, changed.name) == (made.msisdn, "Ayşe")
        for who, number in ((by, mask), (operator, "555****0000")):
            with pytest.raises(Several):
                book.change(by=who, contact_id=made.pk, details=Details(number))

    @pytest.mark.parametrize("verb", [book.find, book.remove, book.archive, book.restore])
    def test_of_another_firm_is_not_there(self, verb):
        stranger = factories.actor(factories.tenant(credits=0, sender=""))
        made = added(factories.actor(factories.tenant(credits=0, sender="")))
        with pytest.raises(NotFound, match=r"Kontak bulunamadi\."):
            verb(by=stranger, contact_id=made.pk)

    @pytest.mark.parametrize("verb", [book.remove, book.archive, book.restore])
    def test_is_not_for_viewers(self, firm, by, verb):
        made = added(by)
        with pytest.raises(Forbidden):
            verb(by=factories.actor(firm, role="viewer"), contact_id=made.pk)


class TestLeaving:
    def test_takes_everything_but_the_refusal(self, firm, by):
        made = added(by, name="Ahmet", tags=["vip"])
        factories.opt_out(firm, factories.number(1))
        book.remove(by=by, contact_id=made.pk)
        assert not Contact.objects.exists()
        assert not Key.objects.exists()
        assert (OptOut.objects.count(), counted(firm)) == (1, (0, 0))
        assert added(by).opt_out_at is not None

    def test_for_the_archive_comes_back(self, firm, by):
        made = added(by, name="Ahmet")
        assert book.archive(by=by, contact_id=made.pk).archived_at is not None
        assert (found(firm), counted(firm)) == ([], (0, 0))
        assert book.find(by=by, contact_id=made.pk) == made
        with pytest.raises(Conflict, match="zaten arşivde"):
            book.archive(by=by, contact_id=made.pk)
        assert book.restore(by=by, contact_id=made.pk).archived_at is None
        assert (found(firm), counted(firm)) == (["Ahmet"], (1, 0))
        with pytest.raises(Conflict, match="arşivde değil"):
            book.restore(by=by, contact_id=made.pk)


class TestTheOptOutList:
    def test_shows_whichever_comes_first(self, firm, by):
        early = added(by, 1)
        optouts.add(by=by, numbers=[factories.number(1), factories.number(2)])
        late = added(by, 2)
        early.refresh_from_db()
        assert early.opt_out_at is not None
        assert late.opt_out_at is not None
        assert counted(firm) == (2, 2)

    def test_of_another_firm_shows_nothing(self, firm, by):
        made = added(by)
        factories.opt_out(factories.tenant(credits=0, sender=""), factories.number(1))
        made.refresh_from_db()
        assert (made.opt_out_at, counted(firm)) == (None, (1, 0))

    def test_is_left_again(self, firm, by):
        made = added(by)
        factories.opt_out(firm, factories.number(1))
        OptOut.objects.all().delete()
        made.refresh_from_db()
        assert (made.opt_out_at, counted(firm)) == (None, (1, 0))

    def test_follows_a_number_and_not_a_person(self, firm, by):
        factories.opt_out(firm, factories.number(2))
        made = added(by, 1)
        changed = book.change(by=by, contact_id=made.pk, details=Details(factories.number(2)))
        assert changed.opt_out_at is not None
        assert book.change(by=by, contact_id=made.pk, details=Details(factories.number(3))).opt_out_at is None
        assert counted(firm) == (1, 0)

    @pytest.mark.django_db(transaction=True)
    def test_and_a_contact_that_come_at_once_see_each_other(self, firm, by):
        for n in range(12):
            at_once(lambda n=n: added(by, n), lambda n=n: optouts.add(by=by, numbers=[factories.number(n)]))
        assert counted(firm) == (12, 12)
        assert not Contact.objects.filter(opt_out_at=None).exists()


def at_once(*works) -> None:
    def run(work):
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class TestFinding:
    @pytest.fixture(autouse=True)
    def people(self, by):
        added(by, 1, name="Işık Öztürk", tags=["vip"], address_province="Istanbul", sector="gıda toptan")
        added(by, 2, name="IŞIL ÇAĞLAR", tags=["vip", "bayi"], address_province="Ankara", sector="tekstil")
        added(by, 3, name="Ali Işıklı")
        added(factories.actor(factories.tenant(credits=0, sender="")), 4, name="Işık Başka")

    @pytest.mark.parametrize(
        ("typed", "names"),
        [
            ("isi", ["Ali Işıklı", "IŞIL ÇAĞLAR", "Işık Öztürk"]),
            ("IŞIK", ["Ali Işıklı", "Işık Öztürk"]),
            ("ışık öz", ["Işık Öztürk"]),
            ("oz isik", ["Işık Öztürk"]),
            ("caglar", ["IŞIL ÇAĞLAR"]),
            ("zturk", []),
            ("ali veli", []),
            ("   ", ["Ali Işıklı", "IŞIL ÇAĞLAR", "Işık Öztürk"]),
            ("%", []),
        ],
    )
    def test_by_beginnings_of_words_in_any_spelling(self, firm, typed, names):
        assert found(firm, search=typed) == sorted(names)

    @pytest.mark.parametrize("prefix", ["0", "", "+90", "0090", "90"])
    def test_by_the_beginning_of_a_number(self, firm, prefix):
        whole = factories.number(2).removeprefix("+90")
        assert found(firm, search=f"{prefix}{whole}") == ["IŞIL ÇAĞLAR"]
        assert len(found(firm, search=f"{prefix}{whole[:4]}")) == 3
        assert found(firm, search=f"{prefix}599{whole[3:]}") == []

    def test_by_a_number_abroad(self, firm, by):
        book.create(by=by, details=Details("+49 1512 3456789", "Hans"))
        assert found(firm, search="491512") == found(firm, search="+49 151") == ["Hans"]

    @pytest.mark.parametrize(
        ("asked", "names"),
        [
            ({"tag": "vip"}, ["IŞIL ÇAĞLAR", "Işık Öztürk"]),
            ({"tag": "vi"}, []),
            ({"tag": "bayi", "search": "isi"}, ["IŞIL ÇAĞLAR"]),
            ({"province": "Ankara"}, ["IŞIL ÇAĞLAR"]),
            ({"sector": "TOPTAN"}, ["Işık Öztürk"]),
            ({"status": "all"}, ["Ali Işıklı", "IŞIL ÇAĞLAR", "Işık Öztürk"]),
            ({"status": "opted_out"}, ["Ali Işıklı"]),
            ({"status": "active"}, ["IŞIL ÇAĞLAR", "Işık Öztürk"]),
        ],
    )
    def test_by_tag_province_sector_and_refusal(self, firm, asked, names):
        factories.opt_out(firm, factories.number(3))
        assert found(firm, **asked) == sorted(names)

    @pytest.mark.parametrize(
        "asked", [{"status": "gone"}, {"search": "a" * 101}, {"search": "\x00"}, {"tag": "a\x00b"}]
    )
    def test_refuses_what_cannot_be_asked(self, firm, asked):
        with pytest.raises(filters.BadFilter):
            found(firm, **asked)

    def test_follows_a_change_of_name_and_tags(self, firm, by):
        someone = Contact.objects.get(name="Ali Işıklı")
        book.change(by=by, contact_id=someone.pk, details=Details(factories.number(3), "Veli", ["yeni"]))
        assert found(firm, search="isikli") == []
        assert found(firm, search="veli", tag="yeni") == ["Veli"]

    def test_asks_an_index_for_the_word(self, firm):
        """Behind a policy it would not for LIKE."""
        rows = Key.objects.of(firm).filter(kind=Key.Kind.WORD, word__gte="isi", word__lt="isj")
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            plan = rows.values("contact_id").explain()
        (condition,) = [line for line in plan.splitlines() if "Index Cond" in line]
        assert "word >= 'isi'" in condition


class TestTheTally:
    def test_of_a_firm_without_contacts_is_zero(self, firm):
        assert counted(firm) == (0, 0)

    def test_follows_many_at_once(self, firm):
        for numbers in ((1, 2, 3), (4, 5)):
            Contact.objects.bulk_create(Contact(tenant=firm, msisdn=905300000000 + n) for n in numbers)
        assert counted(firm) == (5, 0)
        Contact.objects.filter(msisdn__lte=905300000002).delete()
        assert counted(firm) == (3, 0)

    def test_cannot_go_below_zero(self, by):
        added(by)
        with pytest.raises(book.IntegrityError), transaction.atomic():
            Tally.objects.update(total=-1)

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["add", "refuse", "allow", "archive", "restore", "renumber", "remove"]),
                st.integers(1, 4),
                st.integers(1, 4),
            ),
            max_size=20,
        )
    )
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_fits_after_any_history(self, firm, by, history):
        with transaction.atomic():
            for what, n, other in history:
                step(firm, by, what, n, other)
                assert counts_fit()
            transaction.set_rollback(True)


def step(firm, by, what: str, n: int, other: int) -> None:
    """One of the verbs, where it has something to do."""
    rows = {row.msisdn: row for row in Contact.objects.of(firm)}
    msisdn, wanted = (int(factories.number(each)[1:]) for each in (n, other))
    row = rows.get(msisdn)
    if what == "refuse":
        optouts.add(by=by, numbers=[factories.number(n)])
    elif what == "allow":
        OptOut.objects.of(firm).filter(msisdn=msisdn).delete()
    elif row is None:
        if what == "add":
            added(by, n, name=f"Kişi {n}")
    elif what == "remove":
        book.remove(by=by, contact_id=row.pk)
    elif what == "renumber" and wanted not in rows:
        book.change(by=by, contact_id=row.pk, details=Details(factories.number(other)))
    elif what == ("restore" if row.archived_at else "archive"):
        {"restore": book.restore, "archive": book.archive}[what](by=by, contact_id=row.pk)
