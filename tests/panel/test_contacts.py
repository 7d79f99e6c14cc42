"""Kişiler: the address book in the panel, by role, found and changed, of one firm only."""

import pytest

from messaging.contacts import book
from messaging.contacts.models import Contact
from tests import factories
from tests.panel.conftest import entered, htmx, page

LIST, NEW = "/kisiler", "/kisiler/yeni"
NUMBER = "05301230001"
GIVEN = {"msisdn": NUMBER, "name": "Ahmet Yılmaz", "tags": "vip, bayi", "address_province": "İzmir"}


@pytest.fixture
def ahmet(world) -> Contact:
    details = book.Details(NUMBER, "Ahmet Yılmaz", ["vip"], "DE", sector="gıda", fields={"şube": "Kadıköy"})
    return book.create(by=factories.actor(world.firm), details=details)


@pytest.fixture
def admin(world):
    return entered(world.admin)


class TestTheList:
    def test_of_nobody_says_what_it_is_for(self, operator, viewer):
        assert "Rehberiniz boş" in page(operator.get(LIST))
        assert "İlk kişiyi ekle" in page(operator.get(LIST))
        assert "İlk kişiyi ekle" not in page(viewer.get(LIST))

    def test_shows_whole_numbers_to_whom_it_may(self, operator, viewer, admin, ahmet):
        assert "0530 123 00 01" in page(admin.get(LIST))
        for client in (operator, viewer):
            shown = page(client.get(LIST))
            assert "0530 *** 00 01" in shown
            assert "123 00 01" not in shown

    def test_tells_how_many_there_are_and_who_refused(self, world, operator, ahmet):
        factories.opt_out(world.firm, NUMBER)
        shown = page(operator.get(LIST))
        assert "Rehberde 1 kişi; 1 kişi ret listesinde." in shown
        assert "Ret listesinde" in shown

    @pytest.mark.parametrize(
        ("asked", "there"),
        [
            ({"search": "yil"}, True),
            ({"search": "053012"}, True),
            ({"tag": "vip"}, True),
            ({"tag": "x"}, False),
        ],
    )
    def test_is_searched(self, operator, ahmet, asked, there):
        shown = page(operator.get(LIST, asked))
        assert ("Ahmet Yılmaz" in shown) == there
        assert ("Aramaya uyan kişi yok" in shown) != there

    def test_changes_in_place(self, operator, ahmet):
        shown = page(htmx(operator, "get", LIST, {"search": "ahm"}))
        assert "Ahmet Yılmaz" in shown
        assert "<html" not in shown

    def test_says_what_is_wrong_with_the_search(self, operator, ahmet):
        shown = page(operator.get(LIST, {"search": "a" * 101}))
        assert "100" in shown
        assert "Ahmet" not in shown

    def test_walks_page_by_page(self, world, operator):
        by = factories.actor(world.firm)
        for n in range(26):
            book.create(by=by, details=book.Details(factories.number(n), f"Kişi {n:02d}"))
        first = page(operator.get(LIST))
        assert "Kişi 25" in first
        assert "Kişi 00" not in first
        assert "Daha eski" in first

    def test_has_nobody_of_another_firm(self, stranger, ahmet):
        assert "Ahmet" not in page(stranger.get(LIST))


class TestAdding:
    def test_keeps_what_is_written(self, operator):
        answer = operator.post(NEW, GIVEN)
        assert answer["Location"] == LIST
        kept = Contact.objects.get()
        assert (kept.name, kept.tags, kept.address_province) == ("Ahmet Yılmaz", ["vip", "bayi"], "İzmir")
        assert "Kişi kaydedildi." in page(operator.get(LIST))

    def test_says_what_is_wrong_where_it_is(self, operator, ahmet):
        for given, words in (
            ({**GIVEN, "msisdn": "12"}, "geçersiz bir telefon numarası"),
            ({**GIVEN, "msisdn": ""}, "geçersiz bir telefon numarası"),
            ({**GIVEN, "msisdn": "05301239999", "name": "a" * 151}, "En çok 150 karakter"),
            (GIVEN, "rehberinizde zaten kayıtlı"),
        ):
            answer = operator.post(NEW, given)
            assert answer.status_code == 422
            assert words in page(answer)
        assert Contact.objects.count() == 1

    def test_is_closed_to_viewers(self, viewer):
        assert viewer.get(NEW).status_code == 403
        assert viewer.post(NEW, GIVEN).status_code == 403
        assert not Contact.objects.exists()


