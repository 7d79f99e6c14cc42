"""Başlıklar and their queue as they are used: applied for, looked at, decided."""

from playwright.sync_api import expect

from messaging.senders import approval
from messaging.senders.models import SenderId
from tests import factories
from tests.browser.conftest import accessible
from tests.messaging.senders import papers


def test_a_name_is_applied_for_while_its_rules_are_ticked(visit, world, guard):
    guard.allowed.append("status of 422")
    page = visit("/basliklar", user=factories.user(world.firm))
    accessible(page)
    page.get_by_role("link", name="Başlık başvurusu").click()
    accessible(page)
    name, rule = page.get_by_label("Başlık", exact=True), page.locator("[data-sender-rule=name]")
    name.fill("sms1")
    expect(rule).to_have_class("broken")
    name.fill("x.com")
    expect(page.locator("[data-sender-rule=domain]")).to_have_class("broken")
    name.fill("YENIMARKA")
    expect(page.locator("[data-sender-rule].met")).to_have_count(4)
    page.get_by_role("button", name="Başvur").click()
    expect(page.get_by_role("alert")).to_contain_text("Belge zorunludur")
    accessible(page)
    chosen = page.get_by_label("Belge", exact=True)
    chosen.set_input_files({"name": "a.svg", "mimeType": "image/svg+xml", "buffer": papers.SVG})
    expect(page.locator("[data-file-rule=type]")).to_have_class("broken")
    chosen.set_input_files({"name": "tescil.pdf", "mimeType": "application/pdf", "buffer": papers.pdf()})
    expect(page.locator("[data-file-rule].met")).to_have_count(2)
    page.get_by_role("button", name="Başvur").click()
    expect(page.get_by_role("row").filter(has_text="YENIMARKA")).to_contain_text("İncelemede")
    page.get_by_role("link", name="YENIMARKA").click()
    expect(page.get_by_role("heading", name="YENIMARKA")).to_be_visible()
    accessible(page)


def test_the_queue_is_gone_through_by_keys_and_decided(visit, world):
    by = factories.actor(world.firm)
    for label in ("BIRINCI", "IKINCI"):
        approval.apply_for(by=by, label=label, document=papers.document("logo.pdf"))
    first = SenderId.objects.get(label="BIRINCI")
    page = visit(f"/admin/senders/senderid/{first.pk}/change/", user=factories.reviewer(), width=1440)
    expect(page.locator("iframe.paper")).to_be_visible()
    accessible(page)
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="IKINCI")).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_role("heading", name="BIRINCI")).to_be_visible()
    page.get_by_role("button", name="Onayla").click()
    expect(page.get_by_role("status")).to_contain_text("BIRINCI onaylandı.")
    page.keyboard.press("j")
    page.get_by_role("link", name="Reddet").click()
    page.get_by_label("Hazır neden").select_option(index=2)
    page.get_by_role("button", name="Reddet").click()
    expect(page.get_by_role("status")).to_contain_text("IKINCI reddedildi.")
    assert [each.state for each in SenderId.objects.order_by("pk")][-2:] == ["approved", "rejected"]
