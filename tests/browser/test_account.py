"""Signing up and getting a new password, by hand."""

import re

import pytest

from tests import mailbox
from tests.browser.test_pages import COLOURS, WCAG, violations

EMAIL, PASSWORD = "ali@akintekstil.test", "yepyeni-bir-parola-7"
GONE = "status of 410"
REFUSED = "status of 422"


def looks_right(page):
    """axe, the dark, and a phone."""
    assert violations(page, WCAG) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, COLOURS) == []
    page.emulate_media(color_scheme="light")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 860})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture
def person(world):
    world.operator.email_verified_at = None
    world.operator.save()
    return world.operator


def test_a_firm_signs_up_proves_its_address_and_comes_in(visit, world, guard):
    guard.allowed.append(REFUSED)
    page = visit("/giris")
    page.get_by_role("link", name="hesap oluşturun").click()
    looks_right(page)
    page.get_by_label("Firma adı").fill("Akin Tekstil A.S.")
    page.get_by_label("Ad soyad").fill("Ali Akin")
    page.get_by_label("E-posta", exact=True).fill(EMAIL)
    page.get_by_label("Parola", exact=True).fill(PASSWORD)
    assert not page.get_by_role("checkbox", name="KVKK").is_checked()
    page.get_by_role("button", name="Hesap oluştur").click()
    summary = page.get_by_role("alert")
    assert "KVKK aydınlatma metnini okuyup onaylamalısınız" in summary.inner_text()
    assert page.evaluate("document.activeElement.matches('.summary')")
    looks_right(page)
    page.get_by_role("checkbox", name="KVKK").check()
    page.get_by_label("Parola", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Hesap oluştur").click()
    page.wait_for_url("**/kayit/onay")
    assert page.get_by_text(EMAIL).is_visible()
    looks_right(page)
    page.goto(f"/dogrula/{mailbox.secret(EMAIL, 'dogrula')}")
    looks_right(page)
    page.get_by_role("button", name="Adresimi doğrula").click()
    page.get_by_role("heading", name="Adresiniz doğrulandı").wait_for()
    page.get_by_role("link", name="Giriş yap").click()
    page.get_by_label("E-posta").fill(EMAIL)
    page.get_by_label("Parola").fill(PASSWORD)
    page.get_by_role("button", name="Giriş yap").click()
    page.wait_for_url("**/gonder")


def test_the_rules_are_ticked_while_a_password_is_typed(visit, world):
    page = visit("/kayit")
    field, rules = page.get_by_label("Parola", exact=True), page.locator(".rules li")
    met = lambda: ["met" in (rules.nth(n).get_attribute("class") or "") for n in range(3)]  # noqa: E731
    assert met() == [False, False, False]
    for typed, ticks in (
        ("kısa7", [False, True, False]),
        ("on-iki-harfli", [True, False, False]),
        ("on-iki-harfli-7", [True, True, False]),
        ("", [False, False, False]),
    ):
        field.fill(typed)
        assert met() == ticks, typed
    field.fill(PASSWORD)
    assert page.get_by_text("Parola yeterince uzun, harf ve rakam içeriyor").count() == 1
    show = page.get_by_role("button", name="Parolayı göster")
    show.click()
    assert (field.get_attribute("type"), show.get_attribute("aria-pressed")) == ("text", "true")
    show.click()
    assert field.get_attribute("type") == "password"


def test_the_mail_can_be_asked_for_again_after_a_minute(visit, person):
    page = visit("/kayit/onay", user=person)
    page.get_by_role("button", name="Yeniden gönder").click()
    page.get_by_text("Yeniden gönderiyoruz.").wait_for()
    again = page.get_by_role("button", name="Yeniden gönder")
    assert again.is_disabled()
    assert re.search(r"\((\d\d)\)", again.inner_text())
    looks_right(page)


def test_a_forgotten_password_is_replaced(visit, person, guard):
    guard.allowed += [REFUSED, GONE]
    page = visit("/giris")
    page.get_by_role("link", name="Parolamı unuttum").click()
    looks_right(page)
    page.get_by_label("E-posta").fill(person.email)
    page.get_by_role("button", name="Bağlantı gönder").click()
    page.get_by_role("heading", name="E-postanıza bakın").wait_for()
    looks_right(page)
    path = f"/parola/{mailbox.secret(person.email, 'parola')}"
    page.goto(path)
    page.get_by_label("Yeni parola").fill("kisa-1")
    page.get_by_role("button", name="Parolayı değiştir").click()
    assert "en az 12 karakter" in page.get_by_role("alert").inner_text()
    looks_right(page)
    page.get_by_label("Yeni parola").fill(PASSWORD)
    page.get_by_role("button", name="Parolayı değiştir").click()
    page.get_by_role("heading", name="Parolanız değişti").wait_for()
    page.goto(path)
    page.get_by_role("heading", name="Bu bağlantı kullanılmış").wait_for()
    looks_right(page)


@pytest.mark.parametrize("language", ["tr", "en"])
def test_the_notice_is_readable(visit, world, language):
    page = visit("/kvkk")
    if language == "en":
        page.get_by_role("button", name="English").click()
        page.get_by_role("heading", name="Your rights (art. 11)").wait_for()
    looks_right(page)


def test_signing_up_works_without_script(visit, world):
    page = visit("/kayit", script=False)
    for label, text in (("Firma adı", "Akin"), ("Ad soyad", "Ali Akin"), ("E-posta", EMAIL)):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Parola", exact=True).fill(PASSWORD)
    page.get_by_role("checkbox", name="KVKK").check()
    page.get_by_role("button", name="Hesap oluştur").click()
    page.wait_for_url("**/kayit/onay")
    assert page.get_by_role("button", name="Yeniden gönder").is_enabled()


def test_who_has_not_proved_the_address_is_reminded(visit, person):
    page = visit("/mesajlar", user=person)
    page.get_by_text("adresinin sizin olduğunu doğrulamadınız").wait_for()
    looks_right(page)
    page.get_by_role("button", name="Doğrulama iletisi gönder").click()
    page.get_by_text("Yeniden gönderiyoruz.").wait_for()
    page.goto(f"/dogrula/{mailbox.secret(person.email, 'dogrula')}")
    page.get_by_role("button", name="Adresimi doğrula").click()
    page.get_by_role("link", name="Giriş yap").click()
    page.wait_for_url("**/gonder")
    assert page.get_by_text("doğrulamadınız").count() == 0
