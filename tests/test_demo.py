"""The real demo: one start from nothing, one again, and what people do to it in between."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command

from smsmerkezi import demo
from smsmerkezi.embedded import memory, processes
from smsmerkezi.embedded.errors import CannotStart

pytestmark = pytest.mark.servers
ROOT = Path(__file__).resolve().parent.parent
OURS = {
    "AUDIT_ANCHOR",
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "SECRETS_KEYS",
    "ENVIRONMENT",
    "DJANGO_SETTINGS_MODULE",
}
TRACER = {"COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"}


class Demo:
    """One run of `manage.py demo`; `without` are variables of the environment that it shall not see."""

    def __init__(self, folder, port, without=frozenset()):
        environment = {name: value for name, value in os.environ.items() if name not in OURS | without}
        argv = [sys.executable, ROOT / "manage.py", "demo", "--port", str(port), "--data-dir", folder]
        self.folder = folder
        self.process = subprocess.Popen(
            argv,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=(folder.parent / "stderr").open("wb"),
            text=True,
        )
        self.ready = self.process.stdout.readline().strip()
        self.summary = json.loads((folder / "demo.json").read_text())

    def family(self):
        return set(memory.tree(self.process.pid))

    def end(self, sent):
        """Signal it; the processes that are still there when it has ended."""
        family = self.family()
        self.process.send_signal(sent)
        self.process.wait(20)
        self.process.stdout.close()
        processes.wait_until(lambda: not any(map(processes.command, family)), seconds=3)
        return [found for pid in family if (found := processes.command(pid))]

    def ask(self, path, token=None):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(self.summary["base_url"] + path, headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("demo")
    return place / "data"


@pytest.fixture(scope="module")
def first(folder):
    running = Demo(folder, processes.free_port())
    yield running
    if running.process.poll() is None:
        running.end(signal.SIGKILL)


def test_it_says_ready_when_the_web_answers(first):
    assert first.ready == f"READY {first.summary['base_url']}"
    assert first.ask("/v1/health")[0] == 200


def test_demo_json_says_where_everything_is_and_how_to_get_in(first, folder):
    assert (folder / "demo.json").stat().st_mode & 0o777 == 0o600
    assert set(first.summary) == {
        "base_url",
        "database_url",
        "redis_url",
        "simulator_url",
        "mail_dir",
        "accounts",
    }
    accounts = first.summary["accounts"]
    assert set(accounts) == {"super_admin", "admin", "operator", "viewer", "other_admin"}
    assert all(set(account) == {"email", "password", "token", "tenant_id"} for account in accounts.values())
    assert Path(first.summary["mail_dir"]).is_dir()
    assert psycopg.connect(first.summary["database_url"]).execute("SELECT 1").fetchone() == (1,)


def test_the_trails_heads_are_written_down(first, folder):
    anchor = folder / "audit-anchor.jsonl"
    assert processes.wait_until(lambda: anchor.exists() and anchor.read_bytes().endswith(b"\n"), seconds=20)
    heads = json.loads(anchor.read_bytes().splitlines()[-1])["heads"]
    assert {str(account["tenant_id"]) for account in first.summary["accounts"].values()} - {"None"} <= set(
        heads
    )


def test_a_token_of_demo_json_opens_the_api(first):
    status, body = first.ask("/v1/balance", first.summary["accounts"]["admin"]["token"])
    assert status == 200
    assert body


def test_secrets_are_in_no_command_line_and_in_no_log(first, folder):
    secrets = {
        re.search(r":([^:@]+)@", first.summary["database_url"])[1],
        re.search(r":([^:@]+)@", first.summary["redis_url"])[1],
        *(account[kind] for account in first.summary["accounts"].values() for kind in ("password", "token")),
    }
    seen = "\n".join(processes.command(pid) for pid in first.family())
    seen += "\n".join(log.read_text(errors="replace") for log in folder.rglob("*.log"))
    assert [secret for secret in secrets if secret in seen] == []


def test_a_second_demo_of_the_same_folder_or_port_is_a_sentence(first, folder):
    port = first.summary["base_url"].rpartition(":")[2]
    for options, said in (
        (["--port", "0", "--data-dir", folder], "is in use by process"),
        (["--port", port, "--data-dir", folder.parent / "other"], f"Port {port} is taken"),
    ):
        done = subprocess.run(
            [sys.executable, ROOT / "manage.py", "demo", *options],
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (1, "")
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_a_child_that_is_killed_comes_back(first, folder):
    said = folder.parent / "stderr"
    postmaster = processes.read_number(folder / "postgres/data/postmaster.pid")
    os.kill(postmaster, signal.SIGKILL)
    assert processes.wait_until(lambda: "PostgreSQL ended (signal SIGKILL)" in said.read_text(), seconds=5)
    token = first.summary["accounts"]["admin"]["token"]

    def served():
        try:
            return first.ask("/v1/balance", token)[0] == 200
        except OSError:
            return False

    assert processes.wait_until(served, seconds=15, step=0.2)


@pytest.fixture(scope="module")
def second(first, folder):
    """Untraced: what measures coverage takes 8 MB in each process."""
    assert first.end(signal.SIGKILL) == []
    running = Demo(folder, processes.free_port(), without=TRACER)
    yield running
    if running.process.poll() is None:
        running.end(signal.SIGKILL)


def test_after_kill_9_nothing_is_left_and_a_second_start_keeps_the_data(first, second):
    assert second.summary["accounts"] == first.summary["accounts"]
    assert second.ask("/v1/balance", second.summary["accounts"]["admin"]["token"])[0] == 200


def test_all_its_processes_together_fit_into_300_megabytes(second):
    assert memory.total(second.process.pid) < 300 * 1024


def test_told_to_stop_it_leaves_nothing_either(second):
    assert second.end(signal.SIGTERM) == []
    assert second.process.returncode == 0


@pytest.fixture
def _handlers():
    before = {name: signal.getsignal(name) for name in demo.STOPPED_BY}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


@pytest.mark.usefixtures("_handlers")
def test_a_port_that_is_none_is_a_sentence(tmp_path, capsys):
    assert demo.run(port=70000, data_dir=tmp_path / "data") == 1
    assert "70000 is no port" in capsys.readouterr().err


@pytest.mark.usefixtures("_handlers")
def test_the_management_command_is_the_same_program(tmp_path, capsys):
    with pytest.raises(SystemExit, match="1"):
        call_command("demo", port=70000, data_dir=tmp_path / "data")
    assert "70000 is no port" in capsys.readouterr().err


def test_port_and_folder_come_from_the_environment_too(monkeypatch):
    monkeypatch.setenv("PORT", "8123")
    monkeypatch.setenv("DATA_DIR", "elsewhere")
    options = demo.parser().parse_args([])
    assert (options.port, options.data_dir) == (8123, Path("elsewhere"))


def test_port_0_means_any_free_one():
    assert demo.checked(0) > 0
    with pytest.raises(CannotStart):
        demo.checked(-1)
