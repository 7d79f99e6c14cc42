"""Bildirimler: a bell that counts, a list to read and clear, and a choice of ways for each kind."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tenants import notices
from tenants.actors import Actor
from tenants.models import Notification
from tenants.notice_kinds import KINDS
from tests import factories
from tests.panel.conftest import entered, htmx, page

LIST, SETTINGS = "/bildirimler", "/bildirimler/ayarlar"
FACTS = {"label": "MARKA", "reason": "Belge eksik.", "available": 480, "threshold": 500, "name": "CRM"}


@pytest.fixture
def client(world):
    return entered(world.operator)


def told(user, kind="balance_low", times=1):
    for _ in range(times):
        notices.notify(people=[user], kind=kind, data=FACTS)
    return notices.of(user).first()


class TestTheBell:
    def test_says_in_words_how_many_are_not_read(self, world, client):
        assert '<span class="sr">Bildirimler</span>' in page(client.get("/mesajlar"))
        told(world.operator, times=3)
        shown = page(client.get("/mesajlar"))
        assert '<span class="sr">Bildirimler, 3 okunmamış</span>' in shown
        assert 'hx-trigger="every 30s"' in shown

    def test_costs_one_question_a_page(self, world, client):
        told(world.operator, times=3)
        with CaptureQueriesContext(connection) as seen:
            client.get("/mesajlar")
        assert len([each for each in seen if "tenants_notification" in each["sql"]]) == 1

    def test_is_counted_again_by_itself(self, world, client):
        told(world.operator)
        answer = htmx(client, "get", f"{LIST}/sayi")
        assert re.match(r'\s*<span id="bell-count"', page(answer))
        assert "1 okunmamış" in page(answer)

    def test_shows_the_newest_eight_when_it_is_opened(self, world, client):
        told(world.operator, times=10)
        shown = page(htmx(client, "get", f"{LIST}/son"))
        assert shown.count("<li") == 8
        assert "<html" not in shown

    def test_says_so_when_there_is_nothing(self, client):
        assert "Yeni bildirim yok" in page(htmx(client, "get", f"{LIST}/son"))

    def test_marks_all_and_brings_the_number_along(self, world, client):
        told(world.operator, times=3)
        shown = page(htmx(client, "post", f"{LIST}/okundu"))
        assert 'hx-swap-oob="true"' in shown
        assert "okunmamış" not in shown
        assert shown.count("<li") == 3
        assert not notices.unread(world.operator).exists()

    def test_is_ones_own(self, world, client, stranger):
        told(world.admin)
        for other in (client, stranger):
            assert "okunmamış" not in page(other.get("/mesajlar"))
            assert "Yeni bildirim yok" in page(htmx(other, "get", f"{LIST}/son"))


class TestTheList:
    def test_says_what_it_is_for_while_it_is_empty(self, client):
        assert "Yeni bildirim yok" in page(client.get(LIST))
        assert "Okunmamış bildirim yok" in page(client.get(f"{LIST}?okunmamis=1"))

    def test_shows_what_was_told_and_leads_there(self, world, client):
        told(world.operator, "token_created")
        shown = page(client.get(LIST))
        assert "CRM adlı anahtar oluşturuldu." in shown
        assert '<a href="/anahtarlar"><strong>API anahtarı oluşturuldu</strong></a>' in shown
        assert "Yeni</span>" in shown

    def test_shows_what_is_not_read(self, world, client):
        told(world.operator)
        notices.mark_all_read(by=Actor(world.firm, world.operator))
        told(world.operator, "sender_approved")
        everything, unread = page(client.get(LIST)), page(client.get(f"{LIST}?okunmamis=1"))
        assert "Bakiye azaldı" in everything
        assert "Bakiye azaldı" not in unread
        assert "Başlık onaylandı" in unread

    def test_goes_in_pages(self, world, client):
        told(world.operator, times=30)
        first = page(client.get(LIST))
        assert first.count("bildirimler/sayi") == 1
        assert first.count('class="unread"') == 25
        older = re.search(r'rel="next" href="(\?cursor=[^"]+)"', first)[1]
        assert page(client.get(f"{LIST}{older}")).count('class="unread"') == 5

    def test_reads_in_the_readers_language(self, world, client):
        told(world.operator)
        world.operator.language = "en"
        world.operator.save()
        assert "Balance is low" in page(client.get(LIST))
        assert "Notifications, 1 unread" in page(client.get(LIST))

    def test_shows_a_kind_that_is_no_more(self, world, client):
        told(world.operator)
        Notification.objects.update(kind="forgotten")
        assert "Bakiye azaldı" in page(client.get(LIST))

    def test_escapes_what_it_tells_of(self, world, client):
        notices.notify(
            people=[world.operator], kind="token_created", data={"name": "<script>alert(1)</script>"}
        )
        for path in (LIST, f"{LIST}/son"):
            assert "<script>alert" not in page(client.get(path))
            assert "&lt;script&gt;alert(1)" in page(client.get(path))

    def test_refuses_a_cursor_of_another_list(self, client):
        assert client.get(f"{LIST}?cursor=eyJpZCI6MTIzfQ").status_code == 400


class TestOneNotice:
    @pytest.mark.parametrize(("fields", "leads"), [({}, LIST), ({"okunmamis": "1"}, f"{LIST}?okunmamis=1")])
    def test_is_read_and_leads_back(self, world, client, fields, leads):
        notice = told(world.operator)
        assert client.post(f"{LIST}/{notice.pk}/okundu", fields)["Location"] == leads
        assert not notices.unread(world.operator).exists()
        assert client.post(f"{LIST}/{notice.pk}/okundu").status_code == 302

    def test_is_deleted(self, world, client):
        notice = told(world.operator)
        assert client.post(f"{LIST}/{notice.pk}/sil")["Location"] == LIST
        assert client.post(f"{LIST}/{notice.pk}/sil").status_code == 404

    @pytest.mark.parametrize("verb", ["okundu", "sil"])
    def test_is_nobody_elses(self, world, client, stranger, verb):
        notice = told(world.admin)
        for other in (client, stranger):
            assert other.post(f"{LIST}/{notice.pk}/{verb}").status_code == 404
            assert other.get(f"{LIST}/{notice.pk}/{verb}").status_code == 405
        assert notices.unread(world.admin).exists()

    @pytest.mark.parametrize("raw", ["x", "1", "0190b8a4-0000-7000-8000-000000000000"])
    def test_that_is_none_is_not_found(self, client, raw):
        assert client.post(f"{LIST}/{raw}/okundu").status_code == 404

    def test_all_are_read_without_script(self, world, client):
        told(world.operator, times=2)
        assert client.post(f"{LIST}/okundu")["Location"] == LIST
        assert not notices.unread(world.operator).exists()


class TestTheSettings:
    def boxes(self, client):
        shown = page(client.get(SETTINGS))
        return {
            name: ("checked" in rest, "disabled" in rest)
            for name, rest in re.findall(r'<input[^>]*name="([\w.]+)"([^>]*)>', shown)
        }

    def test_show_every_kind_and_what_cannot_be_turned_off(self, client):
        boxes = self.boxes(client)
        assert set(boxes) - {"csrfmiddlewaretoken", "back", "text"} >= {
            f"{name}.{way}" for name, kind in KINDS.items() if not kind.staff for way in ("panel", "email")
        }
        assert boxes["balance_low.email"] == (True, False)
        assert boxes["invitation_accepted.email"] == (False, False)
        assert boxes["token_created.email"] == (True, True)

    def test_are_kept(self, world, client):
        answer = client.post(SETTINGS, {"balance_low.email": "on", "sender_approved.panel": "on"})
        assert answer["Location"] == SETTINGS
        assert "Bildirim ayarları kaydedildi." in page(client.get(SETTINGS))
        boxes = self.boxes(client)
        assert boxes["balance_low.panel"] == (False, False)
        assert boxes["balance_low.email"] == (True, False)
        assert boxes["sender_approved.email"] == (False, False)
        assert boxes["token_created.panel"] == (True, True)
        assert self.boxes(entered(world.admin))["balance_low.panel"] == (True, False)


@pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
def test_everybody_has_notices_of_their_own(world, role):
    client = entered(getattr(world, role))
    for path in (LIST, SETTINGS, f"{LIST}/sayi", f"{LIST}/son"):
        assert client.get(path).status_code == 200


def test_the_bell_does_not_lead_away_from_the_set_up_of_a_second_factor(world):
    world.firm.two_factor_required = True
    world.firm.save()
    client = entered(world.operator)
    assert client.get("/mesajlar")["Location"] == "/iki-adim"
    for path in (f"{LIST}/sayi", f"{LIST}/son"):
        assert htmx(client, "get", path).status_code == 200
        assert "HX-Redirect" not in htmx(client, "get", path)


def test_platform_staff_read_theirs_elsewhere(db):
    told(factories.reviewer())
    assert entered(factories.reviewer()).get(LIST)["Location"] == "/admin/"
