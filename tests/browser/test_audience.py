"""Kişiler and Şablonlar as they are used."""

from playwright.sync_api import expect

from messaging.contacts import book
from messaging.contacts.models import Contact
from messaging.sms.models import Template
from tests import factories
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


def test_people_are_put_into_a_group_and_the_group_is_shown(visit, world):
    by = factories.actor(world.firm)
    for n, name in enumerate(("Ayşe Ak", "Ömer Kaya", "Işık Öztürk"), 1):
        book.create(by=by, details=book.Details(factories.number(n), name))
    page = visit("/kisiler/gruplar", user=world.operator)
    accessible(page)
    page.get_by_role("link", name="Yeni grup").click()
    page.get_by_label("Ad", exact=True).fill("Şubeler")
    accessible(page)
    page.get_by_role("button", name="Kaydet").click()
    page.get_by_role("link", name="Kişiler", exact=True).last.click()
    page.get_by_label("Seç: Ayşe Ak").check()
    page.get_by_label("Seç: Ömer Kaya").check()
    page.get_by_role("button", name="Seçilenlerle işlem").click()
    expect(page.get_by_text("2 kişi seçildi.")).to_be_visible()
    accessible(page)
    page.get_by_label("Grup").select_option(label="Şubeler")
    page.get_by_role("button", name="Uygula").click()
    expect(page.get_by_text("2 kişi için yapıldı.")).to_be_visible()
    page.get_by_role("link", name="Gruplar").click()
    expect(page.get_by_role("row").filter(has_text="Şubeler")).to_contain_text("2")
    accessible(page)
    page.get_by_role("link", name="Şubeler", exact=True).click()
    expect(page.get_by_role("link", name="Ayşe Ak")).to_be_visible()
    expect(page.get_by_role("link", name="Işık Öztürk")).to_have_count(0)
    page.get_by_role("button", name="Aramanın bulduğu herkesle işlem").click()
    page.get_by_label("İşlem").select_option("refuse")
    page.get_by_label("Silmek ya da ret listesine almak").fill("ONAY")
    page.get_by_role("button", name="Uygula").click()
    expect(page.get_by_role("heading", name="Yapılıyor")).to_be_visible()
    accessible(page)
