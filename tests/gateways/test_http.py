"""What a failure on the wire means, against servers that misbehave for real."""

import contextlib
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateways import http
from gateways.http import HttpClient, MaybeSent, NeverSent, Unreadable
from tests.gateways import hostile


def client(url: str, **options) -> HttpClient:
    return HttpClient(url, **{"timeout": 0.6, "connect_timeout": 0.4, **options})


def post(to: HttpClient, **request):
    return to.exchange("send", "POST", "/x", **{"json": {"a": 1}, **request})


def test_a_request_is_written_as_asked():
    with hostile.server(hostile.saying(hostile.answer(b'{"ok": 1}'))) as server:
        response = client(f"{server.url}/base/").exchange(
            "send", "POST", "/x", query={"q": "a&b ş"}, headers={"X-One": "1"}, json={"metin": "ş"}
        )

    assert (response.status, response.fields()) == (200, {"ok": 1})
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /base/x?q=a%26b+%C5%9F HTTP/1.1"
    assert f"Host: {server.url.removeprefix('http://')}" in lines
    assert "X-One: 1" in lines
    assert "Content-Type: application/json" in lines
    assert "accept-encoding" not in head.decode().lower()
    assert body.decode() == '{"metin":"ş"}'


def test_a_form_is_written_as_a_form():
    with hostile.server(hostile.saying(hostile.answer())) as server:
        client(server.url).exchange("send", "POST", "/x", form={"a": "1 2", "b": "ğ"})

    assert server.requests[0].endswith(b"\r\n\r\na=1+2&b=%C4%9F")
    assert b"Content-Type: application/x-www-form-urlencoded" in server.requests[0]


def test_a_get_has_no_body():
    with hostile.server(hostile.saying(hostile.answer())) as server:
        client(server.url).exchange("ask", "GET", "/x")

    assert b"content-length" not in server.requests[0].lower()


def test_a_long_integer_stays_exact():
    response = http.Response(200, b'{"jobid": 17377215342605050417149344}', {})

    assert response.fields()["jobid"] == 17377215342605050417149344


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[1]", b"null", b'"x"', b"\xff\xfe", b'{"a":', b"[" * 100_000, b"1" * 5000]
)
def test_what_is_no_object_is_unreadable(body):
    with pytest.raises(Unreadable):
        http.Response(200, body, {}).fields()


# Before the first byte.


def test_a_closed_port_is_never_sent():
    with pytest.raises(NeverSent, match="connection refused"):
        post(client(f"http://127.0.0.1:{hostile.unused_port()}"))


def test_an_unknown_name_is_never_sent():
    with pytest.raises(NeverSent, match="name not resolved"):
        post(client("http://yok.invalid", timeout=5))


def test_an_impossible_name_is_never_sent():
    with pytest.raises(NeverSent, match="name not resolved"):
        post(client(f"http://{'a' * 70}.test"))


def test_tls_to_a_plain_port_is_never_sent():
    def plain(server, sock):
        sock.recv(10)
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with hostile.server(plain) as server, pytest.raises(NeverSent, match="tls refused"):
        post(client(server.url.replace("http", "https")))

    assert server.requests == []


def test_a_silent_tls_handshake_is_never_sent():
    silent = hostile.server(lambda server, sock: server.over.wait(5))
    with silent as server, pytest.raises(NeverSent, match="connect timeout"):
        post(client(server.url.replace("http", "https")))


def test_a_full_backlog_is_never_sent():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening, contextlib.ExitStack() as held:
        for _ in range(3):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        with pytest.raises(NeverSent, match="connect timeout"):
            post(client(f"http://127.0.0.1:{listening.getsockname()[1]}"))


def test_a_header_of_two_lines_is_never_sent():
    with hostile.server(hostile.saying(hostile.answer())) as server, pytest.raises(NeverSent):
        post(client(server.url), headers={"X-One": "1\r\nX-Two: 2"})

    assert server.requests == []


