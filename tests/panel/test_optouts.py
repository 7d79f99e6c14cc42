"""Ret listesi: who must not be written to; added by hand or by file, removed only with a reason."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.contacts import optout_import, optouts
from messaging.contacts.models import OptOut
from messaging.files.models import Job
from messaging.sms import sending
from smsmerkezi import queues
from smsmerkezi.core.errors import Forbidden
from tenants.models import AuditEntry
from tests import factories
from tests.panel.conftest import entered, page


@pytest.fixture
def admin(world):
    return entered(world.admin)


@pytest.fixture
def said_no(world):
    optouts.add(by=factories.actor(world.firm), numbers=["05301112233"], note="fuar")
    return OptOut.objects.get()


def file(content, name="ret.csv"):
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


def work():
    queues.LOOKS["files"]()


def on_the_list():
    return sorted(OptOut.objects.values_list("msisdn", flat=True))


class TestTheList:
    def test_of_nobody_says_what_it_is_for(self, operator, viewer):
        assert "Ret listeniz boş" in page(operator.get("/ret-listesi"))
        assert "/ret-listesi/ekle" not in page(viewer.get("/ret-listesi"))

    def test_shows_whole_numbers_to_whom_it_may(self, admin, viewer, said_no):
        assert "0530 111 22 33" in page(admin.get("/ret-listesi"))
        told = page(viewer.get("/ret-listesi"))
        assert "0530 111 22 33" not in told
        assert "fuar" in told

    @pytest.mark.parametrize(
        ("asked", "there"),
        [
            ("number=0530 111 22 33", True),
            ("number=05301112234", False),
            ("source=panel", True),
            ("source=iys", False),
        ],
    )
    def test_is_searched(self, viewer, said_no, asked, there):
        assert ("fuar" in page(viewer.get(f"/ret-listesi?{asked}"))) is there

    def test_says_that_a_number_is_not_whole(self, viewer, said_no):
        assert "Numarayı eksiksiz yazın." in page(viewer.get("/ret-listesi?number=0530"))

    def test_walks_page_by_page(self, world, viewer):
        numbers = [factories.number(n) for n in range(1, 28)]
        optouts.add(by=factories.actor(world.firm), numbers=numbers)
        assert "cursor=" in page(viewer.get("/ret-listesi"))

    def test_has_nobody_of_another_firm(self, stranger, said_no):
        assert "fuar" not in page(stranger.get("/ret-listesi"))


class TestPasting:
    def test_tells_what_became_of_each(self, operator, said_no):
        lines = "05301112233\n05301112244\n0530 111 22 44\nAhmet\n"
        told = page(operator.post("/ret-listesi/ekle", {"numbers": lines, "note": "liste"}))
        assert "1 numara eklendi" in told
        assert "Zaten listede: 1" in told
        assert "Mükerrer: 1" in told
        assert "Geçersiz: 1" in told
        assert "Satır 4" in told
        assert on_the_list() == [905301112233, 905301112244]

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({}, "Numara yapıştırın ya da dosya seçin."),
            ({"numbers": "05301112233", "note": "x" * 201}, "200"),
        ],
    )
    def test_says_what_is_wrong(self, operator, fields, said):
        answer = operator.post("/ret-listesi/ekle", {"note": "", **fields})
        assert answer.status_code == 422
        assert said in page(answer)
        assert on_the_list() == []

    def test_is_closed_to_viewers(self, world, viewer):
        assert viewer.post("/ret-listesi/ekle", {"numbers": "05301112233"}).status_code == 403
        with pytest.raises(Forbidden):
            optout_import.start(by=factories.actor(world.firm, role="viewer"), chunks=[b"x"], name="x")


class TestAFile:
    def given(self, operator, content, **more):
        return operator.post("/ret-listesi/ekle", {"file": file(content), "note": "fuar", **more})

    def test_is_read_by_a_job_and_told_about(self, world, operator, said_no):
        content = "Ad;Telefon\nAyşe;05301112233\nÖmer;0530 111 22 44\nCan;yok\n"
        answer = self.given(operator, content)
        assert "Dosya okunuyor" in page(operator.get(answer.url))
        work()
        told = page(operator.get(answer.url, headers={"X-Poll": "1"}))
        assert "Dosya okundu" in told
        assert "every" not in told
        assert "Geçersiz satırlar:</p>" not in told
        assert "4" in told
        assert on_the_list() == [905301112233, 905301112244]
        (entry,) = AuditEntry.objects.filter(action="optout.imported")
        assert entry.meta == {"added": 1, "known": 1, "invalid": 1}

    def test_is_obeyed_by_the_next_message(self, world, operator):
        self.given(operator, "05301112233\n")
        work()
        with pytest.raises(sending.NoRecipientsLeft):
            factories.sent(world.firm, "05301112233")

    def test_goes_on_where_a_dead_worker_was(self, world, operator, monkeypatch):
        monkeypatch.setattr(optout_import, "AT_ONCE", 2)
        self.given(operator, "".join(f"0530111{n:04d}\n" for n in range(5)))
        job = Job.objects.get()
        assert optout_import.Import(job).step()
        job.save()
        work()
        assert len(on_the_list()) == 5
        job.refresh_from_db()
        assert (job.data["added"], job.data["known"]) == (5, 0)

    def test_that_breaks_half_way_says_where_and_keeps_what_was_read(self, operator, monkeypatch):
        monkeypatch.setattr(optout_import, "AT_ONCE", 50)
        lines = "".join(f"0530111{n:04d}\n" for n in range(100)) + "\t" * 300 + "\n"
        answer = self.given(operator, lines)
        work()
        told = page(operator.get(answer.url))
        assert "Dosya sonuna kadar okunamadı" in told
        assert "Satır 101: en çok 200 sütun okunur." in told
        assert len(on_the_list()) == 100 or len(on_the_list()) == 50

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ("", "Dosya boş"),
            ("Ad\nAyşe\n", "Dosyada telefon numarası bulunamadı."),
            (b"\x89PNG\r\n\x1a\n" + bytes(99), "tablo değil"),
        ],
    )
    def test_that_is_none_is_one_sentence(self, operator, content, said):
        answer = self.given(operator, content)
        assert answer.status_code == 422
        assert said in page(answer)
        assert not Job.objects.exists()

    def test_whose_time_is_over_ends_its_job(self, operator):
        answer = self.given(operator, "05301112233\n")
        Job.objects.get().file.delete()
        work()
        assert "bulunamadı" in page(operator.get(answer.url))

    def test_of_another_firm_is_not_there(self, operator, stranger):
        answer = self.given(operator, "05301112233\n")
        assert stranger.get(answer.url).status_code == 404


class TestOne:
    def test_tells_its_history(self, admin, world, said_no):
        by = factories.actor(world.firm)
        optouts.remove(by=by, optout_id=said_no.pk, reason="Yazılı onay verdi")
        optouts.add(by=by, numbers=["05301112233"])
        told = page(admin.get(f"/ret-listesi/{OptOut.objects.get().pk}"))
        assert "Ret kaldırıldı" in told
        assert "Yazılı onay verdi" in told
        assert told.count("Ret verdi") == 2

    def test_is_removed_by_an_administrator_with_a_reason(self, admin, operator, said_no):
        path = f"/ret-listesi/{said_no.pk}/kaldir"
        assert operator.get(path).status_code == 403
        assert "yeniden mesaj gönderilebilecek" in page(admin.get(path))
        assert admin.post(path, {"reason": "x"}).status_code == 422
        assert admin.post(path, {"reason": "Alıcı yazılı onay verdi"}).url == "/ret-listesi"
        assert on_the_list() == []

    def test_from_iys_stays_and_says_why(self, admin, said_no):
        OptOut.objects.update(source=OptOut.Source.IYS)
        told = page(admin.get(f"/ret-listesi/{said_no.pk}"))
        assert "burada kaldırılamaz" in told
        assert "/kaldir" not in told
        answer = admin.post(f"/ret-listesi/{said_no.pk}/kaldir", {"reason": "Alıcı yazılı onay verdi"})
        assert answer.status_code == 422
        assert len(on_the_list()) == 1

    @pytest.mark.parametrize("end", ["", "/kaldir"])
    def test_of_another_firm_is_not_there(self, stranger, said_no, end):
        assert stranger.get(f"/ret-listesi/{said_no.pk}{end}").status_code == 404
