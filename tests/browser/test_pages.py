"""Every page, in both themes and at every width: axe, no sideways scrolling, no complaint."""

import pytest

from tests import factories
from tests.browser.conftest import COLOURS, WCAG, violations

PAGES = {
    "login": "/giris",
    "components": "/_ui",
    "send": "/gonder",
    "list": "/mesajlar",
    "nothing matches": "/mesajlar?text=yok",
    "message": "/mesajlar/{id}",
    "cancel": "/mesajlar/{id}/iptal",
}
NARROW = {"send", "message"}  # whose narrow form differs most
MISSING = "status of 404"


@pytest.fixture
def open_page(visit, world, messages):
    def opened(name, **how):
        user = None if name in {"login", "components"} else world.operator
        return visit(PAGES[name].format(id=messages[0].pk), user=user, **how)

    return opened


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_readable_in_the_dark_and_narrow(open_page, name):
    page = open_page(name)
    assert violations(page, WCAG) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, COLOURS) == []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 860})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    if name in NARROW:
        assert violations(page, WCAG) == []


def test_the_theme_is_in_the_first_answer(visit, world):
    world.operator.theme = "dark"
    world.operator.save()
    page = visit("/mesajlar", user=world.operator)
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(14, 21, 23)"
    page.get_by_role("button", name="Açık görünüme geç").click()
    page.wait_for_load_state()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(245, 247, 248)"


def test_error_pages_are_accessible_too(visit, world, guard):
    guard.allowed.append(MISSING)
    page = visit("/mesajlar/999", user=world.operator)
    assert violations(page, WCAG) == []
    assert page.get_by_role("heading", name="Aradığınız bulunamadı").is_visible()


def test_the_drawer_opens_and_closes_with_the_keyboard(visit, world):
    page = visit("/gonder", user=world.operator, width=390)
    link = page.get_by_role("navigation", name="Ana menü").get_by_role("link", name="Mesajlar")
    assert not link.is_visible()
    page.get_by_role("button", name="Menü").press("Enter")
    link.wait_for()
    page.keyboard.press("Escape")
    link.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.matches('[data-drawer]')")


def test_the_menu_stands_open_without_script(visit, world):
    page = visit("/mesajlar", user=world.operator, width=390, script=False)
    assert (
        page.get_by_role("navigation", name="Ana menü")
        .get_by_role("link", name="Hızlı gönderim")
        .is_visible()
    )


def test_shortcuts_go_where_they_say(visit, world, messages):
    page = visit("/gonder", user=world.operator)
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/mesajlar")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "id_text"
    page.keyboard.type("g h")
    assert page.url.endswith("/mesajlar") or "text=" in page.url
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog")
    palette.get_by_role("textbox").fill("hızlı")
    assert palette.get_by_role("link").count() == 1
    page.keyboard.press("Escape")
    palette.wait_for(state="hidden")


def test_the_account_menu_knows_the_shortcuts_and_the_way_out(visit, world):
    page = visit("/mesajlar", user=world.operator)
    page.get_by_text("Hesap menüsü").locator("..").click()
    page.get_by_role("button", name="Klavye kısayolları").click()
    page.get_by_role("dialog", name="Klavye kısayolları").get_by_role("button", name="Kapat").click()
    page.get_by_text("Hesap menüsü").locator("..").click()
    page.keyboard.press("Escape")
    page.get_by_text("Hesap menüsü").locator("..").click()
    page.get_by_role("button", name="Çıkış yap").click()
    page.wait_for_url("**/giris")


def test_the_page_says_when_the_connection_is_gone(visit, world, guard):
    guard.allowed.append("ERR_INTERNET_DISCONNECTED")
    page = visit("/mesajlar", user=world.operator)
    page.context.set_offline(True)
    page.get_by_text("Bağlantı yok; sayılar").wait_for()
    page.context.set_offline(False)
    page.get_by_text("Bağlantı yok; sayılar").wait_for(state="hidden")


def test_the_panel_speaks_english(visit, world, messages):
    world.operator.language = "en"
    world.operator.save()
    page = visit("/gonder", user=world.operator)
    page.get_by_label("Message", exact=True).fill("Merhaba – nasılsınız")
    page.get_by_text("makes the message UCS-2: 70 characters per part.").wait_for()
    assert page.get_by_role("button", name="Simplify").is_visible()


def test_the_balance_follows(visit, world):
    page = visit("/mesajlar", user=world.operator)
    assert page.locator("#balance").inner_text().endswith("12.480 SMS")
    factories.sent(world.firm, "05321110001")
    page.evaluate("htmx.ajax('GET', '/bakiye/kalan', {target: '#balance', swap: 'outerHTML'})")
    page.get_by_text("12.479 SMS").wait_for()
