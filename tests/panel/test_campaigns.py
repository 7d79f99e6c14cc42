"""Toplu gönderim in the panel: every step has an address, says what is wrong, and sends once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.campaigns import drafts, listing, loading, pricing, progress, stopping
from messaging.campaigns.models import Campaign
from messaging.files.models import StoredFile
from messaging.sms.models import Message
from tests import factories
from tests.messaging.campaigns.world import (
    account,
    checked,
    draft,
    fresh,
    hand_over,
    launched,
    lines,
    loaded,
    run,
    step,
    written,
)
from tests.panel.conftest import entered, page

MESSY = "Telefon;Ad\n5300000001;Ayşe\n5300000001;Ayşe\nAhmet;x\n02121112233;y\n5300000002;Ömer\n"


def upload(content, name="liste.csv"):
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def given(**changes):
    return {"name": "Mayıs", "source": "file", "lines": "", "group": "", "tag": "", **changes}


def letter(**changes):
    fields = {"originator": factories.SENDER, "body": "Merhaba", "commercial": "1", "when": "now"}
    return {**fields, "scheduled_at": "", "per_minute": "", **changes}


def url(made, page=""):
    return f"/toplu/{made.pk}" + (f"/{page}" if page else "")


@pytest.fixture
def made(world):
    """Given to be sent and read, to three people."""
    return loaded(world.firm, lines(3))


class TestTheList:
    def test_is_empty_with_what_to_do(self, operator, viewer):
        assert "Dosya yükle" in page(operator.get("/toplu"))
        assert "Dosya yükle" not in page(viewer.get("/toplu"))

    def test_shows_each_with_its_state_and_who_made_it(self, world, viewer, made):
        draft(world.firm)
        told = page(viewer.get("/toplu"))
        assert "Kuyrukta" in told
        assert "0 / 3" in told
        assert "Taslak" in told
        assert 'hx-trigger="every 3s"' in told

    def test_looks_again_only_while_something_runs(self, viewer, made):
        hand_over()
        stopping.close()
        told = page(viewer.get("/toplu", headers={"X-Poll": "1"}))
        assert "Tamamlandı" in told
        assert "every" not in told
        assert "<html" not in told

    def test_shows_nothing_of_another_firm(self, stranger, made):
        assert made.name not in page(stranger.get("/toplu"))


class TestStep1:
    def test_takes_a_file_and_goes_on_to_its_columns(self, operator):
        answer = operator.post("/toplu/yeni", given(file=upload(MESSY)))
        found = Campaign.objects.get()
        assert answer.url == url(found, "sutunlar")
        assert (found.name, found.columns) == ("Mayıs", ["msisdn", "name"])

    def test_takes_pasted_lines_and_checks_them(self, operator):
        answer = operator.post("/toplu/yeni", given(source="manual", lines="5300000001,Ayşe\r\n5300000002"))
        found = Campaign.objects.get()
        assert answer.url == url(found, "denetim")
        assert found.recipients == 2

    def test_takes_the_address_book(self, world, operator):
        answer = operator.post("/toplu/yeni", given(source="book", tag="vip"))
        assert answer.url == url(Campaign.objects.get(), "denetim")

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"name": ""}, "Bir ad yazın."),
            ({}, "Bir dosya seçin."),
            ({"source": "manual"}, "En az bir numara yapıştırın."),
            ({"file": b"\x89PNG\r\n\x1a\n" + bytes(99)}, "Bu dosya bir tablo değil"),
            ({"file": b""}, "Dosya boş"),
            ({"source": "book", "group": "99"}, "Geçerli bir seçenek seçin"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_nothing(self, operator, fields, said):
        if "file" in fields:
            fields = {**fields, "file": upload(fields["file"])}
        answer = operator.post("/toplu/yeni", given(**fields))
        assert answer.status_code == 422
        assert said in page(answer)
        assert not Campaign.objects.exists()
        assert not StoredFile.objects.exists()

    def test_again_replaces_the_list(self, world, operator):
        before = checked(world.firm, lines(3))
        assert "Mayıs" in page(operator.get(url(before, "liste")))
        operator.post(url(before, "liste"), given(name="Haziran", file=upload(MESSY)))
        found = fresh(before)
        assert (found.name, found.stage) == ("Haziran", Campaign.Stage.DRAFT)

    def test_has_an_example(self, operator):
        answer = operator.get("/toplu/ornek.csv")
        assert answer["Content-Disposition"] == 'attachment; filename="ornek-liste.csv"'
        assert answer.content.startswith(b"\xef\xbb\xbfnumara;ad")

    def test_is_for_operators(self, viewer):
        assert viewer.get("/toplu/yeni").status_code == 403


class TestStep2:
    def test_shows_the_first_rows_and_what_was_guessed(self, world, operator):
        found = draft(world.firm, "Ad;Telefon;Doğum günü\nAyşe;05300000001;3 Mayıs\n")
        told = page(operator.get(url(found, "sutunlar")))
        assert "3 Mayıs" in told
        assert '<option value="msisdn" selected>' in told
        assert "{{dogum_gunu}}" in told
        assert "utf-8" in told

    def test_checks_what_was_chosen(self, world, operator):
        found = draft(world.firm, MESSY)
        answer = operator.post(url(found, "sutunlar"), {"c0": "msisdn", "c1": "name", "header": "on"})
        assert answer.url == url(found, "denetim")
        assert fresh(found).recipients == 2

    def test_offers_a_name_for_each_column(self, world, operator):
        found = draft(world.firm, "5300000001;x;y\n5300000002;z;t\n")
        told = page(operator.get(url(found, "sutunlar")))
        assert "{{alan_1}}" in told
        assert "{{alan_3}}" in told

    def test_refuses_two_numbers(self, world, operator):
        found = draft(world.firm, MESSY)
        answer = operator.post(url(found, "sutunlar"), {"c0": "msisdn", "c1": "msisdn", "header": "on"})
        assert answer.status_code == 422
        assert "Tam bir sütun telefon olmalı" in page(answer)

    def test_is_none_of_the_address_book(self, world, operator):
        found = listing.from_book(by=factories.actor(world.firm), campaign_id=draft(world.firm).pk)
        assert operator.get(url(found, "sutunlar")).url == url(found, "denetim")

    def test_of_a_draft_without_a_list_is_not_there(self, world, operator):
        assert operator.get(url(draft(world.firm), "sutunlar")).status_code == 404


class TestStep3:
    def test_shows_wrong_rows_by_their_number_with_the_fault_in_the_cell(self, world, operator):
        told = page(operator.get(url(checked(world.firm, MESSY), "denetim")))
        assert "5 satırın 2 tanesi gönderilemez" in told
        assert "<strong>Sabit hat; SMS gitmez</strong>02121112233" in told
        assert '<th scope="row">4</th>' in told
        assert "Mükerrer: 1" in told
        assert "Sorunlu 2 satırı atla, 2 kişiyle devam et" in told

    def test_of_a_good_list_says_so(self, world, operator):
        told = page(operator.get(url(checked(world.firm, lines(3)), "denetim")))
        assert "3 kişiyle devam et" in told
        assert "gönderilemez" not in told

    def test_with_nobody_left_does_not_go_on(self, world, operator):
        factories.opt_out(world.firm, "5300000001")
        told = page(operator.get(url(checked(world.firm, lines(1)), "denetim")))
        assert "devam et" not in told
        assert "Düzeltilmiş dosya yükle" in told

    def test_shows_progress_while_a_job_reads(self, world, operator, monkeypatch):
        monkeypatch.setattr(listing, "WAITED_FOR", 0)
        found = checked(world.firm, lines(3))
        told = page(operator.get(url(found, "denetim"), headers={"X-Poll": "1"}))
        assert 'hx-trigger="every 1s"' in told
        run()
        assert "every" not in page(operator.get(url(found, "denetim"), headers={"X-Poll": "1"}))

    def test_says_why_it_failed(self, world, operator, monkeypatch):
        monkeypatch.setattr(listing, "WAITED_FOR", 0)
        found = checked(world.firm, lines(100) + "\t" * 300 + "\n")
        run()
        assert "Satır 101: en çok 200 sütun okunur." in page(operator.get(url(found, "denetim")))

    def test_can_be_asked_for_again(self, world, operator):
        found = draft(world.firm, MESSY)
        assert "Liste henüz denetlenmedi" in page(operator.get(url(found, "denetim")))
        operator.post(url(found, "denetim"))
        assert fresh(found).stage == Campaign.Stage.CHECKED

    def test_gives_the_left_out_as_a_file_without_formulas(self, world, operator):
        found = checked(world.firm, "Telefon;Ad\n5300000001;x\n=1+1;y\n")
        answer = operator.get(url(found, "elenenler.csv"))
        told = b"".join(answer.streaming_content).decode("utf-8-sig")
        assert told == "Satır;Neden;Telefon;Ad\r\n3;Numara geçersiz;'=1+1;y\r\n"
        assert answer["X-Content-Type-Options"] == "nosniff"


class TestStep4:
    def test_needs_a_checked_list(self, world, operator):
        assert operator.get(url(draft(world.firm, MESSY), "mesaj")).url.endswith("/denetim")

    def test_writes_and_shows_the_price(self, world, operator):
        found = checked(world.firm, MESSY)
        assert "{{name}}" in page(operator.get(url(found, "mesaj")))
        answer = operator.post(url(found, "mesaj"), letter(body="Sayın {{name}}", per_minute="60"))
        assert answer.url == url(found, "onay")
        told = page(operator.get(answer.url))
        assert "2 kişiye gönder (2 SMS)" in told
        assert "Sayın Ayşe" in told
        assert "98" in told

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"body": ""}, "Mesajı yazın."),
            ({"body": "x" * 1001}, "1.000"),
            ({"body": "{{yok}}"}, "yok"),
            ({"originator": ""}, "Bir başlık seçin."),
            ({"when": "later", "scheduled_at": ""}, "Tarihi ve saati seçin."),
            ({"when": "later", "scheduled_at": "2020-01-01T10:00"}, "1 dakika"),
            ({"per_minute": "0"}, "1"),
        ],
    )
    def test_says_what_is_wrong(self, world, operator, fields, said):
        found = checked(world.firm, MESSY)
        answer = operator.post(url(found, "mesaj"), letter(**fields))
        assert answer.status_code == 422
        assert said in page(answer)

    def test_comes_back_with_what_was_written(self, world, operator):
        found = checked(world.firm, MESSY)
        operator.post(
            url(found, "mesaj"), letter(when="later", scheduled_at="2026-12-31T10:30", commercial="0")
        )
        told = page(operator.get(url(found, "mesaj")))
        assert 'value="2026-12-31T10:30"' in told
        assert 'value="0" checked' in told

    def test_waits_for_a_price_that_takes_long(self, world, operator, monkeypatch):
        monkeypatch.setattr(pricing, "IN_A_REQUEST", 1)
        found = checked(world.firm, MESSY)
        operator.post(url(found, "mesaj"), letter(body="{{name}}"))
        assert "Fiyat hesaplanıyor" in page(operator.get(url(found, "onay")))
        waiting = operator.get(url(found, "onay"), headers={"X-Poll": "1"})
        assert "HX-Refresh" not in waiting
        run()
        assert operator.get(url(found, "onay"), headers={"X-Poll": "1"})["HX-Refresh"] == "true"
        assert "2 kişiye gönder (2 SMS)" in page(operator.get(url(found, "onay")))

    def test_says_why_there_is_no_price(self, world, operator, monkeypatch):
        monkeypatch.setattr(pricing, "IN_A_REQUEST", 1)
        found = checked(world.firm, "5300000001,a\n5300000002,\n")
        operator.post(url(found, "mesaj"), letter(body="{{name}}"))
        run()
        assert "2. satırda mesaj boş kalıyor." in page(operator.get(url(found, "onay")))

    def test_steps_through_the_texts(self, world, operator):
        found = written(world.firm, MESSY, body="Sayın {{name}}", originator=factories.SENDER)
        assert "Sayın Ömer" in page(operator.get(url(found, "onay") + "?satir=3"))
        assert "Sayın Ayşe" in page(operator.get(url(found, "onay") + "?satir=abc"))

    def test_tries_the_text_out_once(self, world, operator):
        found = written(world.firm, MESSY, body="Sayın {{name}}", originator=factories.SENDER)
        asked = {"phone": "0532 111 22 33", "row": "3", "key": "panel-x"}
        for _ in range(2):
            operator.post(url(found, "deneme"), asked)
        (message,) = Message.objects.all()
        assert message.body == "Sayın Ömer"

    @pytest.mark.parametrize(("phone", "said"), [("", "bir numara yazın"), ("12", "geçersiz")])
    def test_says_why_a_trial_is_none(self, world, operator, phone, said):
        found = written(world.firm, MESSY, originator=factories.SENDER)
        answer = operator.post(url(found, "deneme"), {"phone": phone, "key": "k"}, follow=True)
        assert said in page(answer)
        assert not Message.objects.exists()

    def test_is_not_there_without_an_approved_name(self, world, operator):
        from messaging.senders.models import SenderId

        found = checked(world.firm, MESSY)
        SenderId.objects.update(state=SenderId.State.BANNED)
        assert "Onaylı başlığınız yok" in page(operator.get(url(found, "mesaj")))


class TestTheButton:
    def ready(self, world, content=MESSY, **changes):
        return written(world.firm, content, originator=factories.SENDER, **changes)

    def test_sends_once(self, world, operator):
        found = self.ready(world)
        for _ in range(2):
            answer = operator.post(url(found, "onay"), {"quoted": found.quoted})
            assert answer.url == url(found)
        assert account(world.firm) == (100, 2)

    def test_does_not_send_at_another_price(self, world, operator):
        found = self.ready(world)
        answer = operator.post(url(found, "onay"), {"quoted": "x"})
        assert answer.status_code == 422
        assert "Fiyat bu arada değişti" in page(answer)
        assert account(world.firm) == (100, 0)

    def test_says_that_credit_lacks(self, world, operator):
        found = self.ready(world, lines(101))
        assert "Yetersiz bakiye" in page(operator.get(url(found, "onay")))
        answer = operator.post(url(found, "onay"), {"quoted": found.quoted})
        assert "Yetersiz bakiye" in page(answer)

    def test_asks_for_the_number_of_many(self, world, operator, monkeypatch):
        monkeypatch.setattr("messaging.campaigns.panel_letter.TYPED_FROM", 2)
        found = self.ready(world)
        answer = operator.post(url(found, "onay"), {"quoted": found.quoted, "typed": "3"})
        assert "alıcı sayısını yazın" in page(answer)
        assert operator.post(url(found, "onay"), {"quoted": found.quoted, "typed": "2"}).url == url(found)


class TestOnItsWay:
    def test_shows_progress_and_what_may_be_done(self, world, operator, made):
        told = page(operator.get(url(made)))
        assert "Duraklat" in told
        assert "Durdur" in told
        assert 'hx-trigger="every 1s"' in told

    def test_shows_a_viewer_no_buttons(self, viewer, made):
        told = page(viewer.get(url(made)))
        assert "/duraklat" not in told
        assert "/kopyala" not in told

    def test_a_draft_leads_to_its_step(self, world, operator):
        assert operator.get(url(draft(world.firm, MESSY))).url.endswith("/sutunlar")
        assert operator.get(url(checked(world.firm, MESSY))).url.endswith("/mesaj")
        assert operator.get(url(written(world.firm, MESSY))).url.endswith("/onay")

    def test_a_list_that_is_read_leads_to_its_check(self, world, operator, monkeypatch):
        monkeypatch.setattr(listing, "WAITED_FOR", 0)
        assert operator.get(url(checked(world.firm, MESSY))).url.endswith("/denetim")

    def test_can_be_held_and_let_go(self, operator, made):
        operator.post(url(made, "duraklat"))
        assert "Duraklatıldı" in page(operator.get(url(made)))
        assert hand_over() == 0
        operator.post(url(made, "surdur"))
        assert hand_over() == 3

    def test_says_why_it_cannot(self, operator, made):
        answer = operator.post(url(made, "surdur"), follow=True)
        assert "Gönderim duraklatılmış değil." in page(answer)

    def test_asks_before_it_stops(self, world, operator, made):
        assert "Kalan 3 kişiye gönderilmeyecek" in page(operator.get(url(made, "durdur")))
        operator.post(url(made, "durdur"))
        assert "Durduruluyor" in page(operator.get(url(made)))
        run()
        stopping.close()
        told = page(operator.get(url(made)))
        assert "Durduruldu" in told
        assert "3 SMS" in told
        assert account(world.firm) == (100, 0)

    def test_a_draft_is_not_stopped_but_deleted(self, world, operator):
        found = checked(world.firm, MESSY)
        assert operator.get(url(found, "durdur")).status_code == 404
        assert "silinecek" in page(operator.get(url(found, "sil")))
        operator.post(url(found, "sil"))
        assert not Campaign.objects.exists()

    def test_is_repeated_as_a_draft(self, operator, made):
        answer = operator.post(url(made, "kopyala"))
        copy = Campaign.objects.get(name="Mayıs (kopya)")
        assert answer.url == url(copy)

    def test_has_nobody_missed_before_its_end(self, operator, made):
        answer = operator.post(url(made, "ulasmayanlar"), follow=True)
        assert "Gönderim bitmeden" in page(answer)

    def test_that_waits_for_its_time_says_when(self, world, operator):
        later = "2026-12-31T10:30:00+03:00"
        found = launched(world.firm, lines(2), scheduled_at=factories.moment(later))
        told = page(operator.get(url(found)))
        assert "Zamanlandı" in told
        assert "31.12.2026 10:30" in told

    def test_tells_its_pace(self, world, operator, made, monkeypatch):
        from datetime import timedelta

        from smsmerkezi.core import clock

        hand_over()
        Message.objects.update(recipients=6, awaited=3, awaited_credits=3)
        Campaign.objects.update(launched_at=clock.now() - timedelta(minutes=1))
        told = page(operator.get(url(made)))
        assert "3/dk" in told
        assert "~1 dk" in told

    def test_while_its_list_is_read_says_how_many_are_to_come(self, world, operator, monkeypatch):
        monkeypatch.setattr(loading, "AT_ONCE", 2)
        found = launched(world.firm, lines(5))
        step(loading.Load(found.job))
        assert "Listeden okunacak" in page(operator.get(url(found)))


@pytest.mark.parametrize(
    ("verb", "name"),
    [
        ("get", ""), ("get", "liste"), ("get", "sutunlar"), ("get", "denetim"), ("get", "elenenler.csv"), ("get", "mesaj"),
        ("get", "onay"), ("get", "durdur"), ("get", "sil"), ("post", "duraklat"), ("post", "surdur"), ("post", "durdur"),
        ("post", "kopyala"), ("post", "ulasmayanlar"), ("post", "sil"), ("post", "deneme"), ("post", "denetim"),
    ],
)  # fmt: skip
class TestSomebodyElse:
    def test_of_another_firm_finds_nothing(self, world, stranger, made, verb, name):
        data = {"phone": "05321112233", "key": "k"} if name == "deneme" else {}
        answer = getattr(stranger, verb)(url(made, name), data, follow=True)
        assert answer.status_code == 404 or "bulunamadı" in page(answer).lower()

    def test_who_only_reads_changes_nothing(self, world, made, verb, name):
        answer = getattr(entered(world.viewer), verb)(url(made, name), follow=True)
        led_on = answer.status_code == 200 and answer.wsgi_request.path == url(made)
        assert answer.status_code == 403 or led_on
        assert fresh(made).message.paused_at is None
        assert Campaign.objects.count() == 1


def test_what_was_sent_has_no_steps_any_more(world, operator, made):
    for name in ("liste", "sutunlar", "denetim", "mesaj", "onay"):
        assert operator.get(url(made, name)).url == url(made)
    with pytest.raises(drafts.Launched):
        listing.check(by=factories.actor(world.firm), campaign_id=made.pk)


def test_steps_are_behind_the_login(client, world):
    found = draft(world.firm, MESSY)
    assert client.get(url(found, "denetim")).url.startswith("/giris")
    assert client.get("/toplu").url.startswith("/giris")


def test_there_is_nothing_to_confirm_before_something_is_written(world, operator):
    assert operator.get(url(checked(world.firm, MESSY), "onay")).url.endswith("/mesaj")


def test_the_pace_of_what_was_not_launched_is_unknown(world):
    assert progress.pace(checked(world.firm, MESSY)) == progress.Pace()
