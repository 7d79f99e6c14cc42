"""The main path: enter, write, see what it costs, confirm, and follow the message to its end."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from messaging.sms import delivery, dispatch
from messaging.sms.models import Message, Submission
from smsmerkezi.core import clock
from tests import factories
from tests.browser.test_pages import WCAG, violations
from tests.gateways import simulators

TEXT = "Sayın Ayşe, siparişiniz kargoya verildi – iyi günler."
TWO = "0532 111 00 01\n0555 444 00 02"


@pytest.fixture
def compose(visit, world):
    return visit("/gonder", user=world.operator)


def fill(page, text=TEXT, numbers=TWO):
    page.get_by_label("Alıcılar").fill(numbers)
    page.get_by_label("Mesaj", exact=True).fill(text)


def meter(page, name):
    return page.locator(f"[data-meter='{name}']")


def test_the_meter_counts_at_once_and_the_server_prices(compose):
    fill(compose, "Kampanya bitti")
    expect(meter(compose, "units")).to_have_text("14 / 160")
    expect(meter(compose, "cost")).to_have_text("2 SMS")
    expect(compose.locator("#recipient-chips")).to_contain_text("2 geçerli")
    expect(meter(compose, "spoken")).to_have_text("14 karakter, 1 parça")


def test_a_character_that_costs_is_named_and_made_plain(compose):
    fill(compose)
    warning = compose.locator("[data-warning]")
    expect(warning).to_contain_text("– mesajı UCS-2 yapıyor: parça başına 70 karakter.")
    expect(meter(compose, "encoding")).to_have_text("UCS-2")
    compose.get_by_role("button", name="Sadeleştir").click()
    expect(warning).to_be_hidden()
    expect(meter(compose, "encoding")).to_have_text("Türkçe")
    assert " - iyi" in compose.get_by_label("Mesaj", exact=True).input_value()


def test_the_phone_shows_where_parts_end(compose):
    fill(compose, "ş" * 160)
    bubble = compose.locator("[data-bubble]")
    expect(bubble).to_contain_text("1. parça / 2")
    expect(bubble).to_contain_text("2. parça / 2")
    fill(compose, "")
    expect(bubble).to_have_text("Mesajınız burada görünecek.")


def test_what_is_wrong_is_told_and_the_focus_goes_there(compose, guard):
    guard.allowed.append("status of 422")
    compose.get_by_label("Alıcılar").fill("0532")
    compose.get_by_role("button", name="İncele ve gönder").click()
    summary = compose.get_by_role("alert").filter(has_text="Düzeltilmesi gerekenler")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Geçersiz numara: 0532").click()
    expect(compose.get_by_label("Alıcılar")).to_be_focused()
    fill(compose)
    expect(meter(compose, "units")).to_have_text("53 / 70")


def test_a_time_is_asked_for_only_when_wanted(compose, world):
    expect(compose.get_by_label("Gönderim zamanı")).to_be_hidden()
    compose.get_by_label("Zamanla").check()
    when = (timezone.now() + timedelta(days=1)).astimezone(clock.ISTANBUL)
    fill(compose)
    compose.get_by_label("Gönderim zamanı").fill(when.strftime("%Y-%m-%dT%H:%M"))
    compose.get_by_role("button", name="İncele ve gönder").click()
    dialog = compose.get_by_role("dialog")
    expect(dialog).to_contain_text(when.strftime("%d.%m.%Y %H:%M"))
    dialog.get_by_role("button", name="2 SMS zamanla").click()
    compose.wait_for_url("**/mesajlar/*")
    compose.get_by_role("link", name="Gönderimi iptal et").click()
    question = compose.get_by_role("dialog")
    expect(question).to_contain_text("2 kişiye gönderilmeyecek")
    question.get_by_role("button", name="Gönderimi iptal et").click()
    expect(compose.locator(".page-head")).to_contain_text("İptal edildi")
    assert Message.objects.of(world.firm).get().state == "cancelled"


def test_a_double_click_sends_once(compose, world):
    fill(compose)
    compose.get_by_role("button", name="İncele ve gönder").click()
    compose.get_by_role("button", name="2 SMS gönder").dblclick()
    compose.wait_for_url("**/mesajlar/*")
    assert Message.objects.of(world.firm).count() == 1


def test_going_back_sends_nothing(compose, world):
    fill(compose)
    compose.get_by_role("button", name="İncele ve gönder").click()
    dialog = compose.get_by_role("dialog")
    expect(dialog).to_contain_text("12.478 SMS")
    assert violations(compose, WCAG) == []
    dialog.get_by_role("button", name="Vazgeç").click()
    expect(dialog).to_be_hidden()
    assert not Message.objects.of(world.firm).exists()
    assert compose.get_by_label("Mesaj", exact=True).input_value() == TEXT


def test_it_works_without_script(visit, world):
    page = visit("/gonder", user=world.operator, script=False)
    fill(page)
    page.get_by_role("button", name="İncele ve gönder").click()
    page.get_by_role("button", name="2 SMS gönder").click()
    page.wait_for_url("**/mesajlar/*")
    assert Message.objects.of(world.firm).get().body == TEXT


def test_from_the_door_to_delivery_with_the_keyboard_alone(visit, transactional_db):
    with simulators.in_thread() as simulator:
        factories.gateway(url=simulator.url, default=True)
        person = factories.user(factories.tenant(credits=10), role="operator")
        page = visit("/giris")
        page.keyboard.type(person.email)
        page.keyboard.press("Tab")
        page.keyboard.type(factories.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/gonder")
        page.get_by_label("Gönderen başlığı").focus()
        for words in (TWO, "Merhaba"):
            page.keyboard.press("Tab")
            page.keyboard.insert_text(words)
        for _ in range(2):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="2 SMS gönder")).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url("**/mesajlar/*")
        expect(page.locator(".page-head .pill")).to_have_text("Kuyrukta")

        dispatch.drain(Submission.Lane.SMS, linger=0)
        expect(page.locator(".timeline")).to_contain_text("Operatöre iletildi")
        ended = 0
        while ended < 2:
            Submission.objects.update(next_check_at=timezone.now())
            ended += delivery.pull()
        expect(page.locator(".page-head .pill")).to_have_text("Kısmen teslim")
        expect(page.locator("#spoken-state")).to_have_text("Kısmen teslim")
        expect(page.locator(".table")).to_contain_text("telefon kapalı, kapsama dışında")
        assert page.locator("[hx-trigger^='every']:not(#balance):not(#bell-count)").count() == 0
