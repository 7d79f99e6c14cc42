import socket
import subprocess

import pytest
import redis

from smsmerkezi.embedded import binaries, valkey
from smsmerkezi.embedded.errors import CannotStart

pytestmark = pytest.mark.servers


@pytest.fixture
def server(home):
    running = valkey.start(home)
    yield running
    running.stop()


def client(server):
    return redis.from_url(server.url, decode_responses=True)


def test_it_keeps_an_append_only_file_and_drops_nothing(server):
    wanted = {"appendonly": "yes", "appendfsync": "everysec", "save": "", "maxmemory-policy": "noeviction"}
    assert {name: client(server).config_get(name)[name] for name in wanted} == wanted


def test_nobody_enters_without_the_password(server):
    with socket.create_connection(("127.0.0.1", server.port)) as wire:
        wire.sendall(b"PING\r\n")
        assert wire.recv(100).startswith(b"-NOAUTH")
    assert not valkey.answers(server.port, "wrong")


def test_the_password_is_in_no_command_line_and_in_no_file_of_others(server, home):
    assert (home / "valkey.conf").stat().st_mode & 0o777 == 0o600
    assert (home / "password").stat().st_mode & 0o777 == 0o600
    assert (home / "password").read_text() not in " ".join(server.process.args)


def test_a_second_start_keeps_keys_address_and_password(home):
    first = valkey.start(home)
    client(first).set("kept", "42")
    first.stop()
    second = valkey.start(home)
    try:
        assert second.url == first.url
        assert client(second).get("kept") == "42"
    finally:
        second.stop()


def test_keys_on_disk_survive_kill_9(home):
    first = valkey.start(home)
    client(first).set("kept", "42")
    client(first).execute_command("WAITAOF", 1, 0, 2000)
    first.process.kill()
    first.process.wait()
    second = valkey.start(home, port=first.port)
    try:
        assert client(second).get("kept") == "42"
    finally:
        second.stop()


def test_a_server_that_a_killed_run_left_behind_is_stopped_first(home):
    orphan = valkey.start(home)
    client(orphan).set("kept", "42")
    second = valkey.start(home)
    try:
        assert orphan.process.wait(10) == 0
        assert client(second).get("kept") == "42"
    finally:
        second.stop()


def test_a_stale_pid_file_that_names_somebody_else_is_forgotten(home):
    valkey.start(home).stop()
    stranger = subprocess.Popen(["sleep", "60"])
    (home / "valkey.pid").write_text(f"{stranger.pid}\n")
    second = valkey.start(home)
    try:
        assert client(second).ping()
        assert stranger.poll() is None
    finally:
        second.stop()
        stranger.kill()
        stranger.wait()


def test_when_the_last_port_is_taken_another_is_used(home):
    first = valkey.start(home)
    first.stop()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", first.port))
        taken.listen()
        second = valkey.start(home)
        try:
            assert second.port != first.port
        finally:
            second.stop()


def test_a_server_that_will_not_start_is_a_sentence_with_its_log(home, monkeypatch):
    monkeypatch.setattr(valkey, "ATTEMPTS", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CannotStart, match="did not start"):
            valkey.start(home, port=taken.getsockname()[1])


@pytest.mark.parametrize("name", ["with space", 'with "quotes"', "ş" * 100])
def test_any_folder_name_will_do(home, name):
    server = valkey.start(home / name)
    try:
        assert client(server).ping()
        assert (home / name / "appendonlydir").is_dir()
    finally:
        server.stop()


def test_asking_it_to_stop_does_not_wait(home):
    server = valkey.start(home, program=binaries.valkey())
    assert server.poll() is None
    server.ask()
    assert server.process.wait(10) == 0
    server.ask()
    assert server.poll() == 0