def test_a_deadline_that_passed_while_connecting_is_never_sent(monkeypatch):
    with hostile.server(hostile.saying(hostile.answer())) as server:
        slow = client(server.url, timeout=0.2)
        take = slow._pool.take

        def slowly(deadline):
            connection = take(deadline)
            time.sleep(0.25)
            return connection

        monkeypatch.setattr(slow._pool, "take", slowly)
        with pytest.raises(NeverSent):
            post(slow)

    assert server.requests == []


# After it.


def read_then(act):
    def behave(server, sock):
        server.read(sock)
        act(server, sock)

    return behave


def drip(data: bytes, seconds: float):
    def act(server, sock):
        for byte in data:
            sock.sendall(bytes([byte]))
            if server.over.wait(seconds):
                return

    return act


AFTER = {
    "closed without a word": (lambda server, sock: None, "broken answer|connection lost"),
    "reset": (lambda server, sock: hostile.reset(sock), "connection lost"),
    "hang": (lambda server, sock: server.over.wait(5), "timeout"),
    "drip in the head": (drip(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", 0.1), "timeout"),
    "drip in the body": (
        lambda server, sock: (
            sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"),
            drip(b"x" * 99, 0.1)(server, sock),
        ),
        "timeout",
    ),
    "cut body": (
        lambda server, sock: sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}"),
        "broken answer",
    ),
    "not HTTP": (lambda server, sock: sock.sendall(b"SMTP ready\r\n\r\n"), "broken answer"),
    "endless head": (
        lambda server, sock: sock.sendall(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 500),
        "broken answer",
    ),
    "endless line": (
        lambda server, sock: sock.sendall(b"HTTP/1.1 200 OK\r\na: " + b"b" * 70_000),
        "broken answer",
    ),
    "bad chunk": (
        lambda server, sock: sock.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}"),
        "broken answer",
    ),
    "announced too large": (
        lambda server, sock: sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n"),
        "answer too large",
    ),
    "too large without a word": (
        lambda server, sock: sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2_000_000),
        "answer too large",
    ),
    "too large in chunks": (
        lambda server, sock: sock.sendall(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + (b"ffff\r\n" + b"x" * 65535 + b"\r\n") * 20
        ),
        "answer too large",
    ),
}


@pytest.mark.parametrize(("act", "reason"), AFTER.values(), ids=AFTER.keys())
def test_after_the_first_byte_a_failure_is_maybe_sent(act, reason):
    started = time.monotonic()
    with hostile.server(read_then(act)) as server, pytest.raises(MaybeSent, match=reason):
        post(client(server.url))

    assert len(server.requests) == 1
    assert time.monotonic() - started < 2


def test_a_request_that_nobody_reads_is_cut_at_the_deadline():
    with hostile.server(lambda server, sock: server.over.wait(5)) as server:
        started = time.monotonic()
        with pytest.raises(MaybeSent, match="timeout"):
            post(client(server.url), json={"a": "x" * 20_000_000})

    assert time.monotonic() - started < 2


@pytest.mark.parametrize("status", ["301 Moved", "307 Temporary", "404 Not Found", "500 Oops", "503 Busy"])
def test_every_status_is_an_answer_and_no_redirect_is_followed(status):
    reply = hostile.answer(b"", status=status, more=b"Location: /elsewhere\r\nRetry-After: 7\r\n")
    with hostile.server(hostile.saying(reply)) as server:
        response = post(client(server.url))

    assert response.status == int(status[:3])
    assert response.headers["retry-after"] == "7"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "reply",
    [
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n',
        b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"a":1}',
        b'HTTP/1.0 200 OK\r\nContent-Length: 7\r\n\r\n{"a":1}',
        b'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{"a":1}',
    ],
    ids=["chunked", "until the end", "HTTP/1.0", "after a 100"],
)
def test_every_framing_of_a_body_is_read(reply):
    with hostile.server(hostile.saying(reply, then_close=True)) as server:
        assert post(client(server.url)).fields() == {"a": 1}


# Connections.


