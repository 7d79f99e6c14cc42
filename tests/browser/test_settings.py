"""The pages of Ayarlar, by hand."""

import json
from pathlib import Path

import pytest

from tenants.models import PanelSession, Tenant, User
from tests import factories
from tests.browser.test_account import REFUSED, looks_right

NEW = "yepyeni-bir-parola-7"


@pytest.fixture
def person(world):
    return world.operator


@pytest.fixture
def admin(world):
    return factories.user(world.firm)


def prove(page):
    """Who sits there shows the password once more."""
    page.get_by_label("Parola").fill(factories.PASSWORD)
    page.get_by_role("button", name="Doğrula").click()


def test_the_tabs_lead_from_page_to_page(visit, admin):
    page = visit("/ayarlar", user=admin)
    looks_right(page)
    tabs = page.get_by_role("navigation", name="Ayarlar")
    for name in ("Parola", "İki adımlı doğrulama", "Oturumlar", "Firma", "KVKK"):
        tabs.get_by_role("link", name=name).click()
        here = tabs.get_by_role("link", name=name)
        here.wait_for()
        assert here.get_attribute("aria-current") == "page"
        looks_right(page)


def test_a_name_is_changed_and_a_language_chosen(visit, person):
    page = visit("/mesajlar", user=person)
    page.keyboard.press("g")
    page.keyboard.press("y")
    page.wait_for_url("**/ayarlar")
    page.get_by_label("Ad soyad").fill("Ayşe Yılmaz")
    page.get_by_role("button", name="Kaydet").click()
    page.get_by_text("Kaydedildi.").wait_for()
    assert page.locator(".user-name").inner_text() == "Ayşe Yılmaz"
    page.get_by_role("main").get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Settings").wait_for()


def test_a_password_is_changed_and_the_browser_stays_in(visit, person, guard):
    guard.allowed.append(REFUSED)
    page = visit("/ayarlar/parola", user=person)
    page.get_by_label("Şimdiki parola").fill("yanlis")
    page.get_by_label("Yeni parola").fill(NEW)
    page.get_by_role("button", name="Parolayı değiştir").click()
    assert "Parola hatalı." in page.get_by_role("alert").inner_text()
    looks_right(page)
    page.get_by_label("Şimdiki parola").fill(factories.PASSWORD)
    page.get_by_label("Yeni parola").fill(NEW)
    page.get_by_role("button", name="Parolayı değiştir").click()
    page.get_by_text("Parolanız değişti.").wait_for()
    page.goto("/mesajlar")
    assert page.url.endswith("/mesajlar")
    assert User.objects.get(pk=person.pk).check_password(NEW)


def test_a_firm_is_renamed(visit, admin, world):
    page = visit("/ayarlar/firma", user=admin)
    page.get_by_label("Firma adı").fill("Yeni Ad")
    page.get_by_label("Varsayılan başlık").select_option("")
    page.get_by_role("button", name="Kaydet").click()
    page.get_by_text("Kaydedildi.").wait_for()
    row = Tenant.objects.get(pk=world.firm.pk)
    assert (row.name, row.default_originator) == ("Yeni Ad", "")


def test_ones_data_is_downloaded_after_a_fresh_proof(visit, person):
    page = visit("/ayarlar/kvkk", user=person)
    looks_right(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Verilerimi indir").click()
        prove(page)
    data = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert data["account"]["email"] == person.email


def test_consent_is_withdrawn_and_given_again(visit, person):
    page = visit("/ayarlar/kvkk", user=person)
    page.get_by_role("link", name="Onayı geri çek").click()
    prove(page)
    page.get_by_role("heading", name="KVKK onayını geri çek").wait_for()
    looks_right(page)
    page.get_by_label("Açıklama").fill("Denemek için")
    page.get_by_role("button", name="Onayımı geri çek").click()
    page.get_by_text("KVKK onayınızı geri çektiniz.").wait_for()
    looks_right(page)
    page.get_by_label("E-posta").fill(person.email)
    page.get_by_label("Parola").fill(factories.PASSWORD)
    page.get_by_role("button", name="Giriş yap").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Onayla ve devam et").click()
    page.wait_for_url("**/gonder")
    assert User.objects.get(pk=person.pk).kvkk_revoked_at is None


def test_a_browser_is_closed_from_another_one(visit, person):
    there = visit("/mesajlar", user=person)
    page = visit("/ayarlar/oturumlar", user=person)
    assert page.get_by_text("Bu oturum").count() == 1
    looks_right(page)
    page.get_by_role("button", name="Öteki oturumları kapat").click()
    page.get_by_text("1 oturum kapatıldı.").wait_for()
    looks_right(page)
    there.reload()
    there.wait_for_url("**/giris?sonra=%2Fmesajlar")


def test_what_a_page_asks_by_itself_says_so(visit, person):
    page = visit("/mesajlar", user=person)
    with page.expect_request("**/bakiye/kalan") as asked:
        page.evaluate("htmx.trigger('#balance', 'every')")
        page.evaluate(
            "htmx.ajax('GET', '/bakiye/kalan', {source: '#balance', target: '#balance', swap: 'outerHTML'})"
        )
    assert asked.value.headers["x-poll"] == "1"
    assert PanelSession.objects.filter(user=person).count() == 1
