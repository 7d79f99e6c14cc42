"""Contacts out of a messy file, as a person brings them in and takes them back."""

from playwright.sync_api import expect

from messaging.contacts.models import Contact
from smsmerkezi import queues
from tests.browser.conftest import accessible

ROWS = "".join(f"0530{n:07d};Müşteri {n};İzmir;{n}. not\n" for n in range(1, 31))
MESSY = f"Cep Telefonu;Ad;Şehir;Açıklama\n{ROWS}0212 333 44 55;Veli;;\n0532 11;Ali;;\n"


def test_a_file_is_checked_taken_and_taken_back(visit, world):
    page = visit("/kisiler/yukle", user=world.operator)
    accessible(page)
    page.get_by_label("Dosya", exact=True).set_input_files(
        {"name": "kisiler.csv", "mimeType": "text/csv", "buffer": MESSY.encode()}
    )
    page.get_by_role("button", name="Devam et").click()
    expect(page.get_by_label("3. sütun")).to_have_value("address_province")
    accessible(page)
    page.get_by_role("button", name="Dosyayı denetle").click()
    expect(page.get_by_role("heading", name="32 satırın 2 tanesi alınamaz")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Sorunlu 2 satırı atla, 30 kişiyi aktar").click()
    queues.LOOKS["files"]()
    expect(page.get_by_role("heading", name="Aktarım tamamlandı")).to_be_visible()
    accessible(page)
    assert Contact.objects.count() == 30
    page.get_by_role("button", name="Geri al").click()
    queues.LOOKS["files"]()
    expect(page.get_by_role("heading", name="Aktarım geri alındı")).to_be_visible()
    assert Contact.objects.count() == 0
