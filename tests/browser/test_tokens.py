"""API anahtarları as they are used: asked for, copied once, seen in the list, taken back."""

import re

import pytest
from playwright.sync_api import expect

from tenants.models import ApiToken
from tests.api import doors
from tests.browser.conftest import accessible

pytestmark = pytest.mark.usefixtures("step_up_page")


def test_a_key_is_made_copied_and_revoked(visit, world):
    page = visit("/anahtarlar", user=world.operator, proved=True)
    expect(page.get_by_role("heading", name="Henüz API anahtarı yok")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="Yeni anahtar").last.click()
    page.get_by_label("Ad", exact=True).fill("Üretim CRM")
    page.get_by_role("link", name="Yalnız okuma").click()
    assert page.get_by_label("Ad", exact=True).input_value() == "Üretim CRM"
    expect(page.get_by_role("checkbox", name=re.compile("sms:read"))).to_be_checked()
    expect(page.get_by_role("checkbox", name=re.compile("sms:send"))).not_to_be_checked()
    accessible(page)
    page.get_by_role("button", name="Anahtar oluştur").click()

    expect(page.get_by_role("heading", name="Anahtarınız hazır")).to_be_visible()
    accessible(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopyala").click()
    expect(page.get_by_role("button", name="Kopyalandı")).to_be_visible()
    plain = page.evaluate("navigator.clipboard.readText()")
    assert doors.Door(plain).get("/v1/balance").status_code == 200
    assert plain not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")

    page.get_by_role("link", name="Kopyaladım, listeye dön").click()
    row = page.get_by_role("row").filter(has_text="Üretim CRM")
    expect(row).to_contain_text("127.0.0.1")
    assert plain not in page.content()
    accessible(page)
    row.get_by_role("link", name="İptal Üretim CRM").click()
    expect(page.get_by_role("main").locator("dl")).to_contain_text("127.0.0.1")
    accessible(page)
    page.get_by_role("button", name="Anahtarı iptal et").click()
    expect(page.get_by_role("heading", name="Henüz API anahtarı yok")).to_be_visible()
    assert not ApiToken.objects.exists()


def test_what_is_wrong_is_told_at_the_field(visit, world, guard):
    guard.allowed.append("status of 422")
    page = visit("/anahtarlar/yeni", user=world.operator, proved=True)
    page.get_by_label("Ad", exact=True).fill("CRM")
    page.get_by_label("İzinli adresler").fill("burası")
    page.get_by_role("button", name="Anahtar oluştur").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_role("link", name="En az bir yetki seçin.").click()
    expect(page.locator("#id_abilities")).to_be_focused()
    page.get_by_role("checkbox", name=re.compile("sms:read")).check()
    page.get_by_role("button", name="Anahtar oluştur").click()
    expect(page.get_by_text("Geçersiz adres: burası").first).to_be_visible()
    accessible(page)
