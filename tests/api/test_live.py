"""The real web server: parallel callers, odd requests on the wire, and servers that go away."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from billing import ledger
from messaging.sms.models import Message, Submission
from tenants.models import ApiToken
from tests import factories
from tests.api import web
from tests.api.doors import TYPE, sms

pytestmark = [pytest.mark.servers, pytest.mark.django_db(transaction=True)]
ONE = factories.number(1)
SEND = "/v1/sms/send"
LIMITS = {"RATE_LIMIT_API": "60/min", "RATE_LIMIT_SMS_SEND": "30/min"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("web")


@pytest.fixture(scope="module")
def server(folder, django_db_setup, django_db_blocker):
    with web.running(folder) as found:
        yield found


@pytest.fixture
def firm(transactional_db):
    factories.gateway("mock", default=True)
    return factories.tenant()


@pytest.fixture
def token(firm) -> str:
    return factories.token(factories.user(firm))


class TestParallelCallers:
    def test_of_a_hundred_requests_with_one_key_one_is_a_message(self, server, token):
        """P5."""
        keys = [f"key-{n}" for n in range(5)]

        def post(n: int) -> web.Answer:
            return server.call("POST", SEND, token, sms(ONE), Idempotency_Key=keys[n % 5])

        answers = web.at_once(post, 500)
        assert Message.objects.count() == len(keys)
        assert set(web.statuses(answers)) <= {202, 409}
        assert len({answer.body for answer in answers if answer.status == 202}) == len(keys)
        assert all(answer.headers["Retry-After"] for answer in answers if answer.status == 409)
        repeats = {server.call("POST", SEND, token, sms(ONE), Idempotency_Key=key).body for key in keys}
        assert repeats == {answer.body for answer in answers if answer.status == 202}

    def test_as_many_are_accepted_as_there_is_credit_for(self, server, firm):
        """P6."""
        poor = factories.tenant(credits=40)
        token = factories.token(factories.user(poor))
        answers = web.at_once(lambda _: server.call("POST", SEND, token, sms(ONE)), 300)
        assert web.statuses(answers) == {202: 40, 422: 260}
        refused = {answer.json()["detail"] for answer in answers if answer.status == 422}
        assert refused == {"Yetersiz bakiye. Mevcut: 0, Gereken: 1."}
        account = ledger.account_of(poor)
        assert (account.balance, account.reserved, Message.objects.count()) == (40, 40, 40)
        assert ledger.mismatches() == {"sums": 0, "breaks": 0}

    def test_credit_that_is_bought_meanwhile_is_spent_to_the_last(self, server, firm):
        poor = factories.tenant(credits=0)
        token = factories.token(factories.user(poor))

        def buy() -> None:
            for n in range(25):
                with transaction.atomic():
                    ledger.top_up(tenant=poor, credits=1, reference=f"race:{n}")
            connection.close()

        with ThreadPoolExecutor(1) as pool:
            bought = pool.submit(buy)
            answers = web.at_once(lambda _: server.call("POST", SEND, token, sms(ONE)), 200, threads=16)
            bought.result()
        answers += web.at_once(lambda _: server.call("POST", SEND, token, sms(ONE)), 40, threads=8)
        assert web.statuses(answers) == {202: 25, 422: 215}

    def test_a_token_that_is_revoked_in_the_middle_is_dead_for_everybody_at_once(self, server, firm, token):
        owner = ApiToken.objects.get().user
        other = factories.token(owner)
        path = f"/v1/tokens/{token.split('|')[0]}"

        def ask(n: int) -> web.Answer:
            if n == 100:
                assert server.call("DELETE", path, other).status == 200
                return server.call("GET", "/v1/balance", token)
            return server.call("GET", "/v1/balance", token)

        answers = web.at_once(ask, 200, threads=8)
        assert set(web.statuses(answers)) == {200, 401}
        after = web.at_once(lambda _: server.call("GET", "/v1/balance", token), 16, threads=8)
        assert web.statuses(after) == {401: 16}


@pytest.fixture(scope="module")
def limited(tmp_path_factory, django_db_setup, django_db_blocker):
    with web.running(tmp_path_factory.mktemp("limited"), **LIMITS) as found:
        yield found


class TestLimitsOnTheWire:
    @pytest.mark.parametrize(
        ("method", "path", "limit", "good"), [("GET", "/v1/balance", 60, 200), ("POST", SEND, 30, 202)]
    )
    def test_exactly_as_many_pass_as_the_limit_says(self, limited, token, method, path, limit, good):
        """P21."""
        body = sms(ONE) if method == "POST" else None
        answers = web.at_once(lambda _: limited.call(method, path, token, body), 200)
        assert web.statuses(answers) == {good: limit, 429: 200 - limit}
        left = sorted(int(each.headers["X-RateLimit-Remaining"]) for each in answers if each.status == good)
        assert left == list(range(limit))
        assert {each.headers["X-RateLimit-Limit"] for each in answers} == {str(limit)}


class TestOddRequests:
    def request(self, token: str, *lines: str, body: bytes = b"", path: str = SEND) -> bytes:
        head = [
            f"POST {path} HTTP/1.1",
            "Host: 127.0.0.1",
            "Connection: close",
            f"Authorization: Bearer {token}",
            *lines,
        ]
        return "\r\n".join([*head, "", ""]).encode() + body

    def answered(self, raw: bytes) -> int:
        return int(raw.split(b" ", 2)[1])

    def test_a_body_in_chunks_is_a_bad_request(self, server, token):
        raw = self.request(
            token,
            "Content-Type: application/json",
            "Transfer-Encoding: chunked",
            body=b"2\r\n{}\r\n0\r\n\r\n",
        )
        answer = server.raw(raw)
        assert self.answered(answer) == 400
        assert TYPE.encode() in answer

    def test_no_length_and_no_body_is_a_bad_request(self, server, token):
        answer = server.raw(self.request(token, "Content-Type: application/json"))
        assert self.answered(answer) == 400
        assert b"application/problem+json" in answer

    def test_two_megabytes_are_refused(self, server, token):
        answer = server.call("POST", SEND, token, {"body": "a" * 2_000_000, "recipients": [ONE]})
        assert (answer.status, answer.json()["type"]) == (413, f"{TYPE}payload-too-large")

    def test_so_are_two_megabytes_in_chunks(self, server, token):
        chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
        raw = self.request(
            token,
            "Content-Type: application/json",
            "Transfer-Encoding: chunked",
            body=chunk * 32 + b"0\r\n\r\n",
        )
        assert self.answered(server.raw(raw)) == 400

    @pytest.mark.parametrize(
        "lines", [["Content-Length: -5"], ["Content-Length: abc"], ["Content-Length: 5", "Content-Length: 6"]]
    )
    def test_a_length_that_is_none_is_a_bad_request(self, server, token, lines):
        assert self.answered(server.raw(self.request(token, *lines, body=b"{}{}{"))) == 400

    def test_a_nul_in_a_header_is_a_bad_request(self, server, token):
        assert self.answered(server.raw(self.request(token, "User-Agent: a\x00b"))) == 400

    @pytest.mark.parametrize(
        "path", ["/v1/%ff%fe", "/v1/sms/%00", "/v1/sms/..%2f..%2fetc", "/v1/" + "a" * 5000]
    )
    def test_an_odd_path_is_not_found(self, server, token, path):
        assert server.call("GET", path, token).status == 404

    def test_nothing_of_it_is_stored(self, server, token):
        self.test_two_megabytes_are_refused(server, token)
        assert not Message.objects.exists()


def refused_for_now(answer: web.Answer) -> None:
    said = answer.json()
    assert (answer.status, said["type"], said["title"]) == (503, f"{TYPE}maintenance", "Service Unavailable")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) >= 1


class TestWithoutServers:
    def test_without_redis_messages_are_accepted_and_due(self, tmp_path, token):
        with web.running(tmp_path, REDIS_URL="redis://127.0.0.1:9/0") as server:
            answers = web.at_once(lambda _: server.call("POST", SEND, token, sms(ONE)), 20, threads=4)
        assert web.statuses(answers) == {202: 20}
        assert Submission.objects.filter(state=Submission.State.READY).count() == 20

    def test_without_postgresql_it_says_when_to_come_again_and_recovers_by_itself(self, tmp_path, token):
        found = connection.settings_dict
        gate = web.Gate((found["HOST"], int(found["PORT"])))
        calls = [
            ("POST", SEND, sms(ONE)),
            ("GET", "/v1/balance", None),
            ("GET", "/v1/sms", None),
            ("GET", "/v1/tokens", None),
        ]
        with web.running(tmp_path, DATABASE_URL=web.database_url(gate.port)) as server:
            assert [server.call(method, path, token, body).status for method, path, body in calls] == [
                202,
                200,
                200,
                200,
            ]
            gate.shut()
            for method, path, body in calls * 3:
                refused_for_now(server.call(method, path, token, body))
            assert server.call("GET", "/v1/health", "").status == 200
            assert Message.objects.count() == 1
            gate.open()
            tries = [server.call("POST", SEND, token, sms(ONE)).status for _ in range(12)]
            assert tries[-1] == 202
            assert set(tries) <= {202, 503}
            assert Message.objects.count() == 1 + tries.count(202)
        gate.shut()

    def test_a_connection_that_is_cut_while_a_message_is_stored_is_no_error_of_ours(self, tmp_path, token):
        """Whoever repeats with the same key gets one message, whichever side of the commit the cut was."""
        found = connection.settings_dict
        gate = web.Gate((found["HOST"], int(found["PORT"])))
        with web.running(tmp_path, DATABASE_URL=web.database_url(gate.port)) as server:

            def post(n: int) -> web.Answer:
                if n % 30 == 29:
                    gate.shut()
                    gate.open()
                return server.call("POST", SEND, token, sms(ONE), Idempotency_Key=f"k{n}")

            answers = web.at_once(post, 240, threads=8)
            assert set(web.statuses(answers)) <= {202, 503}
            for n in range(240):
                answer = post_again(server, token, n)
                assert answer.status == 202
        assert Message.objects.count() == 240
        gate.shut()


def post_again(server: web.Web, token: str, n: int) -> web.Answer:
    for _ in range(10):
        answer = server.call("POST", SEND, token, sms(ONE), Idempotency_Key=f"k{n}")
        if answer.status != 503:
            break
    return answer


def test_no_number_text_or_token_reached_the_log(server, folder, token):
    body = sms(ONE, body="Kanarya 7391")
    server.call("POST", SEND, token, body)
    server.call("POST", SEND, token, {**body, "recipients": ["5300010001", "x5300010001"]})
    written = (folder / "web.log").read_text()
    assert not re.search(r"5300010001|Kanarya|\|[A-Za-z0-9]{40}", written)
    assert "Traceback" not in written
