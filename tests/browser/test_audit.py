"""The trail as an administrator uses it: filters in the address, pages, one entry, all of it accessible."""

import pytest
from playwright.sync_api import expect

from tenants import audit, firms
from tenants.actors import Actor
from tenants.models import AuditEntry
from tests import factories
from tests.browser.test_pages import COLOURS, WCAG, violations


@pytest.fixture
def admin(world):
    return factories.user(world.firm, role="admin")


@pytest.fixture
def entry(world, admin) -> AuditEntry:
    """Staff changed the firm; the administrator sent a message and came in."""
    by = Actor(world.firm, admin, ip="2001:db8:85a3::8a2e:370:7334", user_agent="Mozilla/5.0 " * 12)
    audit.record(by=by, action="login", entity=admin)
    factories.sent(world.firm, by=by)
    details = firms.Details(name="Yeni Ad Lojistik", gateway="mock", dlr_enabled=False)
    firms.change(
        by=Actor(None, factories.reviewer(), ip="192.0.2.1"), tenant_id=world.firm.pk, details=details
    )
    by = Actor(world.firm, factories.reviewer(), acting=True, ip="192.0.2.1")
    factories.sent(world.firm, by=by)
    return AuditEntry.objects.get(action="tenant.changed")


def test_from_the_menu_to_what_was_changed(visit, entry, admin):
    page = visit("/mesajlar", user=admin)
    page.get_by_role("navigation", name="Ana menü").get_by_role("link", name="Denetim kaydı").click()
    expect(page.get_by_role("heading", name="Denetim kaydı")).to_be_visible()
    expect(page.get_by_role("row", name="Firmayı değiştirdi")).to_contain_text("SMS Merkezi")
    page.get_by_role("link", name="Firmayı değiştirdi").click()
    expect(page.get_by_role("row", name="İletim raporları sorulur")).to_contain_text("Evet")
    expect(page.get_by_text("Sağlam", exact=True)).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Denetim kaydı").click()
    page.get_by_role("link", name="Mesaj #").first.click()
    page.wait_for_url("**/mesajlar/*")


def test_choosing_filters_and_the_address_keeps_it(visit, entry, admin):
    page = visit("/denetim", user=admin)
    page.get_by_label("Eylem").select_option("login")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.wait_for_url("**action=login**")
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_label("Başlangıç").fill("2030-01-01")
    expect(page.get_by_role("heading", name="Filtreye uyan kayıt yok")).to_be_visible()
    page.get_by_role("link", name="Filtreleri temizle").click()
    page.get_by_label("Kim").select_option(label=admin.name)
    expect(page.locator("tbody tr")).to_have_count(2)


def test_it_works_without_script(visit, entry, admin):
    page = visit("/denetim", user=admin, script=False)
    page.get_by_label("Eylem").select_option("login")
    page.get_by_role("button", name="Uygula").click()
    assert page.locator("tbody tr").count() == 1


@pytest.mark.parametrize(
    "path", ["/denetim", "/denetim/{id}", "/denetim?action=webhook.tested", "/denetim?first=x"]
)
def test_a_page_is_accessible_readable_in_the_dark_and_narrow(visit, entry, admin, path):
    page = visit(path.format(id=entry.pk), user=admin)
    assert violations(page, WCAG) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, COLOURS) == []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 860})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page, WCAG) == []


def test_staff_see_it_in_the_back_office(visit, entry):
    page = visit(f"/admin/tenants/auditentry/{entry.pk}/change/", user=factories.reviewer())
    expect(page.get_by_role("heading", name="Değişiklik")).to_be_visible()
    assert violations(page, WCAG) == []
    page.set_viewport_size({"width": 390, "height": 860})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
