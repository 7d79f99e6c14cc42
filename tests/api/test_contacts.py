"""#56-#60: the address book over the API. What the contract shows of it stands in tests/contracts."""

import pytest

from messaging.contacts import book
from messaging.contacts.models import Contact
from tenants.models import AuditEntry
from tests import factories
from tests.api import doors
from tests.api.doors import is_problem

BOOK = "/v1/panel/contacts"
NUMBER = "05301230001"


@pytest.fixture
def ahmet(firm) -> Contact:
    return book.create(
        by=factories.actor(firm), details=book.Details(NUMBER, "Ahmet", landline="02161234567")
    )


@pytest.fixture
def one(ahmet) -> str:
    return f"{BOOK}/{ahmet.pk}"


class TestTheList:
    def test_is_newest_first_and_pages_both_ways(self, firm, door):
        by = factories.actor(firm)
        for n in range(5):
            book.create(by=by, details=book.Details(factories.number(n), f"Kişi {n}"))
        first = door.get(BOOK, per_page=2).json()
        assert [row["name"] for row in first["data"]] == ["Kişi 4", "Kişi 3"]
        assert first["meta"]["has_more"] is True
        second = door.get(BOOK, per_page=2, cursor=first["meta"]["next_cursor"]).json()
        assert [row["name"] for row in second["data"]] == ["Kişi 2", "Kişi 1"]
        back = door.get(BOOK, per_page=2, cursor=second["meta"]["prev_cursor"]).json()
        assert back["data"] == first["data"]

    def test_counts_the_whole_book_whatever_is_asked_for(self, firm, door, ahmet):
        book.create(by=factories.actor(firm), details=book.Details(factories.number(2), "Ayşe"))
        factories.opt_out(firm, NUMBER)
        told = door.get(BOOK, search="ayse").json()
        assert [row["name"] for row in told["data"]] == ["Ayşe"]
        assert told["stats"] == {"total": 2, "active": 1, "opted_out": 1}

    def test_tells_since_when_somebody_wants_nothing(self, firm, door, ahmet):
        factories.opt_out(firm, NUMBER)
        (row,) = door.get(BOOK, status="opted_out").json()["data"]
        assert row["opt_out_at"].endswith("+00:00")
        assert door.get(BOOK, status="active").json()["data"] == []

    @pytest.mark.parametrize("role", ["viewer", "operator"])
    def test_masks_numbers_for_those_who_see_no_more(self, firm, ahmet, role):
        told = doors.door(firm, role=role).get(BOOK).json()
        assert told["meta"]["can_see_full_msisdn"] is False
        assert (told["data"][0]["msisdn"], told["data"][0]["landline"]) == ("530****0001", "0216****4567")
        assert "5301230001" not in str(told)

    def test_shows_a_short_landline_to_everybody(self, firm, door, one):
        door.call("PUT", one, {"msisdn": NUMBER, "landline": "4440"})
        assert doors.door(firm, role="viewer").get(one).json()["data"]["landline"] == "4440"

    @pytest.mark.parametrize(
        "query", [{"status": "x"}, {"per_page": 0}, {"per_page": 101}, {"cursor": "x"}, {"search": "a" * 101}]
    )
    def test_refuses_what_cannot_be_asked(self, door, query):
        is_problem(door.get(BOOK, **query), 422, "validation-error", next(iter(query)))

    def test_asks_as_often_for_many_as_for_few(self, firm, door, django_assert_max_num_queries):
        by = factories.actor(firm)
        for n in range(6):
            book.create(by=by, details=book.Details(factories.number(n)))
        with django_assert_max_num_queries(3):
            door.get(BOOK)


