import signal
import subprocess
import sys

import pytest

from smsmerkezi.embedded import processes, supervision
from smsmerkezi.embedded.errors import CannotStart
from smsmerkezi.embedded.supervision import Program, Supervisor


@pytest.fixture
def sleeper(tmp_path):
    return lambda: Program(processes.spawn(["sleep", "60"], log=tmp_path / "sleep.log"))


@pytest.fixture
def failing(tmp_path):
    def start():
        process = processes.spawn(["false"], log=tmp_path / "false.log")
        process.wait()
        return Program(process)

    return start


def test_what_dies_is_started_again_and_said_so(sleeper):
    said = []
    with Supervisor(say=said.append) as supervisor:
        supervisor.add("sleeper", sleeper)
        first = supervisor.parts[0].child.process
        supervisor.check()
        first.kill()
        first.wait()
        supervisor.check()
        second = supervisor.parts[0].child.process
        assert second.pid != first.pid
        assert second.poll() is None
    assert said == ["sleeper ended (signal SIGKILL); starting it again."]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(supervision, "PAUSE", 0.001)


def test_what_keeps_failing_stops_everything_with_a_sentence(sleeper, failing):
    said = []
    with Supervisor(say=said.append, step=0.01) as supervisor:
        supervisor.add("sleeper", sleeper)
        bystander = supervisor.parts[0].child.process
        supervisor.add("failing", failing)
        with pytest.raises(CannotStart, match="failing ended 5 times"):
            supervisor.watch()
    assert len(said) == supervision.CRASHES - 1
    assert bystander.poll() is not None


def test_failing_after_a_while_is_no_crash_loop(failing, monkeypatch):
    monkeypatch.setattr(supervision, "QUICK", 0.0)
    said = []
    with Supervisor(say=said.append) as supervisor:
        supervisor.add("failing", failing)
        for _ in range(supervision.CRASHES * 2):
            supervisor.check()
    assert len(said) == supervision.CRASHES * 2


def test_whoever_kills_a_part_again_and_again_does_not_stop_us(sleeper):
    said = []
    with Supervisor(say=said.append) as supervisor:
        supervisor.add("sleeper", sleeper)
        for _ in range(supervision.CRASHES * 2):
            victim = supervisor.parts[0].child.process
            victim.kill()
            victim.wait()
            supervisor.check()
    assert len(said) == supervision.CRASHES * 2


@pytest.mark.parametrize("at_once", [False, True])
def test_parts_are_stopped_last_first_and_asked_together_if_so_wished(at_once):
    order = []

    class Noted:
        def __init__(self, name):
            self.name = name

        def poll(self):
            return None

        def ask(self):
            order.append(f"ask {self.name}")

        def stop(self):
            order.append(f"stop {self.name}")

    with Supervisor(at_once=at_once) as supervisor:
        supervisor.add("a", lambda: Noted("a"))
        supervisor.add("b", lambda: Noted("b"), first=Noted("b"))
    asked = ["ask a", "ask b"] if at_once else []
    assert order == [*asked, "stop b", "stop a"]


def test_a_program_can_be_asked_without_waiting(sleeper):
    program = sleeper()
    program.ask()
    assert program.process.wait(5) == -signal.SIGTERM
    program.ask()
    program.stop()


def test_an_exit_is_described_in_words():
    assert supervision.describe(3) == "status 3"
    assert supervision.describe(-9) == "signal SIGKILL"


def test_the_terminal_is_told_on_stderr(capfd):
    supervision.to_stderr("a line")
    assert capfd.readouterr() == ("", "a line\n")


FORKING = """
import pathlib, sys, time
from smsmerkezi.embedded import forks, processes
big = list(range(1000))
log = pathlib.Path(sys.argv[1])

def deaf():
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("deaf", flush=True)
    time.sleep(60)

def ended(run):
    child = forks.Fork(run, log=log)
    assert processes.wait_until(lambda: child.poll() is not None, seconds=5)
    return child.poll()

assert ended(lambda: print("hello from", len(big))) == 0
assert ended(lambda: sys.exit(3)) == 3
assert ended(lambda: sys.exit("a sentence")) == 1
assert ended(lambda: sys.exit()) == 0
assert ended(lambda: 1 / 0) == 1
gentle = forks.Fork(lambda: time.sleep(60), log=log)
assert gentle.poll() is None
gentle.stop()
assert gentle.poll() == -15
gentle.stop()
stubborn = forks.Fork(deaf, log=log, seconds=0.3)
assert processes.wait_until(lambda: "deaf" in log.read_text(), seconds=5)
stubborn.stop()
assert stubborn.poll() == -9
orphan = forks.Fork(lambda: time.sleep(60), log=log)
print(orphan.pid, flush=True)
import os, signal
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_forks_run_report_stop_and_die_with_their_parent(tmp_path):
    log = tmp_path / "fork.log"
    done = subprocess.run(
        [sys.executable, "-c", FORKING, str(log)], capture_output=True, text=True, check=False, timeout=30
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    written = log.read_text()
    assert "hello from 1000" in written
    assert "a sentence" in written
    assert "ZeroDivisionError" in written
    orphan = int(done.stdout)
    assert sys.platform != "linux" or processes.wait_until(lambda: not processes.command(orphan), seconds=5)
