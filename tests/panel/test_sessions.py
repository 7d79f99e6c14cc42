"""Who is in: rows at log-in, limits at each request, and the screen that closes them."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.db import OperationalError
from django.db.models import F
from django.test import Client

from tenants import sessions
from tenants.models import PanelSession
from tests import factories
from tests.panel.conftest import entered, htmx, page

PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36"


@pytest.fixture
def inside(world):
    client = entered(world.operator)
    client.get("/mesajlar")
    return client


def pass_time(**delta):
    PanelSession.objects.update(seen_at=F("seen_at") - timedelta(**delta))


def log_in(user, client=None):
    client = client or Client()
    client.post("/giris", {"email": user.email, "password": factories.PASSWORD})
    return client


class TestLoggingIn:
    def test_writes_the_session_at_once(self, world):
        client = log_in(world.operator, Client(headers={"User-Agent": PHONE}))
        row = PanelSession.objects.get()
        assert (row.user_id, row.ip, row.user_agent) == (world.operator.pk, "127.0.0.1", PHONE)
        assert row.key == client.session.session_key

    def test_again_in_the_same_browser_starts_anew(self, world):
        client = log_in(world.operator)
        first = client.session.session_key
        client.post("/cikis")
        log_in(world.operator, client)
        assert client.session.session_key != first
        assert [row.key for row in sessions.of_person(world.operator)] == [client.session.session_key]

    def test_is_undone_by_logging_out(self, world):
        client = log_in(world.operator)
        client.post("/cikis")
        assert not PanelSession.objects.exists()

    def test_of_platform_staff_is_written_too(self, db):
        staff = factories.reviewer()
        entered(staff).get("/admin/")
        assert PanelSession.objects.get().user_id == staff.pk

    def test_is_not_what_the_api_does(self, world):
        client = Client()
        client.force_login(world.operator)
        client.get("/v1/status")
        assert not PanelSession.objects.exists()


class TestTheLimit:
    def test_of_idleness_leads_to_the_door_and_back_and_says_why(self, inside):
        pass_time(minutes=31)
        answer = inside.get("/mesajlar?status=sent")
        assert answer["Location"] == "/giris?sonra=%2Fmesajlar%3Fstatus%3Dsent"
        assert not get_user(inside).is_authenticated
        assert "Oturumunuz zaman aşımına uğradı." in page(inside.get(answer["Location"]))

    def test_says_so_in_the_persons_language(self, world, inside):
        world.operator.language = "en"
        world.operator.save()
        pass_time(minutes=31)
        inside.get("/mesajlar")
        inside.cookies["dil"] = "en"
        assert "Your session has timed out." in page(inside.get("/giris"))

    def test_sends_the_whole_page_to_the_door(self, inside):
        pass_time(minutes=31)
        assert htmx(inside, "get", "/bakiye/kalan")["HX-Redirect"] == "/giris?sonra=%2Fgonder"

    def test_holds_in_the_back_office_too(self, db):
        staff = entered(factories.reviewer())
        assert staff.get("/admin/").status_code == 200
        pass_time(minutes=31)
        assert staff.get("/admin/").status_code == 302

    def test_is_not_moved_by_what_a_page_asks_by_itself(self, inside):
        for _ in range(4):
            pass_time(minutes=9)
            answer = inside.get("/bakiye/kalan", headers={"HX-Request": "true", "X-Poll": "1"})
        assert answer["HX-Redirect"].startswith("/giris")

    def test_is_moved_by_what_a_person_does(self, inside):
        for _ in range(4):
            pass_time(minutes=9)
            assert inside.get("/mesajlar").status_code == 200

    def test_logs_nobody_out_while_the_database_is_away(self, inside, monkeypatch):
        def away(**_):
            raise OperationalError

        monkeypatch.setattr(sessions, "see", away)
        answer = inside.get("/mesajlar")
        assert (answer.status_code, "Birkaç saniye sonra yeniden deneyin." in page(answer)) == (503, True)


class TestTheScreen:
    def test_lists_ones_browsers_and_marks_this_one(self, world, inside):
        log_in(world.operator, Client(headers={"User-Agent": PHONE}))
        html = page(inside.get("/ayarlar/oturumlar"))
        assert "Chrome · Android" in html
        assert "Tanınmayan tarayıcı" in html
        assert html.count("Bu oturum") == 1
        here = PanelSession.objects.get(key=inside.session.session_key)
        assert f"/ayarlar/oturumlar/{here.pk}/kapat" not in html

    def test_closes_one(self, world, inside):
        phone = entered(world.operator)
        phone.get("/mesajlar")
        row = PanelSession.objects.get(key=phone.session.session_key)
        answer = inside.post(f"/ayarlar/oturumlar/{row.pk}/kapat", follow=True)
        assert "Oturum kapatıldı." in page(answer)
        assert phone.get("/mesajlar")["Location"].startswith("/giris")
        assert inside.get("/mesajlar").status_code == 200

    def test_closes_the_others(self, world, inside):
        others = [entered(world.operator) for _ in range(2)]
        for other in others:
            other.get("/mesajlar")
        answer = inside.post("/ayarlar/oturumlar/kapat", follow=True)
        assert "2 oturum kapatıldı." in page(answer)
        assert "Başka açık oturumunuz yok." in page(answer)
        assert all(other.get("/mesajlar").status_code == 302 for other in others)

    def test_of_somebody_else_is_not_there(self, world, inside, stranger):
        row = PanelSession.objects.get(key=inside.session.session_key)
        for other in (stranger, entered(world.admin)):
            assert other.post(f"/ayarlar/oturumlar/{row.pk}/kapat").status_code == 404
            assert f"/ayarlar/oturumlar/{row.pk}/kapat" not in page(other.get("/ayarlar/oturumlar"))
        assert inside.get("/mesajlar").status_code == 200

    @pytest.mark.parametrize("path", ["/ayarlar/oturumlar/kapat", "/ayarlar/oturumlar/1/kapat"])
    def test_closes_nothing_by_a_link(self, inside, path):
        assert inside.get(path).status_code == 405


def test_cookies_are_bound_to_the_host_in_production():
    """In a process of its own: settings are read once."""
    code = (
        "from smsmerkezi import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, "
        "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE)"
    )
    here = os.environ | {"SITE_URL": "https://panel.smsmerkezi.net"}
    ran = subprocess.run([sys.executable, "-c", code], env=here, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["__Host-oturum", "__Host-csrf", "True", "True", "True", "Lax"]