class TestAdding:
    def test_needs_no_more_than_a_number(self, door):
        told = door.post(BOOK, {"msisdn": NUMBER}).json()["data"]
        assert (told["msisdn"], told["name"], told["tags"], told["fields"]) == ("5301230001", "", [], {})

    def test_keeps_fields_of_the_firms_own(self, door):
        told = door.post(BOOK, {"msisdn": NUMBER, "fields": {"şube": "Kadıköy"}}).json()["data"]
        assert told["fields"] == {"şube": "Kadıköy"}

    def test_is_written_down_in_the_tokens_name(self, firm, door):
        made = door.post(BOOK, {"msisdn": NUMBER}).json()["data"]
        entry = AuditEntry.objects.get(action="contact.created", entity_id=made["id"])
        assert entry.tenant_id == firm.pk
        assert entry.token_id is not None

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "msisdn"),
            ({"msisdn": None}, "msisdn"),
            ({"msisdn": ""}, "msisdn"),
            ({"msisdn": 5301230001}, "msisdn"),
            ({"msisdn": "0212 123 45 67"}, "msisdn"),
            ({"msisdn": "1" * 33}, "msisdn"),
            ({"msisdn": NUMBER, "name": 5}, "name"),
            ({"msisdn": NUMBER, "name": "a\x00"}, "name"),
            ({"msisdn": NUMBER, "tags": ["vip"]}, "tags"),
            ({"msisdn": NUMBER, "tags": "a" * 256}, "tags"),
            ({"msisdn": NUMBER, "tags": "a" * 65}, "tags"),
            ({"msisdn": NUMBER, "address_country": "T1"}, "address_country"),
            ({"msisdn": NUMBER, "address_province": "i" * 65}, "address_province"),
            ({"msisdn": NUMBER, "landline": "1" * 21}, "landline"),
            ({"msisdn": NUMBER, "sector": "s" * 65}, "sector"),
            ({"msisdn": NUMBER, "fields": []}, "fields"),
            ({"msisdn": NUMBER, "fields": {"a": "x" * 301}}, "fields"),
        ],
    )
    def test_refuses_what_does_not_fit_and_stores_nothing(self, door, body, field):
        said = door.post(BOOK, body)
        assert said.status_code == 422
        assert field in said.json()["errors"] or any(
            name.startswith(f"{field}.") for name in said.json()["errors"]
        )
        assert not Contact.objects.exists()

    def test_takes_nothing_that_is_not_asked_for(self, firm, door):
        other = factories.tenant(credits=0, sender="")
        door.post(BOOK, {"msisdn": NUMBER, "tenant_id": other.pk, "opt_out_at": "2020-01-01", "id": 7})
        row = Contact.objects.get()
        assert (row.tenant_id, row.opt_out_at) == (firm.pk, None)


class TestReplacing:
    def test_with_the_mask_keeps_the_number(self, firm, one, ahmet):
        operator = doors.door(firm, role="operator")
        told = operator.call("PUT", one, {"msisdn": "530****0001", "name": "Ahmet B."}).json()["data"]
        ahmet.refresh_from_db()
        assert (told["name"], ahmet.msisdn, ahmet.landline) == ("Ahmet B.", 905301230001, "")

    def test_with_the_mask_is_no_number_for_those_who_see_it_whole(self, door, one):
        is_problem(door.call("PUT", one, {"msisdn": "530****0001"}), 422, "validation-error", "msisdn")


class TestAStranger:
    @pytest.fixture
    def stranger(self, firm) -> doors.Door:
        return doors.door(factories.tenant(credits=0, sender=""))

    def test_sees_nobody(self, stranger, ahmet):
        told = stranger.get(BOOK).json()
        assert (told["data"], told["stats"]["total"]) == ([], 0)
        assert stranger.get(BOOK, search="ahmet").json()["data"] == []

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
    def test_is_told_what_is_told_of_nobody(self, stranger, one, ahmet, method):
        body = {"msisdn": NUMBER} if method == "PUT" else None
        said = is_problem(stranger.call(method, one, body), 404, "not-found")
        assert said["detail"] == "Kontak bulunamadi."
        ahmet.refresh_from_db()
        assert ahmet.name == "Ahmet"
