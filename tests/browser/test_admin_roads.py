"""Roads and doubts in a real browser: fresh by itself, still while somebody reads, decided with a reason."""

import contextlib
import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Error, expect

from gateways import health
from gateways.base import Accepted
from gateways.models import Circuit, GatewayAccount, Minute
from messaging.sms.admin_health import Health
from messaging.sms.models import Submission
from tests import factories
from tests.messaging.sms.world import World, numbers, only, pass_time

HEALTH = "/admin/health/"


@pytest.fixture
def staff(transactional_db):
    return factories.reviewer()


@pytest.fixture
def account(staff):
    made = factories.gateway(default=True)
    now = timezone.now()
    Circuit.objects.create(
        account=made,
        since=now - timedelta(minutes=3),
        open_until=now + timedelta(minutes=9),
        reason="bad credentials",
        needs_staff=True,
    )
    for back in (3, 20, 40):
        moment = now.replace(second=0, microsecond=0) - timedelta(minutes=back)
        Minute.objects.create(
            gateway=made.slug, minute=moment, accepted=back, delivered=back, latencies=[back] + [0] * 9
        )
    return made


@pytest.fixture
def doubted(account):
    world = World("D", usual="hang")
    message = world.sent(*numbers(2))
    pass_time(3600)
    return only(message)


@pytest.fixture
def quick(monkeypatch):
    """A screen that looks again each second."""
    monkeypatch.setattr(Health, "pace", "1s")


def happened(count: int = 1) -> None:
    tally = health.Tally()
    for n in range(count):
        tally.exchanged("mock", Accepted(str(n)), 0.1)
    tally.write(now=True)


def pages(account, doubted) -> list[str]:
    of_account = ("change", "edit", "callback", "speak", "credentials", "try")
    of_doubt = ("change", "sent", "not-sent", "again")
    return [
        HEALTH,
        reverse("admin:index"),
        reverse("admin:gateways_gatewayaccount_changelist"),
        reverse("admin:gateways_gatewayaccount_create"),
        *[reverse(f"admin:gateways_gatewayaccount_{name}", args=[account.pk]) for name in of_account],
        reverse("admin:sms_submission_changelist"),
        *[reverse(f"admin:sms_submission_{name}", args=[doubted.pk]) for name in of_doubt],
        reverse("admin:sms_message_change", args=[doubted.message_id]),
        reverse("admin:tenants_tenant_edit", args=[doubted.tenant_id]),
    ]


def faults(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in found]


def tried(page):
    """The cell of the exchanges of the last five minutes."""
    return page.locator("#hat-mock .road-body").get_by_role("row", name="Deneme").get_by_role("cell").first


