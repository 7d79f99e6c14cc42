"""The bell as it is used: counted by itself, opened, read, cleared; and the settings behind it."""

import pytest
from playwright.sync_api import expect

from tenants import notices
from tests.browser.conftest import accessible

FACTS = {"label": "MARKA", "reason": "Belge eksik.", "available": 480, "threshold": 500, "name": "CRM"}


def tell(user, *kinds):
    for kind in kinds:
        notices.notify(people=[user], kind=kind, data=FACTS)


def bell(page):
    return page.locator("#bell > summary")


def test_the_bell_counts_by_itself_opens_and_clears(visit, world):
    tell(world.operator, "balance_low", "sender_approved")
    page = visit("/mesajlar", user=world.operator)
    expect(bell(page)).to_contain_text("Bildirimler, 2 okunmamış")
    tell(world.operator, "sender_rejected")
    page.evaluate("htmx.ajax('GET', '/bildirimler/sayi', {target: '#bell-count', swap: 'outerHTML'})")
    expect(bell(page)).to_contain_text("Bildirimler, 3 okunmamış")

    bell(page).click()
    expect(page.locator("#bell-list li")).to_have_count(3)
    expect(page.locator("#bell-list li").first).to_contain_text("Başlık reddedildi")
    accessible(page)
    page.get_by_role("button", name="Tümünü okundu yap").click()
    expect(page.locator("#bell-list .unread")).to_have_count(0)
    expect(bell(page)).not_to_contain_text("okunmamış")
    page.keyboard.press("Escape")
    expect(page.locator("#bell-list")).to_be_hidden()
    expect(bell(page)).to_be_focused()


def test_a_hidden_page_does_not_count(visit, world):
    page = visit("/mesajlar", user=world.operator)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    ask = """() => {
      const bell = document.querySelector('#bell-count');
      bell.setAttribute('hx-trigger', 'every 200ms');
      htmx.process(bell);
    }"""
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.evaluate(ask)
    page.wait_for_timeout(900)
    assert [url for url in asked if "sayi" in url] == []
    with page.expect_response("**/bildirimler/sayi"):
        page.evaluate("delete document.hidden")


def test_the_list_is_read_filtered_and_cleared(visit, world):
    tell(world.operator, "token_created", "balance_low")
    page = visit("/bildirimler", user=world.operator)
    accessible(page)
    page.get_by_role("button", name="Okundu Bakiye azaldı").click()
    page.get_by_role("link", name="Okunmamış", exact=True).click()
    rows = page.get_by_role("region", name="Bildirim listesi").get_by_role("listitem")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("CRM adlı anahtar oluşturuldu.")
    accessible(page)
    page.get_by_role("button", name="Sil API anahtarı oluşturuldu").click()
    expect(page.get_by_role("heading", name="Okunmamış bildirim yok")).to_be_visible()
    page.get_by_role("link", name="Tümü", exact=True).click()
    expect(rows).to_have_count(1)


def test_the_settings_are_kept(visit, world):
    page = visit("/bildirimler/ayarlar", user=world.operator)
    accessible(page)
    expect(page.get_by_role("checkbox", name="API anahtarı oluşturuldu: E-postayla")).to_be_disabled()
    page.get_by_role("checkbox", name="Bakiye azaldı: E-postayla").uncheck()
    page.get_by_role("button", name="Kaydet").click()
    expect(page.get_by_role("status").filter(has_text="kaydedildi")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Bakiye azaldı: E-postayla")).not_to_be_checked()


@pytest.mark.parametrize("path", ["/bildirimler", "/bildirimler?okunmamis=1"])
def test_an_empty_list_says_so(visit, world, path):
    page = visit(path, user=world.viewer)
    expect(page.get_by_role("main").get_by_role("heading", level=2)).to_contain_text("bildirim yok")
    accessible(page)


def test_the_bell_leads_to_the_page_without_script(visit, world):
    tell(world.operator, "balance_low")
    page = visit("/mesajlar", user=world.operator, script=False)
    bell(page).click()
    page.get_by_role("link", name="Bildirimleri aç").click()
    expect(page.get_by_role("listitem").filter(has_text="Bakiye azaldı")).to_be_visible()
