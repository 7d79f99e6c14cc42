"""Kişiler and Şablonlar as they are used."""

from playwright.sync_api import expect

from messaging.contacts.models import Contact
from messaging.sms.models import Template
from tests.browser.conftest import accessible


def test_a_contact_is_added_found_edited_and_deleted(visit, world, guard):
    guard.allowed.append("status of 422")
    page = visit("/kisiler", user=world.operator)
    expect(page.get_by_role("heading", name="Rehberiniz boş")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="Kişi ekle").first.click()
    page.get_by_label("Cep telefonu").fill("12")
    page.get_by_role("button", name="Kaydet").click()
    expect(page.get_by_role("alert")).to_contain_text("geçersiz")
    accessible(page)
    page.get_by_label("Cep telefonu").fill("0530 123 00 01")
    page.get_by_label("Ad soyad").fill("Işık Öztürk")
    page.get_by_label("Etiketler").fill("vip")
    page.get_by_role("button", name="Kaydet").click()
    expect(page.get_by_role("row").filter(has_text="Işık Öztürk")).to_contain_text("0530 *** 00 01")
    accessible(page)
    page.get_by_label("Ad ya da numara").fill("isi")
    page.wait_for_url("**search=isi**")
    expect(page.get_by_role("link", name="Işık Öztürk")).to_be_visible()
    page.get_by_role("link", name="Işık Öztürk").click()
    accessible(page)
    page.get_by_role("link", name="Düzenle").click()
    page.get_by_label("İl", exact=True).fill("İzmir")
    page.get_by_role("button", name="Kaydet").click()
    expect(page.get_by_role("row").filter(has_text="İzmir")).to_be_visible()
    page.get_by_role("link", name="Işık Öztürk").click()
    page.get_by_role("link", name="Sil").click()
    accessible(page)
    page.get_by_role("button", name="Kişiyi sil").click()
    expect(page.get_by_role("heading", name="Rehberiniz boş")).to_be_visible()
    assert not Contact.objects.exists()


def test_a_template_is_written_from_a_starter_and_deleted(visit, world):
    page = visit("/sablonlar", user=world.operator)
    accessible(page)
    page.get_by_role("link", name="Kargo bildirimi").click()
    expect(page.get_by_role("textbox", name="Mesaj", exact=True)).to_have_value(
        "Sayın {{ad}}, {{takip}} takip numaralı kargonuz yola çıktı."
    )
    accessible(page)
    page.get_by_role("button", name="Kaydet").click()
    row = page.get_by_role("row").filter(has_text="Kargo bildirimi")
    expect(row).to_contain_text("ad takip")
    accessible(page)
    row.get_by_role("link", name="Sil").click()
    accessible(page)
    page.get_by_role("button", name="Şablonu sil").click()
    expect(page.get_by_role("heading", name="Henüz şablon yok")).to_be_visible()
    assert not Template.objects.exists()