@pytest.mark.parametrize(
    ("theme", "width"), [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390), ("light", 320)]
)
def test_no_page_has_a_fault_or_runs_over_its_edge(visit, staff, account, doubted, theme, width):
    page = visit("/admin/", user=staff, theme=theme, width=width)
    for path in pages(account, doubted):
        page.goto(path)
        for summary in page.locator("details:not(.menu) summary").all():
            summary.click()
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_the_empty_screen_has_no_fault(visit, staff, theme, width):
    page = visit(HEALTH, user=staff, theme=theme, width=width)
    expect(page.get_by_role("heading", name="Henüz sağlayıcı hesabı yok")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("link", name="Yeni hesap").click()
    expect(page.get_by_role("heading", name="Yeni hesap")).to_be_visible()


def test_the_figures_follow_by_themselves_and_the_state_is_spoken(visit, quick, staff, account):
    page = visit(HEALTH, user=staff)
    expect(tried(page)).to_have_text("3")
    happened(4)
    expect(tried(page)).to_have_text("7")
    expect(page.locator("#spoken-state")).to_have_text("1 hat müdahale bekliyor.")
    Circuit.objects.update(since=None, needs_staff=False, open_until=None)
    expect(page.locator("#spoken-state")).to_have_text("Bütün hatlar sorunsuz.")


def test_whoever_is_on_a_link_stays_on_it(visit, quick, staff, account):
    page = visit(HEALTH, user=staff)
    page.get_by_role("link", name="mock", exact=True).focus()
    happened(4)
    expect(tried(page)).to_have_text("7")
    expect(page.get_by_role("link", name="mock", exact=True)).to_be_focused()


def test_while_a_table_is_read_nothing_moves(visit, quick, staff, account):
    page = visit(HEALTH, user=staff)
    page.get_by_text("Tabloyu göster").click()
    rows = page.locator("details .figures tbody tr")
    expect(rows).to_have_count(3)
    happened(4)
    page.wait_for_timeout(2500)
    expect(tried(page)).to_have_text("3")
    expect(rows).to_have_count(3)
    page.get_by_text("Tabloyu göster").click()
    expect(tried(page)).to_have_text("7")


def test_the_chart_has_a_name(visit, staff, account):
    page = visit(HEALTH, user=staff)
    expect(page.get_by_role("img", name=re.compile("Son bir saatte 63 deneme"))).to_be_visible()


def test_without_script_it_is_refreshed_by_hand(visit, staff, account):
    page = visit(HEALTH, user=staff, script=False)
    expect(tried(page)).to_have_text("3")
    happened(4)
    page.get_by_role("link", name="Yenile").click()
    expect(tried(page)).to_have_text("7")


def test_whoever_is_logged_out_meanwhile_comes_to_the_login_and_back(visit, quick, staff, account):
    page = visit(HEALTH, user=staff)
    page.context.clear_cookies()
    expect(page.get_by_role("heading", name="Platform yönetimi")).to_be_visible()
    page.get_by_label("E-posta").fill(staff.email)
    page.get_by_label("Parola").fill(factories.PASSWORD)
    page.get_by_role("button", name="Giriş yap").click()
    expect(page.get_by_role("heading", name="Hatların sağlığı")).to_be_visible()


def test_from_the_first_page_to_a_road_that_is_tried_again(visit, staff, account):
    page = visit("/admin/", user=staff)
    page.get_by_role("link", name="Müdahale gereken hat").click()
    expect(page.get_by_role("cell", name="Müdahale gerekiyor")).to_be_visible()
    page.get_by_role("link", name="mock", exact=True).click()
    page.get_by_role("link", name="Yeniden dene").click()
    page.get_by_role("button", name="Yeniden dene").click()
    expect(page.get_by_role("status")).to_contain_text("mock yeniden deneniyor.")
    expect(page.get_by_text("Sorunsuz")).to_be_visible()
    assert Circuit.objects.get().since is None


def test_the_secret_address_is_copied_and_gone(visit, staff, account):
    page = visit(reverse("admin:gateways_gatewayaccount_callback", args=[account.pk]), user=staff)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    expect(page.get_by_text("Şimdiki adres hemen geçersiz olur")).to_be_visible()
    page.get_by_role("button", name="Yeni adres üret").click()
    shown = page.locator(".secret code").inner_text()
    assert "/callbacks/mock/" in shown
    assert faults(page) == []
    page.get_by_role("button", name="Kopyala").click()
    expect(page.get_by_role("button", name="Kopyalandı")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == shown
    page.get_by_role("link", name="Kopyaladım, hesaba dön").click()
    expect(page.get_by_role("heading", name="mock")).to_be_visible()
    assert shown not in page.content()
    with contextlib.suppress(Error):  # the browser would have to ask again, and says so instead of showing it
        page.go_back()
    expect(page.get_by_text(shown)).to_have_count(0)


def test_a_firms_account_is_opened_with_a_suggested_firm(visit, staff, account):
    firm = factories.tenant(credits=0, sender="")
    page = visit(reverse("admin:gateways_gatewayaccount_create"), user=staff)
    page.get_by_label("Kısa ad").first.fill("firmanin")
    page.get_by_label("Ad", exact=True).fill("Firmanın hesabı")
    page.get_by_label("Sahibi").fill(firm.slug)
    page.get_by_label("Adres").fill("https://gateway.ornek.test")
    page.get_by_role("button", name="Yeni hesap").click()
    expect(page.get_by_role("status")).to_contain_text("Firmanın hesabı açıldı")
    assert GatewayAccount.objects.get(slug="firmanin").owner == firm.pk


def test_a_doubt_is_decided_with_a_reason(visit, guard, staff, doubted):
    guard.allowed.append("422")  # the browser reports the refused form itself
    page = visit("/admin/", user=staff)
    page.get_by_role("link", name="Belirsiz gönderim", exact=True).click()
    page.get_by_role("link", name=f"#{doubted.pk}").first.click()
    page.get_by_role("link", name="Yeniden gönder").click()
    expect(page.get_by_text("alıcılar aynı mesajı ikinci kez alır")).to_be_visible()
    page.get_by_role("link", name="Vazgeç").click()
    page.get_by_role("link", name="Gönderildi say").click()
    page.get_by_role("button", name="Gönderildi say").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Neden").fill("Sağlayıcı telefonda doğruladı.")
    page.get_by_role("button", name="Gönderildi say").click()
    expect(page.get_by_role("status")).to_contain_text("2 alıcı gönderildi sayıldı.")
    expect(page.get_by_role("cell", name="Sağlayıcı telefonda doğruladı.")).to_be_visible()
    assert Submission.objects.get(pk=doubted.pk).state == Submission.State.HANDED_OVER


def test_reports_are_switched_off_by_keyboard(visit, staff, account):
    firm = factories.tenant(credits=0)
    page = visit(reverse("admin:tenants_tenant_edit", args=[firm.pk]), user=staff)
    box = page.get_by_label("İletim raporları sorulur")
    expect(box).to_be_checked()
    box.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Kaydet").click()
    expect(page.get_by_role("status")).to_contain_text("Firma güncellendi.")
    firm.refresh_from_db()
    assert firm.dlr_enabled is False
