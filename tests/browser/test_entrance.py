"""Getting in with a real authenticator's codes, in a real browser: consent, code, recovery code, set-up, switching off."""

import pytest
from django_otp.oath import TOTP
from playwright.sync_api import expect

from tenants.models import Authenticator, Tenant, User
from tests import factories
from tests.browser.test_pages import COLOURS, WCAG, violations

REFUSED = "422"  # the browser reports a refused form itself


@pytest.fixture(autouse=True)
def _refusals(guard):
    guard.allowed.append(REFUSED)


@pytest.fixture
def person(world):
    return world.operator


def fill_in(page, person, password=factories.PASSWORD):
    page.get_by_label("E-posta").fill(person.email)
    page.get_by_label("Parola").fill(password)
    page.get_by_role("button", name="Giriş yap").click()


def digits(secret: bytes) -> str:
    """What the app shows."""
    return f"{TOTP(secret).token():06d}"


def is_sound(page):
    """Readable in both themes, narrow, and without a fault."""
    assert violations(page, WCAG) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, COLOURS) == []
    page.emulate_media(color_scheme="light")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 860})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 860})


def test_consent_then_the_code_then_where_one_wanted_to_go(visit, person):
    key = factories.authenticator(person)
    User.objects.update(kvkk_consented_at=None)
    page = visit("/mesajlar")
    fill_in(page, person)
    expect(page.get_by_role("heading", name="KVKK onayı")).to_be_visible()
    is_sound(page)
    page.get_by_role("button", name="Onayla ve devam et").click()
    expect(page.get_by_role("alert")).to_contain_text("metni onaylamanız gerekir")
    page.get_by_label("KVKK aydınlatma metnini okudum ve onaylıyorum").check()
    page.get_by_role("button", name="Onayla ve devam et").click()
    expect(page.get_by_label("Doğrulama kodu")).to_be_focused()
    is_sound(page)
    for left in (4, 3):
        page.get_by_label("Doğrulama kodu").fill("000000")
        page.get_by_role("button", name="Devam et").click()
        expect(page.get_by_role("alert")).to_contain_text(f"{left} deneme hakkınız kaldı.")
    expect(page.get_by_text("telefonunuzun saatini otomatik ayara alın")).to_be_visible()
    is_sound(page)
    page.get_by_label("Doğrulama kodu").fill(digits(key))
    page.keyboard.press("Enter")
    page.wait_for_url("**/mesajlar")


def test_the_notice_opens_beside_and_can_be_read(visit, person):
    User.objects.update(kvkk_consented_at=None)
    page = visit("/giris")
    fill_in(page, person)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="KVKK aydınlatma metnini yeni sekmede aç").click()
    notice = opened.value
    expect(notice.get_by_role("heading", name="KVKK aydınlatma metni")).to_be_visible()
    is_sound(notice)


def test_a_recovery_code_opens_where_the_telephone_is_gone(visit, person):
    factories.authenticator(person)
    code = factories.recovery_codes(person)[0]
    page = visit("/giris")
    fill_in(page, person)
    page.get_by_role("link", name="Kurtarma kodu kullan").click()
    is_sound(page)
    page.get_by_label("Kurtarma kodu").fill(code)
    page.get_by_role("button", name="Devam et").click()
    page.wait_for_url("**/gonder")


def set_up(page) -> bytes:
    """Through the three steps; the app's key."""
    page.get_by_role("button", name="Kurulumu başlat").click()
    expect(page.get_by_role("img", name="Doğrulama uygulaması için QR kodu")).to_be_visible()
    key = Authenticator.objects.get().key
    page.get_by_role("link", name="Devam", exact=True).click()
    page.get_by_label("Doğrulama kodu").fill(digits(key))
    page.get_by_role("button", name="Doğrula", exact=True).click()
    return key


