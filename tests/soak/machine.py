"""The ledger's state machine over 20,000 random histories (tests/billing/test_ledger_machine.py)."""

import os
import subprocess
import sys
import time
from typing import Any

TEST = "tests/billing/test_ledger_machine.py"


def run(*, messages: int, seed: int) -> dict[str, Any]:
    """`messages` is twice the number of histories."""
    begun = time.monotonic()
    argv = [sys.executable, "-m", "pytest", "-q", TEST, f"--hypothesis-seed={seed}"]
    histories = messages * 2
    done = subprocess.run(
        argv, env={**os.environ, "MACHINE_EXAMPLES": str(histories)}, check=False, stdout=sys.stderr
    )
    figures = {"name": "machine", "histories": histories, "seed": seed, "failed": int(done.returncode != 0)}
    return {**figures, "seconds": round(time.monotonic() - begun)}
