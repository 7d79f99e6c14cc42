"""Gruplar, and what is done to many contacts at once, as they are in the panel."""

import pytest

from messaging.contacts import book, bulk, groups
from messaging.contacts.models import Contact, Group, OptOut
from messaging.files.models import Job
from smsmerkezi import queues
from tests import factories
from tests.panel.conftest import page

LIST, BULK = "/kisiler/gruplar", "/kisiler/toplu"


@pytest.fixture
def by(world):
    return factories.actor(world.firm)


@pytest.fixture
def shops(by):
    return groups.create(by=by, name="Şubeler")


@pytest.fixture
def ids(by):
    names = ("Ayşe", "Ömer", "Işık")
    return [
        book.create(by=by, details=book.Details(factories.number(n), name)).pk for n, name in enumerate(names)
    ]


class TestTheTree:
    def test_of_nothing_says_what_it_is_for(self, operator, viewer):
        assert "Henüz grup yok" in page(operator.get(LIST))
        assert "İlk grubu aç" in page(operator.get(LIST))
        assert "İlk grubu aç" not in page(viewer.get(LIST))

    def test_shows_counts_and_levels(self, operator, viewer, by, shops, ids):
        below = groups.create(by=by, name="İzmir", parent_id=shops.pk)
        bulk.ticked(by=by, action=bulk.Action("join", below.pk), ids=ids)
        shown = page(operator.get(LIST))
        assert "Şubeler" in shown
        assert "— </span>" in shown
        assert f"{LIST}/{below.pk}/sil" in shown
        assert f"{LIST}/{below.pk}/sil" not in page(viewer.get(LIST))

    def test_grows_and_is_changed(self, operator, shops):
        assert operator.post(f"{LIST}/yeni", {"name": "İzmir", "parent": str(shops.pk)})["Location"] == LIST
        below = Group.objects.get(name="İzmir")
        assert below.parent == shops
        edit = f"{LIST}/{below.pk}/duzenle"
        assert f'value="{shops.pk}" selected' in page(operator.get(edit))
        operator.post(edit, {"name": "İzmir merkez", "parent": ""})
        below.refresh_from_db()
        assert (below.name, below.parent) == ("İzmir merkez", None)
        assert f'value="{shops.pk}" selected' in page(operator.get(f"{LIST}/yeni?parent={shops.pk}"))

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"name": ""}, "Bir ad yazın"),
            ({"name": "Şubeler"}, "zaten var"),
            ({"name": "x", "parent": "9"}, "9"),
        ],
    )
    def test_says_what_is_wrong(self, operator, shops, given, said):
        answer = operator.post(f"{LIST}/yeni", given)
        assert answer.status_code == 422
        assert said in page(answer)

    def test_loses_a_group_but_nobody(self, operator, by, shops, ids):
        groups.create(by=by, name="İzmir", parent_id=shops.pk)
        bulk.ticked(by=by, action=bulk.Action("join", shops.pk), ids=ids)
        delete = f"{LIST}/{shops.pk}/sil"
        assert "Altındaki 1 grup da silinir" in page(operator.get(delete))
        operator.post(delete)
        assert (Group.objects.count(), Contact.objects.count()) == (0, 3)

    @pytest.mark.parametrize("end", ["duzenle", "sil"])
    def test_of_another_firm_is_not_there(self, stranger, viewer, shops, end):
        assert stranger.get(f"{LIST}/{shops.pk}/{end}").status_code == 404
        assert stranger.post(f"{LIST}/{shops.pk}/{end}", {"name": "x"}).status_code == 404
        assert viewer.get(f"{LIST}/{shops.pk}/{end}").status_code == 403
        assert "Şubeler" not in page(stranger.get(LIST))


class TestTheList:
    def test_shows_a_group_with_those_below_it(self, operator, by, shops, ids):
        below = groups.create(by=by, name="İzmir", parent_id=shops.pk)
        bulk.ticked(by=by, action=bulk.Action("join", below.pk), ids=ids[:1])
        shown = page(operator.get("/kisiler", {"group": shops.pk}))
        assert "Ayşe" in shown
        assert "Ömer" not in shown
        assert "Şubeler" not in page(operator.get(f"/kisiler/{ids[0]}"))
        assert "İzmir" in page(operator.get(f"/kisiler/{ids[0]}"))

    def test_lets_operators_tick(self, operator, viewer, ids):
        assert 'form="bulk"' in page(operator.get("/kisiler"))
        assert 'form="bulk"' not in page(viewer.get("/kisiler"))


