"""Contract A2: 401, then 429, then 403 of the token, then 403 of the role, then 404, then 422."""

import pytest

from tests import factories
from tests.api import doors
from tests.api.doors import is_problem, is_unauthenticated

BAD = {"body": "", "recipients": []}


@pytest.fixture
def full(settings):
    """Every window is full at once."""
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (0, 60))


def weak(firm, *abilities: str, role: str = "viewer"):
    return doors.door(firm, *abilities, role=role)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/sms/send"), ("GET", "/v1/sms"), ("GET", "/v1/sms/1"), ("GET", "/v1/balance"),
     ("POST", "/v1/auth/logout"), ("GET", "/v1/auth/me"), ("GET", "/v1/panel/2fa"),
     ("DELETE", "/v1/panel/2fa"), ("GET", "/v1/panel/2fa/setup"), ("POST", "/v1/panel/2fa/enable"),
     ("POST", "/v1/panel/2fa/confirm"), ("POST", "/v1/panel/2fa/recovery-codes/regenerate"),
     ("GET", "/v1/tokens"), ("POST", "/v1/tokens"), ("DELETE", "/v1/tokens/1")],
)  # fmt: skip
class TestEachEndpoint:
    def test_asks_who_it_is_before_anything_else(self, firm, full, method, path):
        is_unauthenticated(doors.Door().call(method, path, b"not json"))

    def test_counts_the_request_before_it_looks_at_the_ability(self, firm, full, method, path):
        is_problem(weak(firm, "balance:read").call(method, path, b"not json"), 429, "rate-limit")


def test_the_tokens_ability_is_asked_before_the_role(firm):
    said = is_problem(weak(firm, "sms:read").post("/v1/sms/send", BAD), 403, "forbidden")
    assert said["detail"] == 'Bu token "sms:send" yetkisine sahip değil.'


def test_the_role_is_asked_before_the_body_is_read(firm):
    said = is_problem(weak(firm, "sms:send").call("POST", "/v1/sms/send", b"not json"), 403, "forbidden")
    assert said["detail"] == "Bu işlem için yetkiniz yok."


def test_the_ability_is_asked_before_the_row(firm):
    is_problem(weak(firm, "sms:send").get("/v1/sms/1"), 403, "forbidden")
    is_problem(weak(firm, "sms:send").delete("/v1/tokens/1"), 403, "forbidden")


def test_the_ability_is_asked_before_the_filters(firm):
    is_problem(weak(firm, "sms:send").get("/v1/sms", per_page="0"), 403, "forbidden")


def test_platform_staff_have_no_messages_and_no_balance_of_their_own(firm):
    door = doors.Door(factories.token(factories.reviewer()))
    for answer in (door.get("/v1/sms"), door.get("/v1/sms/1"), door.get("/v1/balance"), door.send()):
        assert is_problem(answer, 403, "forbidden")["detail"] == "Bu işlem bir firma hesabı gerektirir."
    assert door.get("/v1/tokens").status_code == 200
