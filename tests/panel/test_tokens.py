"""API anahtarları: a key is made, shown once, and taken back; nobody sees another's."""

import re
from datetime import timedelta

import pytest

from smsmerkezi.core import clock
from tenants import tokens
from tenants.actors import Actor
from tenants.models import ApiToken
from tests import factories
from tests.api import doors
from tests.panel.conftest import entered, page, proved
from tests.proofs import prove

pytestmark = pytest.mark.usefixtures("step_up_page")
LIST, NEW = "/anahtarlar", "/anahtarlar/yeni"
GIVEN = {"name": "CRM", "abilities": ["sms:read"], "life": "90", "allowed_ips": ""}


@pytest.fixture
def client(world):
    return proved(world.operator)


@pytest.fixture
def token(world):
    by = Actor(world.firm, world.operator)
    return tokens.create(by=by, name="Üretim CRM", abilities=["sms:send"]).token


class TestTheList:
    def test_without_a_key_shows_how_to_use_one(self, client):
        shown = page(client.get(LIST))
        assert "Henüz API anahtarı yok" in shown
        command = re.search(r"<code>(curl .*?)</code>", shown, re.DOTALL)[1]
        assert len(command.splitlines()) == 3
        assert "http://testserver/v1/sms/send" in command

    def test_has_name_hint_abilities_last_use_and_end(self, client, token):
        ApiToken.objects.update(
            last_used_at=factories.moment("2026-11-22T11:59Z"),
            last_used_ip="192.0.2.7",
            expires_at=factories.moment("2036-11-22T11:59Z"),
            allowed_ips=["192.0.2.0/24"],
        )
        shown = page(client.get(LIST))
        for words in (
            "Üretim CRM", f"{token.pk}|{token.hint}", "sms:send", "22.11.2026 14:59", "192.0.2.7",
            "22.11.2036", "192.0.2.0/24",
        ):  # fmt: skip
            assert words in shown

    def test_says_what_was_never_used_never_ends_or_is_over(self, world, client, token):
        shown = page(client.get(LIST))
        assert "Hiç" in shown
        assert "Süresiz" in shown
        ApiToken.objects.update(expires_at=clock.now() - timedelta(days=1))
        assert "Süresi doldu" in page(client.get(LIST))
        tokens.open_session(user=world.operator, name="iPhone 16")
        assert "Uygulama oturumu" in page(client.get(LIST))

    def test_is_ones_own(self, world, token):
        assert "Üretim CRM" not in page(proved(world.admin).get(LIST))


class TestANewKey:
    def test_is_shown_once_and_works(self, world, client):
        answer = client.post(NEW, GIVEN)
        plain = re.search(r"<code>(\d+\|[A-Za-z0-9]{40})</code>", page(answer))[1]
        assert answer["Cache-Control"] == "no-store"
        assert plain.split("|")[1] not in page(client.get(LIST))
        assert doors.Door(plain).get("/v1/sms").status_code == 200
        doors.is_problem(doors.Door(plain).get("/v1/balance"), 403, "forbidden")

    def test_lives_as_long_as_was_chosen(self, client):
        client.post(NEW, GIVEN)
        left = ApiToken.objects.get().expires_at - clock.now()
        assert timedelta(days=89, hours=23) < left <= timedelta(days=90)
        client.post(NEW, {**GIVEN, "life": ""})
        assert ApiToken.objects.latest("pk").expires_at is None

    def test_may_be_bound_to_addresses(self, client):
        client.post(NEW, {**GIVEN, "allowed_ips": "192.0.2.7\r\n\r\n 10.0.0.0/8 "})
        assert ApiToken.objects.get().allowed_ips == ["192.0.2.7/32", "10.0.0.0/8"]

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"name": " "}, "Bir ad yazın."),
            ({"name": "x" * 65}, "Ad en çok 64 karakter olabilir."),
            ({"abilities": []}, "En az bir yetki seçin."),
            ({"abilities": ["root"]}, "Seçilen yetkiler geçersiz."),
            ({"life": "1000"}, "Listeden bir süre seçin."),
            ({"allowed_ips": "burası"}, "Geçersiz adres: burası"),
            ({"allowed_ips": "\n".join(f"192.0.2.{n}" for n in range(21))}, "En çok 20 adres"),
        ],
    )
    def test_says_what_is_wrong(self, client, changes, sentence):
        answer = client.post(NEW, {**GIVEN, **changes})
        assert answer.status_code == 422
        assert sentence in page(answer)
        assert not ApiToken.objects.exists()

    def test_offers_a_reading_preset_without_script(self, client):
        shown = page(client.get(f"{NEW}?yetki=okuma"))
        checked = re.findall(r'value="([^"]+)"[^>]*checked', shown)
        assert checked == ["sms:read", "balance:read"]
        assert not re.findall(r'value="[^"]+"[^>]*checked', page(client.get(NEW)))

    def test_offers_a_role_only_what_it_can_use(self, world, client):
        assert 'value="sms:send"' in page(client.get(NEW))
        assert 'value="sms:send"' not in page(proved(world.viewer).get(NEW))
        answer = proved(world.viewer).post(NEW, {**GIVEN, "abilities": ["sms:send"]})
        assert answer.status_code == 422


class TestRevoking:
    def test_asks_first_and_says_when_and_from_where_it_was_used(self, client, token):
        ApiToken.objects.update(last_used_at=factories.moment("2026-11-22T11:59Z"), last_used_ip="192.0.2.7")
        shown = page(client.get(f"{LIST}/{token.pk}/iptal"))
        for words in ("Üretim CRM", token.hint, "22.11.2026 14:59", "192.0.2.7"):
            assert words in shown
        assert ApiToken.objects.exists()

    def test_says_when_it_never_was(self, client, token):
        assert "Hiç" in page(client.get(f"{LIST}/{token.pk}/iptal"))

    def test_ends_it(self, client, token):
        assert client.post(f"{LIST}/{token.pk}/iptal")["Location"] == LIST
        assert not ApiToken.objects.exists()
        assert "Anahtar iptal edildi." in page(client.get(LIST))
        assert client.post(f"{LIST}/{token.pk}/iptal").status_code == 404

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_reaches_neither_a_colleagues_nor_a_strangers(self, world, stranger, token, method):
        for client in (proved(world.admin), prove(stranger)):
            assert getattr(client, method)(f"{LIST}/{token.pk}/iptal").status_code == 404
        assert ApiToken.objects.exists()

    @pytest.mark.parametrize("raw", ["abc", "0", "9" * 30, "-1"])
    def test_of_an_id_that_is_none_is_not_found(self, client, raw):
        assert client.get(f"{LIST}/{raw}/iptal").status_code == 404


@pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
def test_everybody_has_keys_of_their_own(world, role):
    client = proved(getattr(world, role))
    assert client.get(LIST).status_code == client.get(NEW).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"), [("get", LIST), ("get", NEW), ("post", NEW), ("get", f"{LIST}/1/iptal")]
)
def test_the_door_asks_for_a_fresh_proof(world, step_up_page, method, path):
    answer = getattr(entered(world.operator), method)(path, GIVEN)
    assert answer["Location"].startswith(f"{step_up_page}?sonra=%2Fanahtarlar")
    assert not ApiToken.objects.exists()
