import os
import signal
import subprocess
import sys

import psycopg
import pytest
import redis

from smsmerkezi.embedded import processes, servers

pytestmark = pytest.mark.servers
MODULE = [sys.executable, "-m", "smsmerkezi.embedded", "--data-dir"]


def without_addresses():
    return {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}


def test_both_servers_run_and_are_gone_afterwards(home):
    with servers.running(home, environ={}) as addresses:
        assert psycopg.connect(addresses.database_url).execute("SELECT 1").fetchone() == (1,)
        assert redis.from_url(addresses.redis_url).ping()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(addresses.database_url)
    with pytest.raises(redis.ConnectionError):
        redis.from_url(addresses.redis_url, retry=None).ping()


def test_servers_the_environment_names_are_used_and_nothing_is_made(home):
    given = {"DATABASE_URL": "postgres://there/x", "REDIS_URL": "redis://there"}
    with servers.running(home, environ=given) as addresses:
        assert addresses.environment() == given
    assert list(home.iterdir()) == []


def test_a_command_gets_the_addresses_and_its_status_is_ours(home):
    script = 'test -n "$DATABASE_URL$SECRET_KEY$SECRETS_KEYS" && echo "$REDIS_URL" && exit 7'
    done = subprocess.run(
        [*MODULE, home / "x", "sh", "-c", script],
        env=without_addresses(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 7, done.stderr
    assert done.stdout.startswith("redis://:")


def test_without_a_command_it_prints_the_addresses_and_waits(home):
    process = subprocess.Popen(
        [*MODULE, home / "x"], env=without_addresses(), stdout=subprocess.PIPE, text=True
    )
    url = process.stdout.readline().removeprefix("export DATABASE_URL=").strip()
    process.stdout.readline()
    assert psycopg.connect(url).execute("SELECT 1").fetchone() == (1,)
    postmaster = processes.read_number(home / "x/postgres/data/postmaster.pid")
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
    assert processes.command(postmaster) == ""
    process.stdout.close()


def test_a_folder_in_use_is_a_sentence_and_status_1(home):
    first = subprocess.Popen(
        [*MODULE, home / "x"], env=without_addresses(), stdout=subprocess.PIPE, text=True
    )
    first.stdout.readline()
    second = subprocess.run(
        [*MODULE, home / "x"], env=without_addresses(), capture_output=True, text=True, check=False
    )
    first.send_signal(signal.SIGTERM)
    first.wait(15)
    first.stdout.close()
    assert second.returncode == 1
    assert "is in use by process" in second.stderr
    assert "Traceback" not in second.stderr
