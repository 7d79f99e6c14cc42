"""Who gets in, who waits, who is told to come again; and whose database connections they use."""

import io
import json
import threading
from wsgiref.util import setup_testing_defaults

import pytest
from django.db import connection, connections

from smsmerkezi.embedded import processes
from smsmerkezi.gate import SPARE, Gate


def environ(path="/v1/balance"):
    made = {"PATH_INFO": path, "wsgi.errors": io.StringIO()}
    setup_testing_defaults(made)
    return made


class Visitor(threading.Thread):
    """A thread of the server with one request."""

    def __init__(self, gate, name="", path="/v1/balance"):
        super().__init__(daemon=True)
        self.gate, self.asked = gate, {**environ(path), "visitor": name}
        self.status, self.headers, self.body = "", {}, b""
        self.start()

    def run(self):
        self.body = b"".join(self.gate(self.asked, self.started))

    def started(self, status, headers):
        self.status, self.headers = status, dict(headers)


class Rooms:
    """An application in which everybody stays until let go."""

    def __init__(self):
        self.inside, self.seen = [], []
        self.let_go = threading.Semaphore(0)

    def __call__(self, asked, start_response):
        self.inside.append(asked["visitor"])
        self.seen.append(connections["default"])
        self.let_go.acquire(timeout=10)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [asked["visitor"].encode(), b"!"]

    def hold(self, count):
        assert processes.wait_until(lambda: len(self.inside) == count, seconds=5), self.inside


@pytest.fixture
def rooms():
    return Rooms()


def came_in(gate, rooms, *names):
    """One after the other, so that their order is known."""
    visitors = []
    for name in names:
        before = len(rooms.inside) + len(gate._line)
        visitors.append(Visitor(gate, name))
        assert processes.wait_until(lambda n=before: len(rooms.inside) + len(gate._line) == n + 1, seconds=5)
    return visitors


def leave(rooms, *visitors):
    rooms.let_go.release(len(visitors))
    for visitor in visitors:
        visitor.join(5)
        assert not visitor.is_alive()


def test_an_answer_passes_unchanged(rooms):
    [visitor] = came_in(Gate(rooms, seats=1, line=0), rooms, "a")
    leave(rooms, visitor)
    assert (visitor.status, visitor.headers) == ("200 OK", {"Content-Type": "text/plain"})
    assert visitor.body == b"a!"


def test_as_many_as_there_are_seats_are_in_at_once_and_the_others_follow_in_the_order_in_which_they_came(
    rooms,
):
    gate = Gate(rooms, seats=2, line=3)
    visitors = came_in(gate, rooms, "a", "b", "c", "d", "e")
    assert rooms.inside == ["a", "b"]
    for count in (3, 4, 5):
        rooms.let_go.release()
        rooms.hold(count)
    assert rooms.inside == ["a", "b", "c", "d", "e"]
    rooms.let_go.release(2)
    for visitor in visitors:
        visitor.join(5)
    assert [visitor.body for visitor in visitors] == [b"a!", b"b!", b"c!", b"d!", b"e!"]


def test_who_comes_when_the_line_is_full_is_told_at_once_to_come_again(rooms):
    gate = Gate(rooms, seats=1, line=1)
    inside = came_in(gate, rooms, "a", "b")
    refused = Visitor(gate, "c")
    refused.join(5)
    assert refused.status == "503 Service Unavailable"
    assert refused.headers["Retry-After"] == "2"
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.headers["X-Request-Id"]
    assert json.loads(refused.body)["instance"] == "/v1/balance"
    leave(rooms, *inside)
    assert rooms.inside == ["a", "b"]


def test_a_person_is_told_so_by_a_page(rooms):
    gate = Gate(rooms, seats=1, line=0)
    inside = came_in(gate, rooms, "a")
    refused = Visitor(gate, "b", path="/giris")
    refused.join(5)
    assert (refused.status, refused.headers["Retry-After"]) == ("503 Service Unavailable", "2")
    assert "Sistem şu an yanıt veremiyor" in refused.body.decode()
    leave(rooms, *inside)


def test_there_is_room_again_when_the_rush_is_over(rooms):
    gate = Gate(rooms, seats=1, line=1)
    leave(rooms, *came_in(gate, rooms, "a", "b"))
    leave(rooms, *came_in(gate, rooms, "c", "d"))
    assert rooms.inside == ["a", "b", "c", "d"]


def test_a_seat_has_connections_of_its_own_whoever_sits_there(rooms):
    gate = Gate(rooms, seats=2, line=2)
    leave(rooms, *came_in(gate, rooms, "a", "b", "c", "d"))
    assert len(rooms.inside) == 4
    assert len({id(each) for each in rooms.seen}) == 2
    assert connections["default"] not in rooms.seen


def test_a_seat_that_was_left_is_taken_before_one_that_was_never_used(rooms):
    gate = Gate(rooms, seats=3, line=0)
    for name in "abc":
        leave(rooms, *came_in(gate, rooms, name))
    assert len({id(each) for each in rooms.seen}) == 1


@pytest.mark.django_db(transaction=True)
def test_threads_take_turns_at_one_connection_to_the_database():
    pids = []

    def application(asked, start_response):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.append(cursor.fetchone()[0])
        start_response("200 OK", [])
        return []

    gate = Gate(application, seats=1, line=10)
    for visitor in [Visitor(gate) for _ in range(10)]:
        visitor.join(5)
        assert visitor.status == "200 OK"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s) AS p(pid)", [list(set(pids))])
    assert (len(pids), len(set(pids))) == (10, 1)


class Lines:
    """An answer that is made while it is read, and must be closed."""

    def __init__(self, broken=False):
        self.broken, self.read_by, self.closed = broken, set(), False

    def __iter__(self):
        for word in (b"x", b"y"):
            self.read_by.add(id(connections["default"]))
            yield word
        if self.broken:
            raise OSError("half of it")

    def close(self):
        self.closed = True


@pytest.mark.parametrize("broken", [False, True])
def test_an_answer_is_read_to_its_end_and_closed_before_the_seat_is_given_up(broken):
    lines, seen = Lines(broken), set()

    def application(asked, start_response):
        seen.add(id(connections["default"]))
        start_response("200 OK", [])
        return lines

    gate = Gate(application, seats=1, line=0)
    errors = []

    def visit():
        try:
            assert gate(environ(), lambda *_: None) == [b"x", b"y"]
        except OSError as error:
            errors.append(str(error))

    for _ in range(2):  # the seat is free again, broken or not
        thread = threading.Thread(target=visit)
        thread.start()
        thread.join(5)
    assert errors == (["half of it"] * 2 if broken else [])
    assert lines.closed
    assert lines.read_by == seen


def test_the_server_needs_threads_for_seats_line_and_refusals(rooms):
    assert Gate(rooms, seats=4, line=128).callers == 4 + 128 + SPARE