class TestOneContact:
    def test_is_shown_with_all_that_is_known(self, operator, ahmet):
        shown = page(operator.get(f"{LIST}/{ahmet.pk}"))
        for words in (
            "Ahmet Yılmaz",
            "0530 *** 00 01",
            "vip",
            "gıda",
            "şube",
            "Kadıköy",
            "(DE)",
            "Gönderilebilir",
        ):
            assert words in shown

    def test_without_a_name_is_a_person_all_the_same(self, world, operator):
        made = book.create(by=factories.actor(world.firm), details=book.Details(NUMBER))
        assert "<h1>Kişi</h1>" in page(operator.get(f"{LIST}/{made.pk}"))

    def test_has_no_buttons_for_viewers(self, viewer, ahmet):
        shown = page(viewer.get(f"{LIST}/{ahmet.pk}"))
        assert "Sil</a>" not in shown
        assert "Arşivle" not in shown

    def test_is_edited_with_the_number_one_sees(self, operator, admin, ahmet):
        edit = f"{LIST}/{ahmet.pk}/duzenle"
        assert "530****0001" in page(operator.get(edit))
        assert "0530 123 00 01" in page(admin.get(edit))
        for client, number in ((operator, "530****0001"), (admin, "0530 123 00 01")):
            answer = client.post(edit, {"msisdn": number, "name": "Ahmet B.", "tags": ""})
            assert answer.status_code == 302
        ahmet.refresh_from_db()
        assert (ahmet.msisdn, ahmet.name, ahmet.tags) == (905301230001, "Ahmet B.", [])
        assert (ahmet.address_country, ahmet.fields) == ("DE", {"şube": "Kadıköy"})

    def test_is_deleted_after_a_question(self, operator, ahmet):
        delete = f"{LIST}/{ahmet.pk}/sil"
        assert "Ahmet Yılmaz rehberden silinecek" in page(operator.get(delete))
        assert Contact.objects.exists()
        assert operator.post(delete)["Location"] == LIST
        assert not Contact.objects.exists()

    def test_goes_to_the_archive_and_comes_back(self, operator, ahmet):
        assert operator.post(f"{LIST}/{ahmet.pk}/arsiv").status_code == 302
        assert "Arşivde" in page(operator.get(f"{LIST}/{ahmet.pk}"))
        assert "Ahmet" not in page(operator.get(LIST))
        operator.post(f"{LIST}/{ahmet.pk}/geri")
        assert "Ahmet" in page(operator.get(LIST))

    def test_in_the_archive_already_stays_there(self, operator, ahmet):
        for _ in range(2):
            assert operator.post(f"{LIST}/{ahmet.pk}/arsiv")["Location"] == f"{LIST}/{ahmet.pk}"
        ahmet.refresh_from_db()
        assert ahmet.archived_at is not None

    @pytest.mark.parametrize("end", ["", "/duzenle", "/sil"])
    def test_of_another_firm_is_not_there(self, stranger, ahmet, end):
        assert stranger.get(f"{LIST}/{ahmet.pk}{end}").status_code == 404

    @pytest.mark.parametrize("end", ["/duzenle", "/sil", "/arsiv", "/geri"])
    def test_of_another_firm_is_not_changed(self, stranger, ahmet, end):
        assert stranger.post(f"{LIST}/{ahmet.pk}{end}", GIVEN).status_code == 404
        ahmet.refresh_from_db()
        assert ahmet.archived_at is None

    def test_with_an_odd_address_is_not_there(self, operator):
        assert operator.get(f"{LIST}/abc").status_code == 404
