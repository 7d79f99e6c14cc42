"""Başlıklar: the list, the application with its document, one name with its story; of one firm only."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from messaging.senders import approval, documents
from messaging.senders.models import SenderId
from smsmerkezi.panel import uploads
from tenants.actors import Actor
from tenants.models import AuditEntry, Tenant
from tests import factories, switching
from tests.messaging.senders import papers
from tests.panel.conftest import entered, page

LIST, NEW = "/basliklar", "/basliklar/yeni"
REASON = "Marka kullanım belgesi eksik."


@pytest.fixture
def admin(world):
    return entered(world.admin)


@pytest.fixture
def kept(world) -> SenderId:
    by = Actor(world.firm, world.admin)
    return approval.apply_for(by=by, label="MARKA", document=papers.document())


@pytest.fixture
def staff(db) -> Actor:
    return Actor(None, factories.reviewer())


def given(name="tescil.pdf", data=None, label="MARKA", **more):
    file = SimpleUploadedFile(name, papers.pdf() if data is None else data)
    return {"label": label, "document": file, **more}


class TestTheList:
    def test_of_none_says_what_a_name_is_for(self, world, viewer):
        SenderId.objects.all().delete()
        shown = page(viewer.get(LIST))
        assert "Henüz başlığınız yok" in shown
        assert "1-2 iş günü" in shown

    def test_shows_state_document_applicant_and_the_default(self, world, viewer, kept):
        shown = page(viewer.get(LIST))
        for words in (
            "MARKA",
            "İncelemede",
            "tescil.pdf",
            world.admin.name,
            factories.SENDER,
            "Onaylı",
            "Varsayılan",
        ):
            assert words in shown

    def test_tells_why_a_name_was_rejected(self, viewer, kept, staff):
        approval.reject(by=staff, sender_id=kept.pk, reason=REASON)
        assert REASON in page(viewer.get(LIST))

    def test_offers_an_application_to_administrators(self, admin, operator):
        assert f'href="{NEW}"' in page(admin.get(LIST))
        shown = page(operator.get(LIST))
        assert f'href="{NEW}"' not in shown
        assert "yönetici yetkisi gerekir" in shown

    def test_has_none_of_another_firm(self, stranger, kept):
        assert "MARKA" not in page(stranger.get(LIST))


class TestApplying:
    def test_tells_the_rules_and_which_document(self, admin):
        shown = page(admin.get(NEW))
        for words in (
            "1-11 karakter",
            "En çok 5 MB",
            "ticaret sicil gazetesi",
            "1-2 iş günü",
            "multipart/form-data",
        ):
            assert words in shown

    def test_leads_to_the_list(self, admin):
        assert admin.post(NEW, given())["Location"] == LIST
        assert "Başvurunuz alındı." in page(admin.get(LIST))
        made = SenderId.objects.get(label="MARKA")
        assert (made.state, made.document.name) == ("pending", "tescil.pdf")

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"label": "MARKA"}, "Belge zorunludur"),
            (given(label="12345"), "en az bir harf"),
            (given(label="ornek.com"), "internet adresine benziyor"),
            (given("x.svg", papers.SVG), "PDF, JPG ya da PNG olmalı"),
            (given("betikli.pdf", papers.pdf(papers.script)), "betik, eylem ya da ekli dosya"),
            (given("bos.pdf", b""), "Belge zorunludur"),
            (given("buyuk.pdf", papers.pdf() + bytes(documents.LIMIT)), "Dosya en çok 5 MB olabilir."),
        ],
    )
    def test_says_what_is_wrong_and_keeps_nothing(self, admin, fields, words):
        answer = admin.post(NEW, fields)
        assert (answer.status_code, words in page(answer)) == (422, True)
        assert SenderId.objects.count() == 1

    def test_of_a_known_name_says_so(self, admin, kept):
        assert "zaten var" in page(admin.post(NEW, given()))

    def test_is_closed_to_others(self, operator, viewer):
        for client in (operator, viewer):
            assert client.get(NEW).status_code == 403
            assert client.post(NEW, given()).status_code == 403


class TestOne:
    def test_tells_its_story_and_shows_administrators_its_document(self, world, admin, viewer, kept):
        shown = page(admin.get(f"{LIST}/{kept.pk}"))
        for words in (
            "Başvuruldu",
            world.admin.name,
            "1-2 iş günü",
            f"{LIST}/{kept.pk}/onizleme",
            "İndir",
            "Sil",
        ):
            assert words in shown
        seen = page(viewer.get(f"{LIST}/{kept.pk}"))
        assert "Belgeyi yalnız yöneticiler açabilir." in seen
        for words in ("onizleme", "/sil"):
            assert words not in seen

    def test_without_a_document_says_so(self, viewer, world):
        name = SenderId.objects.of(world.firm).get()
        assert "yüklenmiş bir belge yok" in page(viewer.get(f"{LIST}/{name.pk}"))

    def test_that_is_a_picture_is_shown_as_one(self, admin, world):
        paper = documents.Document("logo.png", "png", papers.picture())
        made = approval.apply_for(by=Actor(world.firm, world.admin), label="RESIM", document=paper)
        assert f'<img class="picture" src="{LIST}/{made.pk}/onizleme"' in page(admin.get(f"{LIST}/{made.pk}"))

    @pytest.mark.parametrize(("verb", "words"), [("reject", REASON), ("ban", "gönderim durduruldu")])
    def test_that_was_stopped_says_why(self, viewer, kept, staff, verb, words):
        approval.approve(by=staff, sender_id=kept.pk)
        reason = {"reason": REASON} if verb == "reject" else {}
        getattr(approval, verb)(by=staff, sender_id=kept.pk, **reason)
        assert words in page(viewer.get(f"{LIST}/{kept.pk}"))

    def test_hands_out_its_document_and_the_trail_knows(self, admin, kept):
        saved, framed = (admin.get(f"{LIST}/{kept.pk}/{end}") for end in ("belge", "onizleme"))
        assert saved.content == framed.content == papers.pdf()
        assert saved["Content-Disposition"] == 'attachment; filename="tescil.pdf"'
        assert saved["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert (saved["Cache-Control"], framed["X-Frame-Options"]) == ("no-store", "SAMEORIGIN")
        told = AuditEntry.objects.filter(action="sender_id.document_downloaded").order_by("pk")
        assert [entry.meta["preview"] for entry in told] == [False, True]

    def test_alone_may_frame(self, admin, kept):
        policy = "Content-Security-Policy"
        assert "frame-src 'self'" in admin.get(f"{LIST}/{kept.pk}")[policy]
        assert "frame-src" not in admin.get(LIST)[policy]

    @pytest.mark.parametrize("end", ["", "/belge", "/onizleme", "/sil"])
    def test_of_another_firm_is_not_there(self, stranger, kept, end):
        assert stranger.get(f"{LIST}/{kept.pk}{end}").status_code == 404

    @pytest.mark.parametrize("end", ["/belge", "/onizleme"])
    def test_hides_its_document_from_others_of_the_firm(self, operator, kept, end):
        assert operator.get(f"{LIST}/{kept.pk}{end}").status_code == 403


class TestDeleting:
    def test_takes_the_application_and_its_document_away(self, admin, kept):
        assert "MARKA başvurusu ve belgesi silinecek." in page(admin.get(f"{LIST}/{kept.pk}/sil"))
        assert admin.post(f"{LIST}/{kept.pk}/sil")["Location"] == LIST
        assert not SenderId.objects.filter(pk=kept.pk).exists()

    def test_leaves_an_approved_one(self, admin, kept, staff):
        approval.approve(by=staff, sender_id=kept.pk)
        assert "/sil" not in page(admin.get(f"{LIST}/{kept.pk}"))
        answer = admin.post(f"{LIST}/{kept.pk}/sil")
        assert (answer.status_code, "Onaylanmış bir başlık silinemez." in page(answer)) == (422, True)

    def test_is_closed_to_others(self, operator, stranger, kept):
        assert operator.post(f"{LIST}/{kept.pk}/sil").status_code == 403
        assert stranger.post(f"{LIST}/{kept.pk}/sil").status_code == 404
        assert SenderId.objects.filter(pk=kept.pk).exists()


class TestTheDefault:
    def test_is_chosen_among_approved_names(self, admin, world, kept, staff):
        approval.approve(by=staff, sender_id=kept.pk)
        prefer = f"{LIST}/{kept.pk}/varsayilan"
        assert prefer in page(admin.get(f"{LIST}/{kept.pk}"))
        assert admin.post(prefer)["Location"] == LIST
        assert Tenant.objects.get(pk=world.firm.pk).default_originator == "MARKA"
        assert prefer not in page(admin.get(f"{LIST}/{kept.pk}"))
        entry = AuditEntry.objects.get(action="profile.updated")
        assert entry.meta == {"fields": ["tenant.default_originator"]}
        admin.post(prefer)  # again: nothing changes, and nothing is written
        assert AuditEntry.objects.filter(action="profile.updated").count() == 1

    def test_is_no_name_that_waits(self, admin, world, kept):
        answer = admin.post(f"{LIST}/{kept.pk}/varsayilan")
        assert (answer.status_code, "onaylı değil" in page(answer)) == (400, True)
        assert Tenant.objects.get(pk=world.firm.pk).default_originator == factories.SENDER

    def test_is_an_administrators_choice(self, operator, stranger, kept):
        assert operator.post(f"{LIST}/{kept.pk}/varsayilan").status_code == 403
        assert stranger.post(f"{LIST}/{kept.pk}/varsayilan").status_code == 404


class TestLargeForms:
    @pytest.mark.parametrize(
        ("path", "size", "status"),
        [
            (NEW, documents.LIMIT + uploads.AROUND + 1, 413),
            (NEW, documents.LIMIT + 1, 422),
            ("/sablonlar/yeni", uploads.USUAL + 1, 413),
            ("/giris", uploads.USUAL + 1, 413),
        ],
    )
    def test_are_refused_by_their_length_before_they_are_read(self, admin, path, size, status):
        answer = admin.post(path, {"document": SimpleUploadedFile("a.pdf", bytes(size))})
        assert answer.status_code == status
        assert ("Seçtiğiniz dosya çok büyük." in page(answer)) == (status == 413)

    def test_without_a_length_hold_nothing(self, admin):
        answer = admin.generic(
            "POST", NEW, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH="x"
        )
        assert answer.status_code in {400, 422}


def test_whoever_acts_for_a_firm_may_apply_but_not_approve_it(world):
    by = switching.stand_in(world.firm)
    own = approval.apply_for(by=by, label="ADINA", document=papers.document())
    with pytest.raises(approval.OwnApplication):
        approval.approve(by=Actor(None, by.user), sender_id=own.pk)


def test_whose_name_it_is_and_until_when_is_asked_and_shown(admin):
    answer = admin.post(NEW, given(applicant="dealer"))
    assert answer.status_code == 422
    assert "iznin bitiş tarihi zorunludur" in page(answer)
    admin.post(NEW, given(applicant="dealer", permit_until="2099-12-31"))
    shown = page(admin.get(f"/basliklar/{SenderId.objects.get(label='MARKA').pk}"))
    assert "Bayi" in shown
    assert "31.12.2099" in shown
