import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from smsmerkezi.embedded import processes

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]


def started(argv, log):
    process = processes.spawn(argv, log=log)
    assert processes.wait_until(lambda: log.read_text() == "up\n", seconds=10)
    return process


def test_a_spawned_program_writes_into_a_log_only_its_owner_reads(tmp_path):
    log = tmp_path / "logs/sleep.log"
    process = started(SLEEP, log)
    processes.stop(process)
    assert log.stat().st_mode & 0o777 == 0o600
    assert process.returncode == -signal.SIGTERM


def test_a_program_that_ignores_the_first_signal_is_killed_in_time(tmp_path):
    process = started(DEAF, tmp_path / "deaf.log")
    began = time.monotonic()
    processes.stop(process, seconds=0.2)
    assert process.returncode == -signal.SIGKILL
    assert time.monotonic() - began < 5


def test_stopping_ends_the_programs_own_children_too(tmp_path):
    log = tmp_path / "sh.log"
    process = processes.spawn(["sh", "-c", "sleep 60 & echo $!; wait"], log=log)
    assert processes.wait_until(lambda: log.read_text().strip().isdigit(), seconds=10)
    grandchild = int(log.read_text())
    processes.stop(process)
    assert processes.wait_until(lambda: not processes.command(grandchild), seconds=5)


def test_stopping_what_has_ended_is_harmless(tmp_path):
    process = processes.spawn(["true"], log=tmp_path / "true.log")
    process.wait()
    processes.stop(process)
    assert process.returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's parent-death signal")
def test_a_child_ends_when_its_parent_is_killed(tmp_path):
    log = tmp_path / "child.log"
    code = (
        "import pathlib, time; from smsmerkezi.embedded import processes;"
        f"p = processes.spawn(['sleep', '60'], log=pathlib.Path({str(log)!r}));"
        "print(p.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    assert processes.command(child) == "sleep 60"
    parent.kill()
    parent.wait()
    assert processes.wait_until(lambda: not processes.command(child), seconds=5)


def test_a_log_grown_large_is_moved_aside(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "LOG_LIMIT", 10)
    log = tmp_path / "a.log"
    log.write_text("x" * 11)
    with processes.opened_log(log) as output:
        output.write(b"new")
    assert (tmp_path / "a.old").read_text() == "x" * 11
    assert log.read_text() == "new"


def test_a_number_file_gives_its_first_line_or_nothing(tmp_path):
    path = tmp_path / "pid"
    for text, number in {"4242\n/data\n": 4242, "": None, "abc": None, "-5": None, "1\n": None}.items():
        path.write_text(text)
        assert processes.read_number(path) == number
    assert processes.read_number(tmp_path / "missing") is None


def test_an_orphan_is_stopped_although_it_is_not_our_child(tmp_path):
    done = subprocess.run(["sh", "-c", "sleep 60 >/dev/null 2>&1 & echo $!"], capture_output=True, check=True)
    orphan = int(done.stdout)
    processes.stop_orphan(orphan, first=signal.SIGTERM)
    assert not processes.command(orphan)


def test_an_orphan_that_is_gone_already_is_no_error():
    done = subprocess.run(["sh", "-c", "echo $$"], capture_output=True, check=True)
    processes.stop_orphan(int(done.stdout), first=signal.SIGTERM)


def test_ports_are_told_apart_and_kept(tmp_path):
    path = tmp_path / "port"
    port = processes.kept_port(path)
    assert processes.kept_port(path) == port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert not processes.port_is_free(port)
        assert processes.kept_port(path) != port


def test_waiting_gives_up_in_time():
    began = time.monotonic()
    assert not processes.wait_until(lambda: False, seconds=0.1)
    assert time.monotonic() - began < 1


def test_the_tail_of_a_log_is_its_last_lines(tmp_path):
    log = tmp_path / "a.log"
    log.write_text("\n".join(map(str, range(20))))
    assert processes.tail(log, lines=2) == "18\n19"
    assert processes.tail(tmp_path / "missing") == ""


def test_our_own_command_line_is_seen():
    assert "python" in processes.command(os.getpid())
