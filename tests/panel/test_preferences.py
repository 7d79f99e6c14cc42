"""Language and looks: the person's choice, then the cookie's, then Turkish and what the system says."""

import pytest
from django.db import OperationalError
from django.test import Client

from smsmerkezi.panel import language
from tests.panel.conftest import entered, page


@pytest.mark.parametrize("accepted", ["en-US,en;q=0.9", "de", ""])
def test_the_browsers_language_is_not_asked(db, accepted):
    answer = Client(headers={"Accept-Language": accepted}).get("/giris")
    assert "Giriş yap" in page(answer)
    assert answer["Content-Language"] == "tr"


def test_a_visitor_chooses_with_a_cookie(db):
    visitor = Client()
    answer = visitor.post("/dil", {"language": "en", "back": "/giris"})
    assert answer["Location"] == "/giris"
    assert answer.cookies["dil"]["httponly"]
    assert "Sign in" in page(visitor.get("/giris"))
    assert '<html lang="en"' in page(visitor.get("/giris"))


def test_a_persons_choice_stays_with_them(world):
    client = entered(world.operator)
    client.post("/dil", {"language": "en", "back": "/mesajlar"})
    assert "Messages" in page(entered(world.operator).get("/mesajlar"))
    assert "Mesajlar" in page(entered(world.admin).get("/mesajlar"))


def test_a_person_wins_over_the_cookie(world):
    client = entered(world.operator)
    client.cookies["dil"] = "en"
    assert "Mesajlar" in page(client.get("/mesajlar"))


def test_a_visitor_chooses_the_look_with_a_cookie(db):
    visitor = Client()
    assert 'data-theme="auto"' in page(visitor.get("/giris"))
    visitor.post("/gorunum", {"theme": "dark", "back": "/giris"})
    assert 'data-theme="dark"' in page(visitor.get("/giris"))


def test_a_persons_look_stays_with_them(world):
    entered(world.operator).post("/gorunum", {"theme": "dark"})
    assert 'data-theme="dark"' in page(entered(world.operator).get("/mesajlar"))


@pytest.mark.parametrize(("path", "field"), [("/dil", "language"), ("/gorunum", "theme")])
def test_an_unknown_choice_changes_nothing(world, path, field):
    client = entered(world.operator)
    assert client.post(path, {field: "<b>"}).status_code == 400
    world.operator.refresh_from_db()
    assert (world.operator.language, world.operator.theme) == ("tr", "auto")


@pytest.mark.parametrize(("path", "field"), [("/dil", "language"), ("/gorunum", "theme")])
def test_a_strange_cookie_is_ignored(db, path, field):
    visitor = Client()
    visitor.post(path, {field: "zz"})
    answer = page(visitor.get("/giris"))
    assert '<html lang="tr" data-theme="auto"' in answer


def test_a_choice_leads_nowhere_else(db):
    assert Client().post("/dil", {"language": "en", "back": "https://evil.test"})["Location"] == "/"


def test_a_page_has_a_language_while_the_database_is_away(rf, db):
    class Away:
        @property
        def is_authenticated(self):
            raise OperationalError("server closed the connection")

    request = rf.get("/mesajlar")
    request.user, request.COOKIES["dil"] = Away(), "en"
    assert language.language_of(request) == "en"


def test_the_api_is_not_translated(db):
    visitor = Client()
    visitor.cookies["dil"] = "en"
    assert visitor.get("/v1/status")["Content-Language"] == "tr"
