"""A campaign as a person makes it: a messy file, its mistakes, its price; held, let go, and its end."""

import time

from playwright.sync_api import expect

from messaging.campaigns import stopping
from messaging.campaigns.models import Campaign
from messaging.sms.models import Message
from smsmerkezi import queues
from tests.browser.conftest import accessible
from tests.messaging.campaigns.world import hand_over

ROWS = "".join(f"0530{n:07d};Müşteri {n}\n" for n in range(1, 61))
MESSY = f"Cep Telefonu;Ad\n{ROWS}0212 333 44 55;Veli\n0532 11;Ali\n05300000001;Müşteri 1\n"


def work():
    queues.LOOKS["files"]()
    stopping.close()


def test_a_messy_file_is_sent_held_and_let_go(visit, world):
    page = visit("/toplu", user=world.operator)
    accessible(page)
    page.get_by_role("link", name="Yeni toplu gönderim").click()
    page.get_by_label("Ad", exact=True).fill("Kasım kampanyası")
    page.get_by_label("Dosya", exact=True).set_input_files(
        {"name": "kasim.csv", "mimeType": "text/csv", "buffer": MESSY.encode("cp1254")}
    )
    accessible(page)
    page.get_by_role("button", name="Devam et").click()
    expect(page.get_by_role("heading", name="Sütunlar ne?")).to_be_visible()
    expect(page.get_by_label("1. sütun")).to_have_value("msisdn")
    accessible(page)
    page.get_by_role("button", name="Listeyi denetle").click()
    expect(page.get_by_role("heading", name="63 satırın 2 tanesi gönderilemez")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="Sorunlu 2 satırı atla, 60 kişiyle devam et").click()
    page.get_by_label("Mesaj", exact=True).fill("Sayın ")
    page.get_by_role("button", name="{{name}}").click()
    expect(page.get_by_label("Mesaj", exact=True)).to_have_value("Sayın {{name}}")
    accessible(page)
    page.get_by_role("button", name="Fiyatı gör").click()
    expect(page.locator("[data-bubble]")).to_contain_text("Sayın Müşteri 1")
    accessible(page)
    page.get_by_role("button", name="60 kişiye gönder (60 SMS)").click()
    page.get_by_role("button", name="Duraklat").click()
    expect(page.locator("#campaign")).to_contain_text("Duraklatıldı")
    accessible(page)
    work()
    assert hand_over() == 0
    page.get_by_role("button", name="Sürdür").click()
    assert hand_over() == 60
    work()
    expect(page.locator("#campaign .pill").first).to_have_text("Tamamlandı")
    assert Message.objects.get().sent == 60


def test_a_viewer_looks_on_and_progress_shows_by_itself(visit, world):
    from tests.messaging.campaigns import world as campaigns

    made = campaigns.loaded(world.firm, campaigns.lines(30))
    page = visit(f"/toplu/{made.pk}", user=world.viewer, width=390)
    expect(page.locator("#campaign .pill").first).to_have_text("Kuyrukta")
    expect(page.get_by_role("button", name="Duraklat")).to_have_count(0)
    accessible(page)
    hand_over()
    stopping.close()
    expect(page.locator("#campaign .pill").first).to_have_text("Tamamlandı")
    before = Campaign.objects.get().closed_at
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    time.sleep(1.5)
    assert not [url for url in asked if url.endswith(f"/toplu/{made.pk}")]
    assert before is not None
