"""Ayarlar: the tabs, and each of their pages."""

import json
import time
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.db.models.functions import Now
from django.test import Client

from messaging.senders import approval
from smsmerkezi.panel import step_up, tabs
from tenants import consent
from tenants.actors import Actor
from tenants.models import ApiToken, AuditEntry, PanelSession, Tenant, User
from tests import factories, mailbox
from tests.panel.conftest import entered, page

NEW = "yepyeni-bir-parola-7"
ROLES = ("viewer", "operator", "admin")
PATHS = ["/ayarlar", "/ayarlar/parola", "/ayarlar/oturumlar", "/ayarlar/kvkk", "/ayarlar/firma"]


def fresh(user):
    """A browser whose owner has just shown a password."""
    client = entered(user)
    session = client.session
    session[step_up.PROVED] = time.time()
    session.save()
    return client


@pytest.fixture
def admin(world):
    return entered(world.admin)


class TestTheTabs:
    @pytest.mark.parametrize("role", ROLES)
    @pytest.mark.parametrize("path", PATHS)
    def test_are_for_every_role_but_the_firms(self, world, role, path):
        allowed = role == "admin" or path != "/ayarlar/firma"
        answer = entered(getattr(world, role)).get(path)
        assert answer.status_code == (200 if allowed else 403)
        if allowed:
            assert ('href="/ayarlar/firma"' in page(answer)) is (role == "admin")
            assert page(answer).count(f'href="{path}" aria-current="page"') == 1

    def test_stay_lit_on_the_pages_below_them(self, world):
        html = page(fresh(world.admin).get("/ayarlar/kvkk/geri-cek"))
        assert html.count('aria-current="page"') == 2  # the menu's, and the tab's
        assert 'href="/ayarlar/kvkk" aria-current="page"' in html

    def test_are_where_the_menu_leads(self, admin):
        assert 'href="/ayarlar"' in page(admin.get("/mesajlar"))

    def test_have_a_place_for_the_second_factor(self, admin):
        assert 'href="/iki-adim"' in page(admin.get("/ayarlar"))
        assert 'href="/iki-adim" aria-current="page"' in page(admin.get("/iki-adim"))

    def test_list_no_page_that_is_not_there(self, world, monkeypatch):
        monkeypatch.setattr(
            tabs, "SETTINGS", (tabs.Tab("no-such-page", "Yok", "settings.own"), *tabs.SETTINGS)
        )
        assert "Yok" not in [tab["label"] for tab in tabs.settings_for(world.admin, "/ayarlar")]

    @pytest.mark.parametrize("path", [*PATHS, "/ayarlar/kvkk/verilerim", "/ayarlar/kvkk/geri-cek"])
    def test_are_for_who_is_in(self, db, path):
        assert Client().get(path)["Location"].startswith("/giris")


class TestTheProfile:
    def test_shows_and_changes_ones_name(self, world):
        client = entered(world.viewer)
        html = page(client.get("/ayarlar"))
        assert f'value="{world.viewer.name}"' in html
        assert world.viewer.email in html
        answer = client.post("/ayarlar", {"name": " Ayşe  Yılmaz "}, follow=True)
        assert "Kaydedildi." in page(answer)
        assert User.objects.get(pk=world.viewer.pk).name == "Ayşe Yılmaz"

    def test_needs_a_name(self, world):
        answer = entered(world.viewer).post("/ayarlar", {"name": " "})
        assert (answer.status_code, "Ad soyad 1 ile 150" in page(answer)) == (422, True)

    def test_holds_language_and_look(self, admin):
        html = page(admin.get("/ayarlar"))
        assert 'id="own-label-theme"' in html
        assert 'id="own-label-language"' in html


