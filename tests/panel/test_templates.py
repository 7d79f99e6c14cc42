"""Şablonlar: the panel's list, its starters, its forms; of one firm only."""

import pytest

from messaging.sms import templates
from messaging.sms.models import Template
from tests import factories
from tests.panel.conftest import page

LIST, NEW = "/sablonlar", "/sablonlar/yeni"
GIVEN = {"name": "Randevu", "body": "Yarın {{saat}}", "is_active": "on"}


@pytest.fixture
def kept(world) -> Template:
    details = templates.Details("Randevu", "Yarın {{saat}}", is_active=False)
    return templates.create(by=factories.actor(world.firm), details=details)


class TestTheList:
    def test_of_none_offers_three_to_start_with(self, operator, viewer):
        shown = page(operator.get(LIST))
        assert "Henüz şablon yok" in shown
        for name in ("Randevu hatırlatma", "Kargo bildirimi", "Doğrulama kodu"):
            assert name in shown
            assert name not in page(viewer.get(LIST))
        assert "Sayın {{ad}}" in page(operator.get(f"{NEW}?ornek=0"))
        assert operator.get(f"{NEW}?ornek=9").status_code == 200

    def test_shows_name_text_and_fields(self, operator, kept):
        shown = page(operator.get(LIST))
        for words in ("Randevu", "Yarın {{saat}}", "saat", "Kullanımda değil", "Düzenle"):
            assert words in shown

    def test_has_no_verbs_for_viewers(self, viewer, kept):
        shown = page(viewer.get(LIST))
        assert "Randevu" in shown
        assert "Düzenle" not in shown

    @pytest.mark.parametrize(("typed", "there"), [("YARIN", True), ("yok", False), ("\x00", True)])
    def test_is_searched(self, operator, kept, typed, there):
        shown = page(operator.get(LIST, {"q": typed}))
        assert ("Yarın {{saat}}" in shown) == there
        assert ("Aramaya uyan şablon yok" in shown) != there

    def test_has_none_of_another_firm(self, stranger, kept):
        assert "Randevu</strong>" not in page(stranger.get(LIST))


class TestWriting:
    def test_keeps_lines_as_one_character(self, operator):
        assert operator.post(NEW, {**GIVEN, "body": "Bir\r\nİki"})["Location"] == LIST
        made = Template.objects.get()
        assert (made.body, made.is_active) == ("Bir\nİki", True)
        assert "Şablon kaydedildi." in page(operator.get(LIST))

    def test_says_what_is_wrong(self, operator, kept):
        for given, words in (
            ({**GIVEN, "name": ""}, "Şablon adı 1 ile 100"),
            ({**GIVEN, "body": " "}, "Şablon metni 1 ile 1.530"),
            (GIVEN, "Bu adla bir şablonunuz zaten var."),
        ):
            answer = operator.post(NEW, given)
            assert (answer.status_code, words in page(answer)) == (422, True)
        assert Template.objects.count() == 1

    def test_changes_and_deletes(self, operator, kept):
        edit = f"{LIST}/{kept.pk}"
        assert "Yarın {{saat}}" in page(operator.get(edit))
        operator.post(edit, {**GIVEN, "name": "Hatırlatma"})
        kept.refresh_from_db()
        assert (kept.name, kept.is_active) == ("Hatırlatma", True)
        assert "Hatırlatma silinecek" in page(operator.get(f"{edit}/sil"))
        assert operator.post(f"{edit}/sil")["Location"] == LIST
        assert not Template.objects.exists()

    def test_is_closed_to_viewers(self, viewer, kept):
        for path in (NEW, f"{LIST}/{kept.pk}", f"{LIST}/{kept.pk}/sil"):
            assert viewer.get(path).status_code == 403
            assert viewer.post(path, GIVEN).status_code == 403

    @pytest.mark.parametrize("end", ["", "/sil"])
    def test_of_another_firm_is_not_there(self, stranger, kept, end):
        assert stranger.get(f"{LIST}/{kept.pk}{end}").status_code == 404
        assert stranger.post(f"{LIST}/{kept.pk}{end}", GIVEN).status_code == 404
        assert Template.objects.exists()
