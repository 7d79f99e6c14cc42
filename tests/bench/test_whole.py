"""The benches run, at sizes that say nothing about speed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench import wrk
from smsmerkezi.embedded.errors import CannotStart

ROOT = Path(__file__).resolve().parents[2]
TINY = """
import importlib, sys
from bench import world
sizes = {
    "campaign": {"recipients": 2000, "opt_outs": 100}, "lists": {"small": 2000, "large": 4000}, "dispatch": {"recipients": 1000}, "reports": {"reports": 100}, "accept": {"seconds": 1}, "walls": {"seconds": 1},
    "vendors": {"submissions": 2, "firms": 2000, "vendors": ("netgsm", "toplusms")},
}
with world.running() as here:
    for name in sys.argv[1:]:
        for figure in importlib.import_module(f"bench.{name}").run(here, rounds=1, **sizes[name]):
            print((figure.ratio or 1) > 0, (figure.limit or 1) > 0, figure.what)
"""
needs_wrk = pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed: apt install wrk")


def tiny(*names: str) -> list[str]:
    """In a process of its own: it has other settings."""
    argv = [sys.executable, "-W", "ignore", "-c", TINY, *names]
    done = subprocess.run(argv, check=False, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.servers
def test_dispatch_and_reports_are_held_against_their_limits():
    told = tiny("dispatch", "reports", "campaign", "lists")
    assert len(told) == 9
    assert all(line.startswith("True True") for line in told)


@pytest.mark.servers
def test_vendors_are_held_against_their_bare_clients():
    told = tiny("vendors")
    dispatched = {line.split()[4].rstrip(",") for line in told if "dispatch at" in line}
    assert dispatched == {"netgsm", "toplusms"}
    assert sum("during a campaign" in line for line in told) == 2
    assert all(line.startswith("True True") for line in told)


@pytest.mark.servers
@needs_wrk
def test_the_send_endpoint_is_held_against_the_bare_view():
    told = tiny("accept", "walls")
    assert len(told) == 2
    assert all(line.startswith("True True POST /v1/sms/send") for line in told)


def test_a_missing_load_generator_is_a_sentence(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(CannotStart, match="apt install wrk"):
        wrk.found()
