"""The ledger's state machine over 20,000 random histories (tests/billing/test_ledger_machine.py)."""

import os
import subprocess
import sys
from typing import Any

from tests.soak.bars import Bars

MESSAGES = 10_000  # half the histories
TEST = "tests/billing/test_ledger_machine.py"
BARS = Bars(zero=("failed",))


def run(*, messages: int, seed: int) -> dict[str, Any]:
    """`messages` is half the number of histories."""
    argv = [sys.executable, "-m", "pytest", "-q", TEST, f"--hypothesis-seed={seed}"]
    histories = messages * 2
    done = subprocess.run(
        argv, env={**os.environ, "MACHINE_EXAMPLES": str(histories)}, check=False, stdout=sys.stderr
    )
    return {"histories": histories, "failed": int(done.returncode != 0)}