class TestThePassword:
    def post(self, client, current=factories.PASSWORD, new=NEW):
        return client.post("/ayarlar/parola", {"current_password": current, "new_password": new}, follow=True)

    def test_is_changed_and_this_browser_stays_in(self, world, admin):
        other = entered(world.admin)
        other.get("/mesajlar")
        factories.token(world.admin)
        before = admin.session.session_key
        assert "Parolanız değişti." in page(self.post(admin))
        assert get_user(admin).pk == world.admin.pk
        assert admin.session.session_key != before
        assert other.get("/mesajlar").status_code == 302
        assert not ApiToken.objects.filter(user=world.admin).exists()
        assert [row.key for row in PanelSession.objects.filter(user=world.admin)] == [
            admin.session.session_key
        ]
        assert User.objects.get(pk=world.admin.pk).check_password(NEW)
        assert mailbox.received(world.admin.email) == ["Parolanız değişti"]

    def test_needs_the_one_that_holds_now(self, admin):
        answer = self.post(admin, current="yanlis")
        assert (answer.status_code, page(answer).count("Parola hatalı.")) == (422, 2)
        assert "yanlis" not in page(answer)

    @pytest.mark.parametrize(
        ("new", "sentence"),
        [
            ("kisa-1", "Parola en az 12 karakter olmalıdır."),
            ("yalnizca-harfler", "Parola en az bir harf ve bir rakam içermelidir."),
            ("password1234", "Bu parola çok yaygın"),
            ("a1" * 600, "Parola en fazla 1.024 karakter olabilir."),
        ],
    )
    def test_says_what_is_wrong_with_the_new_one(self, admin, new, sentence):
        answer = self.post(admin, new=new)
        assert (answer.status_code, page(answer).count(sentence)) == (422, 2)

    def test_says_how_long_to_wait_after_five_guesses(self, admin):
        for _ in range(5):
            self.post(admin, current="yanlis")
        assert "Çok fazla deneme yapıldı." in page(self.post(admin))


class TestTheFirm:
    def fields(self, **changes):
        return {"tenant_name": "Yeni Ad", "default_originator": factories.SENDER} | changes

    def test_is_changed_by_its_administrator(self, world, admin):
        applied = approval.apply_for(by=Actor(world.firm), label="IKINCI")
        approval.approve(by=Actor(None, factories.reviewer()), sender_id=applied.pk)
        html = page(admin.get("/ayarlar/firma"))
        assert '<option value="IKINCI">' in html
        assert f'<option value="{factories.SENDER}" selected>' in html
        answer = admin.post("/ayarlar/firma", self.fields(default_originator="IKINCI"), follow=True)
        assert "Kaydedildi." in page(answer)
        row = Tenant.objects.get(pk=world.firm.pk)
        assert (row.name, row.default_originator, row.two_factor_required) == ("Yeni Ad", "IKINCI", False)

    def test_asks_everybody_for_a_second_factor_from_the_next_page_on(self, world, admin):
        answer = admin.post("/ayarlar/firma", self.fields(two_factor_required="on"))
        assert answer.status_code == 302
        assert entered(world.viewer).get("/mesajlar")["Location"] == "/iki-adim"
        entry = AuditEntry.objects.of(world.firm).get(action="profile.updated")
        assert entry.meta["fields"] == ["tenant.name", "tenant.two_factor_required"]

    def test_keeps_its_webhook(self, world, admin):
        Tenant.objects.filter(pk=world.firm.pk).update(webhook_url="https://example.com/wh")
        admin.post("/ayarlar/firma", self.fields())
        assert Tenant.objects.get(pk=world.firm.pk).webhook_url == "https://example.com/wh"

    @pytest.mark.parametrize("changes", [{"tenant_name": ""}, {"default_originator": "BASKASI"}])
    def test_is_refused_what_it_cannot_be(self, world, admin, changes):
        assert admin.post("/ayarlar/firma", self.fields(**changes)).status_code == 422
        assert Tenant.objects.get(pk=world.firm.pk).name == world.firm.name

    @pytest.mark.parametrize("role", ["viewer", "operator"])
    def test_is_nobody_elses(self, world, role):
        assert entered(getattr(world, role)).post("/ayarlar/firma", self.fields()).status_code == 403
        assert Tenant.objects.get(pk=world.firm.pk).name == world.firm.name

    def test_of_a_stranger_stays(self, world, stranger):
        stranger.post("/ayarlar/firma", self.fields())
        assert Tenant.objects.get(pk=world.firm.pk).name == world.firm.name


