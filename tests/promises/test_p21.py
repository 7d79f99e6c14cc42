"""P21 limits hold under attack: five hundred requests at once, many keys, false addresses, one connection full of requests."""

import sys
import time

import pytest

from messaging.sms.models import Message
from tests import factories
from tests.api import web
from tests.api.doors import sms

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.servers]
SEND, LOGIN, CODE = "/v1/sms/send", "/v1/auth/login", "/v1/auth/two-factor/challenge"
ATTACK, LIMIT = 500, 30
WINDOW = {
    "RATE_LIMIT_SMS_SEND": f"{LIMIT}/min",
    "RATE_LIMIT_AUTH": f"{LIMIT}/min",
    "RATE_LIMIT_API": "60/min",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory, django_db_setup, django_db_blocker):
    """Behind one proxy: the last address of X-Forwarded-For is whom the proxy saw."""
    with (
        django_db_blocker.unblock(),
        web.running(tmp_path_factory.mktemp("p21"), TRUSTED_PROXIES="1", **WINDOW) as here,
    ):
        yield here


@pytest.fixture
def token():
    factories.gateway(default=True)
    return factories.token(factories.user(factories.tenant(credits=10_000)))


def guess(n: int) -> dict[str, str]:
    """Another person and another challenge each time: a single one's tries are counted besides."""
    return {
        "email": f"yok{n}@ornek.test",
        "password": "yanlis-parola-1",
        "challenge_token": f"{n}",
        "code": "1",
    }


def told(what: str, answers: list[web.Answer]) -> dict[int, int]:
    found = web.statuses(answers)
    sys.stdout.write(f"P21, {what}: {len(answers)} requests, {found}\n")
    return found


def headers_fit(answers: list[web.Answer], limit: int) -> None:
    """Each of those that passed was told another number of what is left; the refused are told when to come again."""
    passed = [each for each in answers if each.status != 429]
    left = sorted(int(each.headers["X-RateLimit-Remaining"]) for each in passed)
    assert left == list(range(limit - len(passed), limit))
    assert {each.headers["X-RateLimit-Limit"] for each in answers} == {str(limit)}
    for refused in (each for each in answers if each.status == 429):
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert refused.headers["X-RateLimit-Remaining"] == "0"
        assert 0 <= int(refused.headers["X-RateLimit-Reset"]) - time.time() <= 61


def test_of_five_hundred_messages_at_once_thirty_are_accepted(server, token):
    answers = web.at_once(lambda _: server.call("POST", SEND, token, sms(factories.number(1))), ATTACK)
    assert told("send", answers) == {202: LIMIT, 429: ATTACK - LIMIT}
    assert Message.objects.count() == LIMIT
    headers_fit(answers, LIMIT)


def test_each_key_of_a_firm_has_a_window_of_its_own(server, token):
    """The contract counts by token: twenty keys may send twenty times thirty, and not one more."""
    firm = factories.tenant(credits=10_000)
    keys = [factories.token(factories.user(firm)) for _ in range(10)]
    answers = web.at_once(lambda n: server.call("POST", SEND, keys[n % 10], sms(factories.number(1))), ATTACK)
    assert told("send, ten keys", answers) == {202: 10 * LIMIT, 429: ATTACK - 10 * LIMIT}


@pytest.mark.parametrize("path", [LOGIN, CODE])
def test_of_five_hundred_knocks_at_once_thirty_are_looked_at(server, path):
    """A one-time code is guessed at the same door, so the bucket is the same."""
    address = {LOGIN: "192.0.2.1", CODE: "192.0.2.2"}[path]
    answers = web.at_once(lambda n: server.call("POST", path, "", guess(n), X_Forwarded_For=address), ATTACK)
    found = told(path, answers)
    assert found.pop(429) == ATTACK - LIMIT
    assert sum(found.values()) == LIMIT
    headers_fit(answers, LIMIT)


def test_addresses_that_the_caller_makes_up_do_not_help(server):
    """Only what the proxy adds at the end counts; everything before it is the caller's own word."""

    def knock(n: int) -> web.Answer:
        return server.call(
            "POST", LOGIN, "", guess(n), X_Forwarded_For=f"198.51.100.{n % 250}, 10.0.0.{n % 250}, 192.0.2.3"
        )

    found = told("login, made-up addresses", web.at_once(knock, ATTACK))
    assert found[429] == ATTACK - LIMIT


def test_many_addresses_behind_the_proxy_are_many_callers(server):
    answers = web.at_once(
        lambda n: server.call("POST", LOGIN, "", guess(n), X_Forwarded_For=f"203.0.113.{n}"), 60
    )
    assert 429 not in {each.status for each in answers if b"Too Many" in each.body}


def test_requests_that_share_a_connection_are_counted_one_by_one(server, token):
    """Pipelined: all of them are sent before the first is answered."""
    request = f"GET /v1/balance HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
    raw = (request + "\r\n") * 99 + request + "Connection: close\r\n\r\n"
    answers = server.raw(raw.encode())
    passed, refused = answers.count(b"HTTP/1.1 200"), answers.count(b"HTTP/1.1 429")
    sys.stdout.write(f"P21, pipelined: {passed} of {passed + refused} passed\n")
    assert (passed, refused) == (60, 40)
