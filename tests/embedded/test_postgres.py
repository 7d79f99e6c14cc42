import socket
import subprocess
from pathlib import Path

import psycopg
import pytest

from smsmerkezi.embedded import binaries, postgres, privileges, processes
from smsmerkezi.embedded.errors import CannotStart
from smsmerkezi.embedded.privileges import Mode
from tests.embedded.conftest import as_root

pytestmark = pytest.mark.servers


@pytest.fixture
def server(home):
    running = postgres.start(home)
    yield running
    running.stop()


def ask(server, sql):
    with psycopg.connect(server.url, autocommit=True) as connection:
        return connection.execute(sql).fetchone()[0]


def put(server, sql):
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(sql)


def test_it_is_durable_small_and_sorts_alike_everywhere(server):
    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "jit": "off",
        "TimeZone": "UTC",
        "server_encoding": "UTF8",
        "listen_addresses": "127.0.0.1",
        "shared_buffers": "32MB",
    }
    assert {name: ask(server, f"SHOW {name}") for name in wanted} == wanted
    locale = "SELECT datlocprovider::text || datlocale FROM pg_database WHERE datname = current_database()"
    assert ask(server, locale) == "bC.UTF-8"


def test_nobody_enters_without_the_password(server):
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgres://{postgres.NAME}:wrong@127.0.0.1:{server.port}/{postgres.NAME}")


def test_its_log_never_shows_the_values_of_a_failed_statement(server, home):
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE t (n bigint UNIQUE)")
        connection.execute("INSERT INTO t VALUES (905551112233)")
        for sql in ("INSERT INTO t VALUES (905551112233)", "SELECT '905551112233x'::bigint"):
            with pytest.raises(psycopg.Error):
                connection.execute(sql)
    assert "905551112233" not in (home / "postgres.log").read_text()


def test_a_second_start_keeps_the_data_the_address_and_the_password(home):
    first = postgres.start(home)
    put(first, "CREATE TABLE kept AS SELECT 42 AS n")
    first.stop()
    second = postgres.start(home)
    try:
        assert second.url == first.url
        assert ask(second, "SELECT n FROM kept") == 42
    finally:
        second.stop()


def test_what_was_committed_survives_kill_9(home):
    first = postgres.start(home)
    put(first, "CREATE TABLE kept AS SELECT 42 AS n")
    first.process.kill()
    first.process.wait()
    second = postgres.start(home, port=first.port)
    try:
        assert ask(second, "SELECT n FROM kept") == 42
    finally:
        second.stop()


def test_a_server_that_a_killed_run_left_behind_is_stopped_first(home):
    orphan = postgres.start(home)
    put(orphan, "CREATE TABLE kept AS SELECT 42 AS n")
    second = postgres.start(home)
    try:
        assert orphan.process.wait(10) == 0
        assert ask(second, "SELECT n FROM kept") == 42
    finally:
        second.stop()