class TestPrivacy:
    def test_shows_which_text_was_acknowledged_and_when(self, admin):
        html = page(admin.get("/ayarlar/kvkk"))
        assert f'href="/kvkk/{consent.VERSION}"' in html

    def test_of_somebody_who_acknowledged_none_is_shown_too(self, world):
        User.objects.filter(pk=world.admin.pk).update(kvkk_version="", kvkk_consented_at=None)
        assert entered(world.admin).get("/ayarlar/kvkk").status_code == 200

    def test_lets_commercial_mail_be_allowed_and_forbidden(self, world, admin):
        for value, sentence in (("1", "izin verdiniz"), ("0", "gönderilmiyor")):
            answer = admin.post("/ayarlar/kvkk/ticari", {"allowed": value}, follow=True)
            assert sentence in page(answer)
            world.admin.refresh_from_db()
            assert (world.admin.marketing_consented_at is not None) is (value == "1")

    def test_hands_ones_data_out_as_a_file(self, world):
        answer = fresh(world.admin).get("/ayarlar/kvkk/verilerim")
        assert answer["Content-Type"] == "application/json"
        assert answer["Content-Disposition"].startswith('attachment; filename="sms-merkezi-verilerim-2')
        assert answer["Cache-Control"] == "no-store"
        assert json.loads(answer.content)["account"]["email"] == world.admin.email

    @pytest.mark.parametrize("path", ["/ayarlar/kvkk/verilerim", "/ayarlar/kvkk/geri-cek"])
    def test_asks_who_sits_there_before_what_a_thief_must_not_do(self, world, admin, path):
        assert admin.get(path)["Location"].startswith("/dogrula?sonra=")
        assert admin.post("/ayarlar/kvkk/geri-cek", {})["Location"].startswith("/dogrula?sonra=")
        assert not consent.lacks(User.objects.get(pk=world.admin.pk))


class TestTheWithdrawal:
    def test_tells_what_follows_before_it_is_done(self, world):
        html = page(fresh(world.viewer).get("/ayarlar/kvkk/geri-cek"))
        for part in (
            "30 gün içinde",
            "Bu geri alınamaz",
            "yöneticilerine haber verilir",
            "Denetim kaydındaki",
        ):
            assert part in html
        assert not consent.lacks(User.objects.get(pk=world.viewer.pk))

    def test_logs_out_and_has_the_next_log_in_ask_again(self, world):
        client = fresh(world.viewer)
        answer = client.post("/ayarlar/kvkk/geri-cek", {"reason": "gidiyorum"}, follow=True)
        assert answer.redirect_chain[-1][0] == "/giris"
        assert "KVKK onayınızı geri çektiniz." in page(answer)
        assert not get_user(client).is_authenticated
        entering = {"email": world.viewer.email, "password": factories.PASSWORD}
        assert client.post("/giris", entering)["Location"].startswith("/giris/kvkk")
        assert mailbox.received(world.admin.email) == ["Firmanızdan biri KVKK onayını geri çekti"]

    def test_is_over_when_the_person_agrees_again(self, world):
        client = fresh(world.viewer)
        client.post("/ayarlar/kvkk/geri-cek", {})
        User.objects.filter(pk=world.viewer.pk).update(kvkk_revoked_at=Now() - timedelta(days=29))
        client.post("/giris", {"email": world.viewer.email, "password": factories.PASSWORD})
        client.post("/giris/kvkk", {"agreed": "on"})
        assert client.get("/mesajlar").status_code == 200
        assert not consent.lacks(User.objects.get(pk=world.viewer.pk))

    def test_takes_a_reason_of_500_characters(self, world):
        answer = fresh(world.viewer).post("/ayarlar/kvkk/geri-cek", {"reason": "x" * 501})
        assert (answer.status_code, "en fazla 500 karakter" in page(answer)) == (422, True)
        assert not consent.lacks(User.objects.get(pk=world.viewer.pk))