class TestManyAtOnce:
    def test_join_a_group(self, operator, shops, ids):
        asked = page(operator.get(BULK, {"id": ids[:2]}))
        assert "2 kişi seçildi." in asked
        answer = operator.post(BULK, {"id": ids[:2], "action": "join", "to": str(shops.pk)})
        assert answer["Location"] == "/kisiler"
        assert "2 kişi için yapıldı." in page(operator.get("/kisiler"))
        shops.refresh_from_db()
        assert shops.total == 2

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"action": "delete"}, "Onaylamak için ONAY yazın"),
            ({"action": "refuse", "word": "evet"}, "Onaylamak için ONAY yazın"),
            ({"action": "join"}, "Bir grup seçin"),
            ({}, "Bir işlem seçin"),
        ],
    )
    def test_are_asked_for_what_is_missing(self, operator, ids, given, said):
        answer = operator.post(BULK, {"id": ids, **given})
        assert answer.status_code == 422
        assert said in page(answer)
        assert (Contact.objects.count(), OptOut.objects.count()) == (3, 0)

    def test_are_deleted_with_the_word(self, operator, ids):
        operator.post(BULK, {"id": ids[:2], "action": "delete", "word": "ONAY"})
        assert Contact.objects.get().pk == ids[2]

    def test_are_nobody_where_none_was_ticked(self, operator, ids):
        answer = operator.post(BULK, {"action": "archive"})
        assert answer.status_code == 422
        assert "Önce kişi seçin" in page(answer)

    def test_of_a_search_are_a_job_that_shows_how_far_it_is(self, operator, stranger, viewer, ids):
        assert "herkes" in page(operator.get(BULK, {"all": "1", "search": "ay"}))
        asked = {"all": "1", "search": "ay", "action": "refuse", "word": "ONAY"}
        path = operator.post(BULK, asked)["Location"]
        assert "every 1s" in page(operator.get(path, headers={"X-Poll": "1"}))
        queues.LOOKS["files"]()
        assert "1 kişi için yapıldı" in page(operator.get(path))
        assert OptOut.objects.count() == 1
        assert stranger.get(path).status_code == 404
        assert viewer.get(path).status_code == 403

    def test_of_a_search_that_is_none_are_refused(self, operator, ids):
        answer = operator.post(BULK, {"all": "1", "status": "x", "action": "archive"})
        assert answer.status_code == 422
        assert not Job.objects.exists()

    def test_of_another_firm_stay(self, stranger, viewer, ids):
        stranger.post(BULK, {"id": ids, "action": "delete", "word": "ONAY"})
        assert viewer.post(BULK, {"id": ids, "action": "archive"}).status_code == 403
        assert Contact.objects.filter(archived_at=None).count() == 3


class TestOwnFields:
    def test_are_added_changed_and_emptied(self, operator, ids):
        edit = f"/kisiler/{ids[0]}/duzenle"
        given = {"msisdn": "", "name": "Ayşe"}
        contact = Contact.objects.get(pk=ids[0])
        given["msisdn"] = page(operator.get(edit)).split('name="msisdn" value="')[1].split('"')[0]
        operator.post(edit, {**given, "fresh_name": "Şube", "fresh_text": "Kadıköy"})
        contact.refresh_from_db()
        assert contact.fields == {"Şube": "Kadıköy"}
        assert "Kadıköy" in page(operator.get(edit))
        operator.post(edit, {**given, "own_0": "Moda"})
        contact.refresh_from_db()
        assert contact.fields == {"Şube": "Moda"}
        operator.post(edit, {**given, "own_0": ""})
        contact.refresh_from_db()
        assert contact.fields == {}

    def test_need_a_name(self, operator, ids):
        answer = operator.post("/kisiler/yeni", {"msisdn": factories.number(9), "fresh_text": "x"})
        assert answer.status_code == 422
        assert "Alanın adını yazın" in page(answer)
