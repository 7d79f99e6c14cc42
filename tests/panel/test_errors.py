"""Errors are pages people understand, with an id that support can find."""

import re

import pytest
from django.db import OperationalError
from django.test import Client, RequestFactory

from messaging.sms import searching
from smsmerkezi.core.errors import Busy, Conflict
from smsmerkezi.panel import errors
from tenants import limits
from tests.panel.conftest import entered, page


@pytest.fixture
def request_(rf: RequestFactory):
    request = rf.get("/mesajlar")
    request.id, request.htmx = "abc123", False
    return request


@pytest.mark.parametrize("status", [500, 503])
def test_a_failure_of_ours_asks_neither_session_nor_database(request_, status):
    answer = errors.page(request_, status)
    assert answer.status_code == status
    assert "abc123" in page(answer)
    assert 'data-copy="abc123"' in page(answer)
    assert 'class="side"' not in page(answer)


@pytest.mark.parametrize("status", sorted(errors.WORDS))
def test_every_error_has_a_title_and_advice(status):
    title, advice = errors.WORDS[status]
    assert str(title)
    assert str(advice).endswith(".")


def test_a_limit_says_how_long_to_wait(world, rf):
    request = rf.get("/mesajlar")
    request.user, request.id = world.operator, "x"
    answer = errors.refused(request, limits.TooManyRequests(limits.Quota(30, 31, 41.2)))
    assert (answer.status_code, answer["Retry-After"]) == (429, "42")
    assert "42 saniye sonra yeniden deneyebilirsiniz." in page(answer)


def test_a_busy_system_asks_to_come_again(request_):
    answer = errors.refused(request_, Busy(retry_after=3))
    assert (answer.status_code, answer["Retry-After"]) == (503, "3")


def test_a_conflict_is_told_in_the_panels_words(world, rf):
    request = rf.get("/mesajlar")
    request.user, request.id = world.operator, "x"
    assert "Kayıt bu arada değişmiş" in page(errors.refused(request, Conflict("x")))


def test_an_unknown_path_stands_in_the_shell_for_who_is_inside(operator):
    answer = operator.get("/boyle-bir-sayfa-yok")
    assert answer.status_code == 404
    assert 'class="side"' in page(answer)
    assert answer["X-Request-Id"] in page(answer)


def test_an_unknown_path_shows_a_visitor_nothing_of_the_inside(db):
    answer = Client().get("/boyle-bir-sayfa-yok")
    assert answer.status_code == 404
    assert 'class="side"' not in page(answer)


@pytest.mark.parametrize(
    "trouble", [OperationalError("server closed the connection"), ZeroDivisionError()], ids=["outage", "bug"]
)
def test_an_outage_is_temporary_and_a_bug_is_not(world, monkeypatch, trouble):
    """The database cannot be taken away inside a test's transaction, so the first query of the list fails instead."""

    def fail(*_):
        raise trouble

    monkeypatch.setattr(searching, "originators", fail)
    client = entered(world.operator)
    client.raise_request_exception = False
    answer = client.get("/mesajlar")
    outage = isinstance(trouble, OperationalError)
    assert answer.status_code == (503 if outage else 500)
    assert ("Hiçbir şey kaybolmadı" in page(answer)) == outage
    assert re.search(r"data-copy=\"[0-9a-f]{16}\"", page(answer))
