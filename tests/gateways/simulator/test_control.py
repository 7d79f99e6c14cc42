"""What tests and people ask of the simulator itself, and what its port does with rubbish."""

import re
import socket
import subprocess
import sys
import threading
import time

import pytest

from gateways.iletimerkezi import IletiMerkezi
from gateways.mock import Mock
from gateways.simulator import app, push
from gateways.simulator.book import Order
from gateways.verimor import Verimor
from tests.gateways import harness, hostile, parcels, simulators


def test_health_tells_what_it_has_cost(simulator):
    health = simulator.get("/healthz")

    assert health["ok"] is True
    assert health["cpu_seconds"] > 0
    assert 5 < health["max_memory_mb"] < 2000


def test_the_book_is_read_in_pages(simulator):
    gateway = harness.gateway(Mock, simulator.url)
    for n in range(5):
        gateway.submit(parcels.parcel(client_ref=f"ref-{n % 3}"))

    first = simulator.get("/book", limit=2)
    assert ([entry["ref"] for entry in first["rows"]], first["next"]) == (["ref-0", "ref-1"], 2)
    rest = simulator.get("/book", since=first["next"], limit=10)
    assert ([entry["n"] for entry in rest["rows"]], rest["next"]) == ([2, 3, 4], None)
    assert [entry["n"] for entry in simulator.book(client_ref="ref-1")] == [1, 4]
    assert simulator.book(client_ref="ref-9") == []
    assert simulator.get("/book", client_ref="ref-0", limit=1)["next"] == 3


def test_the_book_cannot_be_changed(simulator):
    for method in ("DELETE", "PUT", "POST"):
        assert simulator.ask(method, "/book", {}).status == 404


@pytest.mark.parametrize("path", ["/", "/nothing", "/mock/e/send", "/mock/d/lookup", "/mock/b/window"])
def test_an_unknown_path_is_not_found(path, simulator):
    assert simulator.ask("POST", path, {}, Authorization="Bearer t").status == 404


def test_class_b_is_where_nobody_says_otherwise(simulator):
    body = {"ref": "r", "from": "X", "text": "t", "to": [1]}
    assert simulator.ask("POST", "/mock/send", body, Authorization="Bearer t").status == 200
    looked = simulator.ask("POST", "/mock/lookup", {"ref": "r"}, Authorization="Bearer t")
    assert looked.fields()["id"]
    assert simulator.book()[0]["vendor"] == "mock-b"


def talk(simulator, data: bytes, *more: bytes) -> bytes:
    port = int(simulator.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=2) as sock:
        for each in (data, *more):
            sock.sendall(each)
            time.sleep(0.02)
        sock.shutdown(socket.SHUT_WR)
        found = b""
        while piece := sock.recv(65536):
            found += piece
        return found


HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


def test_a_pipeline_is_answered_in_order(simulator):
    found = talk(simulator, HEALTH + b"GET /nothing HTTP/1.1\r\n\r\n" + HEALTH)
    assert re.findall(rb"HTTP/1.1 (\d+)", found) == [b"200", b"404", b"200"]


def test_a_request_in_pieces_is_put_together(simulator):
    body = b'{"ref":"r","from":"X","text":"t","to":[1]}'
    head = b"POST /mock/b/send HTTP/1.1\r\nAuthorization: Bearer t\r\nContent-Length: %d\r\n\r\n" % len(body)
    whole = head + body

    assert b" 200 " in talk(simulator, *[whole[i : i + 9] for i in range(0, len(whole), 9)])


@pytest.mark.parametrize(
    "rubbish",
    [
        b"\x16\x03\x01\x02\x00\r\n\r\n",
        b"GET /\r\n\r\n",
        b"POST /mock/b/send HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /mock/b/send HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n",
        b"POST /mock/b/send HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"x" * 70_000,
    ],
)
def test_what_is_no_request_is_refused_and_the_port_lives_on(rubbish, simulator):
    assert b" 400 " in talk(simulator, rubbish)
    assert simulator.get("/healthz")["ok"]


@pytest.mark.parametrize(
    "path", ["/mock/b/reports", "/mock/c/window", "/sms/rest/v2/report", "/book?limit=x"]
)
def test_a_question_of_the_wrong_shape_is_refused(path, simulator):
    method = "GET" if path.startswith("/book") else "POST"
    for header in ("Bearer t", "Basic dTpw"):
        assert simulator.ask(method, path, {"jobids": 7}, Authorization=header).status in {400, 401, 406}


