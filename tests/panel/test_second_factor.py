"""One's own second factor: set up in three steps, renewed, switched off, owed to the firm; and the fresh proof before it."""

import re
import time
from urllib.parse import unquote

import pytest
from django.contrib.auth import get_user
from django.test import Client

from smsmerkezi.panel import step_up
from tenants import enrolment
from tenants.actors import Actor
from tenants.models import Authenticator, RecoveryCode, Tenant
from tests import factories
from tests.panel.conftest import entered, page

BOTH = {"password": factories.PASSWORD}


@pytest.fixture
def person(db):
    return factories.user(factories.tenant(credits=0, sender=""), role="viewer")


@pytest.fixture
def browser(person):
    return proved(person)


def proved(person) -> Client:
    """A browser in which this person has just shown who they are."""
    client = entered(person)
    session = client.session
    session[step_up.PROVED] = time.time()
    session.save()
    return client


def begun(browser) -> bytes:
    browser.post("/iki-adim/baslat")
    return Authenticator.objects.get().key


def codes_of(answer) -> list[str]:
    return re.findall(r"<li><code>(\w{10})</code></li>", page(answer))


class TestSettingUp:
    def test_begins_with_a_picture_and_a_key(self, browser):
        assert "Kapalı" in page(browser.get("/iki-adim"))
        answer = browser.post("/iki-adim/baslat")
        assert answer["Location"] == "/iki-adim/anahtar"
        shown = browser.get("/iki-adim/anahtar")
        secret = enrolment.setup(by=Actor(None, get_user(browser))).secret
        assert f'data-copy="{secret}"' in page(shown)
        assert "<svg" in page(shown)
        assert f"<code>{secret[:4]} {secret[4:8]} " in page(shown)
        assert shown["Cache-Control"] == "no-store"

    def test_is_done_with_the_first_code(self, browser, person):
        key = begun(browser)
        answer = browser.post("/iki-adim/onay", {"code": factories.code(key)})
        codes = codes_of(answer)
        assert len(codes) == 8
        assert answer["Cache-Control"] == "no-store"
        assert RecoveryCode.objects.filter(user=person).count() == 8
        overview = page(browser.get("/iki-adim"))
        assert "Etkin" in overview
        assert codes[0] not in overview

    def test_gives_the_codes_as_a_file_to_copy_and_to_print(self, browser):
        answer = page(browser.post("/iki-adim/onay", {"code": factories.code(begun(browser))}))
        codes = re.findall(r"<li><code>(\w{10})</code></li>", answer)
        file = re.search(r'href="data:text/plain;charset=utf-8,([^"]+)" download="[\w-]+\.txt"', answer)[1]
        assert unquote(file).split("\r\n")[3:-1] == codes
        assert 'data-copy="{}"'.format("\n".join(codes)) in answer
        assert "data-print" in answer

    def test_with_a_wrong_code_stays_where_it_is(self, browser):
        begun(browser)
        answer = browser.post("/iki-adim/onay", {"code": "000000"})
        assert answer.status_code == 422
        assert "Kod hatalı" in page(answer)
        assert not Authenticator.objects.get().confirmed

    def test_keeps_this_browser_and_ends_the_others(self, browser, person):
        other = entered(person)
        browser.post("/iki-adim/onay", {"code": factories.code(begun(browser))})
        assert browser.get("/iki-adim").status_code == 200
        assert other.get("/iki-adim").status_code == 302

    @pytest.mark.parametrize("path", ["/iki-adim/anahtar", "/iki-adim/onay"])
    def test_that_was_not_begun_leads_to_its_beginning(self, browser, path):
        answer = browser.get(path) if path.endswith("anahtar") else browser.post(path, {"code": "123456"})
        assert answer["Location"] == "/iki-adim"
        assert "Başlatılmış bir kurulum yok" in page(browser.get("/iki-adim"))

    def test_that_is_done_is_not_begun_again(self, browser, person):
        factories.authenticator(person)
        assert browser.post("/iki-adim/baslat")["Location"] == "/iki-adim"
        assert "zaten açık" in page(browser.get("/iki-adim"))
        assert browser.post("/iki-adim/onay", {"code": "123456"})["Location"] == "/iki-adim"

    def test_can_be_taken_up_where_it_was_left(self, browser):
        begun(browser)
        assert "Başlattığınız kuruluma dön" in page(browser.get("/iki-adim"))

    @pytest.mark.parametrize("path", ["/iki-adim/baslat", "/iki-adim/anahtar", "/iki-adim/onay"])
    def test_asks_who_is_there_when_the_last_proof_is_old(self, person, path):
        stale = entered(person)
        answer = stale.post(path) if path.endswith("baslat") else stale.get(path)
        back = "/iki-adim" if path.endswith("baslat") else path
        assert answer["Location"] == f"/dogrula?sonra={back.replace('/', '%2F')}"
        assert not Authenticator.objects.exists()


class TestRenewingTheCodes:
    @pytest.fixture
    def key(self, person):
        factories.recovery_codes(person)
        return factories.authenticator(person)

    def test_takes_password_and_code(self, browser, person, key):
        old = list(RecoveryCode.objects.values_list("pk", flat=True))
        answer = browser.post("/iki-adim/kodlar", {**BOTH, "code": factories.code(key)})
        assert len(codes_of(answer)) == 8
        assert not RecoveryCode.objects.filter(pk__in=old).exists()

    def test_refuses_either_alone(self, browser, key):
        wrong = browser.post("/iki-adim/kodlar", {"password": "yanlis", "code": factories.code(key)})
        assert "Parola hatalı." in page(wrong)
        assert "Kod hatalı" in page(browser.post("/iki-adim/kodlar", {**BOTH, "code": "000000"}))
        assert "Kodu yazın." in page(browser.post("/iki-adim/kodlar", BOTH))

    def test_of_what_is_off_is_no_page(self, browser):
        answer = browser.post("/iki-adim/kodlar", {**BOTH, "code": "123456"})
        assert answer.status_code in {302, 422}
        assert not RecoveryCode.objects.exists()

    def test_is_recommended_when_they_run_out(self, browser, person, key):
        assert "bitmek üzere" not in page(browser.get("/iki-adim"))
        RecoveryCode.objects.filter(pk__in=RecoveryCode.objects.values("pk")[:6]).delete()
        assert "bitmek üzere" in page(browser.get("/iki-adim"))


