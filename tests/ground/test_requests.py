import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.http import HttpResponse
from django.test import RequestFactory

from smsmerkezi import requests


def address(forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return requests.client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR="10.0.0.9"))


class TestTheCallersAddress:
    @pytest.mark.parametrize("forwarded", [None, "", "1.2.3.4", "1.2.3.4, 5.6.7.8"])
    def test_is_the_peer_where_no_proxy_is_trusted(self, settings, forwarded):
        settings.TRUSTED_PROXIES = 0
        assert address(forwarded) == "10.0.0.9"

    @pytest.mark.parametrize(
        ("proxies", "forwarded", "expected"),
        [
            (1, "1.2.3.4", "1.2.3.4"),
            (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            (2, "6.6.6.6, 1.2.3.4, 10.0.0.1", "1.2.3.4"),
            (1, " 1.2.3.4 , ", "1.2.3.4"),
            (2, "1.2.3.4", "10.0.0.9"),
            (1, "", "10.0.0.9"),
            (1, ",,,", "10.0.0.9"),
            (1, "fe80::1%eth0", "fe80::1"),
            (1, "[fe80::1%eth0]:443", "fe80::1"),
            (1, "biri", ""),
        ],
    )
    def test_is_what_the_outermost_trusted_proxy_saw(self, settings, proxies, forwarded, expected):
        settings.TRUSTED_PROXIES = proxies
        assert address(forwarded) == expected

    @pytest.mark.parametrize(
        ("peer", "address_"),
        [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:DB8::7", "2001:db8::7"),
            ("fe80::1%eth0", "fe80::1"),
            ("", ""),
            ("unix:", ""),
        ],
    )
    def test_is_written_in_one_way(self, settings, peer, address_):
        settings.TRUSTED_PROXIES = 0
        assert requests.client_address(RequestFactory().get("/", REMOTE_ADDR=peer)) == address_


class TestRequestIds:
    def answer(self, **headers: str) -> tuple[object, HttpResponse]:
        request = RequestFactory().get("/")
        return request, requests.RequestIds(lambda _: HttpResponse(headers=headers))(request)

    def test_the_answer_carries_the_id_that_the_request_got(self):
        request, answer = self.answer()
        assert len(request.id) == 16
        assert answer["X-Request-Id"] == request.id

    def test_no_two_are_the_same(self):
        assert len({self.answer()[1]["X-Request-Id"] for _ in range(50)}) == 50

    def test_a_callers_own_id_is_not_taken_over(self):
        request = RequestFactory().get("/", headers={"X-Request-Id": "evil\r\n"})
        assert requests.RequestIds(lambda _: HttpResponse())(request)["X-Request-Id"] != "evil\r\n"

    def test_answers_are_not_cached_unless_they_say_so(self):
        assert self.answer()[1]["Cache-Control"] == "no-cache, private"
        assert self.answer(**{"Cache-Control": "max-age=60"})[1]["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (OperationalError("server closed the connection"), True),
        (InterfaceError("connection already closed"), True),
        (ProgrammingError("no such table"), False),
        (ValueError("no"), False),
    ],
)
def test_only_a_database_that_is_away_or_busy_is_an_outage(db, error, outage):
    assert requests.is_outage(error) is outage


class TestABody:
    @pytest.mark.parametrize(("said", "length"), [("12", 12), ("", 0), ("-1", 0), ("x", 0), ("١٢", 0)])
    def test_is_as_long_as_its_caller_says_in_plain_digits(self, said, length):
        request = RequestFactory().post("/", b"", content_type="text/plain")
        request.META["CONTENT_LENGTH"] = said
        assert requests.announced(request) == length

    @pytest.mark.parametrize(("most", "left"), [(1_000_000, 0), (100_000, 50_000)])
    def test_that_is_refused_is_listened_to_up_to_a_point(self, monkeypatch, most, left):
        monkeypatch.setattr(requests, "DRAINED", most)
        request = RequestFactory().post("/", bytes(150_000), content_type="application/octet-stream")
        requests.drain(request)
        assert len(request.read()) == left
