"""Ground of #26-#29: nobody is asked for a token, all of them share one bucket per address, and bodies are the framework's."""

import pytest

from tests import factories
from tests.api import doors
from tests.api.doors import is_problem

DOORS = ["/v1/auth/login", "/v1/auth/two-factor/challenge", "/v1/auth/kvkk-consent"]


@pytest.fixture(autouse=True)
def _own_limits(settings, db):
    settings.RATE_LIMITS = {"api": (60, 60), "sms-send": (30, 60), "auth": (30, 60)}


@pytest.fixture
def door() -> doors.Door:
    return doors.Door()


def figures(answer) -> tuple[str, str]:
    return answer["x-ratelimit-limit"], answer["x-ratelimit-remaining"]


def is_invalid(answer, *fields: str) -> dict:
    """Hold an answer against contract A5 (b)."""
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (422, doors.JSON), body
    assert list(body) == ["message", "errors"]
    assert list(body["errors"]) == list(fields)
    sentences = [sentence for each in body["errors"].values() for sentence in each]
    more = {1: "", 2: " (and 1 more error)"}.get(len(sentences), f" (and {len(sentences) - 1} more errors)")
    assert body["message"] == sentences[0] + more
    return body["errors"]


@pytest.mark.parametrize("path", DOORS)
class TestEachDoor:
    def test_counts_every_request_whatever_becomes_of_it(self, door, path):
        answers = [door.post(path, {}), door.post(path, b"{"), door.post(path, b"[1]")]
        assert [answer.status_code for answer in answers] == [422, 400, 400]
        assert [figures(answer) for answer in answers] == [("30", "29"), ("30", "28"), ("30", "27")]

    def test_is_shut_for_an_address_that_knocked_too_often(self, door, settings, path):
        settings.RATE_LIMITS |= {"auth": (1, 60)}
        door.post(path, {})
        answer = door.post(path, b"{")
        assert (answer.status_code, answer.content) == (429, b'{"message":"Too Many Attempts."}')
        assert answer["Content-Type"] == doors.JSON
        assert figures(answer) == ("1", "0")
        assert 58 <= int(answer["Retry-After"]) <= 60
        assert answer["X-RateLimit-Reset"]

    def test_says_what_is_wrong_with_a_body_that_is_no_object_of_json(self, door, path):
        is_problem(door.post(path, b"{"), 400, "bad-request")
        is_problem(door.raw("POST", path, b"a=1", media="application/x-www-form-urlencoded"), 415, "unsupported-media-type")  # fmt: skip

    def test_refuses_other_methods_before_it_counts(self, door, path):
        answer = door.get(path)
        is_problem(answer, 405, "method-not-allowed")
        assert "x-ratelimit-limit" not in answer

    def test_neither_needs_nor_looks_at_a_token(self, path):
        assert doors.Door("1|" + "x" * 40).post(path, {}).status_code == 422

    def test_sets_no_cookie_and_is_not_kept(self, door, path):
        answer = door.post(path, {})
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-cache, private"


def test_another_address_has_a_bucket_of_its_own(door, settings):
    settings.RATE_LIMITS |= {"auth": (1, 60)}
    settings.TRUSTED_PROXIES = 1
    statuses = []
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::1"):
        door.headers["X-Forwarded-For"] = address
        statuses.append(door.post("/v1/auth/login", {}).status_code)
    assert statuses == [422, 429, 422, 422, 429]


def test_the_panels_door_shares_the_bucket(door, settings, client):
    settings.RATE_LIMITS |= {"auth": (1, 60)}
    door.post("/v1/auth/login", {})
    page = client.post("/giris", {"email": "biri@ornek.test", "password": "x"})
    assert "Çok fazla deneme" in page.content.decode()


def test_every_missing_field_is_named(door):
    errors = is_invalid(door.post("/v1/auth/login", {}), "email", "password")
    assert errors == {"email": ["E-posta zorunludur."], "password": ["Parola zorunludur."]}


@pytest.mark.parametrize("value", [None, 1, True, [], {}, "", "a\0b", "x" * 255])
def test_an_email_of_another_kind_is_refused(door, value):
    is_invalid(door.post("/v1/auth/login", {"email": value, "password": "x"}), "email")


@pytest.mark.parametrize("device", [5, "x" * 65, ["a"]])
def test_a_device_name_of_another_kind_is_refused(door, device):
    body = {"email": "a@b.test", "password": "x", "device_name": device}
    is_invalid(door.post("/v1/auth/login", body), "device_name")


@pytest.mark.parametrize("what", ["user", "tenant"])
def test_a_closed_account_is_told_so_after_the_right_password_only(door, what):
    person = factories.user(factories.tenant(credits=0))
    if what == "user":
        type(person).objects.update(is_active=False)
    else:
        type(person.tenant).objects.update(state="suspended")
    body = {"email": person.email, "password": factories.PASSWORD}
    answer = door.post("/v1/auth/login", body)
    assert (answer.status_code, answer["Content-Type"]) == (403, doors.JSON)
    assert list(answer.json()) == ["message"]
    is_invalid(door.post("/v1/auth/login", body | {"password": "yanlis"}), "email")