def test_it_is_set_up_in_three_steps_and_asked_for_afterwards(visit, person):
    page = visit("/giris?sonra=/iki-adim")
    fill_in(page, person)
    is_sound(page)
    page.get_by_role("button", name="Kurulumu başlat").click()
    is_sound(page)
    page.emulate_media(color_scheme="dark")
    paper = "getComputedStyle(document.querySelector('.qr')).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    page.get_by_role("link", name="Devam", exact=True).click()
    is_sound(page)
    page.get_by_label("Doğrulama kodu").fill("000000")
    page.get_by_role("button", name="Doğrula", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Kod hatalı")
    key = Authenticator.objects.get().key
    page.get_by_label("Doğrulama kodu").fill(digits(key))
    page.get_by_role("button", name="Doğrula", exact=True).click()
    expect(page.get_by_role("heading", name="Kurtarma kodları")).to_be_visible()
    is_sound(page)
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 8
    with page.expect_download() as loading:
        page.get_by_role("link", name="İndir (.txt)").click()
    assert loading.value.suggested_filename == "sms-merkezi-kurtarma-kodlari.txt"
    written = loading.value.path().read_text(encoding="utf-8")
    assert [line for line in written.splitlines() if line in codes] == codes
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopyala").click()
    expect(page.get_by_text("Kopyalandı")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").split() == codes
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Yazdır").click()
    assert page.evaluate("window.printed")
    done = page.get_by_role("button", name="Bitir")
    expect(done).to_be_disabled()
    page.get_by_label("Kaydettim").check()
    done.click()
    expect(page.get_by_text("Etkin", exact=True)).to_be_visible()
    is_sound(page)

    later = visit("/giris")
    fill_in(later, person)
    later.get_by_label("Doğrulama kodu").fill(digits(key))
    later.get_by_role("button", name="Devam et").click()
    expect(later.get_by_role("alert")).to_contain_text("daha önce kullanılmış")
    later.get_by_label("Doğrulama kodu").fill(factories.code(key, steps=1))
    later.get_by_role("button", name="Devam et").click()
    later.wait_for_url("**/gonder")


def test_the_codes_can_be_saved_without_script(visit, person):
    page = visit("/giris?sonra=/iki-adim", script=False)
    fill_in(page, person)
    set_up(page)
    page.get_by_label("Kaydettim").check()
    page.get_by_role("button", name="Bitir").click()
    expect(page.get_by_text("Etkin", exact=True)).to_be_visible()


def test_a_firm_that_asks_it_of_everybody_leads_there_first(visit, person):
    Tenant.objects.filter(pk=person.tenant.pk).update(two_factor_required=True)
    page = visit("/mesajlar")
    fill_in(page, person)
    expect(page.get_by_text("Firmanız herkesten iki adımlı doğrulama istiyor.")).to_be_visible()
    is_sound(page)
    set_up(page)
    page.get_by_label("Kaydettim").check()
    page.get_by_role("button", name="Bitir").click()
    page.goto("/mesajlar")
    expect(page.get_by_role("heading", name="Mesajlar")).to_be_visible()


def test_it_is_switched_off_with_password_and_code(visit, person):
    key = factories.authenticator(person)
    page = visit("/iki-adim", user=person)
    page.get_by_role("link", name="Doğrulamayı kapat").click()
    is_sound(page)
    page.get_by_label("Şimdiki parola").fill(factories.PASSWORD)
    page.get_by_label("Doğrulama kodu").fill(digits(key))
    page.get_by_role("button", name="Doğrulamayı kapat").click()
    expect(page.get_by_text("İki adımlı doğrulama kapatıldı.")).to_be_visible()
    expect(page.get_by_text("Kapalı", exact=True)).to_be_visible()


def test_the_recovery_codes_are_renewed(visit, person):
    key = factories.authenticator(person)
    old = factories.recovery_codes(person)
    page = visit("/iki-adim", user=person)
    page.get_by_role("link", name="Kurtarma kodlarını yenile").click()
    page.get_by_label("Şimdiki parola").fill(factories.PASSWORD)
    page.get_by_label("Doğrulama kodu").fill(digits(key))
    page.get_by_role("button", name="Yenile").click()
    expect(page.get_by_role("heading", name="Kurtarma kodları")).to_be_visible()
    assert not set(page.locator(".codes code").all_inner_texts()) & set(old)


def test_an_old_proof_is_renewed_on_the_way(visit, person):
    page = visit("/iki-adim", user=person)
    page.get_by_role("button", name="Kurulumu başlat").click()
    expect(page.get_by_role("heading", name="Siz olduğunuzu doğrulayın")).to_be_visible()
    is_sound(page)
    page.get_by_label("Parola").fill(factories.PASSWORD)
    page.get_by_role("button", name="Doğrula").click()
    page.get_by_role("button", name="Kurulumu başlat").click()
    expect(page.get_by_role("heading", name="Doğrulama uygulamasını bağlayın")).to_be_visible()


def test_platform_staff_show_their_code_too(visit, transactional_db):
    staff = factories.reviewer()
    key = factories.authenticator(staff)
    page = visit("/admin/")
    fill_in(page, staff)
    page.get_by_label("Doğrulama kodu").fill(digits(key))
    page.get_by_role("button", name="Devam et").click()
    expect(page.get_by_role("heading", name="Özet")).to_be_visible()


def test_it_speaks_english(visit, person):
    User.objects.filter(pk=person.pk).update(language="en")
    page = visit("/iki-adim", user=person)
    expect(page.get_by_role("button", name="Begin the set-up")).to_be_visible()
    expect(page.get_by_text("Off", exact=True)).to_be_visible()


def test_the_keyboard_alone_gets_in(visit, person):
    key = factories.authenticator(person)
    page = visit("/giris")
    page.keyboard.type(person.email)
    page.keyboard.press("Tab")
    page.keyboard.type(factories.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/giris/kod*")
    page.keyboard.type(digits(key))
    page.keyboard.press("Enter")
    page.wait_for_url("**/gonder")
