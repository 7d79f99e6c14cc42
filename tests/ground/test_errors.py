"""Django's error handlers: a problem under /v1, a page elsewhere."""

import pytest
from django.test import RequestFactory

from smsmerkezi import errors

HANDLERS = [
    (errors.bad_request, 400),
    (errors.forbidden, 403),
    (errors.not_found, 404),
    (errors.server_error, 500),
]


@pytest.fixture
def ask(db, client):
    def asked(handler, path):
        request = client.get("/giris").wsgi_request  # with session, messages and whatever else pages need
        made = RequestFactory().get(path)
        request.path, request.path_info, request.id = made.path, made.path_info, "abc123"
        return handler(request)

    return asked


@pytest.mark.parametrize(("handler", "status"), HANDLERS)
def test_under_v1_it_is_a_problem(ask, handler, status):
    answer = ask(handler, "/v1/x")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(("handler", "status"), HANDLERS)
def test_elsewhere_it_is_a_page(ask, handler, status):
    answer = ask(handler, "/x")
    assert (answer.status_code, answer["Content-Type"]) == (status, "text/html; charset=utf-8")


def test_a_bug_gives_its_id_to_copy_in_either_form(ask):
    assert b"abc123" in ask(errors.server_error, "/v1/x").content
    assert b"abc123" in ask(errors.server_error, "/x").content
