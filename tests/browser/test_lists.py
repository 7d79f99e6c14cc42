"""The list as it is used: filters that change the address, pages, and the numbers behind a button."""

from playwright.sync_api import expect

from tests import factories


def test_typing_filters_and_the_address_keeps_it(visit, world, messages):
    page = visit("/mesajlar", user=world.operator)
    page.get_by_label("Ara", exact=True).fill("kargo")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.wait_for_url("**text=kargo**")
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_label("Ara", exact=True).fill("yok böyle")
    expect(page.get_by_role("heading", name="Filtreye uyan kayıt yok")).to_be_visible()
    page.get_by_role("link", name="Filtreleri temizle").click()
    expect(page.locator("tbody tr")).to_have_count(3)


def test_choosing_a_state_filters(visit, world, messages):
    page = visit("/mesajlar", user=world.operator)
    page.get_by_label("Durum").select_option("delivered")
    expect(page.get_by_role("heading", name="Filtreye uyan kayıt yok")).to_be_visible()
    page.get_by_label("Durum").select_option("queued")
    expect(page.locator("tbody tr")).to_have_count(3)


def test_pages_go_both_ways(visit, world):
    for n in range(30):
        factories.sent(world.firm, factories.number(n))
    page = visit("/mesajlar", user=world.operator)
    expect(page.locator("tbody tr")).to_have_count(25)
    page.get_by_role("link", name="Daha eski").click()
    expect(page.locator("tbody tr")).to_have_count(5)
    page.get_by_role("link", name="Daha yeni").click()
    expect(page.locator("tbody tr")).to_have_count(25)


def test_a_number_is_shown_after_a_click(visit, world, messages):
    page = visit(f"/mesajlar/{messages[0].pk}", user=world.operator)
    expect(page.locator(".table")).to_contain_text("0532 *** 00 01")
    page.get_by_role("button", name="Numaraları göster").click()
    expect(page.locator(".table")).to_contain_text("0532 111 00 01")
    with page.expect_response("**/durum**"):
        pass
    expect(page.locator(".table")).to_contain_text("0532 111 00 01")


def test_a_hidden_page_does_not_ask(visit, world, messages):
    page = visit(f"/mesajlar/{messages[0].pk}", user=world.operator)
    with page.expect_response("**/durum**"):
        asked = []
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    page.wait_for_timeout(300)
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2500)
    assert asked == []
    with page.expect_response("**/durum**"):
        page.evaluate("delete document.hidden")


def test_an_id_is_copied(visit, world, messages):
    page = visit(f"/mesajlar/{messages[0].pk}", user=world.operator)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="UUID'yi kopyala").click()
    expect(page.get_by_role("button", name="Kopyalandı")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == str(messages[0].uuid)


def test_an_expired_session_leads_to_the_door(visit, world, messages):
    page = visit(f"/mesajlar/{messages[0].pk}", user=world.operator)
    page.context.clear_cookies()
    page.wait_for_url("**/giris?sonra=**")


def test_a_viewer_reads_and_does_not_write(visit, world, messages):
    page = visit("/mesajlar", user=world.viewer)
    expect(page.get_by_role("link", name="SMS gönder")).to_be_disabled()
    expect(
        page.get_by_role("navigation", name="Ana menü").get_by_role("link", name="Hızlı gönderim")
    ).to_have_count(0)
    page.get_by_role("link", name="Kargo").click()
    expect(page.get_by_role("button", name="Numaraları göster")).to_have_count(0)


def test_a_wrong_password_is_told_and_the_email_kept(visit, world, guard):
    guard.allowed.append("status of 422")
    page = visit("/giris")
    page.get_by_label("E-posta").fill(world.operator.email)
    page.get_by_label("Parola").fill("yanlis-bir-parola")
    page.get_by_role("button", name="Giriş yap").click()
    expect(page.get_by_role("alert").filter(has_text="E-posta veya parola hatalı.")).to_be_focused()
    assert page.get_by_label("E-posta").input_value() == world.operator.email
    for _ in range(5):
        page.get_by_label("Parola").fill("yanlis-bir-parola")
        page.get_by_label("Parola").press("Enter")
        page.wait_for_load_state()
    expect(page.get_by_role("alert").filter(has_text="Çok fazla deneme yapıldı.")).to_be_visible()