def test_a_stale_pid_file_that_names_somebody_else_is_forgotten(home):
    postgres.start(home).stop()
    stranger = subprocess.Popen(["sleep", "60"])
    (home / "data/postmaster.pid").write_text(f"{stranger.pid}\n{home}/data\n")
    second = postgres.start(home)
    try:
        assert ask(second, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        second.stop()
        stranger.kill()
        stranger.wait()


def test_a_start_that_was_cut_short_leaves_nothing_half_made(home):
    (home / "data.draft").mkdir()
    (home / "data.draft/PG_VERSION").write_text("half")
    server = postgres.start(home)
    try:
        assert ask(server, "SELECT 1") == 1
    finally:
        server.stop()


def test_when_the_last_port_is_taken_another_is_used(home):
    first = postgres.start(home)
    first.stop()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", first.port))
        taken.listen()
        second = postgres.start(home)
        try:
            assert second.port != first.port
            assert ask(second, "SELECT 1") == 1
        finally:
            second.stop()


def test_a_wanted_port_that_is_taken_is_a_sentence(home, monkeypatch):
    monkeypatch.setattr(postgres, "ATTEMPTS", 1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CannotStart, match="did not start"):
            postgres.start(home, port=taken.getsockname()[1])


def test_a_folder_deeper_than_a_sockets_name_may_be_is_fine(home):
    deep = home / ("d" * 60) / ("ş" * 60)
    deep.mkdir(parents=True)
    server = postgres.start(deep)
    try:
        assert ask(server, "SELECT 1") == 1
    finally:
        server.stop()


def test_data_of_another_version_are_refused_not_touched(home):
    (home / "data").mkdir()
    (home / "data/PG_VERSION").write_text("9\n")
    with pytest.raises(CannotStart, match="PostgreSQL 9"):
        postgres.start(home)
    assert sorted(path.name for path in (home / "data").iterdir()) == ["PG_VERSION"]


def test_programs_that_fail_say_why(home):
    broken = home / "tree"
    (broken / "bin").mkdir(parents=True)
    (broken / "bin/initdb").write_text("#!/bin/sh\necho 'no space left' >&2\nexit 1\n")
    (broken / "bin/initdb").chmod(0o755)
    (broken / "bin/postgres").touch(mode=0o755)
    installation = binaries.Postgres(base=broken, parts=("bin",), bin=broken / "bin", major=18)
    with pytest.raises(CannotStart, match="no space left"):
        postgres.start(home, installation=installation)
    assert not (home / ".pwfile").exists()


@pytest.mark.skipif(
    not any(binaries.DEBIAN_POSTGRES.glob("1[4-6]/bin/initdb")), reason="no older PostgreSQL here"
)
def test_debians_older_postgresql_will_do(home):
    server = postgres.start(home, installation=binaries.postgres(wheel="no_such_wheel"))
    try:
        assert ask(server, "SHOW server_version_num") < "180000"
        assert ask(server, "SHOW lc_collate") == "C.UTF-8"
    finally:
        server.stop()


def programs_are_reachable():
    user = privileges.account()
    return user is not None and privileges.reachable(binaries.postgres().bin / "postgres", user)


@as_root
@pytest.mark.skipif(not programs_are_reachable(), reason="this checkout lies in a folder closed to others")
def test_as_root_the_server_runs_as_an_ordinary_user(server, home):
    assert server.mode is Mode.USER
    assert Path(f"/proc/{server.process.pid}").stat().st_uid == privileges.account().uid
    assert (home / "data").stat().st_uid != 0


@as_root
@pytest.mark.skipif(not privileges.namespaces_work(), reason="no user namespaces here")
def test_in_a_folder_closed_to_others_it_runs_in_a_namespace_and_opens_no_folder(private):
    first = postgres.start(private)
    put(first, "CREATE TABLE kept AS SELECT 42 AS n")
    first.process.kill()
    first.process.wait()
    second = postgres.start(private, port=first.port)
    try:
        assert second.mode is Mode.NAMESPACE
        assert ask(second, "SELECT n FROM kept") == 42
        assert private.stat().st_mode & 0o777 == 0o700
    finally:
        second.stop()


@as_root
def test_without_any_way_the_sentence_says_what_to_set(private, monkeypatch):
    monkeypatch.setattr(privileges, "namespaces_work", lambda: False)
    with pytest.raises(CannotStart, match="DATABASE_URL"):
        postgres.start(private)


@as_root
def test_without_namespaces_programs_out_of_reach_are_copied_beside_the_data(home, monkeypatch):
    monkeypatch.setattr(privileges, "namespaces_work", lambda: False)
    reachable = privileges.reachable
    monkeypatch.setattr(privileges, "reachable", lambda path, user: path == home and reachable(path, user))
    for _ in range(2):
        server = postgres.start(home)
        try:
            program = processes.command(server.process.pid).split(" -D ")[0]
            assert program.startswith(str(home / "programs"))
            assert ask(server, "SELECT 1") == 1
        finally:
            server.stop()


def test_asking_it_to_stop_does_not_wait(home):
    server = postgres.start(home)
    assert server.poll() is None
    server.ask()
    assert server.process.wait(10) == 0
    server.ask()
    server.stop()
    assert server.poll() == 0
