"""Kişiler > Dosya yükle: what a person sees on the way."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.contacts import imports
from messaging.contacts.models import Contact, ContactImport
from smsmerkezi import queues
from tests.messaging.contacts.test_imports import MESSY, lines
from tests.panel.conftest import page


def given(content=MESSY, name="kisiler.csv"):
    return {"file": SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())}


def columns(**changes):
    fields = {"c0": "msisdn", "c1": "name", "c2": "address_province", "c3": "dogum_gunu", "header": "on"}
    return {**fields, "known": "update", "tags": "fuar", **changes}


def uploaded(operator, content=MESSY):
    operator.post("/kisiler/yukle", given(content))
    return f"/kisiler/yukle/{ContactImport.objects.latest('pk').pk}"


def work():
    queues.LOOKS["files"]()


def test_the_whole_way_and_back(operator):
    path = uploaded(operator)
    shown = page(operator.get(f"{path}/sutunlar"))
    assert "3 Mayıs" in shown
    assert '<option value="address_province" selected>' in shown
    assert operator.post(f"{path}/sutunlar", columns()).url == path
    told = page(operator.get(path))
    assert "4 satırın 1 tanesi alınamaz" in told
    assert "<strong>Numara geçersiz</strong>Ahmet" in told
    assert "Sorunlu 1 satırı atla, 2 kişiyi aktar" in told
    operator.post(f"{path}/aktar")
    assert "every 1s" in page(operator.get(path, headers={"X-Poll": "1"}))
    work()
    assert "Aktarım tamamlandı" in page(operator.get(path))
    assert Contact.objects.count() == 2
    operator.post(f"{path}/geri-al")
    work()
    assert "Aktarım geri alındı" in page(operator.get(path))
    assert Contact.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "said"), [("", "Dosya boş"), (b"\x89PNG\r\n\x1a\n" + bytes(99), "tablo değil")]
)
def test_a_file_that_is_none_is_one_sentence(operator, content, said):
    answer = operator.post("/kisiler/yukle", given(content))
    assert answer.status_code == 422
    assert said in page(answer)
    assert not ContactImport.objects.exists()


def test_no_file_is_one_too(operator):
    assert "Bir dosya seçin." in page(operator.post("/kisiler/yukle", {}))


def test_columns_that_make_no_sense_are_refused(operator):
    path = uploaded(operator)
    answer = operator.post(f"{path}/sutunlar", columns(c0=""))
    assert answer.status_code == 422
    assert "Tam bir sütun telefon olmalı" in page(answer)


def test_known_people_can_be_skipped(operator):
    path = uploaded(operator)
    operator.post(f"{path}/sutunlar", columns(known="skip"))
    assert "Atlanacak: 0" in page(operator.get(path))
    assert 'value="skip" checked' in page(operator.get(f"{path}/sutunlar"))


def test_a_large_file_shows_how_far_it_is_and_why_it_failed(operator, monkeypatch):
    monkeypatch.setattr(imports, "WAITED_FOR", 0)
    path = uploaded(operator, lines(100).replace(",", ";") + ";" * 300 + "\n")
    operator.post(f"{path}/sutunlar", {"c0": "msisdn", "c1": "name"})
    assert "Denetleniyor" in page(operator.get(path))
    work()
    assert "en çok 200 sütun okunur" in page(operator.get(path))


def test_what_is_not_taken_is_a_file_without_formulas(operator):
    path = uploaded(operator, "Telefon;Ad\n5300000001;x\n=1+1;y\n")
    operator.post(f"{path}/sutunlar", {"c0": "msisdn", "c1": "name", "header": "on"})
    told = b"".join(operator.get(f"{path}/elenenler.csv").streaming_content).decode("utf-8-sig")
    assert told == "Satır;Neden;Telefon;Ad\r\n3;Numara geçersiz;'=1+1;y\r\n"


@pytest.mark.parametrize("end", ["", "/sutunlar", "/elenenler.csv"])
def test_of_another_firm_is_not_there(operator, stranger, viewer, end):
    path = uploaded(operator)
    assert stranger.get(path + end).status_code == 404
    assert viewer.get(path + end).status_code == 403


def test_viewers_upload_nothing(viewer):
    assert viewer.get("/kisiler/yukle").status_code == 403
    assert "/kisiler/yukle" not in page(viewer.get("/kisiler"))
