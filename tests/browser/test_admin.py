"""The back office in a real browser: under the panel's policy, readable, usable by keyboard and on a telephone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from billing import ledger
from messaging.senders import approval
from messaging.senders.models import SenderId
from tenants.actors import Actor
from tests import factories


@pytest.fixture
def staff(transactional_db):
    return factories.reviewer()


@pytest.fixture
def firm(staff):
    factories.gateway(default=True)
    made = factories.tenant(credits=1000)
    factories.opt_out(made, factories.number(7))
    factories.sent(
        made, factories.number(3), by=Actor(made, factories.user(made)), originator=factories.SENDER
    )
    return made


@pytest.fixture
def waiting(firm):
    return approval.apply_for(by=Actor(firm), label="BEKLEYEN")


def pages(firm, waiting) -> list[str]:
    lists = ("tenants_tenant", "tenants_user", "tenants_apitoken", "tenants_auditentry", "senders_senderid")
    lists += (
        "sms_message",
        "contacts_optout",
        "billing_account",
        "billing_ledgerentry",
        "gateways_gatewayaccount",
    )
    return [
        reverse("admin:index"),
        *[reverse(f"admin:{name}_changelist") for name in lists],
        reverse("admin:tenants_tenant_change", args=[firm.pk]),
        reverse("admin:tenants_tenant_open"),
        reverse("admin:tenants_tenant_suspend", args=[firm.pk]),
        reverse("admin:billing_account_add", args=[firm.pk]),
        reverse("admin:senders_senderid_reject", args=[waiting.pk]),
        reverse("admin:sms_message_change", args=[firm.messages.get().pk]),
    ]


def faults(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {fault['nodes'][0]['html'][:120]}" for fault in found]


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 390)])
def test_no_page_has_a_fault_or_runs_over_its_edge(visit, staff, firm, waiting, theme, width):
    page = visit("/admin/", user=staff, theme=theme, width=width)
    for path in pages(firm, waiting):
        page.goto(path)
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_login_has_no_fault_and_lets_staff_in(visit, staff):
    page = visit("/admin/")
    assert faults(page) == []
    page.get_by_label("E-posta").fill(staff.email)
    page.get_by_label("Parola").fill("yanlis-parola-1234")
    page.get_by_role("button", name="Giriş yap").click()
    expect(page.get_by_role("alert")).to_contain_text("E-posta veya parola hatalı.")
    page.get_by_label("Parola").fill(factories.PASSWORD)
    page.get_by_role("button", name="Giriş yap").click()
    expect(page.get_by_role("heading", name="Özet")).to_be_visible()


def test_a_waiting_name_is_rejected_with_a_reason(visit, guard, staff, waiting):
    guard.allowed.append("422")  # the browser reports the refused form itself
    page = visit("/admin/", user=staff)
    page.get_by_role("link", name="Karar bekleyen başlık").click()
    page.get_by_role("link", name=f"#{waiting.pk}").click()
    page.get_by_role("link", name="Reddet").click()
    page.get_by_role("button", name="Reddet").click()
    expect(page.get_by_role("alert")).to_contain_text("Ret nedeni 5 ile 500 karakter arasında olmalıdır.")
    page.get_by_label("Hazır neden").select_option("Marka kullanım belgesi eksik.")
    page.get_by_role("button", name="Reddet").click()
    expect(page.get_by_role("status")).to_contain_text("BEKLEYEN reddedildi.")
    assert SenderId.objects.get(pk=waiting.pk).state == "rejected"


def test_a_double_click_adds_credit_once(visit, staff, firm):
    page = visit(reverse("admin:billing_account_add", args=[firm.pk]), user=staff)
    before = ledger.account_of(firm).balance
    page.get_by_label("Miktar (SMS)").fill("250")
    page.get_by_role("button", name="Kredi ekle").dblclick()
    expect(page.get_by_role("status")).to_contain_text(
        re.compile("250 SMS kredi eklendi|daha önce işlenmişti")
    )
    assert ledger.account_of(firm).balance == before + 250


def test_every_change_works_without_script(visit, staff, firm):
    page = visit(reverse("admin:tenants_tenant_suspend", args=[firm.pk]), user=staff, script=False)
    page.get_by_label("Neden").fill("Ödenmemiş fatura")
    page.get_by_role("button", name="Askıya al").click()
    expect(page.get_by_role("status")).to_contain_text("askıya alındı")


def test_the_looks_are_chosen_and_kept(visit, staff):
    page = visit("/admin/", user=staff)
    page.get_by_role("button", name="Koyu görünüme geç").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto("/admin/tenants/tenant/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_menu_is_a_drawer_on_a_telephone(visit, staff):
    page = visit("/admin/", user=staff, width=390)
    link = page.locator("#side").get_by_role("link", name="Firmalar")
    expect(link).not_to_be_visible()
    page.get_by_role("button", name="Menü", exact=True).click()
    link.click()
    expect(page.get_by_role("heading", name="Firmalar")).to_be_visible()


def test_the_content_is_reached_by_keyboard(visit, staff):
    page = visit("/admin/tenants/tenant/", user=staff)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="İçeriğe geç")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
