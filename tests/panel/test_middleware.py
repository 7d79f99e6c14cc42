"""The API is answered without what only pages need; pages miss nothing of it."""

import pytest
from django.contrib.sessions.backends.base import SessionBase
from django.test import Client

pytestmark = pytest.mark.django_db


def test_json_has_no_policy_for_pages_and_cannot_be_rendered(client):
    answer = client.get("/v1/status")
    assert "Content-Security-Policy" not in answer.headers
    assert answer["Content-Type"] == "application/json"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/giris", "/v1/docs", "/boyle-bir-sayfa-yok"])
def test_every_page_has_one(client, path):
    assert "default-src 'none'" in client.get(path)["Content-Security-Policy"]


def test_the_api_knows_no_session_and_no_messages(client):
    request = client.get("/v1/status").wsgi_request
    assert not hasattr(request, "session")
    assert not hasattr(request, "_messages")
    assert not hasattr(request, "htmx")


def test_a_page_knows_both(client):
    request = client.get("/giris").wsgi_request
    assert isinstance(request.session, SessionBase)
    assert not request.user.is_authenticated
    assert not request.htmx


def test_a_forged_form_is_still_refused():
    assert Client(enforce_csrf_checks=True).post("/giris", {"email": "a@ornek.test"}).status_code == 403
