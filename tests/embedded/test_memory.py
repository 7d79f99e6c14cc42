import subprocess
import sys

import pytest

from smsmerkezi.embedded import memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
HOLDER = "import time; held = b'x' * 30_000_000; print('up', flush=True); time.sleep(60)"


@pytest.fixture
def parent():
    code = (
        f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {HOLDER!r}], stdout=subprocess.PIPE);"
        "p.stdout.readline(); print(p.pid, flush=True); p.wait()"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    process.child = int(process.stdout.readline())
    yield process
    subprocess.run(["kill", "-9", str(process.child)], check=True)
    process.wait()


def test_a_tree_is_the_process_and_its_descendants(parent):
    assert list(memory.tree(parent.pid)) == [parent.pid, parent.child]


def test_what_a_descendant_holds_is_counted(parent):
    first = memory.shares(parent.pid)[0]
    assert first.pid == parent.child
    assert first.kilobytes > 30_000
    assert "held" in first.command
    assert memory.total(parent.pid) > first.kilobytes


def test_a_process_that_is_gone_weighs_nothing():
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert memory.pss(gone.pid) == 0
