"""A super_admin in a browser: looks for a firm, says why, works under the banner, is refused what is closed, goes back."""

import time

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from playwright.sync_api import expect

from messaging.sms.models import Message
from smsmerkezi.panel import step_up
from tenants.models import AuditEntry
from tests import factories
from tests.browser.test_pages import COLOURS, WCAG, violations

BANNER = "Firma adına çalışma"
REASON = "Destek kaydı 4812: mesajlar görünmüyor"


@pytest.fixture
def staff_page(visit, world, live_server):
    """Opens a page as a super_admin who has just shown a password."""

    def opened(path, *, age=0, **how):
        client = Client()
        client.force_login(factories.reviewer())
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        kept = SessionStore(key)
        kept[step_up.PROVED] = time.time() - age
        kept.save()
        page = visit("/giris", **how)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(path)
        return page

    return opened


def enter(page, firm):
    page.goto(f"/firma-sec/{firm.pk}")
    page.get_by_label("Neden").fill(REASON)
    page.get_by_role("button", name="Firma olarak gir").click()
    page.wait_for_url("**/gonder")


def test_from_the_search_to_the_banner_and_back(staff_page, world, guard):
    guard.allowed.append("403")  # the browser reports the refused page itself
    page = staff_page("/firma-sec")
    page.get_by_label("Firma ara").fill(world.firm.slug.upper())
    page.get_by_role("button", name="Ara", exact=True).click()
    page.get_by_role("link", name=world.firm.name).click()

    page.get_by_label("Neden").fill(REASON)
    page.get_by_role("button", name="Firma olarak gir").click()
    banner = page.get_by_role("complementary", name=BANNER)
    expect(banner).to_contain_text(world.firm.name)
    expect(banner).to_contain_text("denetim kaydına adınızla yazılır")

    page.get_by_role("navigation", name="Ana menü").get_by_role("link", name="Mesajlar").click()
    expect(banner).to_be_visible()
    page.goto("/admin/billing/account/")
    expect(page.get_by_text("Bu işlem firma adına çalışırken yapılamaz.")).to_be_visible()
    expect(banner).to_be_visible()

    banner.get_by_role("button", name="Kendi hesabıma dön").click()
    expect(page.get_by_role("heading", name="Özet")).to_be_visible()
    expect(banner).to_have_count(0)
    seen = AuditEntry.objects.of(world.firm).filter(acting=True).order_by("pk")
    assert [entry.action for entry in seen] == ["tenant.acting_as_started", "tenant.acting_as_ended"]


def test_from_the_log_in_by_a_firms_page_in_the_back_office(visit, world):
    page = visit("/admin/")
    page.get_by_label("E-posta").fill(factories.reviewer().email)
    page.get_by_label("Parola").fill(factories.PASSWORD)
    page.get_by_role("button", name="Giriş yap").click()
    page.get_by_role("heading", name="Özet").wait_for()
    page.goto(f"/admin/tenants/tenant/{world.firm.pk}/change/")
    page.get_by_role("link", name="Firma olarak görüntüle").click()
    page.get_by_label("Neden").fill(REASON)
    page.get_by_role("button", name="Firma olarak gir").click()
    expect(page.get_by_role("complementary", name=BANNER)).to_contain_text(world.firm.name)


def test_an_old_proof_is_asked_for_again(staff_page, world):
    page = staff_page(f"/firma-sec/{world.firm.pk}", age=step_up.FRESH + 1)
    page.wait_for_url("**/dogrula?**")
    page.get_by_label("parola").fill(factories.PASSWORD)
    page.get_by_role("button", name="Doğrula").click()
    expect(page.get_by_role("button", name="Firma olarak gir")).to_be_visible()


def test_a_message_is_sent_for_the_firm(staff_page, world):
    page = staff_page("/firma-sec")
    enter(page, world.firm)
    page.get_by_label("Alıcılar").fill("05321110001")
    page.get_by_label("Mesaj", exact=True).fill("Deneme")
    page.get_by_role("button", name="İncele ve gönder").click()
    page.get_by_role("dialog").get_by_role("button", name="SMS gönder").click()
    expect(page.get_by_text("Platform (Platform yöneticisi)")).to_be_visible()
    assert Message.objects.of(world.firm).get().user_id == factories.reviewer().pk


def test_a_reason_that_is_none_is_refused_at_the_field(staff_page, world, guard):
    guard.allowed.append("422")
    page = staff_page(f"/firma-sec/{world.firm.pk}")
    page.get_by_role("button", name="Firma olarak gir").click()
    expect(page.get_by_role("alert")).to_contain_text("Neden 5 ile 200 karakter arasında olmalıdır.")
    assert violations(page, WCAG) == []


def test_it_all_works_without_script(staff_page, world):
    page = staff_page("/firma-sec", script=False, width=390)
    enter(page, world.firm)
    page.get_by_role("button", name="Kendi hesabıma dön").click()
    expect(page.get_by_role("heading", name="Özet")).to_be_visible()


@pytest.mark.parametrize(
    "path", ["/firma-sec", "/firma-sec?q=yok", "/firma-sec/{firm}", "/gonder", "/mesajlar", "/admin/"]
)
def test_a_page_is_accessible_readable_in_the_dark_and_narrow(staff_page, world, guard, path):
    guard.allowed.append("403")
    page = staff_page("/firma-sec")
    if not path.startswith("/firma-sec"):
        enter(page, world.firm)
    page.goto(path.format(firm=world.firm.pk))
    assert violations(page, WCAG) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, COLOURS) == []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 860})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(page, WCAG) == []


def test_the_banner_stays_in_sight_and_hides_nothing(staff_page, world):
    page = staff_page("/firma-sec")
    enter(page, world.firm)
    page.set_viewport_size({"width": 1280, "height": 500})
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    banner = page.get_by_role("complementary", name=BANNER)
    expect(banner).to_be_in_viewport()
    top = page.locator("header.top").bounding_box()
    assert top["y"] >= banner.bounding_box()["height"] - 1


def test_whoever_may_not_is_told_whom_to_ask_by_the_keyboard_too(visit, world, messages):
    page = visit("/mesajlar", user=world.viewer, width=320)
    action = page.get_by_role("link", name="SMS gönder")
    expect(action).to_be_disabled()
    administrator = world.firm.users.filter(role="admin").earliest("pk")
    expect(action).to_have_accessible_description(
        f"Bu işlem için operatör yetkisi gerekir. Yöneticiniz: {administrator.name}"
    )
    action.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("/mesajlar")
    assert violations(page, WCAG) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