def test_a_connection_is_used_again():
    with hostile.server(hostile.saying(hostile.answer())) as server:
        kept = client(server.url)
        for _ in range(3):
            post(kept)

    assert (len(server.requests), server.connections) == (3, 1)


def test_a_dropped_connection_is_noticed_before_it_is_used():
    with hostile.server(hostile.saying(hostile.answer(), then_close=True)) as server:
        kept = client(server.url)
        for _ in range(3):
            post(kept)
            time.sleep(0.05)

    assert (len(server.requests), server.connections) == (3, 3)


def test_a_connection_with_an_answer_nobody_asked_for_is_not_used():
    def talkative(server, sock):
        for words in (
            hostile.answer(b'{"n":1}') + b"HTTP/1.1 200 OK\r\nContent-",
            b'Length: 7\r\n\r\n{"n":9}',
        ):
            server.read(sock)
            sock.sendall(words)

    with hostile.server(talkative) as server:
        kept = client(server.url)
        assert [post(kept).fields()["n"] for _ in range(3)] == [1, 1, 1]


def test_an_unasked_answer_that_comes_later_is_not_taken_for_ours():
    def late(server, sock):
        while server.read(sock):
            sock.sendall(hostile.answer(b'{"n":1}'))
            time.sleep(0.05)
            sock.sendall(hostile.answer(b'{"n":9}'))

    with hostile.server(late) as server:
        kept = client(server.url)
        for _ in range(2):
            assert post(kept).fields() == {"n": 1}
            time.sleep(0.1)


def test_a_connection_that_was_idle_for_long_is_in_doubt(monkeypatch):
    monkeypatch.setattr(http, "MAX_IDLE", 0.05)
    with hostile.server(hostile.saying(hostile.answer())) as server:
        kept = client(server.url)
        post(kept)
        time.sleep(0.1)
        post(kept)

    assert server.connections == 2


def test_a_failed_exchange_leaves_no_connection_behind():
    with hostile.server(hostile.saying(b"rubbish\r\n\r\n", hostile.answer())) as server:
        kept = client(server.url)
        with pytest.raises(MaybeSent):
            post(kept)
        post(kept)

    assert server.connections == 2


def test_a_forked_child_does_not_use_its_parents_connection():
    with hostile.server(hostile.saying(hostile.answer())) as server:
        kept = client(server.url)
        post(kept)
        pid = os.fork()
        if pid == 0:
            os._exit(0 if kept._pool._newest() is None else 1)
        assert os.waitpid(pid, 0)[1] == 0
        post(kept)

    assert server.connections == 1


def test_threads_share_a_client():
    with hostile.server(hostile.saying(hostile.answer())) as server:
        shared, barrier = client(server.url, timeout=5), threading.Barrier(16)

        def work(_):
            barrier.wait()
            return [post(shared).status for _ in range(20)]

        with ThreadPoolExecutor(16) as threads:
            answers = [status for statuses in threads.map(work, range(16)) for status in statuses]
        shared.close()

    assert answers == [200] * 320
    assert server.connections <= 16


def test_the_environments_proxy_is_not_used(monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{hostile.unused_port()}")
    with hostile.server(hostile.saying(hostile.answer())) as server:
        assert post(client(server.url)).status == 200


@pytest.mark.parametrize(
    "address", ["ftp://x", "http://", "x", "http://user:secret@host", "http://host/?token=1", "https:///path"]
)
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(ValueError, match="address"):
        HttpClient(address)


def test_basic_credentials_are_coded():
    assert http.basic("8501234567", "ğizli") == "Basic ODUwMTIzNDU2NzrEn2l6bGk="


def test_a_client_may_be_ready_for_longer_answers():
    body = b'{"a":"%b"}' % (b"x" * 2_000_000)
    with hostile.server(hostile.saying(hostile.answer(body))) as server:
        patient = client(server.url, timeout=5, answer_limit=len(body))
        assert len(post(patient).body) == len(body)
        with pytest.raises(MaybeSent, match="answer too large"):
            post(client(server.url, timeout=5, answer_limit=len(body) - 1))