class TestSwitchingOff:
    @pytest.fixture
    def key(self, person):
        return factories.authenticator(person)

    def test_takes_password_and_code(self, browser, person, key):
        other = entered(person)
        answer = browser.post("/iki-adim/kapat", {**BOTH, "code": factories.code(key)})
        assert answer["Location"] == "/iki-adim"
        assert "kapatıldı" in page(browser.get("/iki-adim"))
        assert not Authenticator.objects.exists()
        assert other.get("/iki-adim").status_code == 302

    def test_takes_a_recovery_code_of_those_whose_telephone_is_gone(self, browser, person, key):
        code = factories.recovery_codes(person)[0]
        assert browser.post("/iki-adim/kapat", {**BOTH, "code": code}).status_code == 302
        assert not Authenticator.objects.exists()

    def test_is_no_way_to_guess(self, browser, key):
        for _ in range(5):
            browser.post("/iki-adim/kapat", {"password": "yanlis", "code": "000000"})
        answer = browser.post("/iki-adim/kapat", {**BOTH, "code": factories.code(key)})
        assert "Çok fazla deneme" in page(answer)
        assert Authenticator.objects.exists()


class TestAFirmThatAsksItOfEverybody:
    @pytest.fixture(autouse=True)
    def _asks(self, person):
        Tenant.objects.filter(pk=person.tenant.pk).update(two_factor_required=True)

    @pytest.mark.parametrize("path", ["/", "/mesajlar", "/bakiye/kalan"])
    def test_leads_its_people_to_the_set_up_first(self, browser, path):
        assert browser.get(path)["Location"] == "/iki-adim"
        shown = page(browser.get("/iki-adim"))
        assert "Firmanız herkesten" in shown
        assert 'class="side"' not in shown
        assert "Çıkış yap" in shown

    def test_lets_them_in_afterwards(self, browser):
        browser.post("/iki-adim/onay", {"code": factories.code(begun(browser))})
        assert browser.get("/mesajlar").status_code == 200

    def test_leads_those_back_who_switch_it_off(self, browser, person):
        key = factories.authenticator(person)
        assert browser.get("/mesajlar").status_code == 200
        browser.post("/iki-adim/kapat", {**BOTH, "code": factories.code(key)})
        assert browser.get("/mesajlar")["Location"] == "/iki-adim"

    def test_asks_nothing_of_other_firms(self, db):
        assert entered(factories.user(factories.tenant())).get("/mesajlar").status_code == 200


class TestTheFreshProof:
    def test_is_the_password_of_those_without_a_second_factor(self, person):
        browser = entered(person)
        answer = browser.post("/dogrula?sonra=%2Fiki-adim%2Fanahtar", BOTH)
        assert answer["Location"] == "/iki-adim/anahtar"
        assert time.time() - browser.session[step_up.PROVED] < 5

    def test_is_the_code_of_those_who_have_one(self, person):
        key = factories.authenticator(person)
        browser = entered(person)
        shown = page(browser.get("/dogrula"))
        assert 'name="code"' in shown
        assert 'name="password"' not in shown
        assert browser.post("/dogrula", BOTH).status_code == 422
        assert browser.post("/dogrula", {"code": factories.code(key)}).status_code == 302

    def test_refuses_what_is_wrong_and_waits_after_five(self, person):
        browser = entered(person)
        for _ in range(5):
            assert "Parola hatalı." in page(browser.post("/dogrula", {"password": "yanlis"}))
        assert "Çok fazla deneme" in page(browser.post("/dogrula", BOTH))
        assert step_up.PROVED not in browser.session

    def test_leads_to_no_page_but_ours(self, person):
        assert entered(person).post("/dogrula?sonra=//evil.test", BOTH)["Location"] == "/"

    def test_is_asked_of_nobody_who_is_not_inside(self, db):
        assert Client().get("/dogrula")["Location"].startswith("/giris")

    def test_counts_for_ten_minutes(self, person):
        browser = proved(person)
        session = browser.session
        session[step_up.PROVED] = time.time() - step_up.FRESH - 1
        session.save()
        assert browser.post("/iki-adim/baslat")["Location"].startswith("/dogrula")

    def test_is_there_after_logging_in(self, person):
        browser = Client()
        browser.post("/giris", {"email": person.email, **BOTH})
        assert browser.post("/iki-adim/baslat")["Location"] == "/iki-adim/anahtar"


def test_platform_staff_have_their_own_page_without_the_panels_menu(db):
    browser = proved(factories.reviewer())
    shown = page(browser.get("/iki-adim"))
    assert 'class="side"' not in shown
    assert 'href="/admin/"' in shown
    key = begun(browser)
    assert len(codes_of(browser.post("/iki-adim/onay", {"code": factories.code(key)}))) == 8
    assert browser.get("/mesajlar")["Location"] == "/admin/"


def test_everybodys_page_is_their_own(person):
    factories.authenticator(person)
    stranger = proved(factories.user(factories.tenant()))
    assert "Kapalı" in page(stranger.get("/iki-adim"))
    stranger.post("/iki-adim/kapat", {**BOTH, "code": "123456"})
    assert Authenticator.objects.filter(user=person).exists()
