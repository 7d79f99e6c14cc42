"""Paths and methods that do not exist, and what every answer carries."""

import pytest

from tests.api import doors
from tests.api.doors import is_problem

KNOWN = {
    "/v1/status": {"GET", "HEAD"},
    "/v1/health": {"GET", "HEAD"},
    "/v1/sms/send": {"POST"},
    "/v1/sms/1": {"GET", "HEAD"},
    "/v1/sms": {"GET", "HEAD"},
    "/v1/balance": {"GET", "HEAD"},
    "/v1/tokens": {"GET", "HEAD", "POST"},
    "/v1/tokens/1": {"DELETE"},
    "/v1/admin/audit-logs": {"GET", "HEAD"},
    "/v1/panel/audit-logs": {"GET", "HEAD"},
    "/v1/panel/audit-logs/1": {"GET", "HEAD"},
    "/v1/auth/login": {"POST"},
    "/v1/auth/register": {"POST"},
    "/v1/auth/two-factor/challenge": {"POST"},
    "/v1/auth/kvkk-consent": {"POST"},
    "/v1/auth/logout": {"POST"},
    "/v1/auth/me": {"GET", "HEAD"},
    "/v1/panel/2fa": {"GET", "HEAD", "DELETE"},
    "/v1/panel/2fa/setup": {"GET", "HEAD"},
    "/v1/panel/2fa/enable": {"POST"},
    "/v1/panel/2fa/confirm": {"POST"},
    "/v1/panel/2fa/recovery-codes/regenerate": {"POST"},
    "/v1/panel/settings": {"GET", "HEAD"},
    "/v1/panel/settings/profile": {"PUT"},
    "/v1/panel/settings/password": {"PUT"},
    "/v1/panel/settings/kvkk-revoke": {"POST"},
}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]
LACKING = [(path, method) for path, known in KNOWN.items() for method in METHODS if method not in known]


@pytest.mark.parametrize(("path", "method"), LACKING)
@pytest.mark.parametrize("who", ["anybody", "nobody"])
def test_a_method_that_a_path_lacks_is_refused_before_anything_else(door, path, method, who):
    caller = door if who == "anybody" else doors.Door()
    answer = caller.call(method, path, b"{")
    assert answer.status_code == 405
    if method != "HEAD":
        is_problem(answer, 405, "method-not-allowed")
    assert set(answer["Allow"].split(", ")) == KNOWN[path]
    assert "X-RateLimit-Limit" not in answer


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
@pytest.mark.parametrize(
    "path", ["/v1/", "/v1/yok", "/v1/sms/1/2", "/v1/%00", "/v1/sms%2F1/x", "/v1/ğ", "/v1//sms", "/v1/sms;x"]
)
def test_an_unknown_path_is_a_problem(door, method, path):
    is_problem(door.call(method, path, {}), 404, "not-found")


@pytest.mark.parametrize("path", KNOWN)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_a_slash_at_the_end_is_not_found_and_never_a_redirect(door, method, path):
    is_problem(door.call(method, f"{path}/", {}), 404, "not-found")


@pytest.mark.parametrize("path", ["/v1/sms", "/v1/balance", "/v1/health", "/v1/tokens", "/v1/status"])
def test_head_answers_as_get_does_without_a_body(door, path):
    got, head = door.get(path), door.call("HEAD", path)
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == got["Content-Type"]
    assert head["Cache-Control"] == "no-cache, private"


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*", "application/problem+json", "%%%"])
def test_there_is_only_json_whatever_accept_says(door, accept):
    door.headers["Accept"] = accept
    for answer in (door.get("/v1/balance"), door.get("/v1/health"), door.get("/v1/schema")):
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    is_problem(door.get("/v1/sms/1"), 404, "not-found")


def test_a_format_in_the_query_changes_nothing(door):
    assert door.get("/v1/balance", format="html").json()["currency"] == "sms"


def test_a_thousand_query_parameters_are_a_bad_request(door):
    query = "&".join(f"a{n}=1" for n in range(2000))
    assert door.get(f"/v1/sms?{query}").status_code == 400


def test_a_host_that_is_not_ours_is_a_bad_request(door, settings):
    settings.ALLOWED_HOSTS = ["api.smsmerkezi.net"]
    door.headers["Host"] = "evil.example"
    answer = door.get("/v1/health")
    assert (answer.status_code, answer["Content-Type"]) == (400, doors.PROBLEM)
    assert "evil" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/v1/health", "/v1/yok", "/v1/sms/1", "/v1/balance"])
def test_every_answer_has_a_request_id_of_its_own_and_is_never_cached(door, path):
    one, other = door.get(path), door.get(path)
    assert one["X-Request-Id"] != other["X-Request-Id"]
    assert one["Cache-Control"] == "no-cache, private"


def test_public_endpoints_ask_for_no_token_and_are_not_limited(firm, settings):
    settings.RATE_LIMITS = dict.fromkeys(settings.RATE_LIMITS, (0, 60))
    for path in ("/v1/health", "/v1/status", "/v1/schema"):
        answer = doors.Door("1|" + "x" * 40).get(path)
        assert answer.status_code == 200
        assert not [name for name in answer.headers if name.lower().startswith("x-ratelimit")]


def test_public_endpoints_set_no_cookie(firm):
    for path in ("/v1/health", "/v1/status", "/v1/sms", "/v1/yok"):
        assert not doors.Door().get(path).cookies