def test_reports_are_pushed_in_batches_and_twice_where_the_number_says_so():
    with hostile.server(hostile.saying(hostile.answer())) as receiver, simulators.in_thread() as simulator:
        simulator.put("/push", url=f"{receiver.url}/reports", header="X-Sir: 42")
        parcel = parcels.parcel(parcels.DELIVERED, parcels.UNDELIVERED, parcels.SILENT)
        outcome = harness.gateway(Mock, simulator.url, **{"class": "D"}).submit(parcel)
        until = time.monotonic() + 3
        while not receiver.requests and time.monotonic() < until:
            time.sleep(0.05)
        (request,) = receiver.requests
        told = simulator.get("/push")

    assert request.startswith(b"POST /reports HTTP/1.1\r\n")
    assert b"X-Sir: 42\r\n" in request
    (body,) = harness.Asked(receiver).bodies
    assert {(row["msisdn"], row["status"], row["code"]) for row in body["reports"]} == {
        (parcels.DELIVERED, "delivered", ""),
        (parcels.UNDELIVERED, "undelivered", "absent"),
    }
    assert {(row["id"], row["ref"], row["vendor"]) for row in body["reports"]} == {
        (outcome.provider_id, parcel.client_ref, "mock-d")
    }
    assert told["sent"] == 1


def test_a_late_report_is_owed_twice():
    world = app.Simulator()._world
    owed = push.Push(world, str)
    owed.configure("http://x", "")
    owed.expect(world.book.add("mock-b", Order("r", "X", [parcels.LATE], "t")))

    assert [len(due) for due in owed._due.values()] == [2]


def test_a_push_that_is_refused_is_tried_again():
    replies = [hostile.answer(status="500 No"), b"rubbish\r\n\r\n", hostile.answer()]
    with hostile.server(hostile.saying(*replies)) as receiver, simulators.in_thread() as simulator:
        simulator.put("/push", url=receiver.url)
        harness.gateway(Mock, simulator.url).submit(parcels.parcel(parcels.DELIVERED))
        until = time.monotonic() + 4
        while len(receiver.requests) < 3 and time.monotonic() < until:
            time.sleep(0.05)

    assert len(receiver.requests) == 3
    assert len(set(receiver.requests)) == 1


def test_a_simulator_stops_in_the_middle_of_its_pushes():
    numbers = [parcels.DELIVERED + 10_000 * n for n in range(200)]
    before = set(threading.enumerate())
    for _ in range(10):
        with (
            hostile.server(hostile.saying(hostile.answer())) as receiver,
            simulators.in_thread() as simulator,
        ):
            simulator.put("/push", url=receiver.url)
            harness.gateway(IletiMerkezi, simulator.url).submit(parcels.parcel(*numbers))  # a push for each
            until = time.monotonic() + 4
            while len(receiver.requests) < 20 and time.monotonic() < until:
                time.sleep(0.001)
        assert set(threading.enumerate()) <= before


def test_a_push_to_nobody_is_given_up(simulator):
    simulator.put("/push", url=f"http://127.0.0.1:{hostile.unused_port()}", vendor="verimor")
    harness.gateway(Verimor, simulator.url).submit(parcels.parcel(parcels.DELIVERED))
    until = time.monotonic() + 4
    while simulator.get("/push")["failed"] == 0 and time.monotonic() < until:
        time.sleep(0.05)

    assert simulator.get("/push") == {"url": "", "sent": 0, "failed": 1}


@pytest.mark.parametrize(
    "wanted", [{"url": "https://x"}, {"url": "file:///etc"}, {"url": "http://x", "header": "a: b\r\nc: d"}]
)
def test_a_push_address_that_is_none_is_refused(wanted, simulator):
    assert simulator.ask("PUT", "/push", wanted).status == 422
    assert simulator.get("/push")["url"] == ""


def test_the_process_starts_says_where_and_stops_when_told():
    with simulators.in_process("--seed", "9") as (process, remote):
        assert remote.get("/faults")["seed"] == 9
        assert remote.get("/healthz")["max_memory_mb"] < 60
        process.terminate()
        assert process.wait(5) == 0


def test_the_process_knows_nothing_of_the_platform():
    code = "import sys, gateways.simulator.app; print([m for m in sys.modules if m.startswith(('django', 'smsmerkezi'))])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
